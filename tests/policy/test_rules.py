"""Every rule is proven alone: what it must report, what it must let pass, what it must leave open.

What this does not prove: that the engine shows a pack these properties. That is the part of
tests/end_to_end.
"""

from collections.abc import Callable

import pytest

from policy.registry import REGISTRY
from tests.policy import cases
from tests.policy.cases import CASES, Case, params, prove
from tests.policy.stand import World, judge, judge_alone
from tests.policy.worlds import in_dev, in_foundation, in_prod, in_staging

cases.load()

STACKS = (in_foundation, in_staging, in_prod, in_dev)


@pytest.mark.parametrize("case", params([case for case in CASES if case.reports]))
def test_a_spoilt_stack_is_reported_by_the_rule_that_owns_it(case: Case) -> None:
    """With all other rules off, the named check reports the change."""
    prove(case)


@pytest.mark.parametrize(
    "case", params([case for case in CASES if not case.reports and not case.waits])
)
def test_a_near_miss_passes(case: Case) -> None:
    """What is legal but unusual is not reported and leaves nothing open."""
    prove(case)


@pytest.mark.parametrize("case", params([case for case in CASES if case.waits]))
def test_an_unknown_value_is_neither_passed_nor_reported(case: Case) -> None:
    """The rule names the path that it could not judge before the update."""
    prove(case)


@pytest.mark.parametrize("rule_id", sorted(REGISTRY.rules))
def test_no_rule_is_without_cases(rule_id: str) -> None:
    """Each rule has something it reports and something it lets pass."""
    own = [case for case in CASES if case.rule == rule_id]

    assert [case for case in own if case.reports], "no change that it must report"
    assert [case for case in own if not case.reports and not case.waits], "no near miss"


@pytest.mark.parametrize("check_id", sorted({check.id for check in REGISTRY.checks}))
def test_no_part_of_a_rule_is_without_a_case(check_id: str) -> None:
    """Each lettered part reports something by its own letter."""
    assert check_id in {case.reports for case in CASES}


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("phase", ["preview", "update", "state"])
def test_the_decided_stacks_raise_no_alarm(stack: Callable[[], World], phase: str) -> None:
    """No rule finds anything in a stack built as decided, in any phase."""
    world = stack()
    world.phase = phase  # type: ignore[assignment]

    outcome = judge(world)

    assert [v.message for v in outcome.verdicts if v.is_violation] == []


@pytest.mark.parametrize("rule_id", sorted(REGISTRY.rules))
def test_every_rule_stands_the_decided_stacks_alone(rule_id: str) -> None:
    """A rule that needs its neighbours to keep quiet would be seen here."""
    outcomes = [judge_alone(stack(), rule_id) for stack in STACKS]

    assert [v.message for o in outcomes for v in o.verdicts if v.is_violation] == []


@pytest.mark.thorough
@pytest.mark.parametrize("stack", STACKS)
def test_a_run_limited_to_targets_raises_no_alarm(stack: Callable[[], World]) -> None:
    """Whichever kind of thing it leaves out: what is not there is neither missing nor wrong."""
    world = stack()
    kinds = {thing.token for thing in world.things.values() if thing.token.startswith("aws:")}

    alarms = []
    for kind in kinds:
        world.left_out = {short for short, thing in world.things.items() if thing.token == kind}
        alarms += [v.message for v in judge(world).verdicts if v.is_violation]

    assert alarms == []
