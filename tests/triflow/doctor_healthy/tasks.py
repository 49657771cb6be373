"""The service, its tasks, their image, log and roles."""

import json
from datetime import timedelta

from tests.triflow.doctor_stack import NOW, Json
from triflow.deployed import Deployed


def answers(stack: Deployed) -> Json:
    """Return them by the read's name."""
    running, stopped = (one["taskArn"] for one in _tasks()["tasks"])
    trust = json.loads(stack.inputs("tenants-tenant-role")["assumeRolePolicy"])
    return {
        "running_tasks": {"taskArns": [running]},
        "stopped_tasks": {"taskArns": [stopped]},
        "tasks": _tasks(),
        "service": _ecs_service(stack),
        "crash_lines": {"events": [{"message": "INFO: started"}]},
        "scaling": _scaling(),
        "image": {"imageDetails": [{"imageTags": ["1.0.0"]}]},
        "image_scan": _scan(),
        "execution_policies": _attached(stack),
        "execution_secrets": _policy(stack, "compute-execution-role-secrets"),
        "task_policy": _policy(stack, "tenants-task-role-s3-access"),
        "tenant_policy": _policy(stack, "tenants-tenant-role-files"),
        "tenant_role": {"Role": {"AssumeRolePolicyDocument": trust}},
    }


def _scan() -> Json:
    counts = {"findingSeverityCounts": {"MEDIUM": 3}}
    return {"imageScanStatus": {"status": "COMPLETE"}, "imageScanFindings": counts}


def _tasks() -> Json:
    task = {
        "taskArn": "arn:aws:ecs:ap-northeast-2:123456789012:task/triflow-ai-production-cluster/t1",
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        "startedAt": NOW - timedelta(hours=5),
        "containers": [_container("RUNNING")],
    }
    return {"tasks": [task, _scaled_in()], "failures": []}


def _container(status: str) -> Json:
    interface = {"privateIpv4Address": "10.0.11.5"}
    return {"name": "backend", "lastStatus": status, "networkInterfaces": [interface]}


def _scaled_in() -> Json:
    """A task that stopped as it should."""
    return {
        "taskArn": "arn:aws:ecs:ap-northeast-2:123456789012:task/triflow-ai-production-cluster/t0",
        "lastStatus": "STOPPED",
        "desiredStatus": "STOPPED",
        "startedAt": NOW - timedelta(hours=3),
        "stoppedAt": NOW - timedelta(minutes=30),
        "stopCode": "ServiceSchedulerInitiated",
        "stoppedReason": "Scaling activity initiated by (deployment ecs-svc/1)",
        "containers": [_container("STOPPED") | {"exitCode": 0}],
    }


def _ecs_service(stack: Deployed) -> Json:
    wish = stack.inputs("compute-backend")
    tasks = int(wish["desiredCount"])
    deployment = {
        "id": "ecs-svc/1",
        "status": "PRIMARY",
        "rolloutState": "COMPLETED",
        "rolloutStateReason": "ECS deployment ecs-svc/1 completed.",
        "failedTasks": 0,
        "createdAt": NOW - timedelta(hours=5),
        "updatedAt": NOW - timedelta(hours=5),
    }
    steady = f"(service {wish['name']}) has reached a steady state."
    row = {
        "serviceName": wish["name"],
        "status": "ACTIVE",
        "desiredCount": tasks,
        "runningCount": tasks,
        "pendingCount": 0,
        "taskDefinition": wish["taskDefinition"],
        "healthCheckGracePeriodSeconds": int(wish["healthCheckGracePeriodSeconds"]),
        "deployments": [deployment],
        "events": [{"createdAt": NOW - timedelta(minutes=30), "message": steady}],
    }
    return {"services": [row], "failures": []}


def _scaling() -> Json:
    row = {
        "StartTime": NOW - timedelta(hours=2),
        "StatusCode": "Successful",
        "StatusMessage": "Successfully set desired count to 2.",
    }
    return {"ScalingActivities": [row]}


def _attached(stack: Deployed) -> Json:
    arn = stack.inputs("compute-execution-role-pull-and-log")["policyArn"]
    return {"AttachedPolicies": [{"PolicyName": arn.rpartition("/")[2], "PolicyArn": arn}]}


def _policy(stack: Deployed, name: str) -> Json:
    return {"PolicyDocument": json.loads(stack.inputs(name)["policy"])}
