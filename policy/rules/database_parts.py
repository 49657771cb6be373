"""Rules of what belongs to the database (ADR 2): subnets, parameters, logs, weekly snapshots."""

from collections.abc import Iterator
from itertools import chain, product
from typing import Final

from policy import clock, tables
from policy.findings import Finding, Judgement, Lack, must_be, must_be_on
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.routes import is_public
from policy.rules.database import figures
from policy.tokens import (
    BACKUP_PLAN,
    BACKUP_SELECTION,
    BACKUP_VAULT,
    DB_INSTANCE,
    DB_PARAMETERS,
    DB_SUBNETS,
    EGRESS_RULE,
    INGRESS_RULE,
    LOG_GROUP,
    ROLE,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SECURITY_GROUP,
    SUBNET,
)
from policy.values import Answer

DB_PORT: Final = 5432

RDS_PRIVATE = rule(
    id="rds-in-private-subnet-group",
    clause=("D8", "N1"),
    kind="stack",
    tokens=(
        *(DB_INSTANCE, DB_SUBNETS, SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE),
        *(SUBNET, ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION),
    ),
    levels="M/M/M",
    severity="high",
    external=("RDS.18",),
    aim="The database stands in private subnets of both zones, behind its own group.",
    otherwise="It would stand in the account's default network, or next to the load balancer.",
    fix="use the subnet group of the private subnets and the database's security group.",
)


@check(RDS_PRIVATE, each=(DB_INSTANCE,))
def subnets_are_private(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """Private by their routes, and over two zones at least: RDS needs both to place a standby."""
    groups = stack.joined(instance, "dbSubnetGroupName", DB_SUBNETS, name="name")
    if len(groups) != 1:
        yield Lack(f"dbSubnetGroupName refers to the groups {names(groups)}; one is needed")
    for group in groups:
        subnets = stack.joined(group, "subnetIds", SUBNET)
        public = [subnet for subnet in subnets if is_public(stack, subnet)]
        if public:
            yield Finding(f"subnetIds holds {names(public)}, which the internet reaches", group)
        zones = {subnet["availabilityZone"].text() for subnet in subnets}
        if len(zones) < len(tables.ZONES):
            yield Lack(f"subnetIds holds {names(subnets)}; both zones are needed", group)


@check(RDS_PRIVATE, each=(DB_INSTANCE,))
def its_group_is_the_databases(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """One group, which lets in on PostgreSQL's port and lets nothing out."""
    groups = stack.joined(instance, "vpcSecurityGroupIds", SECURITY_GROUP)
    if len(groups) != 1:
        yield Lack(f"vpcSecurityGroupIds refers to {names(groups)}; one group is needed")
    for group in groups:
        ways_in = stack.referring(INGRESS_RULE, "securityGroupId", group)
        ways_out = stack.referring(EGRESS_RULE, "securityGroupId", group)
        ports = {way["toPort"].number() for way in ways_in}
        if ways_out or ports - {DB_PORT}:
            yield Finding(f"vpcSecurityGroupIds is {group.name}, which is not the database's group")
        if not ports:
            yield Lack(f"vpcSecurityGroupIds is {group.name}, which lets nothing in")


RDS_PARAMETERS = rule(
    id="rds-parameter-group-complete",
    clause=("D10", "D11"),
    kind="stack",
    tokens=(DB_INSTANCE, DB_PARAMETERS),
    levels="M/M/M",
    severity="high",
    external=("CKV2_AWS_69", "CKV2_AWS_30", "RDS.38"),
    aim="At most 100 connections, slow queries logged, TLS only, statistics loaded.",
    otherwise="The default group accepts plain text and logs no slow query.",
    fix="attach a group of the major version's family with the four parameters of ADR D10, D11.",
)


@check(RDS_PARAMETERS, each=(DB_INSTANCE,))
def group_follows_the_version(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """A group of the stack, whose family is the major version's."""
    groups = stack.joined(instance, "parameterGroupName", DB_PARAMETERS, name="name")
    if len(groups) != 1:
        yield Lack(f"parameterGroupName refers to the groups {names(groups)}; one is needed")
    major, _, _ = instance["engineVersion"].text().partition(".")
    for group in groups:
        yield from must_be(group["family"], f"postgres{major}", about=group)


@check(RDS_PARAMETERS, each=(DB_PARAMETERS,))
def parameters_are_set(group: Resource, stack: StackView) -> Iterator[Judgement]:
    """Each value is text; a static parameter waits for the reboot, or RDS refuses the group."""
    del stack
    found = {entry["name"].text(): entry for entry in group["parameters"].items()}
    for name, decided in tables.PARAMETER_VALUES.items():
        if name not in found:
            yield Finding(f"parameters lacks {name}")
        elif name == tables.LIBRARIES:
            if decided not in found[name]["value"].text().split(","):
                yield Finding(f"{name} lacks {decided}")
        else:
            yield from must_be(found[name]["value"], decided)
    for name in tables.STATIC_PARAMETERS & set(found):
        yield from must_be(found[name]["applyMethod"], "pending-reboot")


RDS_LOGS = rule(
    id="rds-logs-and-insights",
    clause=("D12", "D13"),
    kind="stack",
    tokens=(DB_INSTANCE, LOG_GROUP),
    levels="M/M/M",
    severity="medium",
    external=("CKV_AWS_129", "RDS.9", "RDS.36", "CKV_AWS_353"),
    aim="The log reaches a group that ends it, and insights of a week are kept for free.",
    otherwise="RDS would make the group itself, which keeps the log, and its price, for ever.",
    fix="export postgresql, declare its log group, keep insights for 7 days in standard mode.",
)


@check(RDS_LOGS, "a", each=(DB_INSTANCE,))
def log_has_a_declared_group(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """`error` and `slowquery` are MySQL's logs; the group is found by its name."""
    exports = [entry.text() for entry in instance["enabledCloudwatchLogsExports"].items()]
    if "postgresql" not in exports or not set(exports) <= set(tables.DB_LOGS):
        yield Finding(f"enabledCloudwatchLogsExports is {exports}, it must hold postgresql")
    wanted = f"/aws/rds/instance/{instance['identifier'].text()}/postgresql"
    if wanted not in [group["name"].text() for group in stack.of(LOG_GROUP)]:
        yield Lack(f"no log group {wanted} is declared")


@check(RDS_LOGS, "b", each=(DB_INSTANCE,))
def insights_are_kept_for_free(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """On in production; where they are on, for the free week and in the free mode."""
    del stack
    enabled = instance["performanceInsightsEnabled"]
    if figures(instance) == "prod":
        yield from must_be_on(enabled)
    if enabled.is_true():
        yield from must_be(
            instance["performanceInsightsRetentionPeriod"], tables.FREE_INSIGHTS_DAYS
        )
        yield from must_be(instance["databaseInsightsMode"], "standard")


RDS_WEEKLY = rule(
    id="rds-weekly-snapshot-plan",
    clause=("D6",),
    kind="stack",
    tokens=(DB_INSTANCE, BACKUP_PLAN, BACKUP_SELECTION, BACKUP_VAULT, ROLE),
    levels="-/-/M",
    severity="high",
    external=("RDS.26",),
    aim="Every Sunday at dawn a snapshot of the database is taken and kept 30 days.",
    otherwise="What was lost more than a week ago could not be restored.",
    fix="declare a vault, a plan for Sunday 05:00 Asia/Seoul and a selection of the instance.",
)


@check(RDS_WEEKLY, each=(DB_INSTANCE,))
def plan_covers_the_instance(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """A selection that names it joins a plan with a rule as decided."""
    selections = stack.referring(BACKUP_SELECTION, "resources", instance)
    plans = [plan for one in selections for plan in stack.joined(one, "planId", BACKUP_PLAN)]
    if not plans:
        yield Lack("no backup plan has a selection that covers it")
    for one in selections:
        if not stack.dependencies(one, "iamRoleArn", ROLE):
            yield Lack("iamRoleArn is no role of this stack", one)
    for plan in plans:
        if not stack.dependencies(plan, "rules", BACKUP_VAULT):
            yield Lack("targetVaultName is no vault of this stack", plan)
        faults = [list(_weekly(entry, instance)) for entry in plan["rules"].items()]
        if [] not in faults:
            yield Finding(
                "no rule of the plan is the weekly one: "
                + ("; ".join(chain.from_iterable(faults)) or "it has no rules"),
                plan,
            )


def _weekly(entry: Answer, instance: Resource) -> Iterator[str]:
    """Say what keeps one rule of a plan from being the decided one."""
    days = entry["lifecycle"]["deleteAfter"].number()
    if days != tables.WEEKLY_SNAPSHOT_DAYS:
        yield f"deleteAfter is {days}, it must be {tables.WEEKLY_SNAPSHOT_DAYS}"
    if not entry["lifecycle"]["coldStorageAfter"].is_missing:
        yield "coldStorageAfter is set, which RDS does not know"
    if entry["scheduleExpressionTimezone"].text() != clock.SEOUL:
        yield f"scheduleExpressionTimezone is not {clock.SEOUL}"
    begin, end = tables.WEEKLY_SNAPSHOT_AT
    moments = clock.moments(entry["schedule"].text())
    if not moments or any(not begin <= moment <= end for moment in moments):
        yield "schedule does not fire on Sunday between 02:00 and 06:00 only"
    windows = (
        clock.daily(instance["backupWindow"].text()),
        clock.weekly(instance["maintenanceWindow"].text()),
    )
    for window, moment in product(windows, moments):
        if window and window.covers(moment):
            yield "schedule fires within a window of the database, where AWS Backup starts nothing"
