"""What AWS billed beside what was told: by service, as Cost Explorer names them, and by day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from statistics import median
from typing import Final

from cost.book import read
from cost.errors import CostError
from cost.lines import Estimate, Line

DAYS_OF_MONTH: Final = Decimal(365) / 12  # 730 hours
# A day stands out if a service is so much above its usual day, in share and in dollars.
SHARE_ABOVE: Final = Decimal("1.5")
USD_ABOVE: Final = Decimal(1)
LEAST_DAYS: Final = 5  # before that nothing is usual

Days = Mapping[date, Mapping[str, Decimal]]


@dataclass(frozen=True)
class Service:
    """A service of the bill: `label` in our words, `more` where to look if it bills more."""

    name: str
    label: str
    prices: tuple[str, ...]
    more: str


@dataclass(frozen=True)
class Row:
    """Dollars of one service: what was billed, and what was told for as many days."""

    service: str
    billed: Decimal
    told: Decimal

    @property
    def more(self) -> Decimal:
        """Return how much more was billed than told, below zero if less."""
        return self.billed - self.told


@dataclass(frozen=True)
class Outlier:
    """A day on which a service was much dearer than on its usual day."""

    day: date
    service: str
    usd: Decimal
    usual: Decimal


@cache
def services() -> tuple[Service, ...]:
    """Return the services that bill what has a price here."""
    return tuple(
        Service(row["name"], row["label"], tuple(row["prices"]), row["more"])
        for row in read("services.yaml")["services"]
    )


def service_of(line: Line) -> Service:
    """Return the service that bills a line. CostError if none does."""
    for service in services():
        if any(fnmatchcase(line.price.key, pattern) for pattern in service.prices):
            return service
    raise CostError(
        f"Nothing says which service bills {line.price.key}.",
        "The comparison with the bill would leave it out.",
        f"name {line.price.key} in a service of cost/services.yaml",
    )


def by_service(estimate: Estimate) -> dict[str, Decimal]:
    """Return the dollars of a month by the service that bills them."""
    sums = {service.name: Decimal(0) for service in services()}
    for line in estimate.lines:
        sums[service_of(line).name] += line.usd
    return {name: usd for name, usd in sums.items() if usd}


def compare(estimate: Estimate, days: Days) -> Sequence[Row]:
    """Return bill and estimate by service, the largest difference first.

    The estimate is that of as many days as the bill has, not of a month.
    """
    part = len(days) / DAYS_OF_MONTH
    told = {name: usd * part for name, usd in by_service(estimate).items()}
    billed: dict[str, Decimal] = {}
    for services_of_day in days.values():
        for name, usd in services_of_day.items():
            billed[name] = billed.get(name, Decimal(0)) + usd
    nothing = Decimal(0)
    rows = [
        Row(name, billed.get(name, nothing), told.get(name, nothing))
        for name in dict.fromkeys((*told, *billed))
    ]
    return sorted(rows, key=lambda row: (-abs(round(row.more, 2)), row.service))


def pointer(service: str, stack: str) -> str:
    """Return where to look when a service bills more than was told."""
    known = {each.name: each.more for each in services()}
    unheard = (
        "Nothing of this stack is priced as this service: something was made beside the program"
    )
    return known.get(service, unheard).format(stack=stack)


def outliers(days: Days) -> Sequence[Outlier]:
    """Return the days on which a service cost far above its median, the latest first."""
    if len(days) < LEAST_DAYS:
        return ()
    names = {name for services_of_day in days.values() for name in services_of_day}
    found = []
    for name in sorted(names):
        costs = {day: row.get(name, Decimal(0)) for day, row in days.items()}
        usual = median(costs.values())
        most = max(usual * SHARE_ABOVE, usual + USD_ABOVE)
        found += [Outlier(day, name, usd, usual) for day, usd in costs.items() if usd > most]
    return sorted(found, key=lambda each: (each.day, each.service), reverse=True)
