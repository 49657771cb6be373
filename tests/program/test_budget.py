"""The budget of each stack (ADR F3)."""

import pytest

from tests.program.recorder import record

BUDGET = "aws:budgets/budget:Budget"
MAIN = ("prod", "staging", "dev")


@pytest.mark.clause("F3")
@pytest.mark.parametrize(
    ("stack", "won", "limit"),
    [("prod", 376_256, "289"), ("staging", 120_000, "92"), ("dev", 70_000, "53")],
)
def test_the_limit_is_what_the_record_allows(stack: str, won: int, limit: str) -> None:
    """Whole dollars at the record's 1,300 won, rounded down."""
    props = record(stack).one(BUDGET).props

    assert (props["budgetType"], props["timeUnit"], props["limitUnit"]) == (
        "COST",
        "MONTHLY",
        "USD",
    )
    assert props["limitAmount"] == limit == str(won // 1300)


@pytest.mark.clause("F3")
@pytest.mark.parametrize("stack", MAIN)
def test_somebody_hears_before_the_limit_is_reached(stack: str) -> None:
    """At 50, 80 and 100 percent, and when AWS expects 100."""
    recording = record(stack)
    budget = recording.one(BUDGET)
    notices = budget.props["notifications"]

    assert [(each["notificationType"], each["threshold"]) for each in notices] == [
        ("ACTUAL", 50),
        ("ACTUAL", 80),
        ("ACTUAL", 100),
        ("FORECASTED", 100),
    ]
    assert {each["thresholdType"] for each in notices} == {"PERCENTAGE"}
    assert {each["comparisonOperator"] for each in notices} == {"GREATER_THAN"}
    assert "alerts-topics-warning" in recording.depends_on(budget, "notifications")


@pytest.mark.clause("F3")
@pytest.mark.parametrize("stack", MAIN)
def test_a_stack_counts_its_own_cost_only(stack: str) -> None:
    """By the tag that every resource carries."""
    assert record(stack).one(BUDGET).props["costFilters"] == [
        {"name": "TagKeyValue", "values": [f"user:Environment${stack}"]}
    ]
