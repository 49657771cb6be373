"""`triflow doctor explain` as people and scripts see it: screens, sentences, exit codes."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from tests.triflow.stage import a_screen, text_of
from triflow.doctor import explain, problems
from triflow.doctor.report import Look
from triflow.doctor.verdict import Health
from triflow.errors import Exit

# More than a screen of text is no answer; the longest problem and two others stay below this.
MOST_SHOWN = 12_000
OOM = "Task stopped: Essential container exited\nExitCode: 137 (OOM Killed)"
DENIED = "denied: Your authorization token has expired, see https://me:hunter2@registry.example"
SEVERAL = "no basic auth credentials\n502 Bad Gateway\nOOMKilled\nBucketAlreadyExists\nExpiredToken"


def shown(*words: str, stack: str = "prod", as_json: bool = False) -> tuple[str, Exit]:
    """Return what stands on the screen, and the exit code."""
    screen = a_screen()
    code = explain.explain(words, stack, screen, as_json=as_json)
    return text_of(screen), code


def told_by(
    *arguments: str, given: bytes = b"", home: str = "/"
) -> "subprocess.CompletedProcess[bytes]":
    """Run the command line in a process of its own, with a text on its standard input."""
    return subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "triflow", "doctor", *arguments],
        input=given,
        capture_output=True,
        check=False,
        cwd=home,
        # Whatever runs on this machine, it is not looked at.
        env={
            "COLUMNS": "80",
            "TERM": "dumb",
            "PATH": os.defpath,
            "XDG_CACHE_HOME": str(home),
            "PYTHONUTF8": "1",
            "TRIFLOW_AWS": "account",
        },
    )


@pytest.mark.parametrize(
    "text", [OOM, DENIED, "AccessDenied"], ids=["one problem", "with a password", "a hint"]
)
def test_a_problem_fills_one_screen(text: str, snapshot: SnapshotAssertion) -> None:
    """Evidence first, then causes, what to look at, what to type, and whom to call."""
    screen, code = shown(text)

    assert code == Exit.DONE
    assert screen == snapshot


def test_of_many_problems_three_are_told_and_the_rest_is_named(snapshot: SnapshotAssertion) -> None:
    """The likeliest first."""
    screen, code = shown(SEVERAL, stack="dev")

    assert code == Exit.DONE
    assert screen == snapshot


def test_an_unknown_text_is_a_sentence_and_exit_code_1(snapshot: SnapshotAssertion) -> None:
    """A script can tell it from an answer."""
    screen, code = shown("hello", "world")

    assert code == Exit.FAILED
    assert screen == snapshot


def test_scripts_get_all_problems_as_json(snapshot: SnapshotAssertion) -> None:
    """With the same evidence, and masked likewise."""
    screen, code = shown(DENIED, as_json=True)

    assert code == Exit.DONE
    assert "hunter2" not in screen
    assert json.loads(screen)["problems"][0]["id"] == "P06"
    assert screen == snapshot


def test_an_unknown_text_is_an_empty_list_in_json() -> None:
    """With the same exit code as on the screen."""
    screen, code = shown("hello world", as_json=True)

    assert code == Exit.FAILED
    assert json.loads(screen) == {"recognised": False, "problems": []}


@pytest.mark.parametrize("page", [("--help",), ("explain", "--help")], ids=["verbs", "explain"])
def test_help_reads_well(page: tuple[str, ...], snapshot: SnapshotAssertion) -> None:
    """The text may be words, one in quotes, or what a pipe brings."""
    told = told_by(*page)

    assert told.returncode == Exit.DONE
    assert told.stdout.decode() == snapshot


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        (("explain", "no basic auth credentials"), b""),
        (("explain", "no", "basic", "auth", "credentials"), b""),
        (("explain", "--- no basic auth credentials"), b""),
        (("explain", "-"), b"one\nno basic auth credentials\n\xff\xfe\x00"),
        (("explain", "--stack", "staging", "-"), b"no basic auth credentials"),
    ],
)
def test_a_text_comes_as_words_or_by_a_pipe(arguments: tuple[str, ...], given: bytes) -> None:
    """From any folder, also where a word begins with a dash or a byte is no text."""
    told = told_by(*arguments, given=given)

    assert told.returncode == Exit.DONE
    assert told.stdout.startswith(b"P06  ")
    assert told.stderr == b""


@pytest.mark.thorough
@pytest.mark.parametrize(
    "arguments",
    [("explain", "-"), ("explain", " "), ("explain", "--stack", "production", "x")],
    ids=["nothing by the pipe", "blank", "no such stack"],
)
def test_what_cannot_be_explained_is_a_sentence(
    arguments: tuple[str, ...], snapshot: SnapshotAssertion
) -> None:
    """No traceback, nothing on standard output."""
    told = told_by(*arguments)

    assert told.returncode == Exit.FAILED
    assert told.stdout == b""
    assert told.stderr.decode() == snapshot


def test_explain_without_words_is_a_usage_error() -> None:
    """Exit code 2, as for any line that is not understood."""
    assert told_by("explain").returncode == Exit.USAGE


def test_nothing_is_asked_of_aws_or_the_engine() -> None:
    """It helps where there are no credentials, which is one of the problems."""
    words = (
        "import sys; from triflow.doctor import explain, recognise; "
        "recognise.recognise('x'); print(*sys.modules)"
    )

    told = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", words], capture_output=True, text=True, check=True
    )

    assert {"boto3", "botocore", "grpc", "pulumi", "socket"} & set(told.stdout.split()) == set()


@pytest.mark.parametrize("as_json", [False, True], ids=["screen", "json"])
def test_a_stack_that_does_not_answer_is_told_and_not_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, as_json: bool
) -> None:
    """The explanation stands without it; nothing of AWS is called where no stack is deployed."""
    monkeypatch.setenv("TRIFLOW_AWS", "account")
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    screen = a_screen()

    code = explain.explain(
        ["OOMKilled", "502 Bad Gateway"], "prod", screen, as_json=as_json, live=None
    )

    assert code == Exit.DONE
    assert "No Pulumi engine is ready: no pulumi on PATH" in text_of(screen)


def test_a_stack_that_answers_is_looked_at_unasked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the problems that were named, with the findings beneath the explanation."""
    shown = Look("prod", "the local AWS", [], Health.HEALTHY, 4)
    monkeypatch.setattr(
        "triflow.doctor.look.at_problems", lambda *asked: shown if asked[1] == {"P15"} else None
    )
    screen = a_screen()

    code = explain.explain(["502 Bad Gateway"], "prod", screen, as_json=False, live=None)

    assert code == Exit.DONE
    assert text_of(screen).endswith("prod in the local AWS: healthy. 0 checks, 4 calls of AWS.\n\n")


def test_of_a_long_stream_the_end_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log breaks off where it went wrong; memory stays bounded whatever comes."""
    monkeypatch.setattr(explain, "MOST_READ", 2 * explain.CHUNK)
    log = OOM.encode() + b"\n" + b"x\n" * explain.MOST_READ + b"no basic auth credentials\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(log)))

    screen, _ = shown("-")

    assert screen.startswith("P06")
    assert "P14" not in screen


def test_a_stack_has_its_own_names() -> None:
    """So that no line for dev is pasted against prod."""
    screen, _ = shown(OOM, stack="dev")

    assert "triflow-ai-dev-cluster" in screen
    assert "production" not in screen


def test_no_escape_sequence_of_a_paste_reaches_the_terminal() -> None:
    """A log may carry letters that move the cursor or set the window's title."""
    screen, _ = shown("\x1b]0;title\x07\x1b[2Jno basic auth credentials\x1b[31m\r\x08")

    assert not set(screen) & set("\x1b\x07\x08\r")


@given(st.text(max_size=1_000))
def test_any_text_gets_a_bounded_answer(text: str) -> None:
    """However much is pasted."""
    screen, code = shown(f"Error: {text}")

    assert code in (Exit.DONE, Exit.FAILED)
    assert len(screen) < MOST_SHOWN


def test_the_most_that_can_be_told_is_bounded() -> None:
    """Every problem of the guide in one paste, on lines of a megabyte in all."""
    every = "\n".join(
        sign.replace("…", "x").replace("*", "x") + " x" * 3_000
        for problem in problems.guide()
        for sign in problem.signs[:8]
    )

    screen, _ = shown(every)

    assert len(screen) < MOST_SHOWN
    assert screen.count("Runbook: ") == explain.MOST_TOLD
    assert screen.count("Also P") == len(problems.guide()) - explain.MOST_TOLD
