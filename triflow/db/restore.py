"""`triflow db restore --to TIME`: the database as it was, in a new instance (ADR D14, D5).

The one that runs is not touched, and nothing is switched over: what was lost and what was written
since has to be weighed by people. How to switch is printed.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from rich.console import Console

from triflow import aws as asking
from triflow import kst, outputs
from triflow.aws import Aws, Refusal
from triflow.db import instance, switch_over
from triflow.errors import Exit, TriflowError

RECOVERY_HOURS: Final = 4  # the recovery time objective
LOST_MINUTES: Final = 5  # the recovery point objective
LATEST: Final = "latest"
STARTED: Final = "triflow:restore-started"
POINT: Final = "triflow:restored-to"
ASKED: Final = "triflow:restore-asked"
SECONDS_BETWEEN_LOOKS: Final = 30.0
READY: Final = "available"
# From these an instance does not come back by itself.
BROKEN: Final = (
    "failed",
    "incompatible",
    "inaccessible",
    "insufficient",
    "restore-error",
    "storage-full",
)
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Window:
    """The times to which RDS can restore, both ends included, and when it was asked for them."""

    earliest: datetime
    latest: datetime
    asked: datetime


def restore(stack: str, to: str, console: Console) -> Exit:
    """Restore a stack's database to a time, wait for it and tell how long it took.

    Run again after an interrupt, it finds the instance that it began and goes on waiting.
    TriflowError for a time outside the window, and if RDS gives up.
    """
    aws = asking.find()
    source = instance.described(aws, instance.named(outputs.read(aws, stack)))
    window = window_of(aws, source)
    point = chosen(to, window)

    def tell(line: str) -> None:
        console.print(f"{stack}: {line}", markup=False, highlight=False, soft_wrap=True)

    known = _known(aws, source, point, to)
    begun = known or _begin(aws, source, point, to)
    tell(f"{begun['DBInstanceIdentifier']} is made as of {kst.shown(point)}")
    ready = await_ready(aws, begun, tell)
    watched = not known or known.get("DBInstanceStatus") != READY
    for line in (
        *report(ready, window, watched=watched),
        *(["The local AWS made an instance without data."] if aws.server else []),
        *switch_over.lines(stack, source, ready),
    ):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return Exit.DONE


def window_of(aws: Aws, source: Mapping[str, Any]) -> Window:
    """Return the times in which RDS can restore. TriflowError where it keeps no backups.

    The beginning is told by the automated backups; where that is denied, it is the instance's own
    or that of the days kept, whichever is later.
    """
    latest = source.get("LatestRestorableTime")
    if not latest:
        raise TriflowError(
            f"{source['DBInstanceIdentifier']} has no automated backup yet.",
            "There is no time to which it could be restored.",
            "aws rds describe-db-snapshots   (AWS Backup keeps weekly ones of prod, ADR D6)",
        )
    kept = timedelta(days=int(source.get("BackupRetentionPeriod", 0)))
    earliest = max(source["InstanceCreateTime"], latest - kept)
    answer = asking.together(
        {
            "backups": lambda: aws.client("rds").describe_db_instance_automated_backups(
                DbiResourceId=source["DbiResourceId"]
            )
        }
    )["backups"]
    backups = [] if isinstance(answer, Refusal) else answer["DBInstanceAutomatedBackups"]
    told = [b["RestoreWindow"]["EarliestTime"] for b in backups if b.get("RestoreWindow")]
    return Window(min(told, default=earliest), latest, datetime.now(UTC))


def chosen(to: str, window: Window) -> datetime:
    """Return the time that is meant: `latest`, or ISO 8601, Korean time without a zone.

    TriflowError for what is no time, or lies outside the window.
    """
    if to == LATEST:
        return window.latest.astimezone(UTC).replace(microsecond=0)
    try:
        point = datetime.fromisoformat(to)
    except ValueError:
        raise TriflowError(
            f"{to!r} is no time.",
            "Nothing was restored.",
            'triflow db restore --to "2026-01-20 15:04"   (Korean time; or 2026-01-20T06:04Z)',
        ) from None
    point = (point if point.tzinfo else point.replace(tzinfo=kst.KST)).astimezone(UTC)
    if not window.earliest <= point <= window.latest:
        raise TriflowError(
            f"{kst.shown(point)} lies outside what RDS can restore: "
            f"{kst.shown(window.earliest)} to {kst.shown(window.latest)}.",
            "Nothing was restored.",
            "triflow db restore --to latest   (or a time between the two)",
        )
    return point


def target_name(source: str, point: datetime) -> str:
    """Return the new instance's name: the same for the same time, so that a restore is found."""
    return f"{source}-at-{point:%Y%m%d-%H%M%S}"


def parameters(source: Mapping[str, Any], point: datetime, to: str) -> dict[str, Any]:
    """Return what RDS is asked: as the source in all that a restore would else take from defaults.

    The key of the encryption comes with the backup. Without the security groups the new instance
    would be in the VPC's default group, without the parameter group it would have no limits.
    """
    name = target_name(str(source["DBInstanceIdentifier"]), point)
    # A moment later RDS may know a later one.
    when = {"UseLatestRestorableTime": True} if to == LATEST else {"RestoreTime": point}
    growing = {key: source[key] for key in ("MaxAllocatedStorage",) if key in source}
    return {
        **when,
        **growing,
        "SourceDBInstanceIdentifier": source["DBInstanceIdentifier"],
        "TargetDBInstanceIdentifier": name,
        "DBInstanceClass": source["DBInstanceClass"],
        "Port": source["Endpoint"]["Port"],
        "DBSubnetGroupName": source["DBSubnetGroup"]["DBSubnetGroupName"],
        "VpcSecurityGroupIds": [
            group["VpcSecurityGroupId"] for group in source["VpcSecurityGroups"]
        ],
        "DBParameterGroupName": source["DBParameterGroups"][0]["DBParameterGroupName"],
        "MultiAZ": source["MultiAZ"],
        "PubliclyAccessible": False,
        "StorageType": source["StorageType"],
        "AutoMinorVersionUpgrade": source["AutoMinorVersionUpgrade"],
        "CopyTagsToSnapshot": source["CopyTagsToSnapshot"],
        "DeletionProtection": source["DeletionProtection"],
        "EnableIAMDatabaseAuthentication": source.get("IAMDatabaseAuthenticationEnabled", False),
        "EnableCloudwatchLogsExports": source.get("EnabledCloudwatchLogsExports", []),
        "CACertificateIdentifier": source["CACertificateIdentifier"],
        "ManageMasterUserPassword": True,  # a secret of its own: RDS shares none between instances
        "Tags": _tags(source, name, point, to),
    }


def _tags(source: Mapping[str, Any], name: str, point: datetime, to: str) -> list[dict[str, str]]:
    """The source's tags, but AWS's own, which nobody may set."""
    own = {
        "Name": name,
        POINT: point.isoformat(),
        ASKED: LATEST if to == LATEST else "time",
        STARTED: datetime.now(UTC).replace(microsecond=0).isoformat(),
    }
    kept = {key: value for key, value in tags_of(source).items() if not key.startswith("aws:")}
    return [{"Key": key, "Value": value} for key, value in {**kept, **own}.items()]


def tags_of(database: Mapping[str, Any]) -> dict[str, str]:
    """Return an instance's tags by key."""
    return {tag["Key"]: tag["Value"] for tag in database.get("TagList") or ()}


def _known(
    aws: Aws, source: Mapping[str, Any], point: datetime, to: str
) -> Mapping[str, Any] | None:
    """Return the instance that an earlier run began; None if there is none.

    A time is known by the name. `latest` moves on, so one that is still being made is meant.
    """
    name = target_name(str(source["DBInstanceIdentifier"]), point)
    rds = aws.client("rds")
    every = asking.demand(
        lambda: [
            one
            for page in rds.get_paginator("describe_db_instances").paginate()
            for one in page["DBInstances"]
        ]
    )
    for one in every:
        being_made = tags_of(one).get(ASKED) == LATEST and one["DBInstanceStatus"] != READY
        if one["DBInstanceIdentifier"] == name or (to == LATEST and being_made):
            found: Mapping[str, Any] = one
            return found
    return None


def _begin(aws: Aws, source: Mapping[str, Any], point: datetime, to: str) -> Mapping[str, Any]:
    wish = parameters(source, point, to)
    answer = asking.demand(lambda: aws.client("rds").restore_db_instance_to_point_in_time(**wish))
    found: Mapping[str, Any] = answer["DBInstance"]
    return found


def await_ready(aws: Aws, begun: Mapping[str, Any], tell: Tell) -> Mapping[str, Any]:
    """Wait until the instance is available, telling each new status; as long as it takes.

    TriflowError if it ends in a status from which it does not come back.
    """
    name, seen, before = str(begun["DBInstanceIdentifier"]), begun, ""
    while (status := str(seen.get("DBInstanceStatus", ""))) != READY:
        if status.startswith(BROKEN):
            raise TriflowError(
                f"{name} is {status}.",
                "The restore has failed; the database that runs was not touched.",
                f"aws rds describe-events --source-type db-instance --source-identifier {name}",
            )
        if status != before:
            tell(f"{name}: {status}")
        before = status
        time.sleep(SECONDS_BETWEEN_LOOKS)
        seen = instance.described(aws, name)
    return seen


def report(ready: Mapping[str, Any], window: Window, *, watched: bool) -> Iterator[str]:
    """Yield how long it took and what is lost, each against its objective (ADR D14).

    `watched` is false for an instance that had become available before anybody looked.
    """
    tags = tags_of(ready)
    as_of = f", as of {kst.shown(datetime.fromisoformat(tags[POINT]))}" if POINT in tags else ""
    yield f"{ready['DBInstanceIdentifier']} is available{as_of}."
    if watched and STARTED in tags:
        took = datetime.now(UTC) - datetime.fromisoformat(tags[STARTED])
        yield _against("It took", took, timedelta(hours=RECOVERY_HOURS), "recovery time")
    else:
        yield "It was there already, so the time that it took is not known."
    behind = window.asked - window.latest
    yield _against(
        "The latest time to be had was behind by", behind, timedelta(minutes=LOST_MINUTES), "loss"
    )


def _against(what: str, measured: timedelta, objective: timedelta, name: str) -> str:
    verdict = "within" if measured <= objective else "BEYOND"
    return f"{what} {_minutes(measured)}: {verdict} the {_minutes(objective)} of {name} (ADR D14)."


def _minutes(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    return f"{seconds // 60} min {seconds % 60} s" if seconds % 60 else f"{seconds // 60} min"
