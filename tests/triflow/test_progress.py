"""The display of how far the stacks are."""

import re
import time
from collections.abc import Callable

import pytest
from rich.console import Console

from tests.triflow.stage import a_screen, a_step, a_summary, text_of
from triflow import progress
from triflow.tally import Tally

SECONDS_TO_WAIT = 60


def a_tally(phase: str, planned: int = 0, done: int = 0) -> Tally:
    """Return a tally in that phase, with so many resources dealt with."""
    tally = Tally("prod")
    tally.feed(a_summary(create=planned))
    tally.begin(phase)
    for number in range(done):
        for event in a_step("create", "aws:ec2/subnet:Subnet", f"subnet-{number}"):
            tally.feed(event)
    return tally


def wait_until(told: Callable[[], bool]) -> None:
    """Wait for what the watching thread is about to tell."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not told():
        assert time.monotonic() < deadline, "it was never told"
        time.sleep(0.005)


@pytest.mark.parametrize(
    ("tally", "words"),
    [
        (a_tally("previewing"), "previewing"),
        (a_tally("previewing", done=3), "previewing 3"),
        (a_tally("updating", planned=8, done=3), "updating 3 of 8"),
        (a_tally("updating", planned=2, done=3), "updating 3"),
        (a_tally("done", done=3), "done"),
    ],
)
def test_progress_is_told_in_words(tally: Tally, words: str) -> None:
    """The whole is named once it is known, and never below the part."""
    assert progress.words(tally) == words


def test_each_phase_is_a_line_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log shows one line a stack and phase, and what is told besides."""
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LOOKS", 0.005)
    console, tally = a_screen(), Tally("prod")

    with progress.showing(console, [tally]) as tell:
        tell("local AWS started at http://127.0.0.1:5000")
        tally.begin("previewing")
        wait_until(lambda: "prod: previewing" in text_of(console))
        tally.begin("updating")
        wait_until(lambda: "prod: updating" in text_of(console))
        tally.end(well=True)

    assert re.sub(r"\[ *\d+ s\]", "[s]", text_of(console)).splitlines() == [
        "[s] local AWS started at http://127.0.0.1:5000",
        "[s] prod: previewing",
        "[s] prod: updating",
        "[s] prod: done",
    ]


def test_a_long_phase_shows_that_it_is_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Now and then the same phase is told again, with its figure."""
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LOOKS", 0.005)
    monkeypatch.setattr(progress, "SECONDS_BETWEEN_LINES", 0.01)
    console, tally = a_screen(), a_tally("updating", planned=8, done=3)

    with progress.showing(console, [tally]):
        wait_until(lambda: text_of(console).count("prod: updating 3 of 8") > 1)


def test_a_terminal_gets_one_live_picture() -> None:
    """All stacks are in it, the ones that wait as well."""
    console = Console(file=a_screen().file, width=80, force_terminal=True)

    with progress.showing(console, [a_tally("updating", 8, 3), Tally("dev")]) as tell:
        tell("something besides")

    assert "updating 3 of 8" in text_of(console)
    assert "waiting" in text_of(console)
    assert "something besides" in text_of(console)
