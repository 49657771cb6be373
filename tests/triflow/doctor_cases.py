"""One row per way in which a finding comes about, and per near miss: the healthy world, spoilt.

A row is (finding, how the answers are spoilt, what the evidence has to say). An empty evidence
means that the finding has to stay silent. `spoil` changes the answers that it is given in place.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

from tests.triflow import doctor_world
from tests.triflow.doctor_world import NOW
from triflow.doctor.answers import Answer

Answers = dict[str, Any]


class Case(NamedTuple):
    """A row; `evidence` are words of what is told, empty for a near miss."""

    finding: str
    spoil: Callable[[Answers], object]
    evidence: str = ""


def put(value: object, read: str, *path: str | int) -> Callable[[Answers], None]:
    """Return what sets a place in an answer to a value."""

    def spoil(answers: Answers) -> None:
        part = answers[read]
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value

    return spoil


def gone(read: str, code: str = "not found") -> Callable[[Answers], None]:
    """Return what makes AWS say that there is no such thing."""
    return lambda answers: answers.update({read: Answer("gone", reason=f"answered with {code}")})


def counted(**series: list[float]) -> Callable[[Answers], None]:
    """Return what gives some measures these points, newest first."""
    return lambda answers: answers.update(metrics=doctor_world.metrics(**series))


def without_rule(group: str, direction: str, port: int) -> Callable[[Answers], None]:
    """Return what takes a rule out of a security group."""

    def spoil(answers: Answers) -> None:
        for one in answers["security_groups"]["SecurityGroups"]:
            if one["GroupId"] == f"security-{group}-id":
                one[direction] = [rule for rule in one[direction] if rule["FromPort"] != port]

    return spoil


def alarm(key: str, value: object, name: str = "rds-cpu-high") -> Callable[[Answers], None]:
    """Return what changes a field of an alarm."""

    def spoil(answers: Answers) -> None:
        for one in answers["alarms"]["MetricAlarms"]:
            if one["AlarmName"].endswith(name):
                one[key] = value

    return spoil


def without(read: str, key: str, number: int = 0) -> Callable[[Answers], object]:
    """Return what takes an entry out of a list."""
    return lambda answers: answers[read][key].pop(number)


def as_one_word(answers: Answers) -> None:
    """Write a policy's lists of one as a word, and its statements in another order."""
    statements = answers["task_policy"]["PolicyDocument"]["Statement"]
    statements.reverse()
    for one in statements:
        one["Resource"] = one["Resource"][0]


def refused(answers: Answers) -> None:
    """Add a refusal to the tenant's policy."""
    deny = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}
    answers["tenant_policy"]["PolicyDocument"]["Statement"].append(deny)


def all_of(rule: dict[str, Any]) -> Callable[[Answers], None]:
    """Return what puts one rule for all protocols into the place of the tasks' way in."""

    def spoil(answers: Answers) -> None:
        for one in answers["security_groups"]["SecurityGroups"]:
            if one["GroupId"] == "security-ecs-id":
                one["IpPermissions"] = [rule]

    return spoil


def unconfirmed(answers: Answers) -> None:
    """Let nobody have confirmed the critical topic."""
    for one in answers["subscriptions"]["Subscriptions"]:
        if one["TopicArn"].endswith("critical"):
            one["SubscriptionArn"] = "PendingConfirmation"


DATABASE = ("database", "DBInstances", 0)
GROUP_ALL = {
    "IpProtocol": "-1",
    "IpRanges": [],
    "UserIdGroupPairs": [{"GroupId": "security-alb-id"}],
}
OTHER_TARGETS = {"TargetGroups": [{"TargetGroupArn": "arn:aws:other", "Weight": 1}]}
NO_POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})
LIST = "MetricAlarms"
YES, NO = True, False

CASES = (
    # P03
    Case("aws-wrong-account", put("999999999999", "caller", "Account"), "deployed to 123456789012"),
    Case("aws-root-user", put("arn:aws:iam::123456789012:root", "caller", "Arn"), ":root"),
    # The chain of security groups
    Case(
        "sg-alb-ingress-missing",
        without_rule("alb", "IpPermissions", 443),
        "tcp 443 in from 0.0.0.0/0",
    ),
    Case("sg-alb-ingress-redirect-missing", without_rule("alb", "IpPermissions", 80), "tcp 80 in"),
    Case(
        "sg-alb-egress-ecs-missing",
        without_rule("alb", "IpPermissionsEgress", 8000),
        "out to security-ecs-id",
    ),
    Case(
        "sg-ecs-ingress-alb-missing",
        without_rule("ecs", "IpPermissions", 8000),
        "from security-alb-id",
    ),
    Case(
        "sg-ecs-egress-db-missing", without_rule("ecs", "IpPermissionsEgress", 5432), "tcp 5432 out"
    ),
    Case(
        "sg-ecs-egress-443-missing", without_rule("ecs", "IpPermissionsEgress", 443), "tcp 443 out"
    ),
    Case(
        "sg-rds-ingress-ecs-missing",
        without_rule("rds", "IpPermissions", 5432),
        "from security-ecs-id",
    ),
    Case("sg-rds-ingress-ecs-missing", gone("security_groups"), "does not know one of the three"),
    Case(
        "sg-rds-ingress-ecs-missing",
        without("security_groups", "SecurityGroups", 2),
        "not know the group",
    ),
    Case("sg-ecs-ingress-alb-missing", all_of(GROUP_ALL)),
    Case("sg-ecs-ingress-alb-missing", all_of(GROUP_ALL | {"IpProtocol": "udp"}), "tcp 8000 in"),
    # P09
    Case("rds-not-available", put("failed", *DATABASE, "DBInstanceStatus"), "status is failed"),
    Case("rds-not-available", gone("database"), "no such database"),
    Case("rds-not-available", put("stopped", *DATABASE, "DBInstanceStatus")),
    Case("rds-not-available", put("configuring-log-exports", *DATABASE, "DBInstanceStatus")),
    Case("rds-stopped", put("stopping", *DATABASE, "DBInstanceStatus"), "status is stopping"),
    Case("rds-public", put(YES, *DATABASE, "PubliclyAccessible"), "PubliclyAccessible is true"),
    Case(
        "rds-connections-high", counted(database_connections=[170.0, 165.0]), "at least 165 of 200"
    ),
    Case("rds-connections-high", counted(database_connections=[170.0, 20.0])),
    Case(
        "secret-newer-than-tasks",
        put(NOW - timedelta(hours=1), "database_secret", "LastChangedDate"),
        "started 11-22 04:00",
    ),
    Case(
        "secret-rotation-broken",
        put("impaired", *DATABASE, "MasterUserSecret", "SecretStatus"),
        "impaired",
    ),
    Case("secret-rotation-broken", put(NOW, "database_secret", "DeletedDate"), "deleted since"),
    Case(
        "secret-rotation-broken",
        put(NOW - timedelta(days=2), "database_secret", "NextRotationDate"),
        "was to rotate",
    ),
    Case(
        "secret-rotation-broken",
        put(NOW - timedelta(hours=2), "database_secret", "NextRotationDate"),
    ),
    Case("secret-rotation-broken", gone("database_secret"), "no such secret"),
    # P15
    Case("alb-no-healthy-target", put([], "targets", "TargetHealthDescriptions"), "targets: none"),
    Case("alb-no-healthy-target", gone("targets"), "no such target group"),
    Case("alb-no-healthy-target", without("targets", "TargetHealthDescriptions")),
    Case("alb-502-rate", counted(requests=[100.0], balancer_502=[12.0]), "12 of 100 requests"),
    Case("alb-502-rate", counted(balancer_502=[12.0]), "12 of 12 requests"),
    Case("alb-502-rate", counted(requests=[1000.0], balancer_502=[12.0])),
    Case("alb-502-rate", counted(requests=[20.0], balancer_502=[9.0])),
    Case("alb-502-rate", counted(requests=[9.0] * 9, balancer_502=[0.0] * 6 + [90.0])),
    Case("alb-503-seen", counted(balancer_503=[6.0, 5.0]), "11 requests"),
    Case("alb-target-5xx", counted(requests=[100.0], target_5xx=[20.0]), "20 of 100"),
    Case("alb-keepalive-race", counted(target_refused=[10.0]), "10 connections refused"),
    Case(
        "alb-listener-broken",
        put("failed", "load_balancer", "LoadBalancers", 0, "State", "Code"),
        "state is failed",
    ),
    Case("alb-listener-broken", put([], "listeners", "Listeners"), "nothing listens on 443"),
    Case("alb-listener-broken", gone("listeners"), "no such load balancer"),
    # P18
    Case("task-role-s3-denied", gone("task_policy"), "no longer grants"),
    Case("task-role-s3-denied", as_one_word),
    Case("tenant-assume-denied", gone("task_policy"), "sts:AssumeRole"),
    Case("tenant-assume-denied", gone("tenant_role"), "no such role"),
    Case(
        "tenant-assume-denied",
        put({"Statement": []}, "tenant_role", "Role", "AssumeRolePolicyDocument"),
        "no longer trusts",
    ),
    Case("tenant-files-denied", gone("tenant_policy"), "s3:PutObject"),
    Case("tenant-files-denied", refused, "refused: s3:PutObject"),
    # P21
    Case("alarm-missing", without("alarms", LIST), "knows no such alarm"),
    Case("alarm-actions-off", alarm("ActionsEnabled", NO), "ActionsEnabled is false"),
    Case("alarm-no-action", alarm("AlarmActions", []), "no longer tells"),
    Case(
        "alarm-wrong-dimension",
        alarm("Dimensions", [{"Name": "DBInstanceIdentifier", "Value": "db-X"}]),
        "is db-X",
    ),
    Case("alarm-threshold-drift", alarm("Threshold", 99.0), "its threshold is 99, not 80"),
    Case(
        "alarm-threshold-drift",
        alarm("ComparisonOperator", "LessThanThreshold"),
        "compares otherwise",
    ),
    Case("alarm-no-data", alarm("StateValue", "INSUFFICIENT_DATA"), "since 11-22 07:00"),
    Case("alarm-firing", alarm("StateValue", "ALARM"), "Threshold not crossed"),
    Case("alarm-firing", alarm("StateValue", "ALARM", "ecs-scale-in")),
    Case("sns-subscription-pending", unconfirmed, "PendingConfirmation by email"),
    Case("sns-no-subscriber", unconfirmed, "none of them confirmed"),
    Case("sns-no-subscriber", without("subscriptions", "Subscriptions")),
    Case(
        "sns-policy-lacks-publisher",
        put(NO_POLICY, "critical_topic", "Attributes", "Policy"),
        "4 of the statements",
    ),
    Case("sns-policy-lacks-publisher", gone("warning_topic"), "no such topic"),
    Case(
        "sns-key-blocks",
        put("alias/aws/sns", "warning_topic", "Attributes", "KmsMasterKeyId"),
        "alias/aws/sns",
    ),
)
