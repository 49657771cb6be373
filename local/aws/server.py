"""The local AWS as a process: one moto server per home folder, which outlives the command.

It listens on a free port of the loopback address. The home folder keeps its address, process and
epoch in `server.json` and its output in `server.log`, so clones of a project never share a server.
What is in it is gone when it stops: `local.aws.epoch` says how that is noticed.
"""

import contextlib
import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from local.aws import epoch
from local.errors import LocalError
from local.processes import is_running, started_at

SECONDS_TO_START = 60
SECONDS_TO_STOP = 5


@dataclass(frozen=True)
class Server:
    """A running local AWS: `endpoint` is its URL, `epoch` the mark it got when it started."""

    endpoint: str
    pid: int
    epoch: str


@dataclass(frozen=True)
class _Record:
    """What `server.json` says; `started` tells the process from a later one with the same pid."""

    endpoint: str
    pid: int
    started: str
    epoch: str

    def is_alive(self) -> bool:
        return is_running(self.pid, self.started)


def start(home: Path, account_id: str = "123456789012") -> Server:
    """Return the server of `home`, started if it is not running or was emptied behind its back.

    Callers at the same moment get the same server. LocalError if it does not come up.
    """
    with _locked(home):
        running = find(home)
        if running:
            return running
        _end(home)
        server = _launch(home, account_id)
        if server:
            return server
        _end(home)
    raise LocalError(
        "The local AWS did not start.",
        f"Nothing was changed. Its last words are in {home / 'server.log'}.",
        "read that file, then run the same command again",
    )


def find(home: Path) -> Server | None:
    """Return the running server of `home`; None if it is down, emptied, or somebody else's.

    Ours is the one whose process is the recorded one and which carries the recorded epoch.
    """
    record = _read(home)
    if not record or not record.is_alive() or epoch.current(record.endpoint) != record.epoch:
        return None
    return Server(record.endpoint, record.pid, record.epoch)


def stop(home: Path) -> None:
    """End the server of `home`, and with it everything in it; nothing happens if there is none."""
    with _locked(home):
        _end(home)


def reset(home: Path, account_id: str = "123456789012") -> Server:
    """Return an empty server for `home`, with a new epoch."""
    stop(home)
    return start(home, account_id)


@contextlib.contextmanager
def _locked(home: Path) -> Iterator[None]:
    home.mkdir(parents=True, exist_ok=True)
    with (home / "server.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _launch(home: Path, account_id: str) -> Server | None:
    """Start a server and mark it; None if it ended before it answered, or never did."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        environment = _environment(account_id, port)
        pid = _detach(
            (home / "server.log").resolve(), _command(listening.fileno()), environment, listening
        )
    record = _Record(f"http://127.0.0.1:{port}", pid, started_at(pid) or "", "")
    # Recorded before it answers: an interrupted start leaves a process that the next one ends.
    _write(home, record)
    # The socket listens already: this waits until the process behind it answers, or has ended.
    mark = epoch.write(record.endpoint, SECONDS_TO_START)
    if not mark:
        return None
    _write(home, replace(record, epoch=mark))
    return Server(record.endpoint, pid, mark)


def _command(listening: int) -> list[str]:
    return [sys.executable, "-m", "local.aws.moto_process", str(listening)]


def _environment(account_id: str, port: int) -> dict[str, str]:
    """Return the caller's environment without its AWS settings, which moto would act on."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "MOTO_")) and name != "PYTHONDONTWRITEBYTECODE"
    }
    return inherited | {
        # Without it every attachment of a policy that AWS manages fails with NoSuchEntity.
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        "MOTO_ACCOUNT_ID": account_id,
        "MOTO_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }


def _detach(
    log: Path, command: list[str], environment: dict[str, str], listening: socket.socket
) -> int:
    """Run `command` in a session of its own, no child of ours, its output in `log`; its pid."""
    shell = '"$@" >"$0" 2>&1 </dev/null & echo $!'
    started = subprocess.run(  # noqa: S603 - our own command, no shell text from outside
        ["/bin/sh", "-c", shell, str(log), *command],
        env=environment,
        cwd=log.parent,
        stdout=subprocess.PIPE,
        pass_fds=[listening.fileno()],
        start_new_session=True,
        check=True,
        text=True,
    )
    return int(started.stdout)


def _end(home: Path) -> None:
    """End the recorded process, if it is still that one, and forget it."""
    record = _read(home)
    for number in (signal.SIGTERM, signal.SIGKILL):
        deadline = time.monotonic() + SECONDS_TO_STOP
        while record and record.is_alive() and time.monotonic() < deadline:
            with contextlib.suppress(ProcessLookupError):
                os.kill(record.pid, number)
            time.sleep(0.05)
    (home / "server.json").unlink(missing_ok=True)


def _read(home: Path) -> _Record | None:
    """Return what is recorded; None if nothing is, or if the file is damaged."""
    try:
        return _Record(**json.loads((home / "server.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def _write(home: Path, record: _Record) -> None:
    """Replace the record whole: a reader sees the old one or the new one."""
    beside = home / "server.json.new"
    beside.write_text(json.dumps(asdict(record)))
    beside.replace(home / "server.json")
