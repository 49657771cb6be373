"""What this stack reads from other stacks, and one clear sentence where they are missing.

A StackReference alone cannot tell: the engine reads it as a resource, and a missing stack stops the
whole run there, before the program hears of it. The same read as a function call returns an error
to the caller, so it goes first; the reference follows, because dependencies hang on a resource.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from program import pack_guard
from settings import PROJECT

FOUNDATION_OUTPUTS = ("ecr_repository_url", "domain", "zone_id")


@dataclass(frozen=True)
class OtherStack:
    """Another stack's outputs: `plain` as its state holds them, `output` with the dependency."""

    plain: Mapping[str, Any]
    reference: pulumi.StackReference

    def output(self, name: str) -> pulumi.Output[Any]:
        """Return an output that `read` was asked to check."""
        return self.reference.get_output(name)


def foundation(reader: str) -> OtherStack:
    """Return what the account has once: the image repository (ADR C6) and the hosted zone.

    Raises:
        pulumi.RunError: the foundation stack is missing or lacks an output.
    """
    return read(reader, f"{PROJECT}-foundation", "foundation", FOUNDATION_OUTPUTS)


def read(reader: str, project: str, stack: str, needed: Iterable[str]) -> OtherStack:
    """Return the outputs of a stack in the same organization, after checking they are all there.

    Raises:
        pulumi.RunError: the stack does not exist, was never brought up, or lacks an output.
    """
    name = f"{pulumi.get_organization()}/{project}/{stack}"
    plain = _outputs(name)
    absent = [output for output in needed if output not in (plain or {})]
    if plain is None or absent:
        raise pulumi.RunError(_told(reader, project, stack, absent if plain else None))
    return OtherStack(plain, pulumi.StackReference(stack, name))


def _outputs(name: str) -> dict[str, Any] | None:
    """Return the outputs as the state holds them; None if the backend has no such stack."""
    try:
        answer = pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", {"name": name})
    except Exception as refusal:  # the SDK raises no narrower class for an engine's error
        if "unknown stack" not in str(refusal):
            raise
        return None
    outputs: dict[str, Any] = answer.value["outputs"]
    return outputs


def _told(reader: str, project: str, stack: str, absent: list[str] | None) -> str:
    folder = "." if project == PROJECT else stack
    lack = f"has no output {', '.join(absent)}" if absent else "is not up"
    return (
        f"{reader} builds on the stack {stack}, which {lack}. "
        "Nothing was planned.\n"
        f"Fix: {pack_guard.update(stack, folder)}"
    )
