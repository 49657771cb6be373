"""Judges every mutant of every resource that the real programs register.

A full judgement for each of thousands of mutants would take minutes. So the stack is judged once
while the inputs note which question read which property; a mutant is put only to the questions
that read what has changed. What no question reads survives without being asked.
"""

import functools
from collections import defaultdict
from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from dataclasses import dataclass, field, replace
from typing import Any, Final

from policy.findings import BrokenRule
from policy.judge import Judge, Outcome, Verdict
from policy.registry import REGISTRY, Check
from policy.relations import StackView
from policy.resources import Resource
from policy.waivers import load
from tests.policy.mutants import (
    Mutant,
    changed,
    optional,
    provided,
    retied,
    short,
    waiting,
    words_for,
)
from tests.policy.recorded import resources
from tests.policy.stand import TODAY
from tests.program.recorder import record

# Options that only the questions about the resource itself look at.
OPTIONS: Final = ("(protect)", "(provider)")
Question = tuple[Check, str, Resource | None, tuple[object, ...]]
Place = tuple[str, str]  # the URN of a resource and one of its inputs


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: who reports it, as "rule" or as "rule @ where it is reported"."""

    stack: str
    mutant: Mutant
    reporters: frozenset[str]
    broken: tuple[str, ...]
    named: bool  # whether something is left to be judged after the update


class Watched(dict[str, Any]):
    """Inputs that tell whenever one of them is read."""

    def __init__(self, content: Mapping[str, Any], urn: str, bench: "Bench") -> None:
        super().__init__(content)
        self.urn, self.bench = urn, bench

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401  # any property
        """Note the reading of one."""
        self.bench.note(self.urn, key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ANN401  # any property
        """Note the reading of one, there or not."""
        self.bench.note(self.urn, key)
        return super().get(key, default)

    def __contains__(self, key: object) -> bool:
        """Note the question whether one is there."""
        self.bench.note(self.urn, str(key))
        return super().__contains__(key)

    def __iter__(self) -> Iterator[str]:
        """Note the reading of all."""
        for key in list(super().__iter__()):
            self.bench.note(self.urn, key)
        return super().__iter__()

    def keys(self) -> KeysView[str]:  # type: ignore[override]  # dict has a view of its own
        """Return a view that reads through this, as the two below."""
        return KeysView(self)

    def values(self) -> ValuesView[Any]:  # type: ignore[override]  # dict has a view of its own
        """Return the values."""
        return ValuesView(self)

    def items(self) -> ItemsView[str, Any]:  # type: ignore[override]  # dict has a view of its own
        """Return keys and values."""
        return ItemsView(self)


@dataclass
class Bench(Judge):
    """A judge that knows which question has read which property."""

    questions: list[Question] = field(default_factory=list)
    answers: list[Outcome] = field(default_factory=list)
    readers: defaultdict[Place, set[int]] = field(default_factory=lambda: defaultdict(set))
    about: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def note(self, urn: str, key: str) -> None:
        """Note that the question that is being asked has read a property."""
        self.readers[urn, key].add(len(self.questions) - 1)

    def ask(
        self,
        check: Check,
        urn: str,
        outcome: Outcome,
        subject: Resource | None,
        *context: object,
    ) -> None:
        """Ask on a fresh view of the stack, so that nothing is known without being read."""
        fresh = tuple(_unread(each) for each in context)
        self.questions.append((check, urn, subject, fresh))
        self.about[urn].add(len(self.questions) - 1)
        answer = Outcome()
        super().ask(check, urn, answer, subject, *fresh)
        self.answers.append(answer)
        outcome.add(answer)


def _watched(resource: Resource, bench: Bench) -> Resource:
    inputs = Watched(resource.inputs, resource.urn, bench)
    ties = Watched(resource.dependencies, resource.urn, bench)
    return replace(resource, inputs=inputs, dependencies=ties, read_outputs=lambda: inputs)


def _reporter(verdict: Verdict, mutant: Resource) -> str:
    """Name the rule, and where it reports if not at the mutant: another kind, or the stack."""
    rule = verdict.check.rule.id
    if verdict.resource is None:
        return f"{rule} @ stack"
    if verdict.resource.urn == mutant.urn:
        return rule
    return f"{rule} @ {short(verdict.resource.token)}"


def _unread(given: object) -> object:
    return StackView(given.resources, given.limited) if isinstance(given, StackView) else given


@dataclass(frozen=True)
class Matrix:
    """One recorded stack in one phase, and the fate of any mutant of its resources."""

    stack: str
    resources: tuple[Resource, ...]  # as they are; what the bench has judged was watched
    bench: Bench
    whole: Outcome  # what the rules say of the stack as it is

    @classmethod
    def of(cls, stack: str, *, preview: bool) -> "Matrix":
        """Judge a recorded stack as it is, noting what is read."""
        bench = Bench(REGISTRY, load(), TODAY, "preview" if preview else "update")
        plain = tuple(resources(record(stack, preview=preview)))
        watched = tuple(_watched(one, bench) for one in plain)
        for resource in watched:
            bench.resource(resource)
        return cls(stack, plain, bench, bench.everything(bench.stack(watched)))

    @functools.cached_property
    def _by_urn(self) -> Mapping[str, Resource]:
        return {one.urn: one for one in self.resources}

    def fate(self, mutant: Mutant) -> Fate:
        """Put a mutant to the questions that read what it changes."""
        urn, key = mutant.resource.urn, str(mutant.path[0])
        asked = self.bench.about[urn] if key in OPTIONS else self.bench.readers[urn, key]
        view = self._view(mutant.resource)
        before, after = Outcome(), Outcome()
        for index in sorted(asked):
            before.add(self.bench.answers[index])
            self._ask_again(index, mutant.resource, view, after)
        return self._fate(mutant, before, after)

    def reporting(self, mutant: Mutant) -> Iterator[tuple[str, tuple[Question, ...]]]:
        """Yield each rule that reports a mutant now, with the questions that it answers so."""
        urn, key = mutant.resource.urn, str(mutant.path[0])
        view = self._view(mutant.resource)
        for index in sorted(self.bench.readers[urn, key]):
            after = Outcome()
            question = self._ask_again(index, mutant.resource, view, after)
            if (
                any(v.is_violation for v in after.verdicts)
                and not self.bench.answers[index].verdicts
            ):
                yield question[0].rule.id, (question,)

    def whole_fate(self, mutant: Mutant, others: tuple[Resource, ...]) -> Fate:
        """Judge a whole stack anew: slow, and true whatever has changed in it."""
        judge = Judge(REGISTRY, self.bench.waivers, TODAY, self.bench.phase)
        for resource in others:
            judge.resource(resource)
        return self._fate(mutant, self.whole, judge.everything(judge.stack(others)))

    def judged(self) -> Iterator[Resource]:
        """Yield the resources of AWS."""
        return (one for one in self.resources if one.token.startswith("aws:"))

    def with_(self, mutant: Mutant) -> tuple[Resource, ...]:
        """Return the stack with the mutant in its place."""
        return self._view(mutant.resource).resources

    def _view(self, changed: Resource) -> StackView:
        return StackView(
            tuple(changed if one.urn == changed.urn else one for one in self.resources)
        )

    def _ask_again(
        self, index: int, changed: Resource, view: StackView, after: Outcome
    ) -> Question:
        check, urn, subject, context = self.bench.questions[index]
        if subject is not None:
            subject = changed if subject.urn == changed.urn else self._by_urn[subject.urn]
        fresh = tuple(view if isinstance(each, StackView) else each for each in context)
        Judge.ask(self.bench, check, urn, after, subject, *fresh)
        return check, urn, subject, fresh

    def _fate(self, mutant: Mutant, before: Outcome, after: Outcome) -> Fate:
        known = {(v.check.id, v.finding.fact) for v in before.verdicts}
        new = [
            v
            for v in after.verdicts
            if v.waiver is None and (v.check.id, v.finding.fact) not in known
        ]
        return Fate(
            self.stack,
            mutant,
            frozenset(_reporter(v, mutant.resource) for v in new),
            tuple(v.message for v in new if isinstance(v.finding, BrokenRule)),
            bool(set(after.open) - set(before.open)),
        )


def fates(stack: str) -> Iterator[Fate]:
    """Yield the fate of every mutant of a stack.

    A value is changed in the preview; where the preview does not know it, or a rule waits for
    another, in the update.
    """
    preview, update = (Matrix.of(stack, preview=phase) for phase in (True, False))
    late: dict[tuple[object, ...], Fate] = {}
    told = set()
    for fate in _of_values(preview):
        if fate.reporters:
            told.add(_key(fate))
            yield fate
        else:
            late[_key(fate)] = fate
    for fate in _of_values(update):
        if _key(fate) not in told:
            late[_key(fate)] = fate
    yield from late.values()
    yield from _of_relations(preview)
    yield from _of_the_whole(preview)


def _key(fate: Fate) -> tuple[object, ...]:
    return fate.mutant.resource.urn, fate.mutant.path, fate.mutant.kind


def _of_values(matrix: Matrix) -> Iterator[Fate]:
    known_as = {one.urn: words_for(one) for one in matrix.resources}
    for resource in matrix.judged():
        for mutant in changed(resource, known_as):
            yield matrix.fate(mutant)


def _of_relations(matrix: Matrix) -> Iterator[Fate]:
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for one in matrix.resources:
        alike[one.token].append(one.urn)
    for resource in matrix.judged():
        for mutant in retied(resource, alike):
            yield matrix.fate(mutant)
        for mutant in waiting(resource):
            yield matrix.fate(mutant)


def _of_the_whole(matrix: Matrix) -> Iterator[Fate]:
    """What only a judgement of the whole stack shows: options, the provider, what is not there."""
    for resource in matrix.judged():
        for mutant in optional(resource):
            is_own = mutant.path[0] in OPTIONS
            whole = () if is_own else matrix.with_(mutant)
            yield matrix.fate(mutant) if is_own else matrix.whole_fate(mutant, whole)
        left = tuple(one for one in matrix.resources if one.urn != resource.urn)
        yield matrix.whole_fate(Mutant(resource, ("(resource)",), "removed"), left)
    for mutant, others in provided(matrix.resources):
        yield matrix.whole_fate(mutant, others)
