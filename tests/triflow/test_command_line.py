"""The face of the command line: its help, its sentences, its exit codes."""

import subprocess
import sys

import pytest
from syrupy.assertion import SnapshotAssertion
from typer.testing import CliRunner

from local.errors import LocalError
from triflow import __main__ as command_line
from triflow import up
from triflow.errors import Exit, TriflowError

HEAVY = {"boto3", "grpc", "pulumi", "rich.live", "rich.table", "yaml"}


def told_by(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line in a process of its own, 80 columns wide."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "triflow", *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "80", "TERM": "dumb", "PATH": "/usr/bin:/bin"},
    )


@pytest.mark.parametrize("page", [(), ("up",), ("preview",), ("destroy",), ("cost",), ("local",)])
def test_help_reads_well(page: tuple[str, ...], snapshot: SnapshotAssertion) -> None:
    """Every verb is told in one line that is not cut off, with the exit codes below."""
    terminal = CliRunner(env={"COLUMNS": "80", "TERM": "dumb"})

    shown = terminal.invoke(command_line.app, [*page, "--help"], prog_name="triflow")

    assert shown.exit_code == Exit.DONE
    assert not [line for line in shown.stdout.splitlines()[1:] if line.endswith("...")]
    assert shown.stdout == snapshot


def test_help_waits_for_no_heavy_import() -> None:
    """What a verb needs is imported by the verb, so that --help is there at once."""
    words = "import sys, triflow.__main__; print(*sys.modules)"

    shown = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )

    assert HEAVY & set(shown.stdout.split()) == set()


def test_an_unknown_stack_is_a_sentence_and_exit_code_1() -> None:
    """No engine is looked for, no server is started, no traceback is shown."""
    shown = told_by("up", "production")

    assert shown.returncode == Exit.FAILED
    assert shown.stderr == (
        "There is no stack called production. Nothing was changed.\n"
        "Fix: name one of foundation, staging, prod, dev\n"
    )


def test_a_stack_that_is_not_named_is_asked_for() -> None:
    """The engine's own line works on no stack that was selected behind one's back."""
    shown = told_by("local", "pulumi", "preview", "--diff")

    assert shown.returncode == Exit.FAILED
    assert shown.stderr == (
        "No stack is named, and `pulumi preview` works on one. Nothing was changed.\n"
        "Fix: triflow local pulumi preview --diff -s prod   (or foundation, staging, dev)\n"
    )


def test_a_misspelt_verb_is_exit_code_2() -> None:
    """Scripts can tell a typing error from a failed update."""
    assert told_by("upp").returncode == Exit.USAGE


@pytest.mark.parametrize(
    ("raised", "code", "words"),
    [
        (TriflowError("A.", "B.", "c"), Exit.FAILED, "A. B.\nFix: c\n"),
        (LocalError("D.", "E.", "f"), Exit.FAILED, "D. E.\nFix: f\n"),
        (KeyboardInterrupt(), Exit.INTERRUPTED, ""),
    ],
)
def test_what_ends_a_verb_is_told_in_sentences(
    raised: BaseException,
    code: Exit,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Neither the project's errors nor Ctrl-C end in a traceback."""

    def ends(*_: object) -> Exit:
        raise raised

    monkeypatch.setattr(up, "up", ends)
    monkeypatch.setattr(sys, "argv", ["triflow", "up"])

    with pytest.raises(SystemExit) as ended:
        command_line.main()

    assert ended.value.code == code
    assert capsys.readouterr().err == words
