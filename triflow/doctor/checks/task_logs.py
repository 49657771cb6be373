"""P20: logs that do not appear: their groups, how tasks write to them, and whether they do.

Whether the execution role may write is part of exec-role-ecr-denied: one policy of AWS grants both.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor import metrics, task_definition
from triflow.doctor.answers import Facts, Seen
from triflow.doctor.checks.service import running
from triflow.doctor.finding import MEND, Found, check

KIND: Final = "aws:cloudwatch/logGroup:LogGroup"
SILENCE: Final = timedelta(hours=1)


def _pairs(facts: Facts) -> Iterator[tuple[Seen, Seen | None]]:
    """Yield each declared group, and what AWS says of it; None if it has none."""
    live = {one["logGroupName"].text: one for one in facts["log_groups"]["logGroups"].each()}
    for name in facts.deployed.named(KIND):
        declared = facts.declared(name)
        yield declared, live.get(declared["name"].text)


@check(
    "log-group-missing",
    "P20",
    "critical",
    reads=("log_groups",),
    says="A log group does not exist, so what is written to it is lost.",
    remedy=MEND,
)
def missing(facts: Facts) -> Iterator[Found]:
    """Made by hand it would be in the program's way; a refresh makes it anew."""
    for declared, live in _pairs(facts):
        if live is None:
            yield Found(declared["name"].text, "CloudWatch knows no such group")


@check(
    "log-retention-drift",
    "P20",
    "warning",
    reads=("log_groups",),
    says="A log is kept longer or shorter than decided.",
    remedy=MEND,
)
def retention(facts: Facts) -> Iterator[Found]:
    """AWS leaves the days out of a group that is kept for ever."""
    for declared, live in _pairs(facts):
        if live is not None:
            wanted, days = declared["retentionInDays"].number, live.maybe("retentionInDays")
            if days is None:
                yield Found(declared["name"].text, f"kept for ever, not {wanted:.0f} days")
            elif days.number != wanted:
                kept = f"kept {days.number:.0f} days, not {wanted:.0f}"
                yield Found(declared["name"].text, kept)


@check(
    "task-log-config-wrong",
    "P20",
    "critical",
    reads=("log_groups",),
    says="The task sends its log nowhere.",
    remedy=MEND,
)
def configuration(facts: Facts) -> Iterator[Found]:
    """The driver, the group and the region that the program gives each container."""
    groups = {one["logGroupName"].text for one in facts["log_groups"]["logGroups"].each()}
    for one in task_definition.containers(facts):
        written = one.get("logConfiguration") or {}
        options = written.get("options") or {}
        group, region = options.get("awslogs-group"), options.get("awslogs-region")
        if written.get("logDriver") != "awslogs":
            yield Found(one["name"], f"its log driver is {written.get('logDriver')}")
        elif group not in groups:
            yield Found(one["name"], f"it writes to {group}, which does not exist")
        elif region != facts.deployed.region:
            yield Found(one["name"], f"it writes to {region}, not {facts.deployed.region}")


@check(
    "log-silent",
    "P20",
    "warning",
    reads=("metrics", "running_tasks", "tasks"),
    says="Tasks run, but write no log: the load balancer's health checks alone would fill lines.",
    remedy="triflow exec --stack {stack} printenv PYTHONUNBUFFERED",
)
def silent(facts: Facts) -> Iterator[Found]:
    """CloudWatch leaves the count out while nothing comes in, so no point is silence as well."""
    since = [one["startedAt"].time for one in running(facts)]
    written = metrics.counted(facts, "log_events", SILENCE)
    if not written and since and min(since) < facts.now - SILENCE:
        evidence = f"no line in 60 min; a task runs since {min(since):%m-%d %H:%M} UTC"
        yield Found(facts.deployed.output("log_group_name"), evidence)


@check(
    "rds-log-export-off",
    "P20",
    "warning",
    reads=("database",),
    says="The database's log is not handed to CloudWatch.",
    remedy=MEND,
)
def export(facts: Facts) -> Iterator[Found]:
    """What the program exports, against the live database; AWS leaves out a list that is empty."""
    one = facts["database"]["DBInstances"].first()
    exported = one.maybe("EnabledCloudwatchLogsExports") or Seen((), "nothing")
    live = {name.text for name in exported.each()}
    wanted = facts.declared("database-instance")["enabledCloudwatchLogsExports"]
    lost = sorted({name.text for name in wanted.each()} - live)
    if lost:
        yield Found(one["DBInstanceIdentifier"].text, f"it does not export {', '.join(lost)}")
