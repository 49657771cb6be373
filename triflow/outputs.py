"""What a stack has deployed: its outputs and its recorded resources, from its own backend."""

import json
import subprocess
from dataclasses import dataclass
from typing import Any

from local.aws.server import Server
from local.engine import locate
from local.workspace import Workspace
from triflow import stacks
from triflow.aws import Aws
from triflow.errors import TriflowError
from triflow.stacks import ROOT, Stack


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
    resources = _local(aws.server, stack) if aws.server else _exported(stack)
    if not any(not found["type"].startswith("pulumi:") for found in resources):
        raise TriflowError(
            f"{stack.name} is not up in {aws.place}.",
            "There is nothing to look at.",
            Deployed(stack.name, ()).up,
        )
    # An update that failed leaves what it has replaced, marked for deletion.
    return Deployed(stack.name, tuple(found for found in resources if not found.get("delete")))


def _local(server: Server, stack: Stack) -> tuple[dict[str, Any], ...]:
    """Return the resources in the local state; a stack of an emptied local AWS has none."""
    workspace = Workspace(ROOT)
    project = workspace.root / stack.folder
    known = workspace.state(project, stack.name)
    emptied = workspace.was_emptied(server, project, stack.name)
    return () if emptied or not known else known.resources


def _exported(stack: Stack) -> tuple[dict[str, Any], ...]:
    """Return the resources that the engine exports, secrets still encrypted."""
    answer = subprocess.run(  # noqa: S603 - the engine
        [locate.ensure(_silent).pulumi, "stack", "export", "-s", stack.name, "--non-interactive"],
        cwd=ROOT / stack.folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        reason = answer.stderr.strip().removeprefix("error: ")
        raise TriflowError(
            f"The state of {stack.name} cannot be read: {reason}.",
            "What it has deployed is not known.",
            "pulumi login s3://...   (the stack's own backend; or the local AWS: make up)",
        )
    return tuple(json.loads(answer.stdout)["deployment"].get("resources") or ())


def _silent(_text: str) -> None:
    """Take what the engine's installation tells; a verb that only looks does not show it."""
