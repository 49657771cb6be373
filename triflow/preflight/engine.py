"""What the engine tells beforehand: its version, its backend, and the plan of the first update.

The plan is a preview with the policy pack, so what a deployment needs is never written down twice.
"""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from triflow import account_runner
from triflow.aws import Aws
from triflow.stacks import Stack

Resource = dict[str, Any]


@dataclass(frozen=True)
class Engine:
    """The engine for one stack, in the environment of the AWS that is asked."""

    pulumi: Path
    folder: Path
    environment: Mapping[str, str]

    def ask(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command that changes nothing, and return what it told, whether well or not."""
        return subprocess.run(  # noqa: S603 - the engine
            [self.pulumi, *arguments, "--non-interactive"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )


@dataclass(frozen=True)
class Plan:
    """What an update would make. `refusal` is why there is no plan, empty if there is one."""

    made: tuple[Resource, ...] = ()
    refusal: str = ""
    recorded: tuple[Resource, ...] = field(default=())

    def to_make(self, kind: str) -> list[dict[str, Any]]:
        """Return the inputs of the resources of a type that are not there yet."""
        return [dict(one.get("inputs") or {}) for one in self.made if one["type"] == kind]

    def all_of(self, kind: str) -> list[dict[str, Any]]:
        """Return the inputs of the resources of a type, those that are there included."""
        there = [dict(one.get("inputs") or {}) for one in self.recorded if one["type"] == kind]
        return [*there, *self.to_make(kind)]


def find(asked: Aws, stack: Stack) -> Engine:
    """Return the engine for a stack. LocalError if none is ready."""
    found = account_runner.find(asked, _silent)
    return Engine(found.engine.pulumi, found.project(stack), found.environment(stack))


def _silent(_text: str) -> None:
    """Take what the search for an engine tells: the screen is about something else."""


def plan(engine: Engine, stack: Stack, recorded: tuple[Resource, ...]) -> Plan:
    """Preview the stack under the policy pack, and return what it would make."""
    told = engine.ask("preview", "--json", "-s", stack.name)
    try:
        content = json.loads(told.stdout)
    except ValueError:
        content = {}
    made = tuple(
        dict(step["newState"]) for step in content.get("steps") or () if step.get("op") == "create"
    )
    if told.returncode == 0:
        return Plan(made, "", recorded)
    return Plan(made, _refusal(content, told.stderr), recorded)


def _refusal(content: Mapping[str, Any], stderr: str) -> str:
    """Return the engine's own reason. What a policy says is not part of its JSON."""
    errors = [
        str(one.get("message", "")).strip().removeprefix("error: ")
        for one in content.get("diagnostics") or ()
        if one.get("severity") == "error"
    ]
    said = [error for error in errors if error and error != "preview failed"]
    if not said and errors:
        return "a policy does not hold"
    return (said or [stderr.strip().removeprefix("error: ") or "the engine gives no reason"])[0]
