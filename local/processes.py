"""Processes of this machine, told apart even where a pid has been given out again."""

import subprocess
from pathlib import Path


def started_at(pid: int) -> str | None:
    """Return when process `pid` started, as this machine words it; None if it has ended.

    A process that has ended and waits for its parent to notice counts as ended.
    """
    if Path("/proc/self/stat").exists():
        return _started_in_proc(pid)
    listing = subprocess.run(  # noqa: S603 - a number and fixed words
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, start = listing.stdout.strip().partition(" ")
    return None if not start or state.startswith("Z") else start.strip()


def is_running(pid: int, started: str | None = None) -> bool:
    """Return whether `pid` runs, and is the process that started at `started` if that is given."""
    now = started_at(pid)
    return now is not None and started in (None, now)


def _started_in_proc(pid: int) -> str | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name stands in brackets and may hold anything; state is the first word behind it,
    # the start (in clock ticks since boot) the twentieth.
    words = text.rpartition(")")[2].split()
    return None if words[0] in "ZX" else words[19]
