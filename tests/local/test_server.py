"""The local AWS as a process: found again, never doubled, never mistaken for another one."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from local.aws import epoch, server
from local.errors import LocalError
from local.processes import is_running

STAND_IN = Path(__file__).with_name("stand_in_server.py")
SECONDS_TO_END = 120


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a home folder whose server is the stand-in, and end it after the test."""
    monkeypatch.setattr(server, "_command", lambda fd: [sys.executable, str(STAND_IN), str(fd)])
    yield tmp_path
    server.stop(tmp_path)


def forget_everything(running: server.Server) -> None:
    """Empty the server without its runner's knowledge."""
    address = urlsplit(running.endpoint)
    connection = http.client.HTTPConnection(str(address.hostname), address.port)
    connection.request("POST", "/forget")
    connection.getresponse().read()
    connection.close()


def wait_for_the_end(ending: server.Server) -> None:
    """Wait until the process of a server has ended; another process ends it."""
    deadline = time.monotonic() + SECONDS_TO_END
    while is_running(ending.pid):
        assert time.monotonic() < deadline, "the server runs on"
        time.sleep(0.02)


def test_a_started_server_is_found_by_the_next_command(home: Path) -> None:
    """A second start returns the running server, with the same process and epoch."""
    first = server.start(home)

    second = server.start(home)

    assert second == first == server.find(home)
    assert epoch.current(first.endpoint) == first.epoch


def test_two_starts_at_once_give_one_server(home: Path) -> None:
    """The file lock lets one caller start it while the other waits and then finds it."""
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(server.start, [home, home])

    assert first == second


def test_two_clones_have_two_servers(home: Path) -> None:
    """Each home has its own; stopping one leaves the other running."""
    ours, theirs = server.start(home / "ours"), server.start(home / "theirs")

    server.stop(home / "ours")

    assert ours.endpoint != theirs.endpoint
    assert server.find(home / "ours") is None
    assert server.find(home / "theirs") == theirs
    server.stop(home / "theirs")


def test_a_stopped_server_is_gone(home: Path) -> None:
    """After stop its process has ended; stopping again is no error."""
    running = server.start(home)

    server.stop(home)
    server.stop(home)

    assert server.find(home) is None
    assert not is_running(running.pid)


def test_a_killed_server_is_replaced_and_the_epoch_tells(home: Path) -> None:
    """A dead pid is not taken for a running server, and the new one has another epoch."""
    killed = server.start(home)
    os.kill(killed.pid, signal.SIGKILL)
    wait_for_the_end(killed)

    assert server.find(home) is None
    assert server.start(home).epoch != killed.epoch


def test_a_server_emptied_behind_its_runners_back_is_replaced(home: Path) -> None:
    """A process that answers without the epoch is ended, so that nobody works on its remains."""
    emptied = server.start(home)
    forget_everything(emptied)

    assert server.find(home) is None
    renewed = server.start(home)

    assert renewed.epoch != emptied.epoch
    assert not is_running(emptied.pid)


def test_a_reset_leaves_an_empty_server_with_a_new_epoch(home: Path) -> None:
    """What was in the server before the reset is known to be gone."""
    before = server.start(home)

    after = server.reset(home)

    assert after.epoch != before.epoch
    assert server.find(home) == after


def test_a_foreign_process_with_the_recorded_pid_is_left_alone(home: Path) -> None:
    """A pid given out again since is neither taken for the server nor ended by stop."""
    running = server.start(home)
    record = json.loads((home / "server.json").read_text())
    bystander = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    (home / "server.json").write_text(json.dumps(record | {"pid": bystander.pid}))

    assert server.find(home) is None
    server.stop(home)

    assert bystander.poll() is None
    bystander.communicate(b"\n")
    os.kill(running.pid, signal.SIGKILL)


def test_a_port_taken_since_by_another_is_given_up(home: Path) -> None:
    """The server died and somebody else listens on its port: the new one gets a port of its own."""
    died = server.start(home)
    os.kill(died.pid, signal.SIGKILL)
    wait_for_the_end(died)
    with socket.create_server(("127.0.0.1", urlsplit(died.endpoint).port or 0)):
        running = server.start(home)

    assert running.endpoint != died.endpoint
    assert server.find(home) == running


def test_a_foreign_server_on_the_recorded_port_is_not_ours() -> None:
    """A stranger's answer carries no epoch, whatever status it has."""

    class Stranger(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"hello")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            pass

    with HTTPServer(("127.0.0.1", 0), Stranger) as stranger:
        threading.Thread(target=stranger.handle_request).start()
        endpoint = f"http://127.0.0.1:{stranger.server_port}"

        assert epoch.current(endpoint) is None


def test_a_damaged_record_counts_as_none(home: Path) -> None:
    """A file cut short by a full disk does not end the command in a traceback."""
    (home / "server.json").write_text('{"endpoint": ')

    assert server.find(home) is None
    assert server.start(home) == server.find(home)


def test_a_server_that_never_starts_is_one_error_with_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the log, in which the process said why."""
    monkeypatch.setattr(server, "_command", lambda _: [sys.executable, "-c", "exit('no moto')"])

    with pytest.raises(LocalError) as failure:
        server.start(tmp_path)

    assert str(failure.value) == (
        "The local AWS did not start. Nothing was changed. "
        f"Its last words are in {tmp_path / 'server.log'}.\n"
        "Fix: read that file, then run the same command again"
    )
    assert (tmp_path / "server.log").read_text() == "no moto\n"


def test_the_real_moto_starts_with_the_account_and_outlives_its_starter(tmp_path: Path) -> None:
    """The real server, started by a command that has ended, answers with the account asked for."""
    starter = (
        "import pathlib, sys; from local.aws import server;"
        "server.start(pathlib.Path(sys.argv[1]), '210987654321')"
    )
    subprocess.run([sys.executable, "-c", starter, str(tmp_path)], check=True)  # noqa: S603

    running = server.find(tmp_path)

    assert running is not None
    parameter = epoch._ask(running.endpoint, "GetParameter", {"Name": epoch.PARAMETER})
    assert parameter is not None
    assert ":210987654321:" in json.dumps(parameter)
    server.stop(tmp_path)


@pytest.mark.end_to_end
def test_a_server_ends_when_its_clone_is_deleted(tmp_path: Path) -> None:
    """Nobody could find it any more to end it, so it looks after itself."""
    running = server.start(tmp_path / "aws")

    shutil.rmtree(tmp_path / "aws")

    wait_for_the_end(running)
