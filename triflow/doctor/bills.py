"""What Cost Explorer is asked: each answer costs a cent, so only where a person asks for it."""

from datetime import timedelta
from typing import Any, Final

from triflow.cost import explorer
from triflow.cost.explorer import Question
from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.asks import Parameters

DAYS: Final = 15
A_MONTH: Final = 30


def _last(facts: Facts, days: int) -> Question:
    today = facts.now.date()
    return Question(facts.deployed.stack, today - timedelta(days=days), today)


def by(key: str) -> Parameters:
    """Ask for the stack's own dollars, by day and by SERVICE or USAGE_TYPE."""

    def asks(facts: Facts) -> dict[str, Any]:
        asked = _last(facts, DAYS)
        return {
            "TimePeriod": asked.period,
            "Granularity": "DAILY",
            "Metrics": [explorer.METRIC],
            "GroupBy": [{"Type": "DIMENSION", "Key": key}],
            "Filter": asked.filter(),
        }

    return asks


def reservations(facts: Facts) -> dict[str, Any]:
    """Ask how the account's reserved databases were used, if it has any."""
    rows = facts["reservations"]["ReservedDBInstances"].each()
    if not any(one["State"].text == "active" for one in rows):
        raise NotApplicable("no database is reserved")
    return {
        "TimePeriod": _last(facts, A_MONTH).period,
        "Filter": {"Dimensions": {"Key": "SERVICE", "Values": [explorer.DATABASE]}},
    }
