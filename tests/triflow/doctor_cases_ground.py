"""Rows as those of `doctor_cases`: tools, groups, bucket, registry, rights and the database."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.triflow.doctor_case import DATABASE, Answers, Case, counted, gone, put, without
from tests.triflow.doctor_stack import NOW

Spoil = Callable[[Answers], object]
HOST = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com"
ELSEWHERE = "999999999999.dkr.ecr.ap-northeast-2.amazonaws.com/triflow-ai-backend"
REPOSITORY = ("repository", "repositories", 0, "repositoryUri")
ROW = ("extensions_log", "events", 0)
GROUPS = ("security_groups", "SecurityGroups")
ALB_RULE = (*GROUPS, 0, "IpPermissions", 0)
PLUGIN = ("plugins", "plugins", 0)
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
GROUP = (*DATABASE, "DBParameterGroups", 0, "ParameterApplyStatus")
ANYONE: dict[str, Any] = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "UserIdGroupPairs": []}
PERSON = "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_1/someone"
OUTSIDE = {"OrganizationsDecisionDetail": {"AllowedByOrganizations": False}}
BOUNDARY = {"PermissionsBoundaryDecisionDetail": {"AllowedByPermissionsBoundary": False}}


def parameter(name: str, value: str) -> Spoil:
    """Return what gives a parameter of the group another value."""

    def spoil(answers: Answers) -> None:
        for one in answers["database_parameters"]["Parameters"]:
            if one["ParameterName"] == name:
                one["ParameterValue"] = value

    return spoil


def administrator(days: int, caller: str = "") -> Spoil:
    """Return what makes the caller an administrator in a role of that age."""

    def spoil(answers: Answers) -> None:
        answers["caller_policies"]["AttachedPolicies"][0]["PolicyArn"] = ADMINISTRATOR
        answers["caller_role"]["Role"]["CreateDate"] = NOW - timedelta(days=days)
        answers["caller"]["Arn"] = caller or answers["caller"]["Arn"]

    return spoil


def decided(decision: str, **more: Any) -> Spoil:  # noqa: ANN401 - JSON
    """Return what has IAM decide otherwise about the first action."""

    def spoil(answers: Answers) -> None:
        first, *others = answers["deploy_rights"]["EvaluationResults"]
        changed = first | {"EvalDecision": decision, **more}
        answers["deploy_rights"]["EvaluationResults"] = [changed, *others]

    return spoil


def added(key: str = "IpPermissions", **rule: Any) -> Spoil:  # noqa: ANN401 - JSON
    """Return what adds a rule to the database's group."""
    whole = {"UserIdGroupPairs": [], "IpRanges": [], **rule}
    return lambda answers: answers["security_groups"]["SecurityGroups"][2][key].append(whole)


TCP: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
EVERYTHING: dict[str, Any] = {"IpProtocol": "-1"}
CASES = (
    # P01
    Case("plugin-not-installed", put("7.0.0", *PLUGIN, "version"), "of aws there is 7.0.0"),
    Case("plugin-not-installed", without("plugins", "plugins"), "there is none"),
    Case("plugin-host-unreachable", put("timed out", "plugin_host", "failure"), "timed out"),
    Case("plugin-host-unreachable", put("", "plugin_host", "failure")),
    Case("plugin-version-skew", put("8.0.0", "plugins", "needed"), "the state is of 7."),
    Case("plugin-version-skew", put("7.99.0", "plugins", "needed")),
    # P02
    Case("sg-missing", gone("security_groups"), "one of the three groups"),
    Case("sg-missing", without(*GROUPS, 1), "does not know the group"),
    Case("sg-unmanaged-rule", added(**TCP, IpRanges=ANYONE["IpRanges"]), "5432 with 0.0.0.0/0"),
    Case(
        "sg-unmanaged-rule",
        added(**EVERYTHING, UserIdGroupPairs=[{"GroupId": "sg-other"}]),
        "ingress of everything with sg-other",
    ),
    Case("sg-unmanaged-rule", added(**TCP, Ipv6Ranges=[{"CidrIpv6": "::/0"}]), "with ::/0"),
    Case("sg-unmanaged-rule", added(**TCP)),
    Case("sg-unmanaged-rule", put(444, *ALB_RULE, "ToPort"), "to 444"),
    Case("sg-unmanaged-way-out", added("IpPermissionsEgress", **EVERYTHING, **ANYONE), "egress of"),
    Case("sg-unmanaged-way-out", added(**EVERYTHING, **ANYONE)),
    # P04
    Case("rds-still-creating", put("creating", *DATABASE, "DBInstanceStatus"), "is creating"),
    Case("rds-still-creating", put("configuring-x", *DATABASE, "DBInstanceStatus"), "is config"),
    Case("rds-still-creating", put("stopped", *DATABASE, "DBInstanceStatus")),
    Case("rds-not-available", put("creating", *DATABASE, "DBInstanceStatus")),
    Case("rds-create-failed", put("storage-full", *DATABASE, "DBInstanceStatus"), "storage-full"),
    Case("rds-create-failed", put("modifying", *DATABASE, "DBInstanceStatus")),
    # P05
    Case("bucket-missing", gone("lifecycle", "NoSuchBucket"), "no such bucket"),
    Case("bucket-missing", gone("lifecycle", "NoSuchLifecycleConfiguration")),
    Case(
        "bucket-wrong-region",
        put("eu-west-1", "bucket_location", "LocationConstraint"),
        "it is in eu-west-1, not ap-northeast-2",
    ),
    # P06
    Case("ecr-repository-missing", gone("repository"), "no such repository"),
    Case("ecr-repository-missing", put(ELSEWHERE, "repository", "repositories", 0, "x")),
    Case(
        "ecr-registry-mismatch",
        put(ELSEWHERE, *REPOSITORY),
        "are pushed to 999999999999",
    ),
    Case(
        "ecr-registry-mismatch", put(f"{HOST}/x", "repository", "repositories", 0, "repositoryUri")
    ),
    Case("docker-not-logged-in", put([], "docker_logins", "registries"), "does not name it"),
    Case("docker-not-logged-in", put([HOST], "docker_logins", "helpers")),
    # P07
    Case("deploy-permission-missing", decided("implicitDeny"), "nothing allows it"),
    Case("deploy-permission-missing", decided("explicitDeny")),
    Case("deploy-permission-missing", decided("implicitDeny", **OUTSIDE)),
    Case(
        "deploy-explicit-deny",
        decided("explicitDeny", MatchedStatements=[{"SourcePolicyId": "no-changes"}]),
        "denied by no-changes",
    ),
    Case("deploy-explicit-deny", decided("implicitDeny")),
    Case("deploy-scp-or-boundary", decided("implicitDeny", **OUTSIDE), "the organization does not"),
    Case("deploy-scp-or-boundary", decided("explicitDeny", **BOUNDARY), "a permissions boundary"),
    Case("deploy-scp-or-boundary", decided("implicitDeny")),
    Case("deploy-admin-left", administrator(days=30), "AdministratorAccess since 2026-10-23"),
    Case("deploy-admin-left", administrator(days=3)),
    Case("deploy-admin-left", administrator(days=30, caller=PERSON)),
    # P08
    Case("db-engine-too-old", put("14.8", *DATABASE, "EngineVersion"), "it is 14.8, below 14.9"),
    Case("db-engine-too-old", put("13.20", *DATABASE, "EngineVersion"), "it is 13.20, not 14"),
    Case("db-engine-too-old", put("17.2", *DATABASE, "EngineVersion")),
    Case("db-preload-missing", parameter("shared_preload_libraries", "x"), "pg_stat_statements"),
    Case("db-preload-missing", parameter("shared_preload_libraries", "x, pg_stat_statements")),
    Case("db-parameter-pending-reboot", put("pending-reboot", *GROUP), "is pending-reboot"),
    Case("db-parameter-pending-reboot", put("applying", *GROUP)),
    Case("db-extensions-not-confirmed", without("extensions_log", "events"), "shown vector"),
    Case("db-extensions-not-confirmed", put("hello", *ROW, "message"), "shown vector"),
    Case("db-extensions-not-confirmed", put("extension,vector,0.8.1", *ROW, "message")),
    # P10
    Case("rds-cpu-high", counted(database_cpu=[95.0, 91.0]), "at least 91 % for 10 min"),
    Case("rds-cpu-high", counted(database_cpu=[95.0, 70.0])),
    Case("rds-cpu-raised", counted(database_cpu=[70.0, 65.0]), "rings at 60 %"),
    Case("rds-storage-low", counted(database_storage=[2**30, 2**30]), "at most 1.0 GiB"),
    Case("rds-storage-low", counted(database_storage=[2**30, 2.0**36])),
    Case("rds-memory-low", counted(database_memory=[2**20, 2**20]), "at most 0.0 GiB"),
    Case("rds-read-latency-high", counted(database_read_seconds=[0.05, 0.04]), "at least 40 ms"),
    Case("rds-write-latency-high", counted(database_write_seconds=[0.09, 0.08]), "rings at 50 ms"),
    Case("rds-write-latency-high", counted(database_write_seconds=[0.03, 0.03])),
    Case("rds-cpu-credits-low", counted(database_credits=[3.0, 5.0]), "at most 5 for 10 min"),
    Case("rds-storage-at-limit", put(190, *DATABASE, "AllocatedStorage"), "190 of 200 GB"),
    Case("rds-storage-at-limit", put(170, *DATABASE, "AllocatedStorage")),
    Case("rds-slow-log-off", parameter("log_min_duration_statement", "-1"), "is -1, not 1000"),
    Case("rds-slow-log-off", put([], *DATABASE, "EnabledCloudwatchLogsExports"), "CloudWatch"),
    Case(
        "rds-change-pending",
        put({"DBInstanceClass": "db.t4g.large"}, *DATABASE, "PendingModifiedValues"),
        "DBInstanceClass will change",
    ),
    Case("bucket-name-not-unique", put("999999999999", "caller", "Account")),
)
