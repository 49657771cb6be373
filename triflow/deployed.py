"""What a stack deployed, as its state says: outputs, resources by type and by logical name.

`outputs.read` reads it from the stack's backend. Nothing here asks AWS, and nothing changes it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from triflow import stacks
from triflow.errors import TriflowError

ENCRYPTED = "4dabf18193072939515e22adb298388d"  # the key that marks a secret in a state
PROVIDER = "pulumi:providers:aws"


class NotDeployed(TriflowError):  # noqa: N818 - a fact about the stack, not a mistake
    """The stack does not have what is asked for: it is half deployed, or it borrows that."""

    def __init__(self, stack: str, lacks: str) -> None:
        fact = f"{stack} has no {lacks}."
        super().__init__(
            fact, "It is only half deployed, or by an older program.", stacks.up(stack)
        )

    @property
    def reason(self) -> str:
        """Return the fact as the end of a sentence: `... because REASON`."""
        return self.fact.removesuffix(".")


@dataclass(frozen=True)
class Deployed:
    """A stack as recorded; half deployed is no error: what is not there yet is simply missing.

    `endpoint` is the local AWS's address, empty for an account; `pending` counts the operations
    that an interrupted update left behind.
    """

    stack: str
    resources: tuple[dict[str, Any], ...]
    endpoint: str = ""
    pending: int = 0
    guarded_by_passphrase: bool = False

    @property
    def outputs(self) -> dict[str, Any]:
        """Return the stack's outputs; empty after a first update that failed."""
        roots = self.of_kind("pulumi:pulumi:Stack")
        return dict(roots[0].get("outputs") or {}) if roots else {}

    @property
    def up(self) -> str:
        """Return what to type where something of the stack is missing."""
        return stacks.up(self.stack)

    def of_kind(self, kind: str) -> tuple[dict[str, Any], ...]:
        """Return the resources of one type token, such as aws:rds/instance:Instance."""
        return tuple(found for found in self.resources if found["type"] == kind)

    def output(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return one output. NotDeployed if the stack has none of that name, or a secret."""
        found = self.outputs.get(name)
        if not found or (isinstance(found, dict) and ENCRYPTED in found):
            raise NotDeployed(self.stack, f"output {name}")
        return found

    def inputs(self, name: str, kind: str = "") -> Mapping[str, Any]:
        """Return what the program asked for, by logical name, and by type where several have it.

        NotDeployed if it is not there, or if the name alone leaves more than one to choose from.
        """
        return self._resource(name, kind).get("inputs") or {}

    def arn(self, name: str) -> str:
        """Return the ARN of a resource, by logical name. NotDeployed if it has none."""
        found = (self._resource(name, "").get("outputs") or {}).get("arn")
        if not found:
            raise NotDeployed(self.stack, f"ARN of {name} in its state")
        return str(found)

    def named(self, kind: str) -> Iterator[str]:
        """Yield the logical names of a type's resources, such as aws:sns/topic:Topic."""
        yield from (name for name, kinds in self._by_name.items() if kind in kinds)

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

    @cached_property
    def _by_name(self) -> Mapping[str, dict[str, list[dict[str, Any]]]]:
        """Logical names are unique within a type and a parent only, so each holds lists by type."""
        found: dict[str, dict[str, list[dict[str, Any]]]] = {}
        for one in self.resources:
            if one.get("custom"):
                kinds = found.setdefault(one["urn"].rpartition("::")[2], {})
                kinds.setdefault(str(one.get("type")), []).append(one)
        return found

    def _resource(self, name: str, kind: str) -> dict[str, Any]:
        kinds = self._by_name.get(name, {})
        found = kinds.get(kind, []) if kind else [one for rows in kinds.values() for one in rows]
        if not found:
            raise NotDeployed(self.stack, f"{name} in its state")
        if len(found) > 1:
            types = " and ".join(sorted(one["type"] for one in found))
            raise NotDeployed(self.stack, f"single {name} in its state, but {types}")
        return found[0]

    def _provider(self, key: str) -> Any:  # noqa: ANN401 - JSON
        for name in self.named(PROVIDER):
            found = self.inputs(name, PROVIDER).get(key)
            if found:
                return found
        raise NotDeployed(self.stack, f"{key} in the state of its provider")


def from_state(stack: str, state: Mapping[str, Any], endpoint: str = "") -> Deployed:
    """Return what the deployment of an exported state says."""
    resources = state.get("resources") or ()
    return Deployed(
        stack=stack,
        # An update that failed leaves what it has replaced, marked for deletion.
        resources=tuple(one for one in resources if not one.get("delete")),
        endpoint=endpoint,
        pending=len(state.get("pending_operations") or ()),
        guarded_by_passphrase=(state.get("secrets_providers") or {}).get("type") == "passphrase",
    )
