"""A clone of the project in a folder of its own, with its own local AWS, driven as a user does."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

from local.aws import server
from local.aws.server import Server
from local.state import State
from local.workspace import Workspace
from triflow import stacks

PROJECT = Path(__file__).resolve().parents[2]
REGION = "ap-northeast-2"
SECONDS_TO_END = 60


class Clone:
    """A copy of the project's files; the environment `.venv` is shared with the original."""

    def __init__(self, root: Path) -> None:
        """Copy every file that git knows or would take, so that an unsaved change is tested too."""
        self.root = root
        self._clients: dict[tuple[str, str], Any] = {}
        wish = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        known = subprocess.run(  # noqa: S603 - fixed words
            wish, cwd=PROJECT, capture_output=True, text=True, check=True
        )
        for name in filter(None, known.stdout.split("\0")):
            if (PROJECT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(PROJECT / name, root / name)
        (root / ".venv").symlink_to(sys.prefix)

    @property
    def workspace(self) -> Workspace:
        """Return the local room of the clone."""
        return Workspace(self.root)

    @property
    def server(self) -> Server:
        """Return the clone's running local AWS."""
        found = server.find(self.workspace.aws)
        assert found is not None, "the local AWS of the clone does not run"
        return found

    def triflow(
        self, *arguments: str, cwd: Path | None = None, **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run the command line of the clone to its end; its screen and errors are in stdout."""
        return subprocess.run(  # noqa: S603 - our own command
            self.command(*arguments),
            cwd=cwd or self.root,
            env=self.environment | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def ok(self, *arguments: str, **variables: str) -> str:
        """Run the command line and return its screen; the test fails if it fails."""
        done = self.triflow(*arguments, cwd=None, **variables)
        assert done.returncode == 0, done.stdout
        return done.stdout

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        """Start the command line and return at once."""
        return subprocess.Popen(  # noqa: S603 - our own command
            self.command(*arguments),
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def command(self, *arguments: str) -> list[str]:
        """Return the command line of the clone."""
        return [str(self.root / ".venv/bin/python"), "-m", "triflow", *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """Return the caller's environment, with the clone's modules before the original's."""
        return os.environ | {"PYTHONPATH": str(self.root)}

    def state(self, stack: str) -> State | None:
        """Return what is recorded of a stack."""
        return self.workspace.state(self.root / stacks.chosen(stack)[0].folder, stack)

    def resources(self, stack: str, kind: str = "") -> list[dict[str, Any]]:
        """Return the recorded resources of a stack, of one kind if it is given."""
        known = self.state(stack)
        return [r for r in (known.resources if known else ()) if r["type"].startswith(kind)]

    def aws(self, service: str) -> Any:  # noqa: ANN401 - boto3 makes the class as it is asked
        """Return the client of the clone's local AWS, made anew after that was."""
        key = service, self.server.endpoint
        if key not in self._clients:
            self._clients[key] = boto3.client(
                service,  # type: ignore[call-overload]
                endpoint_url=self.server.endpoint,
                region_name=REGION,
                aws_access_key_id="local",
                aws_secret_access_key="local",  # noqa: S106 - no secret: the local AWS takes any
            )
        return self._clients[key]

    def write(self, name: str, text: str) -> None:
        """Write one of the clone's files."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def read(self, name: str) -> str:
        """Return the text of one of the clone's files."""
        return (self.root / name).read_text()

    @contextmanager
    def edited(self, name: str, old: str, new: str) -> Iterator[None]:
        """Replace words of one file while the block runs."""
        before = self.read(name)
        assert old in before, f"{name} does not hold {old!r} any more"
        self.write(name, before.replace(old, new))
        try:
            yield
        finally:
            self.write(name, before)

    def replace_program(self, program: Path) -> None:
        """Put another program, foundation and policy pack into the place of the real ones."""
        for name in ("foundation", "policy"):
            shutil.rmtree(self.root / name)
        for path in self.root.glob("Pulumi*.yaml"):
            path.unlink()
        shutil.copytree(program, self.root, dirs_exist_ok=True)

    def close(self) -> None:
        """End what runs for the clone."""
        server.stop(self.workspace.aws)


def processes_of(root: Path) -> dict[int, str]:
    """Return the processes that work for the clone, the local AWS itself left out."""
    listing = subprocess.run(
        ["/bin/ps", "-wweo", "pid=,args="], capture_output=True, text=True, check=True
    )
    own = (line.strip().partition(" ") for line in listing.stdout.splitlines())
    return {
        int(pid): words
        for pid, _, words in own
        if _works_for(int(pid), words, root) and "moto_process" not in words
    }


def left_behind(root: Path) -> dict[int, str]:
    """Return the processes that work for the clone although each has had its time to end."""
    deadline = time.monotonic() + SECONDS_TO_END
    while (left := processes_of(root)) and time.monotonic() < deadline:
        time.sleep(0.2)
    return left


def _works_for(pid: int, words: str, root: Path) -> bool:
    if str(root) in words:
        return True
    try:
        return Path(f"/proc/{pid}/cwd").resolve().is_relative_to(root) and pid != os.getpid()
    except OSError:
        return False


def kill(pid: int) -> None:
    """End a process without a chance to clean up."""
    os.kill(pid, signal.SIGKILL)
