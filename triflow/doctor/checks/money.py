"""P22 and P23: the month against its budget, and reservations against the database."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor import metrics
from triflow.doctor.answers import Facts, NotApplicable, Seen, Unknown
from triflow.doctor.finding import MEND, Found, check

SEEN_ON_THE_BILL: Final = timedelta(hours=48)
SOON: Final = timedelta(days=30)
GIB: Final = 2**30
MUCH_LOG_GIB: Final = 1  # in a day: three times the 10 GB of a month that the estimate has
# AWS's normalized units; a reservation of one size covers others of its family.
UNITS: Final = {
    "micro": 0.5, "small": 1, "medium": 2, "large": 4, "xlarge": 8, "2xlarge": 16, "4xlarge": 32,
    "8xlarge": 64, "12xlarge": 96, "16xlarge": 128, "24xlarge": 192,
}  # fmt: skip
ENGINE: Final = "postgresql"  # what reservations call the engine postgres


def _budget(facts: Facts) -> str:
    return facts.declared("budget-monthly")["name"].text


def _over(facts: Facts, kind: str, word: str) -> Iterator[Found]:
    """Find a sum that has reached the limit. NotApplicable if there is no budget."""
    if facts.gone("budget"):
        raise NotApplicable("the budget itself is missing")
    budget = facts["budget"]["Budget"]
    limit, usd = budget["BudgetLimit"], budget["CalculatedSpend"][kind]["Amount"].number
    if usd >= limit["Amount"].number:
        evidence = f"{usd:.2f} USD are {word}, {limit['Amount'].number:.2f} are planned"
        yield Found(_budget(facts), evidence)


@check(
    "budget-missing",
    "P22",
    "warning",
    reads=("budget",),
    says="No budget watches what the stack costs.",
    remedy=MEND,
)
def no_budget(facts: Facts) -> Iterator[Found]:
    """Its alerts go to the topic of the warnings."""
    if facts.gone("budget"):
        yield Found(_budget(facts), "AWS knows no such budget")


@check(
    "budget-exceeded",
    "P22",
    "critical",
    reads=("budget",),
    says="The month already costs more than its budget.",
    remedy="triflow cost actual {stack}",
)
def exceeded(facts: Facts) -> Iterator[Found]:
    """AWS updates it a few times a day."""
    yield from _over(facts, "ActualSpend", "spent")


@check(
    "budget-forecast-over",
    "P22",
    "warning",
    reads=("budget",),
    says="The month will end over its budget.",
    remedy="triflow cost actual {stack}",
)
def forecast(facts: Facts) -> Iterator[Found]:
    """AWS needs about five weeks of data before it makes a forecast; until then it is unknown."""
    yield from _over(facts, "ForecastedSpend", "forecast")


@check(
    "logs-ingest-high",
    "P22",
    "warning",
    reads=("metrics",),
    says="The tasks write far more log than planned.",
    remedy="triflow logs errors --stack {stack}",
)
def many_lines(facts: Facts) -> Iterator[Found]:
    """CloudWatch is paid by what comes in."""
    gib = metrics.counted(facts, "log_bytes", metrics.WINDOW) / GIB
    if gib > MUCH_LOG_GIB:
        yield Found(facts.deployed.output("log_group_name"), f"{gib:.1f} GiB in 24 h")


def _reservations(facts: Facts, *states: str) -> list[Seen]:
    rows = facts["reservations"]["ReservedDBInstances"].each()
    return [one for one in rows if one["State"].text in states]


@check(
    "ri-not-active-yet",
    "P23",
    "info",
    reads=("reservations",),
    says="The reservation is new: it shows on the bill after 24 to 48 hours.",
    remedy="aws rds describe-reserved-db-instances --reserved-db-instance-id {resource}",
)
def young(facts: Facts) -> Iterator[Found]:
    """Nothing to do but wait."""
    for one in _reservations(facts, "payment-pending", "active"):
        state, since = one["State"].text, one["StartTime"].time
        if state != "active" or facts.now - since < SEEN_ON_THE_BILL:
            name = one["ReservedDBInstanceId"].text
            yield Found(name, f"{state} since {since:%m-%d %H:%M} UTC")


@check(
    "ri-does-not-match",
    "P23",
    "warning",
    reads=("reservations", "database"),
    says="The reservations cover another database, or only a part of this one.",
    remedy="aws rds describe-reserved-db-instances-offerings --db-instance-class {class}"
    " --product-description postgresql",
)
def other_database(facts: Facts) -> Iterator[Found]:
    """Engine and family have to be the same; a database in two zones counts twice."""
    database, active = facts["database"]["DBInstances"].first(), _reservations(facts, "active")
    if active:
        size = database["DBInstanceClass"]
        needed = _units(size, twice=database["MultiAZ"].flag)
        covered = sum(
            _units(one["DBInstanceClass"], twice=one["MultiAZ"].flag)
            * one["DBInstanceCount"].number
            for one in active
            if one["ProductDescription"].text == ENGINE
            and _family(one["DBInstanceClass"]) == _family(size)
        )
        if covered < needed:
            evidence = f"{covered:g} of the {needed:g} units of {size.text} are reserved"
            name = database["DBInstanceIdentifier"].text
            yield Found(name, evidence, words={"class": size.text})


def _family(size: Seen) -> str:
    return size.text.rpartition(".")[0]


def _units(size: Seen, *, twice: bool) -> float:
    word = size.text.rpartition(".")[2]
    if word not in UNITS:
        raise Unknown(f"{size.text} has no units that are known here")
    return UNITS[word] * (2 if twice else 1)


@check(
    "ri-expiring",
    "P23",
    "warning",
    reads=("reservations",),
    says="A reservation ends soon, and the price goes back to that on demand.",
    remedy="aws rds describe-reserved-db-instances-offerings --db-instance-class {class}"
    " --product-description postgresql",
)
def ends(facts: Facts) -> Iterator[Found]:
    """AWS renews none by itself."""
    for one in _reservations(facts, "active"):
        end = one["StartTime"].time + timedelta(seconds=one["Duration"].number)
        if end - facts.now < SOON:
            words = {"class": one["DBInstanceClass"].text}
            name = one["ReservedDBInstanceId"].text
            yield Found(name, f"it ends on {end:%Y-%m-%d}", words=words)
