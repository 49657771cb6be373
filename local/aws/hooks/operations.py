"""The hooks of topics, functions, events, budgets and caches."""

# ruff: noqa: ANN401 - requests and answers are of any JSON kind

import json
from collections.abc import Mapping
from typing import Any

from local.aws.errors import AwsError
from local.aws.templates import Made
from local.aws.values import Unknown


def default_topic_policy() -> Made:
    """Return the template of the policy that AWS gives a topic at its creation."""

    def policy(scope: Mapping[str, Any]) -> str:
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes"],
            "Resource": scope["id"],
            "Condition": {"StringEquals": {"AWS:SourceOwner": scope["account"]}},
        }
        return json.dumps({"Version": "2008-10-17", "Statement": [statement]})

    return Made(policy)


def statement_of_policy(answer: Any, scope: Mapping[str, Any]) -> Any:
    """Return the statement of a Lambda function's policy that a permission made."""
    statements = json.loads(answer["Policy"])["Statement"]
    return next((s for s in statements if s.get("Sid") == scope.get("statementId")), None)


def filters_by_name() -> Made:
    """Return the template of a budget's filters: a list of names with values becomes a map."""

    def filters(scope: Mapping[str, Any]) -> Any:
        given = scope.get("costFilters")
        if not given or isinstance(given, Unknown):
            return given
        return {item["name"]: item["values"] for item in given}

    return Made(filters, ("costFilters",))


def budget_period() -> Made:
    """Return the template of a budget's period: 2026-01-01_00:00 is how the provider writes it."""

    def period(scope: Mapping[str, Any]) -> Any:
        ends = {"Start": scope.get("timePeriodStart"), "End": scope.get("timePeriodEnd")}
        given = {
            name: value if isinstance(value, Unknown) else value.replace("_", "T") + ":00Z"
            for name, value in ends.items()
            if value
        }
        return given or None

    return Made(period, ("timePeriodStart", "timePeriodEnd"))


def budget_notifications() -> Made:
    """Return the template of a budget's alerts: each with those who are told."""

    def notifications(scope: Mapping[str, Any]) -> Any:
        given = scope.get("notifications")
        if not given or isinstance(given, Unknown):
            return given
        return [
            {
                "Notification": {
                    "NotificationType": item.get("notificationType"),
                    "ComparisonOperator": item.get("comparisonOperator"),
                    "Threshold": item.get("threshold"),
                    "ThresholdType": item.get("thresholdType"),
                },
                "Subscribers": [*_told(item, "Email", "EMAIL"), *_told(item, "SnsTopic", "SNS")],
            }
            for item in given
        ]

    return Made(notifications, ("notifications",))


def _told(item: Mapping[str, Any], kind: str, name: str) -> list[dict[str, Any]]:
    member = "Addresses" if kind == "Email" else "Arns"
    given = item.get(f"subscriber{kind}{member}") or []
    addresses = [given] if isinstance(given, Unknown) else given
    return [{"SubscriptionType": name, "Address": address} for address in addresses]


def log_deliveries() -> Made:
    """Return the template of where a cache's logs go: the destination is one level deeper."""
    details = {
        "cloudwatch-logs": ("CloudWatchLogsDetails", "LogGroup"),
        "kinesis-firehose": ("KinesisFirehoseDetails", "DeliveryStream"),
    }

    def deliveries(scope: Mapping[str, Any]) -> Any:
        given = scope.get("logDeliveryConfigurations")
        if not given or isinstance(given, Unknown):
            return given
        found = []
        for item in given:
            member, name = details.get(item.get("destinationType"), details["cloudwatch-logs"])
            found.append(
                {
                    "LogType": item.get("logType"),
                    "LogFormat": item.get("logFormat"),
                    "DestinationType": item.get("destinationType"),
                    "DestinationDetails": {member: {name: item.get("destination")}},
                }
            )
        return found

    return Made(deliveries, ("logDeliveryConfigurations",))


def nothing_failed(answer: Mapping[str, Any]) -> None:
    """Raise the failures that PutTargets answers beside a success."""
    for item in answer.get("FailedEntries") or []:
        raise AwsError("PutTargets", str(item.get("ErrorCode")), str(item.get("ErrorMessage")))
