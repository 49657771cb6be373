"""The real engine runs a Python program and its pack, and leaves no process behind."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.engine import locate
from local.processes import is_running, started_at

pytestmark = pytest.mark.end_to_end

PROGRAM = """
import pulumi

class Room(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("tiny:house:Room", name)
        self.register_outputs({})

Room("kitchen")
pulumi.export("guest", pulumi.Config().get("guest"))
"""
PACK = """
import pulumi
from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy

def greet(args, report):
    rooms = [r for r in args.resources if r.resource_type == "tiny:house:Room"]
    guest = pulumi.Config("tiny").get("guest")
    report(f"{pulumi.get_stack()}: {len(rooms)} room for {guest}")

PolicyPack("greeting", [StackValidationPolicy("greet", "Greets.", greet)],
           enforcement_level=EnforcementLevel.ADVISORY)
"""
# Started, it has a helper of its own and never ends by itself.
ENDLESS = """
import pathlib, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(900)"])
pathlib.Path("started").touch()
time.sleep(900)
"""
LIMIT_SECONDS = 300


@dataclass(frozen=True)
class Project:
    """A Pulumi project in a folder of its own, with an empty file backend."""

    command: Path
    folder: Path
    environment: Mapping[str, str]

    def pulumi(self, *arguments: str) -> str:
        """Return all that the command prints; it has to succeed."""
        done = subprocess.run(  # noqa: S603 - the test's own commands
            [self.command, "--non-interactive", *arguments],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def start_preview(self) -> "subprocess.Popen[str]":
        """Start a preview and return once the program's own code runs."""
        process = subprocess.Popen(  # noqa: S603 - the engine
            [self.command, "--non-interactive", "preview"],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            process_group=0,
        )
        until((self.folder / "started").exists)
        return process


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Return the tiny project with its pack and an empty stack called dev."""
    python = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
    pack = tmp_path / "pack"
    pack.mkdir()
    (tmp_path / "Pulumi.yaml").write_text(json.dumps({"name": "tiny", "runtime": python}))
    (tmp_path / "__main__.py").write_text(PROGRAM)
    (pack / "PulumiPolicy.yaml").write_text(json.dumps({"runtime": python}))
    (pack / "__main__.py").write_text(PACK)
    (tmp_path / "state").mkdir()
    command = locate.ensure(print).pulumi
    made = Project(
        command,
        tmp_path,
        {
            **{key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")},
            "PATH": os.pathsep.join([str(command.parent), os.environ["PATH"]]),
            "PULUMI_HOME": str(tmp_path / "home"),
            "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "of no secret",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PULUMI_OPTION_POLICY_PACK": str(pack),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        },
    )
    made.pulumi("stack", "init", "dev")
    return made


def until(is_so: Callable[[], bool]) -> None:
    """Return once it is so; five minutes are far too long."""
    limit = time.monotonic() + LIMIT_SECONDS
    while not is_so():
        assert time.monotonic() < limit, "it never came to be"
        time.sleep(0.05)


def descendants(pid: int) -> dict[int, str | None]:
    """Return what `pid` has started, directly or not, with the time of each start."""
    listing = subprocess.run(
        ["/bin/ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True
    )
    rows = [line.split() for line in listing.stdout.splitlines()]
    parents = {int(child): int(parent) for child, parent in rows}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {child: started_at(child) for child in found - {pid}}


def test_a_program_without_configuration_is_previewed(project: Project) -> None:
    """The pack starts although the stack has no configuration at all."""
    assert "dev: 1 room for None" in project.pulumi("preview")


def test_a_program_is_brought_up_under_its_pack(project: Project) -> None:
    """Program and pack both see the stack's configuration; the second update changes nothing."""
    project.pulumi("config", "set", "guest", "Ada")

    first = project.pulumi("up", "--yes")
    second = project.pulumi("up", "--yes")

    assert "dev: 1 room for Ada" in first
    assert json.loads(project.pulumi("stack", "output", "--json")) == {"guest": "Ada"}
    assert "2 unchanged" in second


def test_a_state_is_judged_without_the_program(project: Project) -> None:
    """`policy analyze` runs the pack over what is there."""
    project.pulumi("up", "--yes")
    (project.folder / "__main__.py").unlink()

    judged = project.pulumi("policy", "analyze", "--policy-pack", "pack", "--stack", "dev")

    assert "1 room" in judged


def test_an_exception_is_told_once(project: Project) -> None:
    """The traceback ends at the user's line, and nothing follows about exit codes."""
    (project.folder / "__main__.py").write_text("raise ValueError('no such room')\n")

    with pytest.raises(AssertionError) as caught:
        project.pulumi("preview")

    assert "ValueError: no such room" in str(caught.value)
    assert "exit code" not in str(caught.value)


def test_dependencies_are_installed(project: Project) -> None:
    """`pulumi install` lays the environment of a uv project, here one that needs nothing."""
    if shutil.which("uv", path=project.environment["PATH"]) is None:
        pytest.skip("no uv on PATH: this tool chain cannot be tried")
    runtime = {"name": "python", "options": {"toolchain": "uv", "virtualenv": ".venv"}}
    (project.folder / "Pulumi.yaml").write_text(json.dumps({"name": "tiny", "runtime": runtime}))
    (project.folder / "pyproject.toml").write_text(
        '[project]\nname = "tiny"\nversion = "1"\nrequires-python = ">=3.11"\n'
    )

    project.pulumi("install")

    assert (project.folder / ".venv" / "bin" / "python").exists()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_command(project: Project, sent: signal.Signals) -> None:
    """Interrupted, ended or killed: host, pack, program and the program's helper all go."""
    (project.folder / "__main__.py").write_text(ENDLESS)
    command = project.start_preview()
    started = descendants(command.pid)

    os.kill(command.pid, sent)
    command.communicate(timeout=LIMIT_SECONDS)

    assert len(started) == 4
    until(lambda: not any(is_running(pid, start) for pid, start in started.items()))
