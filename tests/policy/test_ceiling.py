"""The ceiling on a month's cost: what is said in every run, and what stops one (ADR F1, F3)."""

from decimal import Decimal

import pytest

from policy import estimates, monitoring_figures
from policy.judge import Judge, Outcome
from policy.registry import REGISTRY
from policy.tokens import VPC
from policy.waivers import WaiverBook
from tests.cost.recorded import a_month_of
from tests.policy.recorded import judged, resources
from tests.policy.stand import TODAY, add, judge_alone
from tests.policy.worlds import in_prod
from tests.program.recorder import STACKS, record

RULE = "monthly-cost-within-ceiling"
LARGE = {"database": {"instanceClass": "db.t4g.large"}}
MARGIN = (Decimal("1.13"), Decimal("1.17"))


def found(outcome: Outcome) -> list[str]:
    """Return what the rule found."""
    return [v.message for v in outcome.verdicts if v.check.rule.id == RULE]


@pytest.mark.clause("F1")
@pytest.mark.parametrize("stack", STACKS)
def test_pack_and_command_line_tell_the_same_sum(stack: str) -> None:
    """Both read the resources: what a preview said is what the state then costs."""
    (note,) = judged(record(stack)).notes

    month = a_month_of(stack)
    assert f"A month of {stack}: {estimates.dollars(month, month.usd)}, ceiling USD " in note


@pytest.mark.clause("F1")
def test_a_first_preview_names_what_it_prices_at_its_worst() -> None:
    """Which subnets the load balancer gets, only AWS knows."""
    (note,) = judged(record("prod", preview=True)).notes

    assert note == (
        "triflow-cost-estimate A month of prod: USD 389.95 (KRW 506,929), "
        "ceiling USD 440 (ADR F1). "
        "load-balancer: subnets is not known yet, priced as 4."
    )


@pytest.mark.clause("F1", "F3")
def test_a_stack_above_its_ceiling_is_stopped_in_preview_with_its_largest_lines() -> None:
    """Twice the database: mandatory, in a preview, with the three lines to look at."""
    outcome = judged(record("prod", preview=True, config=LARGE))

    (message,) = found(outcome)
    assert [v.level for v in outcome.verdicts if v.check.rule.id == RULE] == ["mandatory"]
    assert message == (
        "[monthly-cost-within-ceiling(a)] ADR F1, F3 (medium): a month of prod would cost "
        "USD 538.14 (KRW 699,576), its ceiling is USD 440; the largest lines: "
        "database-instance, instance db.t4g.large, multi-AZ: USD 296.38; "
        "compute-backend, vCPU, always running: USD 67.98; "
        "network-nat-ap-northeast-2a, NAT gateway: USD 43.07. "
        "The money would be spent before somebody has decided to.\n"
        "Fix: make one of these smaller or leave it out; or let the owner decide on a higher "
        "CEILING_USD in policy/monitoring_figures.py."
    )


def test_a_month_at_the_ceiling_passes_and_a_cent_more_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Equality is within."""
    usd = a_month_of("prod").usd
    ceilings = (usd, usd - Decimal("0.01"))

    told = []
    for ceiling in ceilings:
        monkeypatch.setattr(monitoring_figures, "CEILING_USD", {"prod": ceiling})
        told.append(len(found(judged(record("prod")))))

    assert told == [0, 1]


@pytest.mark.clause("F1")
@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_a_ceiling_is_the_estimate_and_about_a_seventh(stack: str) -> None:
    """A ceiling that nothing can reach stops nothing; docs/decisions says how it was chosen."""
    share = monitoring_figures.CEILING_USD[stack] / a_month_of(stack).usd

    assert MARGIN[0] <= share <= MARGIN[1]


def test_a_smaller_environment_has_no_higher_ceiling() -> None:
    """What dev may cost, staging may, and what staging may, prod may."""
    ceilings = monitoring_figures.CEILING_USD

    assert ceilings["dev"] <= ceilings["staging"] <= ceilings["prod"]


def test_what_was_decided_later_raises_the_ceiling_by_its_price(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A day of decision is enough; without one, cache and firewall have no room."""
    before = estimates.ceiling("prod")
    monkeypatch.setattr(monitoring_figures, "CACHE_DECIDED", TODAY)
    monkeypatch.setattr(monitoring_figures, "FIREWALL_DECIDED", TODAY)

    assert before == 440
    assert estimates.ceiling("prod") == 440 + 36 + 12
    assert estimates.ceiling("foundation") == 5


def test_a_run_limited_to_targets_is_left_open() -> None:
    """A part of a stack has no sum: it is named as not judged."""
    judge = Judge(REGISTRY.only(RULE), WaiverBook(), TODAY)
    every = resources(record("prod"))
    for resource in every:
        if resource.token != VPC:
            judge.resource(resource)

    outcome = judge.stack(every)

    assert found(outcome) == outcome.notes == []
    assert ("monthly-cost-within-ceiling(a)", "the cost of a month") in outcome.open


def test_an_unpriced_type_gives_no_sum() -> None:
    """Zero would be a lie: there is a finding and no estimate."""
    stack = in_prod()
    add("lake", "aws:glue/job:Job")(stack)

    outcome = judge_alone(stack, RULE)

    assert outcome.notes == []
    assert (
        "nothing says what aws:glue/job:Job costs. It would count as nothing" in found(outcome)[0]
    )
