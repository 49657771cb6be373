"""What one run of the engine has told so far: fed with its events, read by progress and table."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from triflow import problems, violations
from triflow.problems import Problem
from triflow.violations import Counts, Month, Violation

CHANGED = ("create", "update", "replace", "delete")
# Kinds that stand in the state only: nothing in AWS goes by these names.
RECORDED_ONLY = ("pulumi:", "triflow:")


@dataclass(frozen=True)
class Step:
    """One change to one resource; `properties` are the inputs that cause it, if it existed."""

    change: str
    kind: str
    name: str
    properties: tuple[str, ...] = ()


@dataclass
class Tally:
    """The run of one stack. `phase` is a word for the reader; done and total count resources."""

    stack: str
    phase: str = "waiting"
    total: int = 0
    touched: set[tuple[str, str]] = field(default_factory=set)
    changes: Counter[str] = field(default_factory=Counter)
    violations: dict[Violation, None] = field(default_factory=dict)
    problems: dict[Problem, None] = field(default_factory=dict)
    counts: Counts | None = None
    month: Month | None = None
    deployed_usd: Decimal | None = None  # what a month cost before this run, if it is known
    steps: dict[Step, None] = field(default_factory=dict)
    failed_while: str = ""
    seconds: float = 0.0

    def begin(self, phase: str) -> None:
        """Start a phase: an update judges anew what its preview has judged."""
        self.phase = phase
        self.total = sum(self.changes.values())
        self.changes = Counter()
        self.touched.clear()
        self.violations.clear()
        self.steps.clear()

    def end(self, *, well: bool) -> None:
        """End the last phase, well or not."""
        self.failed_while = "" if well else self.phase
        self.phase = "done" if well else "failed"

    def feed(self, event: dict[str, Any]) -> None:
        """Take in one event of the engine."""
        if "resOutputsEvent" in event:
            step = event["resOutputsEvent"]["metadata"]
            self.touched.add((step["urn"], step["op"]))
        elif "resourcePreEvent" in event:
            self._take_step(event["resourcePreEvent"]["metadata"])
        elif "policyEvent" in event:
            self._take_judgement(violations.read(event["policyEvent"]))
        elif "diagnosticEvent" in event:
            problem = problems.read(event["diagnosticEvent"])
            if problem:
                self.problems[problem] = None
        elif "summaryEvent" in event:
            self.changes = Counter(event["summaryEvent"].get("resourceChanges") or {})

    @property
    def done(self) -> int:
        """Return how many resources the phase has dealt with."""
        return len(self.touched)

    @property
    def resources(self) -> int:
        """Return how many resources the stack has after the run, as far as it is known."""
        return sum(number for kind, number in self.changes.items() if kind != "delete")

    @property
    def stopped_by_policy(self) -> bool:
        """Whether a mandatory rule does not hold."""
        return any(violation.stops for violation in self.violations)

    @property
    def changed(self) -> str:
        """Return what changed, in words: "2 created, 1 replaced", or "nothing"."""
        if self.failed_while == "previewing":  # what was planned did not happen
            return "nothing"
        return self._counted("{} {}d")

    @property
    def planned(self) -> str:
        """Return what a preview would change: "2 to create", "nothing", or "-" if it broke."""
        return "-" if self.problems else self._counted("{} to {}")

    def _counted(self, words: str) -> str:
        kinds = [kind for kind in CHANGED if self.changes[kind]]
        return ", ".join(words.format(self.changes[kind], kind) for kind in kinds) or "nothing"

    def _take_step(self, step: dict[str, Any]) -> None:
        if step["op"] in CHANGED and not step["type"].startswith(RECORDED_ONLY):
            name = step["urn"].rpartition("::")[2]
            causes = tuple(sorted(step.get("diffs") or ()))
            self.steps[Step(step["op"], step["type"], name, causes)] = None

    def _take_judgement(self, judgement: Violation | Counts | Month) -> None:
        if isinstance(judgement, Counts):
            self.counts = judgement
        elif isinstance(judgement, Month):
            self.month = judgement
        else:
            self.violations[judgement] = None
