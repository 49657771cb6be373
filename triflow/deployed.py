"""What a stack deployed, read from its state: outputs, resources by logical name, and where AWS is.

Which AWS is asked is `aws.find`'s to say, as for every verb. Nothing here changes anything.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from triflow import aws, stacks
from triflow import outputs as recorded
from triflow.errors import TriflowError

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
    asked = aws.find()
    endpoint = asked.server.endpoint if asked.server else ""
    found = from_state(stack.name, recorded.state(asked, stack), endpoint)
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
