"""Rows as those of `doctor_cases`: tools, groups, bucket, registry, rights and the database."""

import os
from datetime import timedelta

from tests.end_to_end.doctor_case import ONE, Act, Case, hours_later, nothing, spoils
from tests.end_to_end.doctor_world import IDLE, OPERATOR, World, decided

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
RULES = "GetBucketLifecycleConfiguration"
DESCRIBED = "rds.DescribeDBInstances"
PROXY = "HTTPS_PROXY"  # the local AWS is asked by plain HTTP, which this leaves alone


def half_a_proxy(_: World) -> None:
    """Set one of the two variables."""
    os.environ[PROXY] = "http://127.0.0.1:9"


def no_proxy(_: World) -> None:
    """Take it back."""
    del os.environ[PROXY]


def by_hand(call: str) -> Act:
    """Return what adds a rule to the database's group, or takes it back."""
    everyone = [{"CidrIp": "203.0.113.0/24"}]
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": everyone}
    return lambda world: getattr(world.aws("ec2"), call)(
        GroupId=world.deployed.output("rds_security_group_id"), IpPermissions=[rule]
    )


def refused(service: str, operation: str, code: str) -> Act:
    """Return what has AWS say that there is no such thing."""
    return lambda world: world.denies(service, f"{service}.{operation}", code)


def administrator(world: World) -> None:
    """Make the operator an administrator, and look more than a week later."""
    world.aws("iam").attach_role_policy(RoleName=OPERATOR, PolicyArn=ADMINISTRATOR)
    world.passes(days=8)


def operator(world: World) -> None:
    """Take the administrator's right back."""
    world.aws("iam").detach_role_policy(RoleName=OPERATOR, PolicyArn=ADMINISTRATOR)


def half_a_deployer(decision: str) -> Act:
    """Return what lets the operator change one half of the stack."""
    rows = [decided("ecs:UpdateService"), decided("rds:ModifyDBInstance", decision)]
    return lambda world: world.says("iam.SimulatePrincipalPolicy", {"EvaluationResults": rows})


def blocked(world: World) -> None:
    """Let the organization block an action."""
    detail = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}
    rows = [decided("ecs:UpdateService"), decided("iam:CreateRole", "implicitDeny") | detail]
    world.says("iam.SimulatePrincipalPolicy", {"EvaluationResults": rows})


def gauge(metric: str, value: float) -> Act:
    """Return what lets the database's gauge stand at a value for the last quarter of an hour."""

    def act(world: World) -> None:
        # At a later time, since the points of all that is well are in the minutes before.
        world.now += timedelta(hours=1)
        for name, idle in (IDLE | {metric: value}).items():
            now = value if name == metric else idle
            world.measured("AWS/RDS", name, now, DBInstanceIdentifier=world.database)

    return act


def without_rules(world: World) -> None:
    """Let the bucket have no rule, as one that somebody made by hand."""
    spoils(f"s3.{RULES}", "Rules", value=[])(world)


def elsewhere(world: World) -> None:
    """Let it be in another region, too."""
    without_rules(world)
    spoils("s3.GetBucketLocation", "LocationConstraint", value="eu-west-1")(world)


def status(value: str) -> Act:
    """Return what puts a status into the database's description."""
    return spoils(DESCRIBED, *ONE, "DBInstanceStatus", value=value)


CASES = (
    Case("proxy-half-set", "P01", half_a_proxy, no_proxy),
    Case(
        "sg-unmanaged-rule",
        "P02",
        by_hand("authorize_security_group_ingress"),
        by_hand("revoke_security_group_ingress"),
    ),
    Case(
        "sg-unmanaged-way-out",
        "P02",
        by_hand("authorize_security_group_egress"),
        by_hand("revoke_security_group_egress"),
    ),
    Case(
        "sg-missing",
        "P02",
        refused("ec2", "DescribeSecurityGroups", "InvalidGroup.NotFound"),
        nothing,
    ),
    Case("rds-create-failed", "P04", status("incompatible-parameters"), nothing),
    Case("bucket-missing", "P05", refused("s3", RULES, "NoSuchBucket"), nothing),
    Case("bucket-wrong-region", "P05", elsewhere, nothing),
    Case(
        "ecr-repository-missing",
        "P06",
        refused("ecr", "DescribeRepositories", "RepositoryNotFoundException"),
        nothing,
    ),
    Case("deploy-admin-left", "P07", administrator, operator),
    Case("deploy-permission-missing", "P07", half_a_deployer("implicitDeny"), nothing),
    Case("deploy-explicit-deny", "P07", half_a_deployer("explicitDeny"), nothing),
    Case("deploy-scp-or-boundary", "P07", blocked, nothing),
    Case(
        "db-engine-too-old", "P08", spoils(DESCRIBED, *ONE, "EngineVersion", value="13.4"), nothing
    ),
    Case(
        "db-parameter-pending-reboot",
        "P08",
        spoils(
            DESCRIBED,
            *ONE,
            *("DBParameterGroups", 0, "ParameterApplyStatus"),
            value="pending-reboot",
        ),
        nothing,
    ),
    Case(
        "db-extensions-not-confirmed",
        "P08",
        spoils("logs.FilterLogEvents", "events", value=[]),
        nothing,
    ),
    Case("rds-cpu-high", "P10", gauge("CPUUtilization", 97), hours_later, also=("rds-cpu-raised",)),
    Case("rds-cpu-raised", "P10", gauge("CPUUtilization", 70), hours_later),
    Case("rds-storage-low", "P10", gauge("FreeStorageSpace", 2**30), hours_later),
    Case("rds-memory-low", "P10", gauge("FreeableMemory", 2**20), hours_later),
    Case("rds-read-latency-high", "P10", gauge("ReadLatency", 0.5), hours_later),
    Case("rds-write-latency-high", "P10", gauge("WriteLatency", 0.5), hours_later),
    Case("rds-cpu-credits-low", "P10", gauge("CPUCreditBalance", 1), hours_later),
    Case(
        "rds-change-pending",
        "P10",
        spoils(DESCRIBED, *ONE, "PendingModifiedValues", value={"DBInstanceClass": "db.x"}),
        nothing,
    ),
    Case(
        "rds-storage-at-limit",
        "P10",
        spoils(DESCRIBED, *ONE, "AllocatedStorage", value=199),
        nothing,
    ),
)
