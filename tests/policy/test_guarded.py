"""Every registered property is spoilt in every way: a rule reports it, or there is a reason.

What this does not prove: that the message helps, or that a property which the program never sets
is guarded; that is the part of the cases.
"""

from collections.abc import Callable

import pytest

from policy.registry import REGISTRY
from tests.policy import cases
from tests.policy.guarded import guarded, matrix, scores
from tests.policy.matrix import Fate
from tests.policy.matrix import Matrix as Stack
from tests.policy.mutants import changed, words_for
from tests.program import recorder

pytestmark = pytest.mark.thorough

EACH = 61  # of so many mutants one is judged anew with the whole stack
PLANNED_MUTATIONS, PLANNED_NEAR_MISSES = 258, 129


@pytest.mark.parametrize("stack", recorder.STACKS)
def test_every_mutant_is_reported_by_its_owner_or_has_a_reason(
    stack: str, record_property: Callable[[str, object], None]
) -> None:
    """`python -m tests.policy.guarded` writes the list of owners anew and names the rest.

    A reason for what is reported by now would hide the next hole, so it counts as wrong too.
    """
    spoilt = matrix(stack)

    reasoned = spoilt.total - spoilt.reported
    record_property("policy mutants", {"reported": spoilt.reported, "with a reason": reasoned})
    assert spoilt.broken == ()
    assert spoilt.unlisted() == []
    assert spoilt.stale() == []
    assert sorted(spoilt.guarded) == sorted(guarded(stack))
    assert (spoilt.total, spoilt.reported) == scores()[stack]


@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_asking_only_who_reads_it_is_asking_everybody(preview: bool) -> None:  # noqa: FBT001
    """The short way of the matrix finds what a judgement of the whole stack finds.

    But for the rules about the run: they look at what the others said, and so read no property.
    """
    stack = Stack.of("prod", preview=preview)
    known_as = {one.urn: words_for(one) for one in stack.resources}
    judged = sorted(stack.judged(), key=lambda one: one.urn)
    mutants = [one for each in judged for one in changed(each, known_as)][::EACH]

    short = [_about_resources(stack.fate(one)) for one in mutants]

    assert len(mutants) > EACH
    whole = [stack.whole_fate(one, stack.with_(one)) for one in mutants]
    assert short == [_about_resources(fate) for fate in whole]


def _about_resources(fate: Fate) -> set[str]:
    about_the_run = {check.rule.id for check in REGISTRY.of_kind("run")}
    return {each for each in fate.reporters if each.split(" @ ")[0] not in about_the_run}


def test_rules_and_cases_are_counted(record_property: Callable[[str, object], None]) -> None:
    """As many near misses as the plan had, and more; each is judged in test_rules."""
    broken, near, waits = cases.counted()

    record_property("policy rules", {"with cases": len(REGISTRY.rules)})
    record_property(
        "policy cases", {"must report": broken, "near misses silent": near, "open named": waits}
    )
    assert broken >= PLANNED_MUTATIONS
    assert near >= PLANNED_NEAR_MISSES
