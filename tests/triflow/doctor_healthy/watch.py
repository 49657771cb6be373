"""Alarms, topics, who hears them, log groups, and what CloudWatch has measured."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.triflow.doctor_healthy import measures
from tests.triflow.doctor_stack import NOW, Json
from triflow.deployed import Deployed


def answers(stack: Deployed) -> Json:
    """Return them by the read's name."""
    return {
        "log_groups": _log_groups(stack),
        "alarms": _alarms(stack),
        "metrics": measures.metrics(**measures.WELL),
        "critical_topic": _topic(stack, "critical"),
        "warning_topic": _topic(stack, "warning"),
        "subscriptions": _subscriptions(stack),
    }


def _alarms(stack: Deployed) -> Json:
    return {
        "MetricAlarms": [
            _alarm(stack.inputs(name))
            for name in stack.named("aws:cloudwatch/metricAlarm:MetricAlarm")
        ]
    }


def _alarm(wish: Mapping[str, Any]) -> Json:
    dimensions = [
        {"Name": key, "Value": value} for key, value in wish.get("dimensions", {}).items()
    ]
    return {
        "AlarmName": wish["name"],
        "ActionsEnabled": True,
        "AlarmActions": wish.get("alarmActions", []),
        "StateValue": "OK",
        "StateReason": "Threshold not crossed",
        "StateUpdatedTimestamp": NOW - timedelta(hours=2),
        "Dimensions": dimensions,
        "Threshold": wish["threshold"],
        "ComparisonOperator": wish["comparisonOperator"],
        "Period": wish.get("period", 60),
        "EvaluationPeriods": wish["evaluationPeriods"],
    }


def _log_groups(stack: Deployed) -> Json:
    wishes = [stack.inputs(name) for name in stack.named("aws:cloudwatch/logGroup:LogGroup")]
    days = "retentionInDays"
    return {"logGroups": [{"logGroupName": one["name"], days: one[days]} for one in wishes]}


def _topic(stack: Deployed, topic: str) -> Json:
    return {"Attributes": {"Policy": stack.inputs(f"alerts-topics-{topic}-policy")["policy"]}}


def _subscriptions(stack: Deployed) -> Json:
    rows = []
    for name in stack.named("aws:sns/topicSubscription:TopicSubscription"):
        wish = stack.inputs(name)
        arn = f"{wish['topic']}:{name}"
        row = {"TopicArn": wish["topic"], "Protocol": wish["protocol"]}
        rows.append(row | {"Endpoint": wish["endpoint"], "SubscriptionArn": arn})
    return {"Subscriptions": rows}
