"""P22 and P23: what was billed, by day and service, and whether what is reserved is used."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final

from cost import bill
from triflow.cost import explorer
from triflow.doctor.answers import Facts, Seen, Unknown
from triflow.doctor.finding import Found, check

LEAST_DAYS: Final = 10
LAST_DAYS: Final = 3
ON_DAYS: Final = 2  # of the last: a single day may be a payment
USED: Final = 90  # percent


@check(
    "cost-service-jump",
    "P22",
    "warning",
    reads=("bill_by_service",),
    says="A service costs far more than it did.",
    remedy="triflow cost actual {stack}",
)
def jump(facts: Facts) -> Iterator[Found]:
    """A day stands out as in `triflow cost actual`; AWS bills a day late."""
    days = dict(_days(facts))
    if len(days) < LEAST_DAYS:
        raise Unknown(f"Cost Explorer knows {len(days)} days of this stack's cost")
    last = sorted(days)[-LAST_DAYS:]
    dear = [one for one in bill.outliers(days) if one.day in last]
    for service, times in Counter(one.service for one in dear).items():
        if times >= ON_DAYS:
            newest = max((one for one in dear if one.service == service), key=lambda one: one.day)
            evidence = f"USD {newest.usd:.2f} on {newest.day}, usually {newest.usual:.2f} a day"
            yield Found(service, evidence)


def _days(facts: Facts) -> Iterator[tuple[date, dict[str, Decimal]]]:
    """Yield the days that cost anything, with their dollars by service."""
    for row in facts["bill_by_service"]["ResultsByTime"].each():
        costs = dict(_services(row))
        if any(costs.values()):
            yield _day(row["TimePeriod"]["Start"]), costs


def _services(row: Seen) -> Iterator[tuple[str, Decimal]]:
    for group in row["Groups"].each():
        usd = group["Metrics"][explorer.METRIC]["Amount"].number
        yield group["Keys"].first().text, Decimal(str(usd))


def _day(written: Seen) -> date:
    try:
        return date.fromisoformat(written.text)
    except ValueError as wrong:
        raise Unknown(f"{written.place} is no day") from wrong


@check(
    "ri-low-use",
    "P23",
    "warning",
    reads=("reservation_use",),
    says="A reservation is paid and not used.",
    remedy="aws rds describe-reserved-db-instances",
)
def low_use(facts: Facts) -> Iterator[Found]:
    """Of all the account's databases together, as AWS applies it."""
    if facts.gone("reservation_use"):
        raise Unknown("Cost Explorer knows nothing of the reservation yet")
    used = facts["reservation_use"]["Total"]["UtilizationPercentage"].number
    if used < USED:
        yield Found("reserved databases", f"{used:.0f} % of 30 days were used")
