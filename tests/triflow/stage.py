"""A stage for the verbs: engine runs that are told beforehand, and a screen that can be read."""

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from rich.console import Console

from local.state import State
from triflow.stacks import Stack
from triflow.tally import Tally

Event = dict[str, Any]
URN = "urn:pulumi:{stack}::triflow-ai::{kind}::{name}"


def a_screen(columns: int = 100) -> Console:
    """Return a console whose text `text_of` gives; no terminal, so plain lines."""
    return Console(file=io.StringIO(), width=columns, color_system=None)


def text_of(console: Console) -> str:
    """Return what was written, without the seconds that differ from run to run."""
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def a_step(change: str, kind: str, name: str, *causes: str) -> list[Event]:
    """Return the events of one resource's step."""
    urn = URN.format(stack="prod", kind=kind, name=name)
    step = {"op": change, "urn": urn, "type": kind, "diffs": list(causes)}
    return [{"resourcePreEvent": {"metadata": step}}, {"resOutputsEvent": {"metadata": step}}]


def a_judgement(message: str, level: str = "mandatory", resource: str = "network") -> Event:
    """Return the event of a policy's message; the engine puts the description before it."""
    urn = URN.format(stack="prod", kind="aws:ec2/vpc:Vpc", name=resource)
    return {
        "policyEvent": {
            "message": f"The architecture decisions, on one resource.\n{message}\n",
            "resourceUrn": urn,
            "policyName": f"resource-{level}",
            "enforcementLevel": level,
        }
    }


def a_count(judged: int = 30, waived: int = 1, unknown: int = 4) -> Event:
    """Return the event in which the pack tells its counts."""
    counts = f'{{"rules": 40, "judged": {judged}, "waived": {waived}, "unknown": {unknown}}}'
    return a_judgement(f"triflow-policy-summary {counts}", "advisory")


def a_price(usd: str) -> Event:
    """Return the event in which the pack tells what a month would cost."""
    text = f"A month of prod: USD {usd} (KRW 1), ceiling USD 440 (ADR F1)."
    return a_judgement(f"triflow-cost-estimate {text}", "advisory")


def an_error(text: str, kind: str = "pulumi:pulumi:Stack", name: str = "triflow-ai-prod") -> Event:
    """Return the event of an error message about a resource."""
    urn = URN.format(stack="prod", kind=kind, name=name)
    return {"diagnosticEvent": {"message": text, "severity": "error", "urn": urn}}


def a_summary(**changes: int) -> Event:
    """Return the event that ends a phase."""
    return {"summaryEvent": {"resourceChanges": changes}}


@dataclass
class StagedRunner:
    """Stands in for the runner: `runs` gives each stack's events; it fails if an error is told."""

    runs: dict[str, list[Event]]
    states: dict[str, State] = field(default_factory=dict)
    emptied: set[str] = field(default_factory=set)
    done: list[tuple[str, ...]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    fails_late: str = ""
    imported: dict[str, Any] = field(default_factory=dict)
    server: Any = field(default_factory=lambda: SimpleNamespace(endpoint="http://127.0.0.1:5000"))

    def tell(self, text: str) -> None:
        """Keep what the reader is told meanwhile."""
        self.told.append(text)

    def settle(self, _stack: Stack, _tally: Tally) -> bool:
        """Find every state true already."""
        return True

    def state(self, stack: Stack) -> State | None:
        """Return the staged state."""
        return self.states.get(stack.name)

    def was_emptied(self, stack: Stack) -> bool:
        """Return whether the stage is set so."""
        return stack.name in self.emptied

    def outputs(self, stack: Stack) -> dict[str, Any]:
        """Return one plain and one secret output."""
        return {"vpc_id": f"vpc-of-{stack.name}", "url": {"ciphertext": "hidden"}}

    def run(
        self, stack: Stack, arguments: Sequence[str], phases: Sequence[str], tally: Tally
    ) -> bool:
        """Feed the staged events in the last phase of the command."""
        self.done.append((stack.name, *arguments))
        tally.begin(phases[-1] if not self._stops(stack) else phases[0])
        for event in self.runs.get(stack.name, [a_summary(same=3), a_count()]):
            tally.feed(event)
        tally.seconds = 1.5
        return not (tally.problems or tally.stopped_by_policy)

    def ask(self, stack: Stack, *arguments: str, text: str | None = None) -> str:
        """Answer an export with the state, and keep what is imported."""
        self.done.append((stack.name, *arguments))
        if text:
            self.imported = json.loads(text)
        state = self.states[stack.name]
        return json.dumps({"deployment": {"resources": state.resources}})

    def _stops(self, stack: Stack) -> bool:
        told = {name for event in self.runs.get(stack.name, []) for name in event}
        return bool(told & {"policyEvent", "diagnosticEvent"}) and stack.name != self.fails_late


def a_state(*resources: dict[str, Any], pending: int = 0) -> State:
    """Return the state of a stack with these resources, or with one VPC."""
    vpc = {"type": "aws:ec2/vpc:Vpc", "id": "vpc-1", "urn": "urn::vpc"}
    return State(resources or (vpc,), pending, "v1:salt")
