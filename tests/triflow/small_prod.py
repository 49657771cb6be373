"""A small prod as its state records it, and how AWS answers while all of it is well."""

import json
from datetime import UTC, datetime
from typing import Any

from tests.triflow.aws_stand_in import Told
from triflow.deployed import Deployed

ACCOUNT = "123456789012"
REGION = "ap-northeast-2"
PREFIX = "triflow-ai-production"
CLUSTER = f"{PREFIX}-cluster"
SERVICE = f"{PREFIX}-backend-service"
GROUP = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/{PREFIX}-backend-tg/9163"
TASK_DEFINITION = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/{PREFIX}-backend:7"
TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task/{CLUSTER}/0a1b2c3d4e5f60718293a4b5c6d7e8f9"
LOG_GROUP = f"/aws/ecs/{PREFIX}-backend"
ALARMS = (f"{PREFIX}-rds-cpu-high", f"{PREFIX}-alb-unhealthy-hosts")
RELAY = f"{PREFIX}-slack-relay"
TOPICS = {
    severity: f"arn:aws:sns:{REGION}:{ACCOUNT}:{PREFIX}-{severity}"
    for severity in ("critical", "warning")
}
NOON = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)  # in Seoul


def resource(kind: str, identity: str, **outputs: object) -> dict[str, Any]:
    """Return a recorded resource."""
    return {"type": kind, "id": identity, "urn": f"urn::{identity}", "outputs": outputs}


def a_topic(severity: str) -> dict[str, Any]:
    """Return a recorded topic."""
    return resource("aws:sns/topic:Topic", TOPICS[severity], arn=TOPICS[severity])


def a_prod(*more: dict[str, Any], without: str = "") -> Deployed:
    """Return prod as recorded, with more resources, or without those of one type."""
    container = {"name": "backend", "image": f"{ACCOUNT}.dkr.ecr/triflow-ai-backend:1.0.0"}
    resources = (
        {
            "type": "pulumi:pulumi:Stack",
            "outputs": {
                "cluster_name": CLUSTER,
                "service_name": SERVICE,
                "log_group_name": LOG_GROUP,
                "sns_topic_arn": TOPICS["critical"],
                "task_role_arn": f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}-ecs-task-role",
            },
        },
        resource("pulumi:providers:aws", "aws", allowedAccountIds=json.dumps([ACCOUNT])),
        resource(
            "aws:ecs/service:Service",
            SERVICE,
            name=SERVICE,
            cluster=CLUSTER,
            loadBalancers=[{"targetGroupArn": GROUP}],
        ),
        resource(
            "aws:ecs/taskDefinition:TaskDefinition",
            "backend",
            arn=TASK_DEFINITION,
            containerDefinitions=json.dumps([container]),
        ),
        resource("aws:rds/instance:Instance", f"{PREFIX}-db"),
        *(an_alarm(name) for name in ALARMS),
        a_topic("critical"),
        a_topic("warning"),
        resource("aws:lambda/function:Function", RELAY),
        resource("aws:sqs/queue:Queue", f"https://sqs/{ACCOUNT}/{RELAY}-dead-letters"),
        resource("aws:budgets/budget:Budget", f"{ACCOUNT}:{PREFIX}-monthly"),
        *more,
    )
    return Deployed("prod", tuple(one for one in resources if one["type"] != without))


def an_alarm(name: str, severity: str = "critical") -> dict[str, Any]:
    """Return a recorded alarm with the three lines of its description."""
    link = "https://github.com/triflow-ai/infrastructure/blob/main/docs/runbook.md#p10"
    return resource(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        name,
        name=name,
        alarmActions=[TOPICS[severity]],
        alarmDescription=f"DB CPU 과부하 / Database CPU is high\nP10 L1 {link}\nSee the queries.",
    )


def well() -> dict[str, Told]:
    """Return AWS's answers while all is well, by operation."""
    return {
        "sts.GetCallerIdentity": {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:user/kim"},
        "ecs.DescribeServices": {"services": [a_service()]},
        "ecs.ListTasks": {"taskArns": [TASK]},
        "ecs.DescribeTasks": {"tasks": [a_task()]},
        "elastic-load-balancing-v2.DescribeTargetHealth": {
            "TargetHealthDescriptions": [
                {"Target": {"Id": address}, "TargetHealth": {"State": "healthy"}}
                for address in ("10.0.11.7", "10.0.12.9")
            ]
        },
        "rds.DescribeDBInstances": {"DBInstances": [a_database()]},
        "cloudwatch.DescribeAlarms": {
            "MetricAlarms": [{"AlarmName": name, "StateValue": "OK"} for name in ALARMS]
        },
        "budgets.DescribeBudget": {
            "Budget": {
                "BudgetLimit": {"Amount": "289", "Unit": "USD"},
                "CalculatedSpend": {
                    "ActualSpend": {"Amount": "120.5", "Unit": "USD"},
                    "ForecastedSpend": {"Amount": "251.1", "Unit": "USD"},
                },
            }
        },
    }


def a_service(**changed: object) -> dict[str, Any]:
    """Return the service as ECS describes it."""
    deployment = {
        "status": "PRIMARY",
        "rolloutState": "COMPLETED",
        "rolloutStateReason": "ECS deployment ecs-svc/1 completed.",
        "updatedAt": NOON,
        "taskDefinition": TASK_DEFINITION,
    }
    return {
        "serviceName": SERVICE,
        "status": "ACTIVE",
        "desiredCount": 2,
        "runningCount": 2,
        "pendingCount": 0,
        "deployments": [deployment],
        "enableExecuteCommand": True,
    } | changed


def a_task(**changed: object) -> dict[str, Any]:
    """Return a running task as ECS describes it."""
    return {
        "taskArn": TASK,
        "availabilityZone": f"{REGION}a",
        "lastStatus": "RUNNING",
        "healthStatus": "HEALTHY",
        "enableExecuteCommand": True,
        "containers": [
            {
                "name": "backend",
                "lastStatus": "RUNNING",
                "managedAgents": [{"name": "ExecuteCommandAgent", "lastStatus": "RUNNING"}],
            }
        ],
    } | changed


def a_database(**changed: object) -> dict[str, Any]:
    """Return the database as RDS describes it."""
    return {
        "DBInstanceStatus": "available",
        "EngineVersion": "14.19",
        "DBInstanceClass": "db.t4g.medium",
        "MultiAZ": True,
        "LatestRestorableTime": NOON,
    } | changed
