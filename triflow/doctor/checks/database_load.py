"""P10: what wears the database out, measured, and what keeps one from seeing it."""

from collections.abc import Callable, Iterator
from typing import Final

from triflow.doctor import metrics
from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.checks.database import instance
from triflow.doctor.finding import MEND, Ask, Found, Severity, check

ALARMS: Final = "monitoring-alarms-rds-"
POINTS: Final = 2  # of five minutes: a single one may be a backup
FULL_SHARE: Final = 0.9
SESSIONS: Final = "triflow db sessions --stack {stack}"


def _bytes(value: float) -> str:
    return f"{value / 2**30:.1f} GiB"


def _seconds(value: float) -> str:
    return f"{value * 1000:.0f} ms"


def _percent(value: float) -> str:
    return f"{value:.0f} %"


def _plain(value: float) -> str:
    return f"{value:.0f}"


# The finding, its measure, the alarm whose threshold it takes, how it is told, and what to type.
Row = tuple[str, Severity, str, str, Callable[[float], str], str, str]
MEASURED: Final[tuple[Row, ...]] = (
    (
        "rds-cpu-high",
        "critical",
        "database_cpu",
        "cpu-high",
        _percent,
        "The database's CPU is full.",
        SESSIONS,
    ),
    (
        "rds-cpu-raised",
        "warning",
        "database_cpu",
        "cpu-medium",
        _percent,
        "The database's CPU is getting full.",
        SESSIONS,
    ),
    (
        "rds-storage-low",
        "critical",
        "database_storage",
        "storage-low",
        _bytes,
        "The disk is nearly full; when it is, the database stops.",
        "{pulumi} config set --path triflow-ai:database.maxStorageGb 400 -s {stack}",
    ),
    (
        "rds-memory-low",
        "warning",
        "database_memory",
        "memory-low",
        _bytes,
        "The database is short of memory, which vector indexes need.",
        SESSIONS,
    ),
    (
        "rds-read-latency-high",
        "warning",
        "database_read_seconds",
        "read-latency",
        _seconds,
        "The disk reads slowly.",
        SESSIONS,
    ),
    (
        "rds-write-latency-high",
        "warning",
        "database_write_seconds",
        "write-latency",
        _seconds,
        "The disk writes slowly.",
        SESSIONS,
    ),
    (
        "rds-cpu-credits-low",
        "warning",
        "database_credits",
        "cpu-credits-low",
        _plain,
        "The class lives on CPU credits, which run out: it costs more or slows down.",
        SESSIONS,
    ),
)


def _measured(key: str, alarm: str, shown: Callable[[float], str]) -> Ask:
    """Return the check that compares the last two points with the alarm's own threshold."""

    def ask(facts: Facts) -> Iterator[Found]:
        database = facts.declared("database-instance")
        if key == "database_credits" and ".t" not in database["instanceClass"].text:
            raise NotApplicable("the database's class has no CPU credits")
        rule = facts.declared(f"{ALARMS}{alarm}")
        limit, above = rule["threshold"].number, rule["comparisonOperator"].text.startswith("Great")
        last = metrics.recent(facts, key)[:POINTS]
        worst = min(last) if above else max(last)
        if len(last) == POINTS and (worst > limit if above else worst < limit):
            word = "at least" if above else "at most"
            evidence = f"{word} {shown(worst)} for 10 min; the alarm rings at {shown(limit)}"
            yield Found(database["identifier"].text, evidence)

    return ask


for _id, _severity, _key, _alarm, _shown, _says, _remedy in MEASURED:
    check(_id, "P10", _severity, reads=("metrics",), says=_says, remedy=_remedy)(
        _measured(_key, _alarm, _shown)
    )


@check(
    "rds-storage-at-limit",
    "P10",
    "warning",
    reads=("database",),
    says="The disk cannot grow by itself any further.",
    remedy="{pulumi} config set --path triflow-ai:database.maxStorageGb 400 -s {stack}",
)
def storage_at_limit(facts: Facts) -> Iterator[Found]:
    """RDS grows it until the most that it was given."""
    one = instance(facts)
    name, now = one["DBInstanceIdentifier"].text, one["AllocatedStorage"].number
    most = one["MaxAllocatedStorage"].number
    if now >= FULL_SHARE * most:
        yield Found(name, f"it has {now:.0f} of {most:.0f} GB")


@check(
    "rds-slow-log-off",
    "P10",
    "info",
    reads=("database", "database_parameters"),
    says="Slow queries are not logged as declared.",
    remedy=MEND,
)
def slow_log_off(facts: Facts) -> Iterator[Found]:
    """Without it nobody knows afterwards which query it was."""
    name = "log_min_duration_statement"
    declared = {
        one["name"].text: one["value"].text
        for one in facts.declared("database-parameters")["parameters"].each()
    }
    one = instance(facts)
    exported = [each.text for each in one["EnabledCloudwatchLogsExports"].each()]
    if "postgresql" not in exported:
        yield Found(one["DBInstanceIdentifier"].text, "its log does not go to CloudWatch")
    live = {
        each["ParameterName"].text: each.maybe("ParameterValue")
        for each in facts["database_parameters"]["Parameters"].each()
    }
    if name in live and (value := live[name]) and value.text != declared.get(name):
        evidence = f"{name} is {value.text}, not {declared.get(name)}"
        yield Found(facts.declared("database-parameters")["name"].text, evidence)


@check(
    "rds-change-pending",
    "P10",
    "warning",
    reads=("database",),
    says="A change of the database waits for its maintenance window.",
    remedy="aws rds describe-db-instances --db-instance-identifier {resource}"
    " --query 'DBInstances[0].[PendingModifiedValues,PreferredMaintenanceWindow]'",
)
def change_pending(facts: Facts) -> Iterator[Found]:
    """A larger class is not larger before."""
    one = instance(facts)
    # Left out by AWS while nothing waits.
    pending = one.maybe("PendingModifiedValues")
    waiting = sorted(key for key, _ in pending.items()) if pending else []
    if waiting:
        yield Found(one["DBInstanceIdentifier"].text, f"{', '.join(waiting)} will change")
