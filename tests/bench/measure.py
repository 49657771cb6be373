"""Ratios of whole processes, measured side by side so that a busy machine disturbs both alike."""

import contextlib
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

SET_CHILD_SUBREAPER = 36  # of prctl(2)
SECONDS_TO_END = 0.3  # the plugins end by themselves when their engine has


@dataclass(frozen=True)
class Seconds:
    """One run: wall clock, and CPU (user and system) of all its processes."""

    wall: float
    cpu: float


@dataclass(frozen=True)
class Spread:
    """A median with the smallest and the largest of its rounds."""

    median: float
    smallest: float
    largest: float

    def __str__(self) -> str:
        """Return the figure as the reports write it: 1.21 (1.10-1.35)."""
        return f"{self.median:.2f} ({self.smallest:.2f}-{self.largest:.2f})"


def timed(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    ends: Collection[int] = (0,),
) -> Seconds:
    """Run a command to its end; SystemExit with its words if its exit code is none of `ends`."""
    _adopt_orphans()
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(  # noqa: S603 - our own command
        arguments, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    wall = time.monotonic() - start
    _reap()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in ends:
        raise SystemExit(f"{' '.join(map(str, arguments))} failed:\n{done.stdout}{done.stderr}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Seconds(wall, cpu)


def _adopt_orphans() -> None:
    """Become the parent of what the command leaves unreaped, so that its CPU time is counted.

    The engine ends its plugins without waiting for them: a pack's time would be lost. Elsewhere
    than on Linux it is, and the CPU figures are too low.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(SET_CHILD_SUBREAPER, 1)


def _reap() -> None:
    """Take in what has ended meanwhile; what still runs is not waited for."""
    time.sleep(SECONDS_TO_END)
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def rounds(runs: Mapping[str, Callable[[], Seconds]], number: int) -> dict[str, list[Seconds]]:
    """Run everything once to warm up, then `number` rounds, each beginning with another one."""
    names = list(runs)
    for name in names:
        runs[name]()
    found: dict[str, list[Seconds]] = {name: [] for name in names}
    for turn in range(number):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            found[name].append(runs[name]())
    return found


def ratio(of: Sequence[float], to: Sequence[float]) -> Spread:
    """Return the ratio by rounds: what disturbed a round disturbed both of its runs."""
    return spread([one / other for one, other in zip(of, to, strict=True)])


def spread(figures: Sequence[float]) -> Spread:
    """Return the median and its range."""
    return Spread(statistics.median(figures), min(figures), max(figures))
