"""The engine's own small command line, which `make test` uses for Go."""

import pytest

from local.engine import __main__ as command
from local.engine import locate
from tests.local.engine.machine import Machine


def test_it_prints_where_the_engine_is(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only the path goes to standard output, so that a script can use it."""
    pulumi = machine.pulumi()

    assert command.main([]) == 0
    assert capsys.readouterr() == (f"{pulumi}\n", "")


def test_it_tells_an_error_without_a_traceback(
    machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    """Steps and the error go to standard error."""
    machine.program("uv", "exit 2")

    assert command.main([]) == 1
    out, told = capsys.readouterr()
    assert (out, told.splitlines()[-1][:19]) == ("", "Fix: install pulumi")


def test_an_interrupt_says_that_nothing_broken_is_left(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C in the middle of a build is one sentence."""

    def interrupted(_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(locate, "ensure", interrupted)

    assert command.main([]) == 130
    assert capsys.readouterr().err.startswith("interrupted; nothing half-built is kept")


def test_it_runs_go_in_the_engines_module(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    """The compiler's exit code is handed on."""
    machine.program("go", 'case "$1" in env) echo go1.26.0;; *) pwd; exit 7;; esac')

    assert command.main(["go", "vet"]) == 7
    assert capfd.readouterr().out.endswith("/local/engine/go\n")
