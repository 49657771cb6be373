"""One engine command, run and followed; the engine is a stand-in that streams real gRPC."""

import json
import signal
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from local.aws import server
from local.aws.server import Server
from tests.triflow.stage import a_count, a_step, a_summary, an_error
from triflow import stacks
from triflow.problems import Problem
from triflow.runner import Runner
from triflow.tally import Tally

STAND_IN = Path(__file__).with_name("engine_stand_in.py")
PROD = stacks.chosen("prod")[0]
SECONDS_TO_WAIT = 300  # less than the stand-in waits for Ctrl-C
SERVER = Server("http://127.0.0.1:5000", 1, "epoch")


class Room:
    """A workspace with a state that a test sets, and no files but the log."""

    def __init__(self, root: Path, plan: dict[str, Any]) -> None:
        self.root, self.home, self.aws, self.states = root, root, root / "aws", root / "state"
        self.plan = plan

    def environment(self, *_: object) -> dict[str, str]:
        """Return an environment with the stand-in's plan."""
        return {"STAND_IN_PLAN": json.dumps(self.plan), "PATH": "/usr/bin:/bin"}


def a_runner(
    root: Path, plan: dict[str, Any], monkeypatch: pytest.MonkeyPatch, *, alive: bool = True
) -> Runner:
    """Return a runner whose engine follows `plan`; `alive` says if the local AWS still runs."""
    engine = root / "pulumi"
    engine.write_text(f'#!/bin/sh\nexec {sys.executable} -P {STAND_IN} "$@"\n')
    engine.chmod(0o755)
    monkeypatch.setattr(server, "find", lambda _: SERVER if alive else None)
    told: list[str] = []
    found = SimpleNamespace(pulumi=engine)
    return Runner(found, Room(root, plan), told.append, SERVER)  # type: ignore[arg-type]


def test_a_run_is_followed_through_both_phases(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Preview and update stream one after the other; the tally is the update's in the end."""
    preview = [*a_step("create", "aws:ec2/vpc:Vpc", "vpc"), a_count(), a_summary(create=1)]
    update = [*a_step("create", "aws:ec2/vpc:Vpc", "vpc"), a_count(unknown=0), a_summary(create=1)]
    running, tally = a_runner(tmp_path, {"phases": [preview, update]}, monkeypatch), Tally("prod")

    well = running.run(PROD, ["up", "--yes"], ["previewing", "updating"], tally)

    assert well
    assert tally.phase == "updating"
    assert tally.changed == "1 created"
    assert tally.counts is not None
    assert tally.counts.unknown == 0
    assert '"up", "--yes", "--non-interactive", "--event-log"' in running.log(PROD).read_text()


def test_a_failed_run_names_the_streamed_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the program said is the cause, not what the engine printed around it."""
    plan = {"phases": [[an_error("prod: no such zone."), a_summary()]], "code": 1}
    running, tally = a_runner(tmp_path, plan, monkeypatch), Tally("prod")

    well = running.run(PROD, ["preview"], ["previewing"], tally)

    assert not well
    assert list(tally.problems) == [Problem("", "prod: no such zone.")]


def test_an_engine_that_fails_before_any_event_is_quoted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong passphrase is told on the engine's own output only."""
    plan = {"prints": "error: incorrect passphrase\n", "code": 1}
    running, tally = a_runner(tmp_path, plan, monkeypatch), Tally("prod")

    running.run(PROD, ["preview"], ["previewing"], tally)

    assert [problem.text.splitlines()[0] for problem in tally.problems] == ["incorrect passphrase"]


def test_an_engine_that_fails_without_a_word_is_told_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No event, no error line: the reader is not left with nothing."""
    running, tally = a_runner(tmp_path, {"code": 255}, monkeypatch), Tally("prod")

    running.run(PROD, ["up"], ["updating"], tally)

    (problem,) = tally.problems
    assert problem.text == f"The engine failed without a reason; see {running.log(PROD)}"


def test_an_engine_that_was_killed_is_told_with_the_way_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of memory or kill -9: the sentence says that the next command clears up."""
    running, tally = a_runner(tmp_path, {"dies": 9}, monkeypatch), Tally("prod")

    running.run(PROD, ["up"], ["updating"], tally)

    (problem,) = tally.problems
    assert problem.text == (
        "The engine was killed by signal 9 while prod was worked on. "
        "What was in flight is not recorded.\nFix: make up   (it clears up by itself)"
    )


def test_a_local_aws_that_died_meanwhile_is_the_cause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thirty connection errors have one cause, and one command that mends it."""
    plan = {"phases": [[an_error("connection refused"), an_error("again")]], "code": 1}
    running, tally = a_runner(tmp_path, plan, monkeypatch, alive=False), Tally("prod")

    running.run(PROD, ["up"], ["updating"], tally)

    (problem,) = tally.problems
    assert problem.text == (
        "The local AWS stopped while prod was worked on. What was made in it is gone.\n"
        "Fix: make up   (it rebuilds by itself)"
    )


def test_ctrl_c_is_handed_on_and_waits_for_the_engine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine gets SIGINT once and ends in its own time; then the command ends too."""
    running = a_runner(tmp_path, {"phases": [[]], "waits": True}, monkeypatch)

    def press_ctrl_c() -> None:
        deadline = time.monotonic() + SECONDS_TO_WAIT
        while not (log := running.log(PROD)).exists() or "waiting" not in log.read_text():
            if time.monotonic() > deadline:
                return
            time.sleep(0.01)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    presser = threading.Thread(target=press_ctrl_c)
    presser.start()
    with pytest.raises(KeyboardInterrupt):
        running.run(PROD, ["up"], ["updating"], Tally("prod"))
    presser.join()
