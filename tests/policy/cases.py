"""What every rule is proven with: changes it must report, near misses, and open questions."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from policy.findings import BrokenRule
from policy.judge import Outcome
from tests.policy.stand import Spoil, World, judge, judge_alone
from tests.policy.worlds import in_prod


@dataclass(frozen=True)
class Case:
    """One change to a stack that passes.

    reports: the check that must report it, "" where the rule must stay silent.
    waits: the end of the path that must be named as not judged, "" where nothing may wait.
    level: how hard it must be reported, "" for any. tells: what a note of it must contain.
    """

    rule: str
    says: str
    spoil: Spoil
    reports: str = ""
    waits: str = ""
    stack: Callable[[], World] = in_prod
    level: str = ""
    tells: str = ""


CASES: list[Case] = []
# Rules that speak of the other rules, and so cannot be asked alone.
ABOUT_OTHERS = ("not-judged-is-named", "waivers-and-tables-current")


def load() -> None:
    """Collect the cases of every module called cases_*; a second call does nothing."""
    for module in sorted(Path(__file__).parent.glob("cases_*.py")):
        import_module(f"tests.policy.{module.stem}")


def counted() -> tuple[int, int, int]:
    """Return how many cases must be reported, are near misses, and name what is open."""
    load()
    reported, waits = sum(bool(c.reports) for c in CASES), sum(bool(c.waits) for c in CASES)
    return reported, len(CASES) - reported - waits, waits


def broken(
    check: str, says: str, spoil: Spoil, stack: Callable[[], World] = in_prod, *, level: str = ""
) -> None:
    """Add a change that the check, named with its letter, must report."""
    rule = check.split("(", maxsplit=1)[0]
    CASES.append(Case(rule, says, spoil, reports=check, stack=stack, level=level))


def fine(
    rule: str, says: str, spoil: Spoil, stack: Callable[[], World] = in_prod, *, tells: str = ""
) -> None:
    """Add a near miss that the rule must let pass."""
    CASES.append(Case(rule, says, spoil, stack=stack, tells=tells))


def open_question(
    rule: str, says: str, spoil: Spoil, waits: str, stack: Callable[[], World] = in_prod
) -> None:
    """Add a change that leaves the rule unable to judge before the update."""
    CASES.append(Case(rule, says, spoil, waits=waits, stack=stack))


def params(cases: list[Case]) -> list[object]:
    """Turn cases into test parameters that read as sentences."""
    return [pytest.param(case, id=f"{case.rule}: {case.says}") for case in cases]


def prove(case: Case) -> None:
    """Judge the changed stack by the case's rule alone and compare with what was expected."""
    world = case.stack()
    case.spoil(world)

    outcome = judge(world) if case.rule in ABOUT_OTHERS else judge_alone(world, case.rule)

    assert not (wrong := surprises(case, outcome)), "; ".join(wrong)


def surprises(case: Case, outcome: Outcome) -> list[str]:
    """Say in what an outcome differs from what the case expects of its rule.

    A rule that raises is no proof of anything, though it blocks as if it had found something.
    What a waiver silences is not reported.
    """
    said = [verdict for verdict in outcome.verdicts if verdict.waiver is None]
    mine = [verdict for verdict in said if verdict.check.rule.id == case.rule]
    wrong = [v.message for v in mine if isinstance(v.finding, BrokenRule)]
    if case.reports and case.reports not in {verdict.check.id for verdict in mine}:
        wrong.append(f"{case.reports} reports nothing")
    if case.level not in {"", *(verdict.level for verdict in mine)}:
        wrong.append(f"{case.reports} is not {case.level}")
    if not any(case.tells in note for note in ("", *outcome.notes)):
        wrong.append(f"no note tells {case.tells}")
    if not case.reports:
        wrong += [verdict.message for verdict in mine]
    waiting = [path for check_id, path in outcome.open if check_id.startswith(case.rule)]
    if waiting and not case.waits:
        wrong.append(f"waits for {', '.join(waiting)}")
    if case.waits and not any(path.endswith(case.waits) for path in waiting):
        wrong.append(f"does not wait for {case.waits} but for {', '.join(waiting) or 'nothing'}")
    return wrong
