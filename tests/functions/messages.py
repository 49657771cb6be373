"""Messages as AWS sends them, by a name for each; texts and fields as in the user guides."""

import json
from typing import Any

RUNBOOK = "https://github.com/triflow-ai/infrastructure/blob/main/docs/runbook.md"
CRITICAL = "arn:aws:sns:ap-northeast-2:123456789012:triflow-ai-production-critical"
WARNING = "arn:aws:sns:ap-northeast-2:123456789012:triflow-ai-production-warning"
SUBJECT = 'ALARM: "triflow-ai-production-rds-cpu-high" in Asia Pacific (Seoul)'


def a_notification(message: object, topic: str = CRITICAL, **more: str) -> dict[str, Any]:
    """Return the `Sns` part of a record; anything but a text is sent as JSON."""
    return {
        "Type": "Notification",
        "MessageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
        "TopicArn": topic,
        "Message": message if isinstance(message, str) else json.dumps(message),
        "Timestamp": "2026-01-20T05:01:00.000Z",
        **more,
    }


def an_alarm(name: str, description: str, reason: str, **changes: object) -> dict[str, Any]:
    """Return a CloudWatch alarm's message, in ALARM, about the database unless changed."""
    return {
        "AlarmName": f"triflow-ai-production-{name}",
        "AlarmDescription": description,
        "AWSAccountId": "123456789012",
        "AlarmConfigurationUpdatedTimestamp": "2026-01-19T01:00:00.000+0000",
        "NewStateValue": "ALARM",
        "NewStateReason": reason,
        "StateChangeTime": "2026-01-20T05:00:00.000+0000",
        "Region": "Asia Pacific (Seoul)",
        "AlarmArn": "arn:aws:cloudwatch:ap-northeast-2:123456789012:alarm:"
        f"triflow-ai-production-{name}",
        "OldStateValue": "OK",
        "OKActions": [CRITICAL],
        "AlarmActions": [CRITICAL],
        "InsufficientDataActions": [],
        "Trigger": a_trigger("CPUUtilization", 80.0),
        **changes,
    }


def a_trigger(metric: str, threshold: float, **changes: object) -> dict[str, Any]:
    """Return what an alarm on one metric of the database watches."""
    return {
        "MetricName": metric,
        "Namespace": "AWS/RDS",
        "StatisticType": "Statistic",
        "Statistic": "AVERAGE",
        "Unit": None,
        "Dimensions": [{"value": "triflow-ai-production-db", "name": "DBInstanceIdentifier"}],
        "Period": 300,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": threshold,
        "TreatMissingData": "missing",
        "EvaluateLowSampleCountPercentile": "",
        **changes,
    }


RDS_CPU = an_alarm(
    "rds-cpu-high",
    f"RDS CPU 사용률 높음 / RDS CPU is high\nP10 L1 {RUNBOOK}#p10\n"
    "느린 쿼리를 먼저 봅니다: triflow db queries",
    "Threshold Crossed: 1 out of the last 1 datapoints [85.3333 (20/01/26 04:55:00)] was greater"
    " than the threshold (80.0) (minimum 1 datapoint for OK -> ALARM transition).",
)
RDS_CPU_RECOVERED = {
    **RDS_CPU,
    "NewStateValue": "OK",
    "OldStateValue": "ALARM",
    "NewStateReason": "Threshold Crossed: 1 out of the last 1 datapoints [41.0 (20/01/26 05:05:00)]"
    " was not greater than the threshold (80.0) (minimum 1 datapoint for ALARM -> OK transition).",
}
RDS_STORAGE = an_alarm(
    "rds-storage-low",
    f"RDS 저장 공간 부족 / RDS storage is low\nP09 L2 {RUNBOOK}#p09",
    "Threshold Crossed: 1 out of the last 1 datapoints [9.985798144E9 (20/01/26 04:59:00)] was less"
    " than the threshold (1.073741824E10) (minimum 1 datapoint for OK -> ALARM transition).",
    Trigger=a_trigger(
        "FreeStorageSpace", 10737418240.0, Period=60, ComparisonOperator="LessThanThreshold"
    ),
)
ECS_MEMORY = an_alarm(
    "ecs-memory-high",
    f"ECS 메모리 높음 / ECS memory is high\nP14 L1 slack-only {RUNBOOK}#p14",
    "Threshold Crossed: 3 datapoints [92.1 (20/01/26 04:59:00), 91.0 (20/01/26 04:58:00),"
    " 90.4 (20/01/26 04:57:00)] were greater than the threshold (90.0).",
    Trigger=a_trigger(
        "MemoryUtilization",
        90.0,
        Namespace="AWS/ECS",
        Dimensions=[
            {"value": "triflow-ai-production-backend-service", "name": "ServiceName"},
            {"value": "triflow-ai-production-cluster", "name": "ClusterName"},
        ],
        Period=60,
        EvaluationPeriods=3,
    ),
)
_ALB = [{"value": "app/triflow-ai-production-alb/50dc6c495c0c9188", "name": "LoadBalancer"}]
ALB_5XX = an_alarm(
    "alb-5xx-high",
    f"5xx 오류 급증 / 5xx errors\nP15 L1 {RUNBOOK}#p15",
    "Threshold Crossed: 1 out of the last 1 datapoints [7.25 (20/01/26 04:59:00)] was greater than"
    " the threshold (5.0) (minimum 1 datapoint for OK -> ALARM transition).",
    Trigger={
        "Period": 60,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "ComparisonOperator": "GreaterThanThreshold",
        "Threshold": 5.0,
        "TreatMissingData": "notBreaching",
        "EvaluateLowSampleCountPercentile": "",
        "Metrics": [
            {
                "Expression": "100 * (elb + target) / MAX([requests, 1])",
                "Id": "share",
                "Label": "5xx 비율 (%)",
                "ReturnData": True,
            },
            {
                "Id": "elb",
                "MetricStat": {
                    "Metric": {
                        "Dimensions": _ALB,
                        "MetricName": "HTTPCode_ELB_5XX_Count",
                        "Namespace": "AWS/ApplicationELB",
                    },
                    "Period": 60,
                    "Stat": "Sum",
                },
                "ReturnData": False,
            },
        ],
    },
)
ALB_LATENCY = an_alarm(
    "alb-latency-high",
    f"응답 지연 / Responses are slow\nP16 L2 {RUNBOOK}#p16",
    "Threshold Crossed: 1 datapoint [2.413 (20/01/26 04:55:00)] was greater than the threshold"
    " (2.0).",
    Trigger={
        **a_trigger("TargetResponseTime", 2.0, Namespace="AWS/ApplicationELB", Dimensions=_ALB),
        "StatisticType": "ExtendedStatistic",
        "Statistic": None,
        "ExtendedStatistic": "p95",
    },
)
NO_DATA = {
    **RDS_CPU,
    "NewStateValue": "INSUFFICIENT_DATA",
    "NewStateReason": "Insufficient Data: 1 datapoint was unknown.",
}
COMPOSITE = {
    key: value
    for key, value in an_alarm("everything", "", "arn:... transitioned to ALARM").items()
    if key != "Trigger"
}


def an_event(kind: str, source: str, detail: dict[str, Any]) -> dict[str, Any]:
    """Return an EventBridge event as a rule without input transformer passes it on."""
    return {
        "version": "0",
        "id": "6f7a4e1d-2f4c-4a1e-9d3b-0c7c2a1b5e11",
        "detail-type": kind,
        "source": source,
        "account": "123456789012",
        "time": "2026-01-20T05:00:00Z",
        "region": "ap-northeast-2",
        "resources": [],
        "detail": detail,
    }


TASK_KILLED = an_event(
    "ECS Task State Change",
    "aws.ecs",
    {
        "clusterArn": "arn:aws:ecs:ap-northeast-2:123456789012:cluster/triflow-ai-production",
        "group": "service:triflow-ai-production-backend-service",
        "lastStatus": "STOPPED",
        "stopCode": "EssentialContainerExited",
        "stoppedReason": "Essential container in task exited",
        "containers": [
            {
                "name": "backend",
                "exitCode": 137,
                "reason": "OutOfMemoryError: Container killed due to memory usage",
            },
            {"name": "prometheus", "exitCode": 0},
        ],
    },
)
FAILOVER = an_event(
    "RDS DB Instance Event",
    "aws.rds",
    {
        "EventCategories": ["failover"],
        "SourceType": "DB_INSTANCE",
        "SourceArn": "arn:aws:rds:ap-northeast-2:123456789012:db:triflow-ai-production-db",
        "Date": "2026-01-20T05:00:00.000Z",
        "Message": "Multi-AZ instance failover completed",
        "SourceIdentifier": "triflow-ai-production-db",
        "EventID": "RDS-EVENT-0049",
    },
)
BACKUP_FAILED = an_event(
    "Backup Job State Change",
    "aws.backup",
    {
        "backupJobId": "0D4C9E3A",
        "state": "FAILED",
        "backupVaultName": "triflow-ai-production-vault",
        "resourceArn": "arn:aws:rds:ap-northeast-2:123456789012:db:triflow-ai-production-db",
        "statusMessage": "The instance is being modified.",
    },
)
UNFORESEEN = an_event("Trusted Advisor Check Item", "aws.trustedadvisor", {"status": "WARN"})
RDS_NOTIFICATION = {
    "Event Source": "db-instance",
    "Event Time": "2026-01-20 05:00:00.000",
    "Identifier Link": "https://console.aws.amazon.com/rds/home?region=ap-northeast-2",
    "Source ID": "triflow-ai-production-db",
    "Event ID": "http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/USER_Events.html"
    "#RDS-EVENT-0006",
    "Event Message": "DB instance restarted",
}
BUDGET = """AWS Budget Notification January 20, 2026
AWS Account 123456789012

Dear AWS Customer,

You requested that we alert you when the FORECASTED Cost associated with your \
triflow-ai-production budget is greater than $280.00 for the current month. The FORECASTED Cost \
associated with this budget is $312.40. You can find additional details below and by accessing \
the AWS Budgets dashboard [1].

Budget Name: triflow-ai-production
Budget Type: Cost
Budgeted Amount: $280.00
Alert Type: FORECASTED
Alert Threshold: > $280.00
FORECASTED Amount: $312.40

[1] https://console.aws.amazon.com/billing/home#/budgets
"""
TEST = {"triflowAlarmsTest": {"id": "7f3c", "sentAt": "2026-01-20T05:00:00Z"}}

NOTIFICATIONS = {
    "rds cpu": a_notification(RDS_CPU, Subject=SUBJECT),
    "rds cpu recovered": a_notification(RDS_CPU_RECOVERED),
    "rds storage": a_notification(RDS_STORAGE),
    "ecs memory": a_notification(ECS_MEMORY),
    "alb 5xx": a_notification(ALB_5XX),
    "alb latency": a_notification(ALB_LATENCY, WARNING),
    "no data": a_notification(NO_DATA),
    "composite without description": a_notification(COMPOSITE),
    "task killed": a_notification(TASK_KILLED, WARNING),
    "failover": a_notification(FAILOVER),
    "backup failed": a_notification(BACKUP_FAILED, WARNING),
    "unforeseen event": a_notification(UNFORESEEN, WARNING),
    "rds notification": a_notification(RDS_NOTIFICATION),
    "budget": a_notification(BUDGET, WARNING, Subject="AWS Budgets: triflow-ai-production"),
    "test": a_notification(TEST),
    "plain": a_notification("Disk <sda1> & more is full", WARNING, Subject="안내"),
    "cut JSON": a_notification('{"AlarmName": "triflow-ai-pro', WARNING),
}
