"""What a stack has deployed: its outputs and its recorded resources, from its own backend."""

import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local.aws.server import Server
from local.workspace import Workspace
from triflow import stacks
from triflow.aws import Aws
from triflow.errors import TriflowError
from triflow.stacks import ROOT, Stack

SECONDS_TO_EXPORT = 60


@dataclass(frozen=True)
class Deployed:
    """A stack as recorded; half deployed is no error: what is not there yet is simply missing."""

    stack: str
    resources: tuple[dict[str, Any], ...]

    @property
    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs; empty after a first update that failed."""
        roots = self.of_kind("pulumi:pulumi:Stack")
        return dict(roots[0].get("outputs") or {}) if roots else {}

    @property
    def up(self) -> str:
        """Return what to type where something of the stack is missing."""
        return f"make up STACK={self.stack}   (in an account: pulumi up -s {self.stack})"

    def of_kind(self, kind: str) -> tuple[dict[str, Any], ...]:
        """Return the resources of one type token, such as aws:rds/instance:Instance."""
        return tuple(found for found in self.resources if found["type"] == kind)

    def output(self, name: str) -> str:
        """Return one output. TriflowError if the stack has none of that name yet."""
        found = self.outputs.get(name)
        if not found:
            raise TriflowError(
                f"{self.stack} has no output {name}.",
                "It is only half deployed, or was deployed by an older program.",
                self.up,
            )
        return str(found)


def read(aws: Aws, name: str) -> Deployed:
    """Return what a stack has deployed in this AWS. TriflowError if it is not up."""
    stack = stacks.chosen(name)[0]
    resources = tuple(state(aws, stack).get("resources") or ())
    if not any(not found["type"].startswith("pulumi:") for found in resources):
        raise TriflowError(
            f"{stack.name} is not up in {aws.place}.",
            "There is nothing to look at.",
            Deployed(stack.name, ()).up,
        )
    # An update that failed leaves what it has replaced, marked for deletion.
    return Deployed(stack.name, tuple(found for found in resources if not found.get("delete")))


def state(aws: Aws, stack: Stack) -> Mapping[str, Any]:
    """Return the stack's state as the engine exports it; empty if it was never brought up.

    The local one is read from its file. TriflowError if the backend cannot be read, or if the
    state is about a local AWS that has been emptied since.
    """
    return _local(aws.server, stack) if aws.server else _exported(stack)


def _local(server: Server, stack: Stack) -> Mapping[str, Any]:
    workspace = Workspace(ROOT)
    project = workspace.root / stack.folder
    known = workspace.state(project, stack.name)
    if known is None:
        return {}
    if workspace.was_emptied(server, project, stack.name):
        raise TriflowError(
            f"The local AWS was restarted, and what was up of {stack.name} is gone with it.",
            "There is nothing to look at.",
            f"make up STACK={stack.name}",
        )
    return {"resources": known.resources, "pending_operations": [None] * known.pending}


def _exported(stack: Stack) -> Mapping[str, Any]:
    """Ask the engine on PATH, in the reader's own backend; secrets stay encrypted."""
    pulumi = shutil.which("pulumi")
    if pulumi is None:
        raise _unreadable(stack, "pulumi is not on PATH")
    try:
        answer = subprocess.run(  # noqa: S603 - the engine
            [pulumi, "stack", "export", "-s", stack.name, "--non-interactive"],
            cwd=ROOT / stack.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS_TO_EXPORT,
        )
    except subprocess.TimeoutExpired as late:
        raise _unreadable(stack, f"no answer in {SECONDS_TO_EXPORT} s") from late
    if answer.returncode:
        raise _unreadable(stack, answer.stderr.strip().removeprefix("error: "))
    return json.loads(answer.stdout)["deployment"] or {}


def _unreadable(stack: Stack, why: str) -> TriflowError:
    return TriflowError(
        f"The state of {stack.name} cannot be read: {why.rstrip('.')}.",
        "What it has deployed is not known.",
        "pulumi login s3://...   (the stack's own backend; or the local AWS: make up)",
    )
