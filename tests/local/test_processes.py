"""Processes: told apart, stopped by SIGINT whatever was inherited, and none left behind."""

import os
import signal
import subprocess
import sys
import time
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from local import processes

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
SECONDS_TO_WAIT = 120
STARTER = """
import os, signal, sys
from pathlib import Path
from local.processes import running
with open(sys.argv[1], "wb") as output:
    with running([sys.executable, "-c", sys.argv[2]], os.environ, Path("."), output) as process:
        print(process.pid, flush=True)
        process.wait()
"""


def wait_for(what: str, path: Path) -> None:
    """Wait until the file holds the words."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while not path.exists() or what not in path.read_text():
        assert time.monotonic() < deadline, f"{what} was never written"
        time.sleep(0.01)


def has_ended(pid: int) -> bool:
    """Return whether the process ends before it would by itself."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while processes.is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not processes.is_running(pid)


def test_a_later_process_with_the_same_pid_is_another() -> None:
    """The moment of the start tells them apart."""
    own = processes.started_at(os.getpid())

    assert processes.is_running(os.getpid(), own)
    assert not processes.is_running(os.getpid(), "another moment")


def test_a_zombie_has_ended() -> None:
    """It still has its pid until its parent looks, but it does nothing any more."""
    ended = subprocess.Popen([sys.executable, "-c", ""])

    assert has_ended(ended.pid)
    assert ended.returncode is None  # nobody has looked yet
    ended.wait()


def test_the_program_of_a_process_is_named() -> None:
    """By it an engine is told from a process that got its pid later."""
    assert processes.program_of(os.getpid()).startswith("py")
    assert processes.program_of(2**22 + 1) == ""


def test_a_command_is_interrupted_although_its_starter_ignored_sigint(tmp_path: Path) -> None:
    """A background job ignores SIGINT and hands that down; here it does not arrive."""
    output = tmp_path / "output"
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with (
            output.open("wb") as file,
            processes.running([sys.executable, "-c", SLEEPER], os.environ, tmp_path, file) as job,
        ):
            wait_for("up", output)
            job.send_signal(signal.SIGINT)
            code = job.wait(SECONDS_TO_WAIT)
    finally:
        signal.signal(signal.SIGINT, before)

    assert code != 0
    assert "KeyboardInterrupt" in output.read_text()


def fail_beside(
    started: AbstractContextManager["subprocess.Popen[bytes]"], output: Path, seen: list[int]
) -> None:
    """Fail while the command runs."""
    with started as job:
        seen.append(job.pid)
        wait_for("up", output)
        _ = 1 / 0


def test_a_command_ends_with_its_block(tmp_path: Path) -> None:
    """An error in the block does not leave the command running."""
    seen: list[int] = []
    output = tmp_path / "output"
    command = [sys.executable, "-c", SLEEPER]

    with pytest.raises(ZeroDivisionError), output.open("wb") as file:
        fail_beside(processes.running(command, os.environ, tmp_path, file), output, seen)

    assert has_ended(seen[0])


def test_a_killed_starter_leaves_no_orphan(tmp_path: Path) -> None:
    """After kill -9 nobody is there to clean up; the watcher interrupts the command."""
    output = tmp_path / "output"
    arguments = [sys.executable, "-c", STARTER, str(output), SLEEPER]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as starter:  # noqa: S603
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        wait_for("up", output)

        starter.kill()

        assert has_ended(pid)
