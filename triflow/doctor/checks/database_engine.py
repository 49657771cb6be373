"""P08: whether the engine can carry pgvector, and has the parameters that it was given."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from triflow.db.extensions import EXTENSIONS
from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.checks.database import instance
from triflow.doctor.finding import MEND, Found, check

# The first minor version of each major one in which RDS has pgvector with HNSW indexes.
FLOORS: Final[Mapping[int, int]] = {12: 16, 13: 12, 14: 9, 15: 4}
MARK: Final = "extension"  # begins a row of what the task prints
PRELOAD: Final = "shared_preload_libraries"


@check(
    "db-engine-too-old",
    "P08",
    "critical",
    reads=("database",),
    says="This engine version is too old for pgvector with HNSW indexes.",
    remedy=MEND,
)
def engine_too_old(facts: Facts) -> Iterator[Found]:
    """Or older than the major version that the program asks for."""
    one = instance(facts)
    version = one["EngineVersion"]
    major, _, minor = version.text.partition(".")
    wanted = facts.declared("database-instance")["engineVersion"].text.partition(".")[0]
    if not major.isdigit() or int(major) < max(int(wanted), min(FLOORS)):
        yield Found(one["DBInstanceIdentifier"].text, f"it is {version.text}, not {wanted}")
    elif minor.isdigit() and int(minor) < FLOORS.get(int(major), 0):
        floor = f"{major}.{FLOORS[int(major)]}"
        yield Found(one["DBInstanceIdentifier"].text, f"it is {version.text}, below {floor}")


@check(
    "db-preload-missing",
    "P08",
    "warning",
    reads=("database_parameters",),
    says="A library that the database was to load is not in its parameters.",
    remedy=MEND,
)
def preload_missing(facts: Facts) -> Iterator[Found]:
    """Pgvector needs none of it; query statistics do."""
    wanted = {
        name
        for one in facts.declared("database-parameters")["parameters"].each()
        if one["name"].text == PRELOAD
        for name in one["value"].text.split(",")
    }
    if not wanted:
        raise NotApplicable("the program preloads nothing")
    loaded = {
        name.strip()
        for one in facts["database_parameters"]["Parameters"].each()
        if one["ParameterName"].text == PRELOAD
        for name in one["ParameterValue"].text.split(",")
    }
    if wanted - loaded:
        group = facts.declared("database-parameters")["name"].text
        yield Found(group, f"{PRELOAD} lacks {', '.join(sorted(wanted - loaded))}")


@check(
    "db-parameter-pending-reboot",
    "P08",
    "warning",
    reads=("database",),
    says="A change of the database's parameters waits for a reboot.",
    remedy="aws rds reboot-db-instance --db-instance-identifier {resource}",
)
def pending_reboot(facts: Facts) -> Iterator[Found]:
    """In two zones, --force-failover makes the outage shorter."""
    one = instance(facts)
    for group in one["DBParameterGroups"].each():
        status = group["ParameterApplyStatus"].text
        if status in ("pending-reboot", "failed-to-apply"):
            evidence = f"{group['DBParameterGroupName'].text} is {status}"
            yield Found(one["DBInstanceIdentifier"].text, evidence)


@check(
    "db-extensions-not-confirmed",
    "P08",
    "warning",
    reads=("database", "extensions_log"),
    says="Nobody has confirmed from inside the network that the database has its extensions.",
    remedy="triflow db extensions --stack {stack}",
)
def extensions_not_confirmed(facts: Facts) -> Iterator[Found]:
    """Only the tasks reach the database, so a task's output in the log is the proof."""
    one = instance(facts)
    if facts.gone("extensions_log"):
        raise NotApplicable("there is no log that it could stand in")
    rows = [each["message"].text.split(",") for each in facts["extensions_log"]["events"].each()]
    lacking = set(EXTENSIONS) - {row[1] for row in rows if row[0] == MARK and len(row) > 1}
    days = int(facts.declared("compute-log-group")["retentionInDays"].number)
    if lacking and one["InstanceCreateTime"].time < facts.now - timedelta(days=days):
        raise NotApplicable(f"the database is older than the {days} days of the log")
    if lacking:
        evidence = f"no task has shown {', '.join(sorted(lacking))}"
        yield Found(one["DBInstanceIdentifier"].text, evidence)
