"""Puts resources before the rules and collects what the rules answer.

Owns the levels, the waivers' effect and the fate of a rule that raises. Knows nothing of the
policy library.
"""

import datetime as dt
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from policy.findings import BrokenRule, Finding, Judgement, Lack, Note, NotJudged
from policy.registry import Check, Level, Registry
from policy.relations import StackView
from policy.resources import Resource, environment_of
from policy.tokens import ANY_AWS
from policy.values import MistypedError, NotYetError
from policy.waivers import Waiver, WaiverBook

Phase = Literal["preview", "update", "state"]


@dataclass(frozen=True)
class Verdict:
    """A finding with its rule, its level and the resource it is about."""

    check: Check
    finding: Finding
    resource: Resource | None
    level: Level
    waiver: Waiver | None = None

    @property
    def is_violation(self) -> bool:
        """Whether it counts: neither waived nor a mere notice in advance."""
        return self.waiver is None and self.finding.level != "advisory"

    @property
    def message(self) -> str:
        """The whole text: id, clause and severity, fact, consequence, what to do."""
        rule = self.check.rule
        clauses = ", ".join(rule.clause)
        about = f"{self.resource.label}: " if self.resource else ""
        return (
            f"[{self.check.id}] ADR {clauses} ({rule.severity}): {about}{self.finding.fact}. "
            f"{self.finding.otherwise or rule.otherwise}\nFix: {self.finding.fix or rule.fix}"
        )


@dataclass
class Outcome:
    """What became of one resource, or of the stack: verdicts, questions, rules asked, notes."""

    verdicts: list[Verdict] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def at(self, level: Level) -> list[Verdict]:
        """Return the verdicts of a level that no waiver silences."""
        return [v for v in self.verdicts if v.level == level and v.waiver is None]

    def add(self, other: "Outcome") -> None:
        """Take over everything from another outcome."""
        self.verdicts += other.verdicts
        self.open += other.open
        self.asked += other.asked
        self.notes += other.notes


@dataclass(frozen=True)
class Run:
    """What the rules about the run itself look at.

    silent: the pack's policy objects that were not asked although they should have been.
    """

    phase: Phase
    today: dt.date
    waivers: WaiverBook
    registry: Registry
    so_far: Outcome
    silent: frozenset[str]


@dataclass
class Judge:
    """Judges one run: first each resource as it is registered, then the stack.

    Holds the outcome of each resource until the stack is judged, keyed by URN, so that a
    resource that comes twice counts once.
    """

    registry: Registry
    waivers: WaiverBook
    today: dt.date
    phase: Phase = "preview"
    inputs: dict[str, Resource] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Index the rules once; a preview asks for every resource."""
        self._by_token = self.registry.by_token()

    def resource(self, resource: Resource) -> Outcome:
        """Judge one resource by the rules of its kind and remember its inputs.

        In a run limited to targets the engine shows what it will not make without any input, and
        the real provider fills some in for all that it makes: nothing can be said of such a one.
        """
        self.inputs[resource.urn] = resource
        outcome = Outcome()
        if resource.token.startswith("aws:") and not resource.inputs:
            outcome.open.append(("every rule", f"{resource.label}, which this run leaves out"))
        else:
            for check in self._checks_of(resource.token):
                self.ask(check, resource.urn, outcome, resource)
        self.outcomes[resource.urn] = outcome
        return outcome

    def stack(self, resources: Iterable[Resource]) -> Outcome:
        """Judge the whole stack, then the run; call it once, after all resources."""
        given = tuple(map(self._with_inputs, resources))
        view = StackView(tuple(r for r in given if not _is_left_out(r)), self._is_limited(given))
        outcome = Outcome()
        for check in self.registry.of_kind("stack"):
            subjects = view.of(*check.each) if check.each else ()
            if ANY_AWS in check.each:
                subjects = tuple(r for r in view.resources if r.token.startswith("aws:"))
            for subject in subjects:
                self.ask(check, subject.urn, outcome, subject, view)
            if not check.each:
                self.ask(check, view.urn, outcome, None, view)
        self._judge_run(view, outcome)
        return outcome

    def everything(self, stack: Outcome) -> Outcome:
        """Return what became of the resources and of the stack together."""
        total = Outcome()
        for outcome in (*self.outcomes.values(), stack):
            total.add(outcome)
        return total

    def _judge_run(self, view: StackView, outcome: Outcome) -> None:
        run = Run(
            self.phase,
            self.today,
            self.waivers,
            self.registry,
            self.everything(outcome),
            frozenset(self.silent),
        )
        for check in self.registry.of_kind("run"):
            self.ask(check, view.urn, outcome, None, view, run)

    def _checks_of(self, token: str) -> tuple[Check, ...]:
        any_aws = self._by_token.get(ANY_AWS, ()) if token.startswith("aws:") else ()
        return self._by_token.get(token, ()) + any_aws

    def _with_inputs(self, resource: Resource) -> Resource:
        """Join a resource of the stack with the inputs remembered from its registration."""
        before = self.inputs.get(resource.urn)
        return Resource(
            urn=resource.urn,
            token=resource.token,
            name=resource.name,
            inputs=before.inputs if before else resource.outputs,
            options=resource.options,
            provider=resource.provider or (before.provider if before else None),
            dependencies=resource.dependencies,
            read_outputs=resource.read_outputs,
        )

    def _is_limited(self, given: tuple[Resource, ...]) -> bool:
        """Whether the run is limited to targets.

        Then it leaves something out that the program makes, or keeps what the program has dropped
        and so never registered.
        """
        return any(
            _is_left_out(resource) or resource.urn not in self.inputs
            for resource in given
            if resource.token.startswith("aws:")
        )

    def ask(
        self,
        check: Check,
        urn: str,
        outcome: Outcome,
        subject: Resource | None,
        *context: object,
    ) -> None:
        """Ask one check about one subject; whatever happens becomes a verdict or a question."""
        level = check.rule.level(environment_of(urn))
        if level == "off":
            return
        outcome.asked.append(check.rule.id)
        arguments = (subject, *context) if subject else context
        for judgement in _judgements(check, arguments):
            if isinstance(judgement, Note):
                outcome.notes.append(judgement.text)
                continue
            if isinstance(judgement, Lack) and _leaves_things_out(context):
                continue
            about = judgement.about or subject
            if isinstance(judgement, NotJudged):
                where = f"{about.label}.{judgement.path}" if about else judgement.path
                if (check.id, where) not in outcome.open:
                    outcome.open.append((check.id, where))
            else:
                waiver = self.waivers.silence(check.id, about, urn, self.today)
                weight = judgement.level or level
                outcome.verdicts.append(Verdict(check, judgement, about, weight, waiver))


def _is_left_out(resource: Resource) -> bool:
    """Whether the program makes it and this run does not: it has neither inputs nor outputs."""
    return resource.token.startswith("aws:") and not resource.inputs and not resource.outputs


def _leaves_things_out(context: tuple[object, ...]) -> bool:
    """Whether a check was asked about a stack in a run limited to targets."""
    return any(isinstance(one, StackView) and one.limited for one in context)


def _judgements(check: Check, arguments: tuple[object, ...]) -> Iterator[Judgement]:
    """Run a check to its end; what it raises becomes its last judgement."""
    try:
        for judgement in check.ask(*arguments):
            yield _an_answer(judgement)
    except NotYetError as error:
        yield NotJudged(error.path)
    except MistypedError as error:
        yield Finding(f"{error.path} is not {error.wanted}")
    except Exception as error:  # noqa: BLE001  # a rule that raises must block, not pass
        frame = traceback.extract_tb(error.__traceback__)[-1]
        yield BrokenRule(
            f"this rule is broken: it raised {type(error).__name__} "
            f"at {Path(frame.filename).name}:{frame.lineno}",
            level="mandatory",
            otherwise="It has judged nothing, so nothing may pass.",
            fix="mend the rule and add the case to its tests.",
        )


def _an_answer(given: object) -> Judgement:
    """Refuse what a check cannot mean; mypy sees most of it, a rule of tomorrow may not."""
    if not isinstance(given, Judgement):
        raise TypeError(given)
    return given
