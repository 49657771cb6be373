"""P17, P22 and P23: what was billed, by day and service, and whether what is reserved is used."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final, NamedTuple

from cost import bill
from triflow.cost import explorer
from triflow.doctor.answers import Facts, Seen, Unknown
from triflow.doctor.finding import Ask, Found, check

LEAST_DAYS: Final = 10
LAST_DAYS: Final = 3
ON_DAYS: Final = 2  # of the last: a single day may be a payment
ACTUAL: Final = "triflow cost actual {stack}"
USED: Final = 90  # percent


@check(
    "cost-service-jump",
    "P22",
    "warning",
    reads=("bill_by_service",),
    says="A service costs far more than it did.",
    remedy=ACTUAL,
)
def jump(facts: Facts) -> Iterator[Found]:
    """A day stands out as in `triflow cost actual`; AWS bills a day late."""
    yield from _dear(dict(_days(facts, "bill_by_service")))


class Usage(NamedTuple):
    """A row: words of the usage types that are counted as one, and what follows if it is dear."""

    id: str
    problem: str
    name: str
    words: tuple[str, ...]
    says: str


# As Seoul's bill writes them, behind APN2-; what goes to another region names both.
USAGES: Final = (
    Usage(
        "nat-cost-jump",
        "P17",
        "NAT gateway",
        ("NatGateway-",),
        "The NAT gateway costs far more than it did.",
    ),
    Usage(
        "cost-transfer-jump",
        "P22",
        "data transfer",
        ("DataTransfer-", "AWS-Out-Bytes"),
        "Data that leaves a zone, the region or AWS costs far more than it did.",
    ),
)


def _used(row: Usage) -> Ask:
    def ask(facts: Facts) -> Iterator[Found]:
        days = {
            day: {row.name: sum((costs[one] for one in costs if _is(one, row)), Decimal(0))}
            for day, costs in _days(facts, "bill_by_usage")
        }
        yield from _dear(days)

    return ask


def _is(usage: str, row: Usage) -> bool:
    return any(word in usage for word in row.words)


for _row in USAGES:
    check(
        _row.id,
        _row.problem,
        "warning",
        reads=("bill_by_usage",),
        says=_row.says,
        remedy=ACTUAL,
    )(_used(_row))


def _dear(days: bill.Days) -> Iterator[Found]:
    if len(days) < LEAST_DAYS:
        raise Unknown(f"Cost Explorer knows {len(days)} days of this stack's cost")
    last = sorted(days)[-LAST_DAYS:]
    dear = [one for one in bill.outliers(days) if one.day in last]
    for service, times in Counter(one.service for one in dear).items():
        if times >= ON_DAYS:
            newest = max((one for one in dear if one.service == service), key=lambda one: one.day)
            evidence = f"USD {newest.usd:.2f} on {newest.day}, usually {newest.usual:.2f} a day"
            yield Found(service, evidence)


def _days(facts: Facts, read: str) -> Iterator[tuple[date, dict[str, Decimal]]]:
    """Yield the days that cost anything, with their dollars by what was asked for."""
    for row in facts[read]["ResultsByTime"].each():
        costs = dict(_groups(row))
        if any(costs.values()):
            yield _day(row["TimePeriod"]["Start"]), costs


def _groups(row: Seen) -> Iterator[tuple[str, Decimal]]:
    for group in row["Groups"].each():
        amount = group["Metrics"][explorer.METRIC]["Amount"]
        yield group["Keys"].first().text, _usd(amount)


def _usd(amount: Seen) -> Decimal:
    """Return dollars: Cost Explorer writes 1E-7 for next to nothing."""
    try:
        return Decimal(amount.text)
    except InvalidOperation as wrong:
        raise Unknown(f"{amount.place} is no number") from wrong


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
