"""What keeps rows: the database, and the cache beside it."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from cost.errors import CostError
from cost.inputs import Inputs
from cost.lines import Factor, Line, plain
from cost.registry import prices
from cost.resources import UNKNOWN, Resource
from cost.stack import Stack, fixed, several

SCHEDULE = "aws:scheduler/schedule:Schedule"
# What no rule prices: each would change the sum, so it is refused.
ONLY = {"engine": "postgres", "storageType": "gp3", "databaseInsightsMode": "standard"}
NO_SUPPORT = "open-source-rds-extended-support-disabled"
MONTH = timedelta(days=31)


@prices("aws:rds/instance:Instance")
def instance(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Hours, disk, backups above the free ones, Extended Support, the secret of its password."""
    _refuse_others(inputs)
    multi = bool(inputs.value("multiAz", absent=False))
    zones = "multi" if multi else "single"
    size = inputs.value("instanceClass")
    hours = _hours(inputs, stack)
    disk = inputs.number("allocatedStorage")
    yield stack.line(inputs, f"instance {size}, {zones}-AZ", f"rds_{size}_{zones}", hours)
    yield stack.line(inputs, f"disk, {zones}-AZ", f"rds_gp3_{zones}", fixed(disk, "GB"))
    above = max(Decimal(0), stack.use("backup_gb").value - disk)
    backup = Factor(above, f"GB above the free {plain(disk)} (backup_gb)", assumed=True)
    yield stack.line(inputs, "backups", "rds_backup", backup)
    if _pays_support(inputs, stack):
        # On the standby too, and while the instance is stopped.
        vcpu = fixed(stack.book.usage["vcpu"][size] * (2 if multi else 1), "vCPU")
        yield stack.line(inputs, "Extended Support", "rds_extended_support", stack.month, vcpu)
    if inputs.value("manageMasterUserPassword", absent=False):
        yield stack.line(inputs, "secret of the password", "secret", several(1, "secret"))


def _refuse_others(inputs: Inputs) -> None:
    """CostError for an engine, disk or insights mode without a price, or for one left to AWS."""
    for name, priced in ONLY.items():
        found = inputs.value(name)
        if found != priced:
            raise CostError(
                f"{inputs.resource.urn}: {name} {found} has no price.",
                "It would be priced as another one.",
                f"set {name} to {priced}, or price it in cost/rules/database.py",
            )


def _pays_support(inputs: Inputs, stack: Stack) -> bool:
    """Return whether the major version is out of support within a month and support is not off."""
    if inputs.value("engineLifecycleSupport", "open-source-rds-extended-support") == NO_SUPPORT:
        return False
    major = str(inputs.value("engineVersion")).split(".")[0]
    ends: dict[str, date] = stack.book.usage["postgresql_support_ends"]
    if major not in ends:
        raise CostError(
            f"{inputs.resource.urn}: the end of support of PostgreSQL {major} is not known.",
            "Extended Support could be missing from the total.",
            "write its day into postgresql_support_ends of cost/usage.yaml",
        )
    return stack.today + MONTH > ends[major]


def _hours(inputs: Inputs, stack: Stack) -> Factor:
    """Return the hours in which schedules leave the instance running."""
    calls: dict[str, list[str]] = {"startDBInstance": [], "stopDBInstance": []}
    for schedule in stack.of(SCHEDULE):
        if _belongs(inputs, schedule):
            verb = str(schedule.inputs["target"].get("arn")).rpartition(":")[2]
            calls.setdefault(verb, []).append(str(schedule.inputs.get("scheduleExpression")))
    return stack.hours(inputs, calls["startDBInstance"], calls["stopDBInstance"])


def _belongs(inputs: Inputs, schedule: Resource) -> bool:
    target = schedule.inputs.get("target")
    told = target.get("input") if isinstance(target, dict) else UNKNOWN
    return told is not UNKNOWN and f'"{inputs.resource.inputs.get("identifier")}"' in str(told)


@prices("aws:elasticache/replicationGroup:ReplicationGroup")
def cache(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Hours of every node, and the snapshots that are kept."""
    engine, size = inputs.value("engine", "redis"), inputs.value("nodeType")
    nodes = several(inputs.number("numCacheClusters"), "node")
    yield stack.line(inputs, f"cache {size}", f"cache_{engine}_{size}", stack.month, nodes)
    kept = inputs.number("snapshotRetentionLimit", 0)
    if kept:
        gb = stack.use("cache_snapshot_gb")
        yield stack.line(inputs, "snapshots", "cache_snapshot", gb, several(kept, "day"))
