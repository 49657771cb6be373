"""The estimates against the budgets that the stack files hold, which are the record's."""

from decimal import Decimal

import pytest

from cost.estimate import at_most
from tests.cost.parts import TODAY
from tests.cost.recorded import a_month_of, a_stack

RECORDED_KRW = {"prod": 376_256, "staging": 120_000, "dev": 70_000}


@pytest.mark.clause("F1", "F3")
@pytest.mark.parametrize("stack", RECORDED_KRW)
def test_a_budget_is_the_records_figure_in_whole_dollars(stack: str) -> None:
    """The estimate reads the limit that AWS is asked to watch."""
    assert a_month_of(stack).budget_usd == RECORDED_KRW[stack] // 1300


@pytest.mark.clause("F1")
@pytest.mark.parametrize(("stack", "above"), [("prod", 93), ("staging", 30), ("dev", 5)])
def test_the_records_budgets_do_not_hold_at_seoul_prices(stack: str, above: int) -> None:
    """They come from us-east-1's rates and a reserved instance; new ones are the owner's to set."""
    month = a_month_of(stack)
    budget = month.budget_usd

    assert budget is not None
    assert int(month.usd - budget) == above


def test_prod_may_cost_more_than_expected_by_what_scaling_may_add() -> None:
    """Five tasks instead of 2.5, and nothing else."""
    expected = a_month_of("prod")
    most = at_most("prod", a_stack("prod"), TODAY)
    per_task = Decimal(730) * (Decimal("0.04656") + 2 * Decimal("0.00511"))

    assert most.usd - expected.usd == Decimal("2.5") * per_task


def test_dev_cannot_cost_more_than_expected_by_scaling() -> None:
    """It has one task, whatever happens."""
    assert at_most("dev", a_stack("dev"), TODAY).usd == a_month_of("dev").usd


def test_only_tasks_and_database_sleep_at_night() -> None:
    """Dev runs 60 of 168 hours a week, its database from half an hour before."""
    lines = {line.what: line for line in a_month_of("dev").lines}

    hours = lines["vCPU, always running"].factors[0].value
    assert round(hours, 2) == round(Decimal(730) * 60 / 168, 2)
    instance = lines["instance db.t4g.micro, single-AZ"]
    assert round(instance.quantity, 1) == round(Decimal(730) * Decimal("63.75") / 168, 1)
    assert lines["load balancer"].quantity == 730
