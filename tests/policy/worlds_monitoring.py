"""Alarms, topics, the archive and the budget as the rules want them."""

import json
from typing import Any

from policy import tokens as t
from policy.monitoring_figures import ABOVE, BELOW, ENDED_BY_ITSELF
from tests.policy.stand import ACCOUNT, Thing, of

LIMITS = {"prod": "289", "staging": "92", "dev": "53"}
SEVERITIES = ("critical", "warning")
# Name, metric, its statistic, comparison, threshold, minutes, topic.
DATABASE_ALARMS = (
    ("rds-cpu-high", "CPUUtilization", "Average", ABOVE, 80, 5, "critical"),
    ("rds-cpu-medium", "CPUUtilization", "Average", ABOVE, 60, 10, "warning"),
    ("rds-storage-low", "FreeStorageSpace", "Minimum", BELOW, 10737418240, 1, "critical"),
    ("rds-connection-spike", "DatabaseConnections", "Average", ABOVE, 80, 5, "critical"),
)
OTHERS = 12  # so that production has its twenty


def watched(environment: str, prefix: str) -> dict[str, Thing]:
    """Return everything that watches, tells and keeps."""
    inner = _inner_alarms(prefix, ("restart",) if environment == "dev" else ("restart", "tagger"))
    told = _topics(prefix) | _alarms(prefix) | inner
    return told | _archive(environment, prefix) | _cost(environment)


def alarm(prefix: str, name: str, severity: str, **properties: Any) -> Thing:  # noqa: ANN401
    """An alarm that CloudWatch takes; a property given as None is not there."""
    usual: dict[str, Any] = {
        "name": f"{prefix}-{name}",
        "alarmDescription": "제목 / Title\nP10 L1 https://example.com/#p10\nWhat to do first",
        "namespace": "AWS/Lambda",
        "metricName": "Errors",
        "statistic": "Sum",
        "comparisonOperator": ABOVE,
        "threshold": 0,
        "period": 60,
        "evaluationPeriods": 1,
        "treatMissingData": "missing",
        "alarmActions": [of(f"topic-{severity}")],
    } | properties
    return Thing(t.METRIC_ALARM, {key: value for key, value in usual.items() if value is not None})


def _alarms(prefix: str) -> dict[str, Thing]:
    quiet = {"treatMissingData": "notBreaching"}
    balancer = {"LoadBalancer": of("alb", "app/alb/1")}
    both = balancer | {"TargetGroup": of("backend-tg", "targetgroup/backend/1")}
    alb = {"namespace": "AWS/ApplicationELB"}
    things = {
        name: alarm(
            prefix,
            name,
            severity,
            namespace="AWS/RDS",
            metricName=metric,
            statistic=statistic,
            comparisonOperator=comparison,
            threshold=threshold,
            evaluationPeriods=times,
            dimensions={"DBInstanceIdentifier": of("database", f"{prefix}-db")},
        )
        for name, metric, statistic, comparison, threshold, times, severity in DATABASE_ALARMS
    }
    things["ecs-memory-high"] = alarm(
        prefix,
        "ecs-memory-high",
        "critical",
        namespace="AWS/ECS",
        metricName="MemoryUtilization",
        statistic="Average",
        threshold=90,
        evaluationPeriods=3,
        dimensions={
            "ClusterName": of("cluster", f"{prefix}-cluster"),
            "ServiceName": of("service", f"{prefix}-backend-service"),
        },
    )
    things["alb-5xx-rate"] = alarm(
        prefix,
        "alb-5xx-rate",
        "critical",
        namespace=None,
        metricName=None,
        statistic=None,
        period=None,
        threshold=5,
        metricQueries=error_queries(balancer),
        **quiet,
    )
    things["alb-latency-high"] = alarm(
        prefix,
        "alb-latency-high",
        "warning",
        metricName="TargetResponseTime",
        statistic=None,
        extendedStatistic="p95",
        threshold=2,
        period=300,
        dimensions=balancer,
        **alb,
        **quiet,
    )
    things["alb-healthy-hosts"] = alarm(
        prefix,
        "alb-healthy-hosts",
        "critical",
        metricName="HealthyHostCount",
        statistic="Maximum",
        comparisonOperator=BELOW,
        threshold=1,
        dimensions=both,
        treatMissingData="breaching",
        **alb,
    )
    for number in range(OTHERS):
        key = f"function-{number}-errors"
        things[key] = alarm(prefix, key, "warning", **quiet)
    return things


def _inner_alarms(prefix: str, functions: tuple[str, ...]) -> dict[str, Thing]:
    """What works unseen: the functions, what they fail into, the archive."""
    things = {}
    for short in functions:
        failed = f"{short}-dead-letters"
        letters = {"QueueName": of(failed, f"{prefix}-{failed}")}
        things[f"{failed}-alarm"] = alarm(
            prefix,
            failed,
            "warning",
            namespace="AWS/SQS",
            metricName="ApproximateNumberOfMessagesVisible",
            statistic="Maximum",
            period=300,
            dimensions=letters,
            treatMissingData="notBreaching",
        )
        things[f"{short}-errors"] = alarm(
            prefix,
            f"{short}-errors",
            "warning",
            period=300,
            dimensions={"FunctionName": of(short, f"{prefix}-{short}")},
            treatMissingData="notBreaching",
        )
    things["archive-late"] = alarm(
        prefix,
        "log-archive-late",
        "warning",
        namespace="AWS/Firehose",
        metricName="DeliveryToS3.DataFreshness",
        statistic="Maximum",
        threshold=3600,
        period=300,
        evaluationPeriods=3,
        dimensions={"DeliveryStreamName": of("archive", f"{prefix}-logs-archive")},
    )
    return things


def error_queries(
    dimensions: dict[str, Any], expression: str = "100 * (e + t) / IF(r > 0, r, 1)"
) -> list[dict[str, Any]]:
    """The share of errors among requests."""
    metrics = {
        "r": "RequestCount",
        "e": "HTTPCode_ELB_5XX_Count",
        "t": "HTTPCode_Target_5XX_Count",
    }
    return [
        *(
            {
                "id": key,
                "returnData": False,
                "metric": {
                    "namespace": "AWS/ApplicationELB",
                    "metricName": metric,
                    "dimensions": dimensions,
                    "stat": "Sum",
                    "period": 60,
                },
            }
            for key, metric in metrics.items()
        ),
        {"id": "value", "expression": expression, "label": "5xx (%)", "returnData": True},
    ]


def publish(service: str, **conditions: Any) -> dict[str, Any]:  # noqa: ANN401  # a condition
    """A statement that lets a service publish."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": f"arn:aws:sns:ap-northeast-2:{ACCOUNT}:topic",
    }
    return statement | ({"Condition": conditions} if conditions else {})


def publishers(*more: dict[str, Any]) -> str:
    """The policy of a topic."""
    own = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    rules = f"arn:aws:events:ap-northeast-2:{ACCOUNT}:rule/triflow-ai-*"
    by_rule = publish("events", ArnLike={"aws:SourceArn": rules})
    statements = [publish("cloudwatch", **own), publish("budgets", **own), by_rule, *more]
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _topics(prefix: str) -> dict[str, Thing]:
    things: dict[str, Thing] = {}
    for severity in SEVERITIES:
        topic = f"topic-{severity}"
        things[topic] = Thing(t.TOPIC, {"name": f"{prefix}-{severity}"})
        things[f"{topic}-policy"] = Thing(
            t.TOPIC_POLICY, {"arn": of(topic), "policy": publishers()}
        )
        things[f"{topic}-relay"] = Thing(
            t.TOPIC_SUBSCRIPTION,
            {"topic": of(topic), "protocol": "lambda", "endpoint": of("restart")},
        )
        things[f"{topic}-permission"] = Thing(
            t.FUNCTION_PERMISSION,
            {
                "function": of("restart"),
                "action": "lambda:InvokeFunction",
                "principal": "sns.amazonaws.com",
                "sourceArn": of(topic),
            },
        )
        things[f"{topic}-email"] = Thing(
            t.TOPIC_SUBSCRIPTION,
            {"topic": of(topic), "protocol": "email", "endpoint": "lead@triflow-ai.com"},
        )
    things["stopped-tasks"] = Thing(
        t.EVENT_RULE, {"name": f"{prefix}-ecs-task-restart", "eventPattern": stopped_tasks()}
    )
    things["stopped-tasks-target"] = Thing(
        t.EVENT_TARGET, {"rule": of("stopped-tasks"), "arn": of("topic-warning")}
    )
    return things


def stopped_tasks(**changed: object) -> str:
    """The pattern of a task that stopped by itself; what is given as None is not there."""
    detail = {"lastStatus": ["STOPPED"], "stopCode": list(ENDED_BY_ITSELF)} | changed
    return json.dumps(
        {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Task State Change"],
            "detail": {key: value for key, value in detail.items() if value is not None},
        }
    )


def _archive(environment: str, prefix: str) -> dict[str, Thing]:
    bucket = of("staging", "arn:aws:s3:::b") if environment == "dev" else of("data")
    things = {
        "archive": Thing(
            t.DELIVERY_STREAM,
            {
                "name": f"{prefix}-logs-archive",
                "destination": "extended_s3",
                "extendedS3Configuration": {
                    "bucketArn": bucket,
                    "prefix": f"logs-archive/{environment}/",
                    "roleArn": of("execution-role"),
                    "errorOutputPrefix": f"logs-archive/{environment}-failed/",
                    "bufferingSize": 64,
                    "compressionFormat": "UNCOMPRESSED",
                },
            },
        )
    }
    for short, group in (("backend", "backend-logs"), ("database", "db-logs")):
        things[f"{short}-archived"] = Thing(
            t.LOG_SUBSCRIPTION,
            {
                "logGroup": of(group),
                "filterPattern": "",
                "destinationArn": of("archive"),
                "roleArn": of("execution-role"),
            },
        )
    return things


def _cost(environment: str) -> dict[str, Thing]:
    return {
        "budget": Thing(
            t.BUDGET,
            {
                "budgetType": "COST",
                "timeUnit": "MONTHLY",
                "limitUnit": "USD",
                "limitAmount": LIMITS[environment],
                "notifications": notices(),
            },
        )
    }


def notices(*kept: tuple[str, int]) -> list[dict[str, Any]]:
    """The four notices of a budget, or those that are given."""
    usual = (("ACTUAL", 50), ("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100))
    return [
        {
            "notificationType": kind,
            "threshold": percent,
            "comparisonOperator": "GREATER_THAN",
            "thresholdType": "PERCENTAGE",
            "subscriberSnsTopicArns": [of("topic-warning")],
        }
        for kind, percent in kept or usual
    ]
