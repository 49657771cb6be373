"""What the checks look at: the stack, its settings, what is planned, what is recorded."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from triflow import aws
from triflow.aws import Aws
from triflow.errors import TriflowError
from triflow.preflight.engine import Engine, Plan
from triflow.report import Line, unanswered
from triflow.stacks import ROOT, Stack


@dataclass(frozen=True)
class Context:
    """One look before a deployment; `foundation` is empty where that is not up.

    `unread` says of which stacks the state could not be read, and why.
    """

    asked: Aws
    stack: Stack
    engine: Engine
    settings: dict[str, Any]
    plan: Plan
    foundation: dict[str, Any]
    unread: Mapping[str, TriflowError]

    def unknown(self, subject: str, stack: str) -> Line | None:
        """Return the line of something that hangs on a stack's state, if that is not known."""
        why = self.unread.get(stack)
        if not why:
            return None
        fact = f"could not be checked: {why.fact.removesuffix('.')}"
        return Line("unknown", subject, fact, why.fix)


Check = Callable[[Context], Iterable[Line]]


def settings(stack: Stack) -> dict[str, Any]:
    """Return the settings in a stack's file, by their names without the project's.

    TriflowError if the file is missing or is no YAML.
    """
    path = ROOT / stack.folder / f"Pulumi.{stack.name}.yaml"
    try:
        content = yaml.safe_load(path.read_text()) or {}
    except (OSError, yaml.YAMLError) as error:
        raise TriflowError(
            f"{path.name} cannot be read.", "Nothing was checked.", f"git checkout {path.name}"
        ) from error
    return {
        str(key).rpartition(":")[2]: value for key, value in (content.get("config") or {}).items()
    }


def run(subject: str, check: Check, context: Context) -> list[Line]:
    """Return the lines of a check; one line that says so if AWS does not answer it."""
    try:
        return list(check(context))
    except aws.ERRORS as error:
        return [unanswered(subject, aws.refusal(error))]
