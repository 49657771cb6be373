"""Processes of this machine: told apart where a pid is given out again, started to leave none."""

import contextlib
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any


def started_at(pid: int) -> str | None:
    """Return when process `pid` started, as this machine words it; None if it has ended.

    A process that has ended and waits for its parent to notice counts as ended.
    """
    if Path("/proc/self/stat").exists():
        return _started_in_proc(pid)
    state, _, start = _listed(pid, "stat=,lstart=").partition(" ")
    return None if not start or state.startswith("Z") else start.strip()


def is_running(pid: int, started: str | None = None) -> bool:
    """Return whether `pid` runs, and is the process that started at `started` if that is given."""
    now = started_at(pid)
    return now is not None and started in (None, now)


def program_of(pid: int) -> str:
    """Return the name of the program which `pid` runs; empty if it has ended."""
    return Path(_listed(pid, "comm=")).name if is_running(pid) else ""


@contextlib.contextmanager
def running(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    output: IO[Any] | int | None = None,
) -> Iterator["subprocess.Popen[bytes]"]:
    """Run a command beside the block, which SIGINT can stop, in a process group of its own.

    The terminal's Ctrl-C does not reach it: the caller hands the signal on, so that the engine ends
    its children in order. It is interrupted when the block ends early or the caller is killed.
    """
    _accept_interrupts()
    process = subprocess.Popen(  # noqa: S603 - the caller's own command
        arguments,
        env=environment,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        process_group=0,
    )
    with process:
        try:
            with _watched(process.pid):
                try:
                    yield process
                finally:
                    _end(process)
        finally:
            _end(process)  # an interrupt may come before the watcher has started


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    process.wait()


def _accept_interrupts() -> None:
    """Undo an inherited "ignore SIGINT", as background jobs and nohup hand it down.

    A child inherits it too, and the engine, which stops its plugins with SIGINT, would then wait
    five seconds for each in vain.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextlib.contextmanager
def _watched(pid: int) -> Iterator[None]:
    """Have a shell interrupt `pid` if we are gone before the block ends, even by kill -9.

    The shell waits at a pipe of ours, which closes with our last breath.
    """
    with subprocess.Popen(  # noqa: S603 - a number and fixed words
        ["/bin/sh", "-c", 'read -r word; kill -INT "$0"', str(pid)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        process_group=0,
    ) as watcher:
        try:
            yield
        finally:
            watcher.kill()


def _started_in_proc(pid: int) -> str | None:
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name stands in brackets and may hold anything; state is the first word behind it,
    # the start (in clock ticks since boot) the twentieth.
    words = text.rpartition(")")[2].split()
    return None if words[0] in "ZX" else words[19]


def _listed(pid: int, columns: str) -> str:
    """Return what ps says of `pid` in these columns; empty if it has ended."""
    listing = subprocess.run(  # noqa: S603 - a number and fixed words
        ["/bin/ps", "-o", columns, "-p", str(pid)], capture_output=True, text=True, check=False
    )
    return listing.stdout.strip()
