"""Load balancer, service, functions and secrets as the rules want them."""

import json
from dataclasses import replace
from typing import Any

from policy import tokens as t
from tests.policy.stand import ACCOUNT, Thing, of

DIGEST = "a" * 64
REGISTRY = f"{ACCOUNT}.dkr.ecr.ap-northeast-2.amazonaws.com"
KEY_ARN = f"arn:aws:secretsmanager:ap-northeast-2:{ACCOUNT}:secret:triflow-ai-key-AbCdEf"
SECRET_ARN = f"arn:aws:secretsmanager:ap-northeast-2:{ACCOUNT}:secret:rds!db-1-AbCdEf"
PULL_AND_LOG = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
SIZES = {"prod": (1024, 2048), "staging": (1024, 2048), "dev": (512, 1024)}
LIMITS = {"prod": (2, 5), "staging": (1, 2), "dev": (1, 1)}
DOMAINS = {
    "prod": "triflow-ai.com",
    "staging": "staging.triflow-ai.com",
    "dev": "dev.triflow-ai.com",
}
HEALTH_CHECK = {
    "path": "/health",
    "port": "traffic-port",
    "interval": 15,
    "timeout": 5,
    "healthyThreshold": 2,
    "unhealthyThreshold": 3,
    "matcher": "200",
}


def serving(environment: str, prefix: str) -> dict[str, Thing]:
    """Return everything between the world and the tasks, and what belongs to the tasks."""
    return (
        _edge(environment, prefix)
        | _tasks(environment, prefix)
        | _scaling(environment, prefix)
        | _roles(prefix)
        | function(prefix, "restart")
    )


def _edge(environment: str, prefix: str) -> dict[str, Thing]:
    group = {
        "targetType": "ip",
        "protocol": "HTTP",
        "port": 8000,
        "deregistrationDelay": 30,
        "stickiness": {"enabled": True, "type": "lb_cookie", "cookieDuration": 3600},
        "healthCheck": HEALTH_CHECK,
    }
    return {
        "alb": Thing(
            t.LOAD_BALANCER,
            {
                "name": f"{prefix}-alb",
                "subnets": [of("public-2a"), of("public-2c")],
                "securityGroups": [of("alb-sg")],
                "dropInvalidHeaderFields": True,
                "enableDeletionProtection": environment == "prod",
            },
        ),
        "backend-tg": Thing(t.TARGET_GROUP, group | {"name": f"{prefix}-backend-tg"}),
        "canary-tg": Thing(t.TARGET_GROUP, group | {"name": f"{prefix}-canary-tg"}),
        "http": Thing(
            t.LISTENER,
            {
                "loadBalancerArn": of("alb"),
                "port": 80,
                "protocol": "HTTP",
                "defaultActions": [redirect()],
            },
        ),
        "https": Thing(
            t.LISTENER,
            {
                "loadBalancerArn": of("alb"),
                "port": 443,
                "protocol": "HTTPS",
                "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                "certificateArn": of("validation"),
                "routingHttpResponseStrictTransportSecurityHeaderValue": "max-age=31536000",
                "defaultActions": [forward()],
            },
        ),
        "certificate": Thing(
            t.CERTIFICATE,
            {
                "domainName": DOMAINS[environment],
                "subjectAlternativeNames": [f"*.{DOMAINS[environment]}"],
                "validationMethod": "DNS",
            },
        ),
        "proof": Thing(
            t.DNS_RECORD,
            {"name": of("certificate"), "type": of("certificate"), "records": [of("certificate")]},
        ),
        "validation": Thing(t.CERTIFICATE_VALIDATION, {"certificateArn": of("certificate")}),
        "alias": Thing(
            t.DNS_RECORD,
            {
                "name": DOMAINS[environment],
                "type": "A",
                "aliases": [{"name": of("alb"), "zoneId": of("alb"), "evaluateTargetHealth": True}],
            },
        ),
    }


def redirect(**changed: object) -> dict[str, Any]:
    """The action of port 80."""
    target = {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}
    return {"type": "redirect", "redirect": target | changed}


def forward(*, sticky: bool = True) -> dict[str, Any]:
    """The action of port 443: all visitors to the first group."""
    groups = [{"arn": of("backend-tg"), "weight": 100}, {"arn": of("canary-tg"), "weight": 0}]
    stickiness = {"enabled": sticky, "duration": 3600}
    return {"type": "forward", "forward": {"targetGroups": groups, "stickiness": stickiness}}


def backend(**changed: object) -> dict[str, Any]:
    """The backend's container."""
    usual: dict[str, Any] = {
        "name": "backend",
        "image": f"{REGISTRY}/triflow-ai-backend:1.0.0",
        "essential": True,
        "cpu": 448,
        "memory": 512,
        "portMappings": [{"containerPort": 8000, "protocol": "tcp"}],
        "environment": [{"name": "DB_PORT", "value": "5432"}],
        "secrets": [
            {"name": "API_KEY", "valueFrom": KEY_ARN},
            {"name": "DB_PASSWORD", "valueFrom": f"{SECRET_ARN}:password::"},
        ],
    }
    return usual | changed


def sidecar(**changed: object) -> dict[str, Any]:
    """The container beside it."""
    usual: dict[str, Any] = {
        "name": "prometheus",
        "image": f"quay.io/prometheus/prometheus:v3.5.0@sha256:{DIGEST}",
        "essential": False,
        "cpu": 64,
        "memory": 384,
    }
    return usual | changed


def definitions(environment: str, *containers: dict[str, Any]) -> Any:  # noqa: ANN401  # a reference
    """The containers as text, computed from a secret's ARN and known all the same."""
    log = {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": log_group(environment),
            "awslogs-region": "ap-northeast-2",
            "awslogs-stream-prefix": "task",
        },
    }
    found = [{"logConfiguration": log} | each for each in containers or (backend(), sidecar())]
    return of("api-key", json.dumps(found))


def log_group(environment: str) -> str:
    """The group that both containers write to."""
    middle = "production" if environment == "prod" else environment
    return f"/aws/ecs/triflow-ai-{middle}-backend"


def _tasks(environment: str, prefix: str) -> dict[str, Thing]:
    cpu, memory = SIZES[environment]
    return {
        "cluster": Thing(
            t.ECS_CLUSTER,
            {
                "name": f"{prefix}-cluster",
                "settings": [{"name": "containerInsights", "value": "enabled"}],
                "configuration": {
                    "executeCommandConfiguration": {
                        "logging": "OVERRIDE",
                        "logConfiguration": {"cloudWatchLogGroupName": f"/triflow/exec/{prefix}"},
                    }
                },
            },
        ),
        "capacity": Thing(
            t.CAPACITY_PROVIDERS,
            {"clusterName": of("cluster"), "capacityProviders": ["FARGATE"]},
        ),
        "backend-logs": Thing(
            t.LOG_GROUP,
            {"name": log_group(environment), "retentionInDays": 14, "skipDestroy": True},
        ),
        "task": Thing(
            t.TASK_DEFINITION,
            {
                "family": f"{prefix}-backend",
                "cpu": str(cpu),
                "memory": str(memory),
                "networkMode": "awsvpc",
                "requiresCompatibilities": ["FARGATE"],
                "taskRoleArn": of("task-role"),
                "executionRoleArn": of("execution-role"),
                "containerDefinitions": definitions(environment),
            },
        ),
        "service": Thing(
            t.ECS_SERVICE,
            {
                "name": f"{prefix}-backend-service",
                "cluster": of("cluster"),
                "taskDefinition": of("task"),
                "launchType": "FARGATE",
                "desiredCount": LIMITS[environment][0],
                "networkConfiguration": {
                    "subnets": [of("private-2a"), of("private-2c")],
                    "securityGroups": [of("ecs-sg")],
                },
                "loadBalancers": [
                    {
                        "targetGroupArn": of("backend-tg"),
                        "containerName": "backend",
                        "containerPort": 8000,
                    }
                ],
                "healthCheckGracePeriodSeconds": 60,
                "deploymentCircuitBreaker": {"enable": True, "rollback": True},
                "alarms": {
                    "enable": True,
                    "rollback": True,
                    "alarmNames": [f"{prefix}-alb-5xx-rate", f"{prefix}-alb-unhealthy-hosts"],
                },
                "waitForSteadyState": True,
                "enableExecuteCommand": True,
            },
            ignore_changes=("desiredCount",),
        ),
        "api-key": Thing(
            t.SECRET, {"name": f"{prefix}-key", "recoveryWindowInDays": 30}, protect=True
        ),
        "token": Thing(
            t.SECRET, {"name": f"{prefix}-token", "recoveryWindowInDays": 30}, protect=True
        ),
    }


def _scaling(environment: str, prefix: str) -> dict[str, Thing]:
    least, most = LIMITS[environment]
    things = {
        "scaling": Thing(
            t.SCALING_TARGET,
            {
                "serviceNamespace": "ecs",
                "scalableDimension": "ecs:service:DesiredCount",
                "resourceId": of("service", f"service/{prefix}-cluster/{prefix}-backend-service"),
                "minCapacity": least,
                "maxCapacity": most,
            },
            ignore_changes=() if environment == "prod" else ("minCapacity", "maxCapacity"),
        )
    }
    for way, threshold, comparison, step, cooldown in (
        ("out", 70, "GreaterThanThreshold", 1, 60),
        ("in", 30, "LessThanThreshold", -1, 300),
    ):
        things[f"scale-{way}"] = Thing(
            t.SCALING_POLICY,
            {
                "resourceId": of("scaling"),
                "policyType": "StepScaling",
                "stepScalingPolicyConfiguration": {
                    "adjustmentType": "ChangeInCapacity",
                    "cooldown": cooldown,
                    "stepAdjustments": [{"scalingAdjustment": step}],
                },
            },
        )
        things[f"scale-{way}-alarm"] = Thing(
            t.METRIC_ALARM,
            {
                "name": f"{prefix}-ecs-scale-{way}",
                "alarmDescription": "P11",
                "namespace": "AWS/ECS",
                "metricName": "CPUUtilization",
                "statistic": "Average",
                "period": 60,
                "evaluationPeriods": 2,
                "treatMissingData": "missing",
                "comparisonOperator": comparison,
                "threshold": threshold,
                "alarmActions": [of(f"scale-{way}")],
            },
        )
    return things


def _roles(prefix: str) -> dict[str, Thing]:
    task_role = f"arn:aws:iam::{ACCOUNT}:role/{prefix}-ecs-task-role"
    return {
        "execution-role": Thing(
            t.ROLE,
            {
                "name": f"{prefix}-ecs-task-execution-role",
                "assumeRolePolicy": _trust({"Service": "ecs-tasks.amazonaws.com"}),
            },
        ),
        "execution-pull": Thing(
            t.ROLE_POLICY_ATTACHMENT, {"role": of("execution-role"), "policyArn": PULL_AND_LOG}
        ),
        "execution-secrets": Thing(
            t.ROLE_POLICY,
            {
                "role": of("execution-role"),
                "policy": document(allow("secretsmanager:GetSecretValue", [KEY_ARN, SECRET_ARN])),
            },
        ),
        "task-role": Thing(
            t.ROLE,
            {
                "name": f"{prefix}-ecs-task-role",
                "assumeRolePolicy": _trust({"Service": "ecs-tasks.amazonaws.com"}),
            },
        ),
        "task-files": Thing(
            t.ROLE_POLICY,
            {
                "name": f"{prefix}-s3-access-policy",
                "role": of("task-role"),
                "policy": task_files(prefix),
            },
        ),
        "tenant-role": Thing(
            t.ROLE,
            {"name": f"{prefix}-tenant-role", "assumeRolePolicy": tenant_trust(task_role)},
        ),
        "tenant-files": Thing(t.ROLE_POLICY, {"role": of("tenant-role"), "policy": tenant_files()}),
    }


FULL_NAMES = {"restart": "service-restart", "tagger": "object-tagger"}


def function(prefix: str, short: str) -> dict[str, Thing]:
    """A function, what it fails into, and the one permission to call it."""
    return {
        short: Thing(
            t.FUNCTION,
            {"name": f"{prefix}-{FULL_NAMES[short]}", "runtime": "python3.12", "timeout": 15},
        ),
        f"{short}-logs": Thing(
            t.LOG_GROUP,
            {"name": f"/aws/lambda/{prefix}-{FULL_NAMES[short]}", "retentionInDays": 14},
        ),
        f"{short}-dead-letters": Thing(
            t.QUEUE, {"name": f"{prefix}-{short}-dead-letters", "messageRetentionSeconds": 1209600}
        ),
        f"{short}-on-failure": Thing(
            t.INVOKE_CONFIG,
            {
                "functionName": of(short),
                "destinationConfig": {"onFailure": {"destination": of(f"{short}-dead-letters")}},
            },
        ),
        f"{short}-permission": Thing(
            t.FUNCTION_PERMISSION,
            {
                "function": of(short),
                "action": "lambda:InvokeFunction",
                "principal": "events.amazonaws.com",
                "sourceArn": of(f"{short}-rule"),
            },
        ),
        f"{short}-rule": Thing(t.EVENT_RULE, {"name": f"{prefix}-{short}-trigger"}),
    }


def tagging(prefix: str, bucket: str) -> dict[str, Thing]:
    """The bucket's notification and the function behind it."""
    notified = {"bucket": of("data"), "eventbridge": True}
    things = function(prefix, "tagger")
    event = things["tagger-rule"]
    pattern = json.dumps(new_objects(bucket))
    things["tagger-rule"] = replace(event, properties={**event.properties, "eventPattern": pattern})
    return things | {
        "notification": Thing(t.BUCKET_NOTIFICATION, notified),
        "tagger-target": Thing(t.EVENT_TARGET, {"rule": of("tagger-rule"), "arn": of("tagger")}),
    }


def new_objects(bucket: str, **changed: object) -> dict[str, object]:
    """What EventBridge is asked for: objects that are created in the bucket."""
    return {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": [bucket]}},
    } | changed


def document(*statements: dict[str, Any]) -> str:
    """An IAM document as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: object, resource: object, **more: object) -> dict[str, Any]:
    """A statement that allows something."""
    return {"Effect": "Allow", "Action": action, "Resource": resource} | more


def _trust(principal: object) -> str:
    return document({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


def tenant_trust(principal: object, **changed: object) -> str:
    """Who takes the tenant role, and under which conditions; GONE is an empty one."""
    conditions = {
        "Null": {"aws:RequestTag/tenant_id": "false"},
        "StringLike": {"aws:RequestTag/tenant_id": "????????-????-????-????-????????????"},
        "ForAllValues:StringEquals": {"aws:TagKeys": ["tenant_id"]},
    } | changed
    return document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": principal},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {key: value for key, value in conditions.items() if value},
        }
    )


def tenant_files(
    folder: str = "tenants/tenant-${aws:PrincipalTag/tenant_id}/*", listed: str | list[str] = ""
) -> str:
    """What a tenant may do."""
    bucket = f"arn:aws:s3:::triflow-ai-prod-{ACCOUNT}"
    own = {"StringLike": {"s3:prefix": listed or folder}}
    return document(
        allow(["s3:GetObject", "s3:PutObject"], f"{bucket}/{folder}"),
        allow("s3:ListBucket", bucket, Condition=own),
    )


def task_files(prefix: str, *more: dict[str, Any]) -> str:
    """What a task may do itself."""
    tenant_role = f"arn:aws:iam::{ACCOUNT}:role/{prefix}-tenant-role"
    shared = f"arn:aws:s3:::triflow-ai-prod-{ACCOUNT}/shared/*"
    return document(
        allow(["sts:AssumeRole", "sts:TagSession"], tenant_role),
        allow("s3:GetObject", shared),
        *more,
    )
