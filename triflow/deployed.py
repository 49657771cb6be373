"""What a stack deployed, read from its state: outputs, resources by logical name, and where AWS is.

A stack that is up in the running local AWS is read from its file; any other is asked of the engine
on PATH, with the reader's own login. Nothing here changes anything.
"""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.aws import server as local_aws
from local.workspace import Workspace
from triflow import stacks
from triflow.errors import TriflowError
from triflow.stacks import Stack

ROOT = Path(__file__).resolve().parents[1]
SECONDS_TO_EXPORT = 60
ENCRYPTED = "4dabf18193072939515e22adb298388d"  # the key that marks a secret in a state
PROVIDER = "pulumi:providers:aws"


class NotDeployed(Exception):  # noqa: N818 - a fact about the stack, not a mistake
    """The stack does not have what is asked for: it is half deployed, or it borrows that."""


@dataclass(frozen=True)
class Deployed:
    """A stack's state; `endpoint` is the local AWS's address, empty for AWS itself."""

    stack: str
    resources: Mapping[str, Mapping[str, Any]]
    outputs: Mapping[str, Any]
    endpoint: str = ""
    pending: int = 0
    guarded_by_passphrase: bool = False

    def output(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return an output. NotDeployed if there is none, or if it is a secret."""
        found = self.outputs.get(name)
        if found is None or (isinstance(found, dict) and ENCRYPTED in found):
            raise NotDeployed(f"{self.stack} has no output {name}")
        return found

    def inputs(self, name: str) -> Mapping[str, Any]:
        """Return what the program asked for, by logical name. NotDeployed if it is not there."""
        return self._resource(name).get("inputs") or {}

    def arn(self, name: str) -> str:
        """Return the ARN of a resource, by logical name. NotDeployed if it has none."""
        found = (self._resource(name).get("outputs") or {}).get("arn")
        if not found:
            raise NotDeployed(f"{self.stack} has no ARN of {name} in its state")
        return str(found)

    def named(self, kind: str) -> Iterator[str]:
        """Yield the logical names of a type's resources, such as aws:sns/topic:Topic."""
        yield from (name for name, one in self.resources.items() if one.get("type") == kind)

    @property
    def region(self) -> str:
        """Return the region of the stack's provider. NotDeployed if the state has none."""
        return str(self._provider("region"))

    @property
    def account_ids(self) -> Sequence[str]:
        """Return the accounts that the stack may be deployed to; empty if it names none."""
        try:
            allowed = json.loads(self._provider("allowedAccountIds"))
        except NotDeployed:
            return []
        return [str(one) for one in allowed]

    def _resource(self, name: str) -> Mapping[str, Any]:
        if name not in self.resources:
            raise NotDeployed(f"{self.stack} has no {name} in its state")
        return self.resources[name]

    def _provider(self, key: str) -> Any:  # noqa: ANN401 - JSON
        for name in self.named(PROVIDER):
            found = self.inputs(name).get(key)
            if found:
                return found
        raise NotDeployed(f"{self.stack} has no {key} in the state of its provider")


def read(name: str) -> Deployed:
    """Return the stack of that name, an environment's.

    TriflowError if there is no such stack, nothing of it is deployed, or it cannot be read.
    """
    stack = stacks.chosen(name)[0]
    found = _local(stack) or _exported(stack)
    if not any(one.get("id") for one in found.resources.values()):
        raise TriflowError(
            f"Nothing of {name} is deployed.",
            "There is nothing to look at.",
            f"make up STACK={name}   (on AWS: pulumi up -s {name})",
        )
    return found


def from_state(stack: str, state: Mapping[str, Any], endpoint: str = "") -> Deployed:
    """Return what the deployment of an exported state says."""
    resources = state.get("resources") or ()
    roots = [one for one in resources if one["type"] == "pulumi:pulumi:Stack"]
    return Deployed(
        stack=stack,
        resources={one["urn"].rpartition("::")[2]: one for one in resources if one.get("custom")},
        outputs=dict(roots[0].get("outputs") or {}) if roots else {},
        endpoint=endpoint,
        pending=len(state.get("pending_operations") or ()),
        guarded_by_passphrase=(state.get("secrets_providers") or {}).get("type") == "passphrase",
    )


def _local(stack: Stack) -> Deployed | None:
    """Return the stack as the running local AWS has it; None if it is not up there."""
    workspace = Workspace(ROOT)
    server = local_aws.find(workspace.aws)
    project = workspace.root / stack.folder
    known = workspace.state(project, stack.name) if server else None
    if server is None or known is None or not known.has_resources():
        return None
    if workspace.was_emptied(server, project, stack.name):
        raise TriflowError(
            f"The local AWS was restarted, and what was up of {stack.name} is gone with it.",
            "There is nothing to look at.",
            f"make up STACK={stack.name}",
        )
    found = {"resources": known.resources, "pending_operations": [None] * known.pending}
    return from_state(stack.name, found, server.endpoint)


def _exported(stack: Stack) -> Deployed:
    """Return the stack as the engine on PATH exports it, from the reader's own backend."""
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
    return from_state(stack.name, json.loads(answer.stdout)["deployment"] or {})


def _unreadable(stack: Stack, why: str) -> TriflowError:
    return TriflowError(
        f"The state of {stack.name} cannot be read: {why.rstrip('.')}.",
        "What should be there is not known.",
        f"make up STACK={stack.name}   (on AWS: pulumi login, then the same again)",
    )
