"""Runs the engine for one stack in the local environment, and keeps the tally of what it tells."""

import signal
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local import state
from local.aws import server as local_aws
from local.aws.server import Server
from local.engine import locate
from local.engine.locate import Engine
from local.processes import running
from local.workspace import Workspace, project_name
from triflow import events, problems
from triflow.errors import TriflowError
from triflow.problems import Problem
from triflow.stacks import ROOT, Stack
from triflow.tally import Tally

Tell = Callable[[str], None]
AWS_GONE = (
    "The local AWS stopped while {stack} was worked on. What was made in it is gone.\n"
    "Fix: make up   (it rebuilds by itself)"
)
KILLED = (
    "The engine was killed by signal {signal} while {stack} was worked on. "
    "What was in flight is not recorded.\nFix: make up   (it clears up by itself)"
)


@dataclass(frozen=True)
class EngineRunner(ABC):
    """The engine, and the clone in which it works; which AWS it works on is the subclass's."""

    engine: Engine
    workspace: Workspace
    tell: Tell

    @abstractmethod
    def environment(self, stack: Stack | None) -> dict[str, str]:
        """Return the environment of an engine command; the policy pack is always part of it."""

    @abstractmethod
    def settle(self, stack: Stack, tally: Tally) -> bool:
        """Make the stack's state true again before it is worked on; False if that failed."""

    @abstractmethod
    def was_emptied(self, stack: Stack) -> bool:
        """Return whether the stack's state is about an AWS that has been emptied since."""

    @abstractmethod
    def aws_is_gone(self) -> bool:
        """Return whether the AWS ended while the engine worked on it."""

    @property
    def always(self) -> dict[str, str]:
        """Return the variables that every engine command has, on whichever AWS."""
        return {
            "PULUMI_OPTION_POLICY_PACK": str(self.workspace.root / "policy"),
            # Makes the engine accept --event-log.
            "PULUMI_DEBUG_COMMANDS": "true",
        }

    def project(self, stack: Stack) -> Path:
        """Return the folder of the stack's project."""
        return self.workspace.root / stack.folder

    def log(self, stack: Stack) -> Path:
        """Return the file that keeps everything the engine printed for the stack."""
        folder = self.workspace.home / "logs"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{stack.name}.log"

    def run(
        self, stack: Stack, arguments: Sequence[str], phases: Sequence[str], tally: Tally
    ) -> bool:
        """Run one engine command and return whether it succeeded; `tally` tells what it did.

        KeyboardInterrupt is handed on to the engine, which finishes what is in flight; it is
        raised again when the engine has ended.
        """
        environment = self.environment(stack)
        upcoming = iter(phases)
        tally.phase = phases[0]

        def begin() -> None:
            tally.begin(next(upcoming, tally.phase))

        started = time.monotonic()
        log = self.log(stack)
        with events.listening(begin, tally.feed) as address, log.open("wb") as output:
            command = [str(self.engine.pulumi), *arguments, "--non-interactive"]
            folder = self.project(stack)
            with running([*command, "--event-log", address], environment, folder, output) as engine:
                code = _wait(engine, self.tell)
        tally.seconds += time.monotonic() - started
        if code:
            self._explain(stack, tally, log, code)
        return code == 0

    def ask(self, stack: Stack, *arguments: str, text: str | None = None) -> str:
        """Return what an engine command answers that changes nothing in AWS; `text` is its input.

        TriflowError with the engine's words if it fails.
        """
        answer = subprocess.run(  # noqa: S603 - the engine
            [self.engine.pulumi, *arguments],
            env=self.environment(stack),
            cwd=self.project(stack),
            input=text or "",
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode:
            raise TriflowError(
                f"{stack.name}: pulumi {' '.join(arguments)} failed: {answer.stderr.strip()}",
                "The command stops here.",
                "mend that, then run this again",
            )
        return answer.stdout

    def _explain(self, stack: Stack, tally: Tally, log: Path, code: int) -> None:
        """Add to the tally why the run failed, where the events do not tell."""
        if self.aws_is_gone():
            tally.problems = {Problem("", AWS_GONE.format(stack=stack.name)): None}
        elif code < 0:
            tally.problems[Problem("", KILLED.format(stack=stack.name, signal=-code))] = None
        elif not tally.problems and not tally.stopped_by_policy:
            tally.problems |= dict.fromkeys(problems.in_log(log.read_text(errors="replace")))
        if not tally.problems and not tally.stopped_by_policy:
            tally.problems[Problem("", f"The engine failed without a reason; see {log}")] = None


@dataclass(frozen=True)
class Runner(EngineRunner):
    """The engine on the local AWS of the clone."""

    server: Server

    def environment(self, stack: Stack | None) -> dict[str, str]:
        """Return the environment of an engine command; the policy pack is always part of it."""
        project = self.project(stack) if stack else self.workspace.root
        shared = self.workspace.environment(
            self.engine, self.server, project, stack.name if stack else None
        )
        return shared | self.always

    def state(self, stack: Stack) -> state.State | None:
        """Return what is recorded of the stack; None if it was never brought up."""
        return self.workspace.state(self.project(stack), stack.name)

    def outputs(self, stack: Stack) -> dict[str, Any]:
        """Return the stack's outputs; empty if it is not up."""
        known = self.state(stack)
        roots = [r for r in known.resources if r["type"] == "pulumi:pulumi:Stack"] if known else []
        return dict(roots[0].get("outputs") or {}) if roots else {}

    def was_emptied(self, stack: Stack) -> bool:
        """Return whether the stack's state is about a local AWS that has been emptied since."""
        return self.workspace.was_emptied(self.server, self.project(stack), stack.name)

    def remember(self, stack: Stack) -> None:
        """Note that from now on the stack's state is about this local AWS."""
        self.workspace.remember_epoch(self.server, self.project(stack), stack.name)

    def settle(self, stack: Stack, tally: Tally) -> bool:
        """Make the stack's state true again before it is worked on; False if that failed.

        It is not true after the local AWS was emptied, or after an update was killed.
        """
        project, name = self.project(stack), stack.name
        state.clear_locks(self.workspace.states, project_name(project), name, self.tell)
        known = self.state(stack)
        emptied = self.was_emptied(stack)
        if emptied:
            self.tell(f"{name}: the local AWS was restarted and so emptied; refreshing the state")
        elif known and known.pending:
            self.tell(
                f"{name}: an update was killed with {known.pending} steps under way; refreshing"
            )
        if emptied or (known and known.pending):
            wish = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates"]
            if not self.run(stack, wish, ["refreshing"], tally):
                return False
        self.remember(stack)
        return True

    def aws_is_gone(self) -> bool:
        """Return whether the local AWS was stopped, or another one started."""
        return local_aws.find(self.workspace.aws) != self.server


def start(tell: Tell) -> Runner:
    """Return a runner whose engine is there and whose local AWS is running."""
    workspace = Workspace(ROOT)
    engine = locate.ensure(tell)
    running_already = local_aws.find(workspace.aws)
    server = running_already or local_aws.start(workspace.aws)
    if not running_already:
        tell(f"local AWS started at {server.endpoint}")
    return Runner(engine, workspace, tell, server)


def _wait(engine: "subprocess.Popen[bytes]", tell: Tell) -> int:
    """Return the engine's exit code. KeyboardInterrupt if it was interrupted, after its end."""
    interrupted = False
    while True:
        try:
            code = engine.wait()
        except KeyboardInterrupt:
            tell("stopping after what is in flight; Ctrl-C again stops at once; make up goes on")
            engine.send_signal(signal.SIGINT)
            interrupted = True
            continue
        if interrupted:
            raise KeyboardInterrupt
        return code
