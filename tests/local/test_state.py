"""The local state files and locks, read without the engine."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from local import state
from local.errors import LocalError

NOW = "2026-11-22T16:32:05.073884243Z"


def a_lock(folder: Path, pid: int, host: str = "", text: str | None = None) -> Path:
    """Write a lock as the engine's file backend does."""
    path = folder / ".pulumi/locks/organization/shop/prod/8f0c.json"
    path.parent.mkdir(parents=True)
    content = {"pid": pid, "hostname": host or socket.gethostname(), "timestamp": NOW}
    path.write_text(json.dumps(content) if text is None else text)
    return path


def an_ended_process() -> int:
    """Return the pid of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def a_state(folder: Path, text: str) -> None:
    """Write the state file of prod."""
    path = folder / ".pulumi/stacks/shop/prod.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)


def clear(folder: Path) -> list[str]:
    """Clear prod's locks and return what was told."""
    told: list[str] = []
    state.clear_locks(folder, "shop", "prod", told.append)
    return told


def test_the_lock_of_a_killed_update_is_removed_with_a_sentence(tmp_path: Path) -> None:
    """Its process has ended, so nobody else will ever remove it."""
    lock = a_lock(tmp_path, an_ended_process())

    told = clear(tmp_path)

    assert told == ["prod: an earlier update was killed; its lock is removed"]
    assert not lock.exists()


def test_the_lock_of_a_running_update_stays_and_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two updates at once: the second waits a moment, then says who runs."""
    monkeypatch.setattr(state, "SECONDS_TO_FINISH", 0.3)
    monkeypatch.setattr(state, "program_of", lambda _: "pulumi")
    lock = a_lock(tmp_path, os.getpid())

    with pytest.raises(LocalError) as failure:
        clear(tmp_path)

    assert str(failure.value) == (
        f"Another update of prod is running (pid {os.getpid()}). "
        "Two at once would overwrite each other's state.\n"
        "Fix: wait until it has ended, then run this again"
    )
    assert lock.exists()


def test_an_update_that_ends_meanwhile_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An interrupted update finishes what is in flight and takes its lock along."""
    lock = a_lock(tmp_path, os.getpid())
    looks = iter(range(3))

    def program_of(_pid: int) -> str:
        if next(looks) == 2:
            lock.unlink()
        return "pulumi"

    monkeypatch.setattr(state, "program_of", program_of)

    assert clear_of(lock, tmp_path) == [
        f"prod: waiting for an update that runs (pid {os.getpid()})"
    ]


def test_a_pid_that_belongs_to_something_else_by_now_holds_no_lock(tmp_path: Path) -> None:
    """This test's own process is no engine."""
    assert len(clear_of(a_lock(tmp_path, os.getpid()), tmp_path)) == 1


def clear_of(lock: Path, folder: Path) -> list[str]:
    """Clear and make sure that the lock is gone."""
    told = clear(folder)
    assert not lock.exists()
    return told


def test_a_lock_of_another_machine_is_never_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether that process lives cannot be seen from here."""
    monkeypatch.setattr(state, "SECONDS_TO_FINISH", 0)
    lock = a_lock(tmp_path, 4711, host="elsewhere")

    with pytest.raises(LocalError, match=r"pid 4711 on elsewhere, since 2026-11-22 16:32 UTC"):
        clear(tmp_path)

    assert lock.exists()


def test_a_damaged_lock_counts_as_one_of_a_killed_update(tmp_path: Path) -> None:
    """A lock that was cut short while it was written names nobody."""
    assert len(clear_of(a_lock(tmp_path, 1, text='{"pid": '), tmp_path)) == 1


def test_what_was_under_way_when_an_update_was_killed_is_counted(tmp_path: Path) -> None:
    """Pending operations are what a refresh has to clear."""
    latest = {"resources": [{"type": "t"}], "pending_operations": [{}, {}]}
    a_state(tmp_path, json.dumps({"checkpoint": {"latest": latest}}))

    known = state.read(tmp_path, "shop", "prod")

    assert known is not None
    assert known.pending == 2


def test_a_damaged_state_is_told_with_the_way_back(tmp_path: Path) -> None:
    """The engine keeps the state before the last in a file beside it."""
    a_state(tmp_path, '{"checkpoint": ')

    with pytest.raises(LocalError, match=r"(?s)The state of prod cannot be read.*prod\.json\.bak"):
        state.read(tmp_path, "shop", "prod")


def test_a_stack_that_was_never_made_has_no_state(tmp_path: Path) -> None:
    """No file is no error."""
    assert state.read(tmp_path, "shop", "prod") is None
    assert not state.any_exists(tmp_path)
