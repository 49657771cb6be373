"""Choices on a month: a reservation, more traffic, and the difference between two months."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cost import book
from cost.difference import by_layer, by_line
from cost.errors import CostError
from cost.lines import Estimate, total
from cost.reserved import reserved
from cost.traffic import FACTORS, busier
from tests.cost.parts import TODAY, a_database, a_load_balancer, a_month
from tests.cost.recorded import a_month_of, a_stack

STACKS = ("dev", "staging", "prod")


def other_lines(month: Estimate) -> list[str]:
    """Return all lines but the database instance's."""
    return [line.formula for line in month.lines if not line.price.key.startswith("rds_db.")]


@pytest.mark.clause("F2")
@pytest.mark.parametrize("stack", STACKS)
def test_a_reservation_replaces_the_instance_and_nothing_else(stack: str) -> None:
    """One line goes, a twelfth of the payment comes; disk, backups and support stay."""
    month = a_month_of(stack)
    bought = reserved(month, "1yr")

    (instance,) = [line for line in month.lines if line.price.key.startswith("rds_db.")]
    assert other_lines(bought.month) == other_lines(month)
    assert round(month.usd - bought.month.usd - instance.usd + bought.upfront_usd / 12, 20) == 0


@pytest.mark.clause("F2")
def test_the_records_payment_is_a_fifth_of_the_real_one() -> None:
    """It has 300,000 won beside a monthly price; at two thirds of on demand it is 1.5 million."""
    bought = reserved(a_month_of("prod"), "1yr")

    assert round(bought.month.krw(bought.upfront_usd), -3) == 1_526_000


@pytest.mark.clause("F2")
@pytest.mark.parametrize(("stack", "pays"), [("prod", True), ("staging", False), ("dev", False)])
def test_a_reservation_pays_for_what_never_sleeps(stack: str, *, pays: bool) -> None:
    """Reserved hours are paid in the night too, when staging and dev are stopped."""
    month = a_month_of(stack)

    assert (reserved(month, "1yr").month.usd < month.usd) is pays


def test_a_reserved_price_says_that_it_is_not_verified() -> None:
    """No public source for Seoul was found, so it is in no estimate unless asked for."""
    (line,) = [
        line
        for line in reserved(a_month(a_database()), "1yr").month.lines
        if line.price.key.startswith("rds_db.")
    ]

    assert line.unverified
    assert "memory" in line.price.sources
    assert line.formula.startswith("730 h x 0.66 of on demand, 1yr all upfront x 0.203 USD per h")


def test_a_stack_without_a_database_has_nothing_to_reserve() -> None:
    """Zero dollars would read like a gift."""
    with pytest.raises(CostError, match="prod has no database"):
        reserved(a_month(a_load_balancer()), "1yr")


@pytest.mark.parametrize("stack", STACKS)
def test_more_traffic_never_costs_less(stack: str) -> None:
    """From once to a hundred times."""
    months = [busy.month.usd for busy in busier(stack, a_stack(stack), TODAY)]

    assert months == sorted(months)
    assert len(months) == len(FACTORS)
    assert months[0] == a_month_of(stack).usd


def test_traffic_moves_nothing_that_is_fixed() -> None:
    """Not the gateway, not the database's size, not the alarms; at five tasks scaling ends."""
    once, *_, most = (busy.month for busy in busier("prod", a_stack("prod"), TODAY))

    def fixed(month: Estimate) -> list[str]:
        return [line.formula for line in month.lines if not line.by_usage]

    tasks = sum(
        (line.factors[1].value for line in most.lines if line.price.key == "fargate_x86_vcpu"),
        Decimal(0),
    )
    assert fixed(once) == fixed(most)
    assert tasks == 5


def test_every_parameter_that_follows_traffic_exists() -> None:
    """A misspelled one would stay where it is."""
    usage = book.load().usage

    assert set(usage["with_traffic"]) <= set(usage["parameters"])


@given(some.sampled_from(STACKS), some.sampled_from(STACKS))
def test_a_difference_is_the_sum_of_its_lines_and_of_its_layers(one: str, other: str) -> None:
    """What is left out of the list of lines is below half a cent each."""
    ours, theirs = a_month_of(one), a_month_of(other)
    apart = ours.usd - theirs.usd

    lines = by_line(ours, theirs)
    assert abs(sum((each.more for each in lines), Decimal(0)) - apart) < Decimal("0.5")
    assert round(sum((each.more for each in by_layer(ours, theirs)), Decimal(0)) - apart, 20) == 0
    assert [abs(each.more) for each in lines] == sorted(
        (abs(each.more) for each in lines), reverse=True
    )


def test_two_like_months_differ_in_no_line() -> None:
    """Each layer is there, with nothing between."""
    month = a_month_of("dev")

    assert by_line(month, month) == []
    assert {each.what: each.usd for each in by_layer(month, month)} == {
        layer: total(month.of_layer(layer)) for layer in month.layers
    }
