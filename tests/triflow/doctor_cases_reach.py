"""Rows of P03, P09, P15, P18 and P21: who reaches whom, from the login to the alarm's mail."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.triflow.doctor_case import DATABASE, Answers, Case, counted, gone, put, without
from tests.triflow.doctor_stack import NOW


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


def unconfirmed(word: str = "PendingConfirmation") -> Callable[[Answers], None]:
    """Return what lets nobody hear the critical topic; SNS's word stands in each ARN's place."""

    def spoil(answers: Answers) -> None:
        for one in answers["subscriptions"]["Subscriptions"]:
            if one["TopicArn"].endswith("critical"):
                one["SubscriptionArn"] = word

    return spoil


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
    Case("rds-stopped", put("stopped", *DATABASE, "DBInstanceStatus"), "for the night", "staging"),
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
    Case("sns-subscription-pending", unconfirmed(), "PendingConfirmation by email"),
    Case("sns-subscription-pending", unconfirmed("Deleted"), "Deleted by email"),
    Case("sns-subscription-pending", without("subscriptions", "Subscriptions")),
    Case("sns-no-subscriber", unconfirmed("Deleted"), "none of them confirmed"),
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
