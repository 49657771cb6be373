"""The line that shows how far a long step has come."""

from local.engine.progress import Progress


def run(seconds: list[float], total: int) -> list[str]:
    """Return what is told of steps at these times; the first time is the start."""
    told: list[str] = []
    times = iter(seconds)
    progress = Progress(told.append, "building", total, clock=lambda: next(times))
    for _ in seconds[1:]:
        progress.step()
    return told


def test_a_known_total_gives_a_share_and_the_time() -> None:
    """Every two seconds, a share and how long it has taken."""
    assert run([0, 1, 2, 3, 83], total=8) == ["building: 25 %, 2 s", "building: 50 %, 1 min 23 s"]


def test_the_end_is_not_claimed_before_it_is_there() -> None:
    """More steps than foreseen, or the linker's work after the last, never show 100 %."""
    assert run([0, 2, 4], total=1) == ["building: 99 %, 2 s", "building: 99 %, 4 s"]


def test_an_unknown_total_gives_a_count() -> None:
    """Where nobody knows how many there will be, what is done is counted."""
    assert run([0, 5], total=0) == ["building: 1, 5 s"]
