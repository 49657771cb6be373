"""Cost Explorer, as it is asked: the stack's own cost by day and service, and reservations.

The stack's own cost is what carries its tag Environment, once that tag is activated in Billing.
Each question costs a cent.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any, Final

from botocore.exceptions import ClientError

from cost.bill import Days
from triflow import aws
from triflow.aws import Aws

REGION: Final = "us-east-1"  # where it answers for all regions
# A payment in advance is spread over its term; tax, credits and refunds are in no estimate.
METRIC: Final = "AmortizedCost"
NOT_OURS: Final = ["Tax", "Credit", "Refund"]
DATABASE: Final = "Amazon Relational Database Service"
NO_DATA: Final = "DataUnavailableException"


@dataclass(frozen=True)
class Question:
    """Whose cost is asked, and of which whole days; `end` is the day after the last."""

    stack: str
    start: date
    end: date

    @property
    def period(self) -> dict[str, str]:
        """Return the days as Cost Explorer takes them."""
        return {"Start": self.start.isoformat(), "End": self.end.isoformat()}

    def filter(self, *more: dict[str, Any]) -> dict[str, Any]:
        """Return the stack's tag and further conditions, all of which must hold."""
        tag = {"Tags": {"Key": "Environment", "Values": [self.stack]}}
        others = {"Not": {"Dimensions": {"Key": "RECORD_TYPE", "Values": NOT_OURS}}}
        return {"And": [tag, others, *more]}


@dataclass(frozen=True)
class Reservations:
    """Percent of the reserved hours that were used, and of the running hours that were covered."""

    used: Decimal
    covered: Decimal


def by_day(place: Aws, asked: Question) -> Days:
    """Return dollars by day and service, of the days that have any. TriflowError if refused."""
    found: dict[date, dict[str, Decimal]] = {}
    for day in _results(place, asked, "DAILY", "SERVICE", asked.filter()):
        costs = _groups(day)
        if any(costs.values()):
            found[date.fromisoformat(day["TimePeriod"]["Start"])] = costs
    return found


def by_usage(place: Aws, asked: Question, service: str) -> dict[str, Decimal]:
    """Return a service's dollars by usage type, such as APN2-NatGateway-Bytes, dearest first."""
    only = asked.filter({"Dimensions": {"Key": "SERVICE", "Values": [service]}})
    sums: dict[str, Decimal] = {}
    for month in _results(place, asked, "MONTHLY", "USAGE_TYPE", only):
        for name, usd in _groups(month).items():
            sums[name] = sums.get(name, Decimal(0)) + usd
    return dict(sorted(sums.items(), key=lambda each: (-each[1], each[0])))


def reservations(place: Aws, asked: Question) -> Reservations | None:
    """Return how the account's database reservations were used; None if it has none."""
    wish = {
        "TimePeriod": asked.period,
        "Filter": {"Dimensions": {"Key": "SERVICE", "Values": [DATABASE]}},
    }
    client = aws.demand(lambda: place.client("ce", REGION))
    used = aws.demand(partial(_unless_none, client.get_reservation_utilization, wish))
    if not used or not Decimal(used["Total"]["PurchasedHours"]):
        return None
    covered = aws.demand(partial(_unless_none, client.get_reservation_coverage, wish))
    hours = covered["Total"]["CoverageHours"]["CoverageHoursPercentage"] if covered else 0
    return Reservations(Decimal(used["Total"]["UtilizationPercentage"]), Decimal(hours))


def _unless_none(ask: Any, wish: dict[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - a client's
    """Return the answer, an empty one where Cost Explorer says that it has no data."""
    try:
        return dict(ask(**wish))
    except ClientError as error:
        if error.response["Error"]["Code"] != NO_DATA:
            raise
        return {}


def _results(
    place: Aws, asked: Question, granularity: str, key: str, only: dict[str, Any]
) -> Iterator[dict[str, Any]]:
    client = aws.demand(lambda: place.client("ce", REGION))
    wish: dict[str, Any] = {
        "TimePeriod": asked.period,
        "Granularity": granularity,
        "Metrics": [METRIC],
        "GroupBy": [{"Type": "DIMENSION", "Key": key}],
        "Filter": only,
    }
    while True:
        page = aws.demand(partial(_unless_none, client.get_cost_and_usage, wish))
        yield from page.get("ResultsByTime", ())
        if not page.get("NextPageToken"):
            return
        wish = {**wish, "NextPageToken": page["NextPageToken"]}


def _groups(result: dict[str, Any]) -> dict[str, Decimal]:
    return {
        group["Keys"][0]: Decimal(group["Metrics"][METRIC]["Amount"])
        for group in result.get("Groups", ())
    }
