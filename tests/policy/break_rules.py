"""Breaks the code of the rules, one change at a time, and sees whether their cases notice.

    python -m tests.policy.break_rules [WORD...]     only breakages whose name begins with a word

A case that nobody needs is seen by nobody; a condition that no case needs is seen here.
"""

import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from importlib import import_module
from types import CodeType, FrameType
from typing import Final

from policy import rules
from policy.findings import BrokenRule
from policy.judge import Judge, Outcome
from policy.registry import REGISTRY, Check
from policy.resources import Resource
from tests.policy import cases
from tests.policy.breakages import Breakage, breakages, functions
from tests.policy.cases import ABOUT_OTHERS, CASES, Case, surprises
from tests.policy.matrix import Matrix as Stack
from tests.policy.mutants import changed, words_for
from tests.policy.stand import World
from tests.policy.worlds import in_dev, in_foundation, in_prod, in_staging

MODULES: Final = (*(f"policy.rules.{name}" for name in rules.MODULES), "policy.routes")
STACKS: Final = (in_foundation, in_staging, in_prod, in_dev)
Question = tuple[Check, str, Resource | None, tuple[object, ...]]
# The rules' modules in two parts that take about as long: a process can look at each.
_STARTS: Final = tuple(f"{name.rpartition('.')[2]}." for name in MODULES)
HALVES: Final = {"first": _STARTS[::2], "second": _STARTS[1::2]}


@dataclass
class Recall(Judge):
    """A judge that remembers what it asked, so that the same can be asked of a changed rule."""

    questions: list[Question] = field(default_factory=list)

    def ask(
        self,
        check: Check,
        urn: str,
        outcome: Outcome,
        subject: Resource | None,
        *context: object,
    ) -> None:
        """Remember the question, then ask it."""
        self.questions.append((check, urn, subject, context))
        super().ask(check, urn, outcome, subject, *context)

    def again(self) -> Outcome:
        """Ask everything once more; what relations are known of the stack stays known."""
        outcome = Outcome()
        for check, urn, subject, context in self.questions:
            super().ask(check, urn, outcome, subject, *context)
        return outcome


@dataclass(frozen=True)
class Trial:
    """A case with all questions to its rule: asked as often as something is broken."""

    case: Case
    judge: Recall

    @property
    def reports(self) -> str:
        """What the case wants to be reported."""
        return self.case.reports

    def surprises(self) -> list[str]:
        """Ask and compare with what the case expects."""
        return surprises(self.case, self.judge.again())


def trial(case: Case) -> Trial:
    """Build the case's stack and ask its rule what there is to ask."""
    world = case.stack()
    case.spoil(world)
    return _asked(case, world, world.resources())


def _asked(case: Case, world: World, resources: list[Resource]) -> Trial:
    registry = REGISTRY if case.rule in ABOUT_OTHERS else REGISTRY.only(case.rule)
    judge = Recall(registry, world.waivers, world.today, world.phase, silent=world.silent)
    for resource in resources:
        judge.resource(resource)
    judge.stack(resources)
    judge.questions = [asked for asked in judge.questions if asked[0].rule.id == case.rule]
    return Trial(case, judge)


@dataclass(frozen=True)
class Silence:
    """A rule over a stack that is as decided: it says nothing, though it may wait."""

    judge: Recall
    reports = ""

    def surprises(self) -> list[str]:
        """Return what it says all the same."""
        return [v.message for v in self.judge.again().verdicts if v.is_violation]


@dataclass(frozen=True)
class Report:
    """A mutant of a registered resource, and a rule that reports it."""

    reports: str
    bench: Judge
    questions: tuple[Question, ...]

    def surprises(self) -> list[str]:
        """Return that it reports nothing, or raises."""
        outcome = Outcome()
        for check, urn, subject, context in self.questions:
            Judge.ask(self.bench, check, urn, outcome, subject, *context)
        if any(isinstance(v.finding, BrokenRule) for v in outcome.verdicts):
            return ["it raises"]
        return [] if any(v.is_violation for v in outcome.verdicts) else ["it reports nothing"]


Proof = Trial | Silence | Report


@dataclass(frozen=True)
class Score:
    """How many breakages there are, and which of them no case has noticed."""

    total: int
    unnoticed: tuple[str, ...]


def trials() -> Iterator[Proof]:
    """Yield every case, every stack as decided, whole and limited, and mutants of what is real."""
    cases.load()
    yield from map(trial, CASES)
    for world in (stack() for stack in STACKS):
        resources = world.resources()
        for rule_id in sorted(set(REGISTRY.rules) - set(ABOUT_OTHERS)):
            for left_out in ("", *REGISTRY.rules[rule_id].tokens):
                silence = Silence(_limited(rule_id, world, resources, left_out))
                if not silence.surprises():
                    yield silence
    yield from _reports("prod")
    yield from _reports("dev")


def _limited(rule_id: str, world: World, resources: list[Resource], left_out: str) -> Recall:
    """Ask one rule about a stack of which a run limited to targets leaves a kind out."""
    made = [one for one in resources if one.token != left_out]
    bare = [replace(one, inputs={}, read_outputs=dict) for one in resources if one not in made]
    judge = Recall(REGISTRY.only(rule_id), world.waivers, world.today, world.phase)
    for resource in made:
        judge.resource(resource)
    judge.stack([*made, *bare])
    return judge


def _reports(stack: str) -> Iterator[Report]:
    """Yield a mutant for each property and change, with each rule that reports it."""
    matrix = Stack.of(stack, preview=True)
    known_as = {one.urn: words_for(one) for one in matrix.resources}
    seen = set()
    for resource in matrix.judged():
        for mutant in changed(resource, known_as):
            for rule_id, questions in matrix.reporting(mutant):
                key = rule_id, mutant.type, mutant.place, mutant.kind
                if key not in seen:
                    seen.add(key)
                    yield Report(rule_id, matrix.bench, questions)


def by_function(trials: Iterator[Proof]) -> dict[CodeType, list[Proof]]:
    """Judge each once and note which functions took part; what reports comes first."""
    part_of: defaultdict[CodeType, list[Proof]] = defaultdict(list)
    for trial in trials:
        for code in _called(trial.surprises):
            part_of[code].append(trial)
    for noted in part_of.values():
        noted.sort(key=lambda trial: not trial.reports)
    return part_of


def _called(ask: Callable[[], object]) -> set[CodeType]:
    called: set[CodeType] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            called.add(frame.f_code)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        ask()
    finally:
        sys.setprofile(before)
    return called


def is_noticed(broken: Breakage, trials: list[Proof]) -> bool:
    """Put the broken code in place, ask the cases until one is surprised, and mend it.

    Who is surprised is asked first the next time: breakages of one function look alike.
    """
    whole = broken.function.__code__
    broken.function.__code__ = broken.code
    try:
        for index, trial in enumerate(trials):
            if trial.surprises():
                trials.insert(0, trials.pop(index))
                return True
    finally:
        broken.function.__code__ = whole
    return False


def score(starts: tuple[str, ...] = ("",)) -> Score:
    """Try every breakage whose name begins with one of the words: "alarms.", "alarms._words"."""
    rules.load()
    part_of = by_function(trials())
    total, unnoticed = 0, []
    for broken in all_breakages():
        if not broken.key.startswith(starts):
            continue
        total += 1
        if not is_noticed(broken, part_of[broken.function.__code__]):
            unnoticed.append(broken.key)
    return Score(total, tuple(unnoticed))


def all_breakages() -> Iterator[Breakage]:
    """Yield everything that can be broken in the code of the rules."""
    for name in MODULES:
        for function in functions(import_module(name)):
            yield from breakages(function)


def main(words: list[str]) -> int:
    """Print the breakages that no case notices, and the count."""
    found = score(tuple(words) or ("",))
    for key in found.unnoticed:
        sys.stdout.write(f"{key}\n")
    noticed = found.total - len(found.unnoticed)
    sys.stdout.write(f"conditions broken {found.total}: noticed {noticed}\n")
    return 1 if found.unnoticed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
