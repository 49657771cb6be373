"""Rows of P11 to P14 and P16; moto runs no task, so what tasks did is put into its answers."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.end_to_end.doctor_case import (
    Act,
    Case,
    counted,
    hours_later,
    nothing,
    policy,
    spoils,
)
from tests.end_to_end.doctor_world import Json, World

SERVICE = "ecs.DescribeServices"
TASKS = "ecs.DescribeTasks"
HEALTH = "elbv2.DescribeTargetHealth"
SCALING = "application-autoscaling.DescribeScalingActivities"
HERE, THERE = "10.0.11.5", "10.0.12.5"
ROUTE = "network-private-ap-northeast-2a-nat"


def changed(operation: str, change: Callable[[World, Any], object]) -> Act:
    """Return what changes the answers to an operation, knowing the moment."""
    return lambda world: world.spoils(operation, lambda answer: change(world, answer))


def service(**fields: object) -> Act:
    """Return what lets the service be otherwise."""
    return changed(SERVICE, lambda _, answer: answer["services"][0].update(fields))


def few(world: World) -> None:
    """Let one of two tasks be lacking for an hour."""

    def change(_: World, answer: Json) -> None:
        answer["services"][0]["runningCount"] = 1
        answer["services"][0]["deployments"][0]["updatedAt"] = world.now - timedelta(hours=1)

    changed(SERVICE, change)(world)


def deployment(**fields: object) -> Act:
    """Return what lets the last deployment be otherwise; it began an hour ago."""

    def change(world: World, answer: Json) -> None:
        begun = {"createdAt": world.now - timedelta(hours=1)}
        answer["services"][0]["deployments"][0].update(begun | fields)

    return changed(SERVICE, change)


def event(message: str) -> Act:
    """Return what lets the service say something."""

    def change(world: World, answer: Json) -> None:
        answer["services"][0]["events"] = [{"createdAt": world.now, "message": message}]

    return changed(SERVICE, change)


def stopped(
    reason: str, code: str = "TaskFailedToStart", times: int = 1, backend: Json | None = None
) -> Act:
    """Return what lets tasks have stopped so; `backend` are fields of their container."""

    def change(world: World, answer: Json) -> None:
        row = answer["tasks"][0] | {
            "lastStatus": "STOPPED",
            "stoppedAt": world.now,
            "stopCode": code,
            "stoppedReason": reason,
            "containers": [{"name": "backend"} | (backend or {})],
        }
        answer["tasks"] += [row] * times

    return changed(TASKS, change)


def ended(**fields: object) -> Act:
    """Return what lets the backend have ended so."""
    reason = "Essential container in task exited"
    return stopped(reason, "EssentialContainerExited", backend=fields)


def health(reason: str, state: str = "unhealthy") -> Act:
    """Return what the load balancer says of one of the two targets."""
    words = {"State": state, "Reason": reason, "Description": "as the load balancer says"}
    return spoils(HEALTH, "TargetHealthDescriptions", 0, "TargetHealth", value=words)


def initial(world: World) -> None:
    """Let the first checks of a task go on for an hour."""
    words = {"State": "initial", "Reason": "Elb.InitialHealthChecking"}

    def change(answer: Json) -> None:
        for one in answer["TargetHealthDescriptions"]:
            if one["Target"]["Id"] == HERE:
                one["TargetHealth"] = words

    world.spoils(HEALTH, change)
    began = world.now - timedelta(hours=1)
    spoils(TASKS, "tasks", 0, "startedAt", value=began)(world)


def health_path(path: str) -> Act:
    """Return what sets what the load balancer asks a task for."""
    return lambda world: world.aws("elbv2").modify_target_group(
        TargetGroupArn=world.deployed.output("alb_target_group_arn"), HealthCheckPath=path
    )


def moved(old: str, new: str) -> Act:
    """Return what puts a task to another address."""

    def act(world: World) -> None:
        group = {"TargetGroupArn": world.deployed.output("alb_target_group_arn")}
        elb = world.aws("elbv2")
        elb.deregister_targets(**group, Targets=[{"Id": old, "Port": 8000}])
        elb.register_targets(**group, Targets=[{"Id": new, "Port": 8000}])

    return act


def crashed(world: World) -> None:
    """Let a task be lacking, and the log say why."""
    few(world)
    lines = [{"message": "ModuleNotFoundError: No module named 'pgvector'"}]
    world.says("logs.FilterLogEvents", {"events": lines})


def wanted(tasks: int) -> Act:
    """Return what sets how many tasks the service is to run."""
    return lambda world: world.aws("ecs").update_service(
        cluster=world.deployed.output("cluster_name"),
        service=world.deployed.output("service_name"),
        desiredCount=tasks,
    )


def tag(world: World) -> str:
    """Return the tag of the image that the program gives the backend."""
    containers = json.loads(world.inputs("compute-backend-task")["containerDefinitions"])
    return str(containers[0]["image"]).rpartition(":")[2]


def push(world: World) -> None:
    """Put an image of that tag into the repository."""
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": {"digest": "sha256:1"}}
    world.aws("ecr").put_image(
        repositoryName="triflow-ai-backend",
        imageManifest=json.dumps(manifest | {"layers": []}),
        imageTag=tag(world),
    )


def delete_image(world: World) -> None:
    """Take it away."""
    ids = [{"imageTag": tag(world)}]
    world.aws("ecr").batch_delete_image(repositoryName="triflow-ai-backend", imageIds=ids)


def attached(verb: str) -> Act:
    """Return what attaches or detaches the policy by which the execution role pulls images."""

    def act(world: World) -> None:
        wish = world.inputs("compute-execution-role-pull-and-log")
        call = getattr(world.aws("iam"), f"{verb}_role_policy")
        call(RoleName=wish["role"], PolicyArn=wish["policyArn"])

    return act


def no_route(world: World) -> None:
    """Take a private subnet's way out away."""
    wish = world.inputs(ROUTE)
    world.aws("ec2").delete_route(
        RouteTableId=wish["routeTableId"], DestinationCidrBlock=wish["destinationCidrBlock"]
    )


def route(world: World) -> None:
    """Give it back."""
    wish = world.inputs(ROUTE)
    world.aws("ec2").create_route(
        RouteTableId=wish["routeTableId"],
        DestinationCidrBlock=wish["destinationCidrBlock"],
        NatGatewayId=wish["natGatewayId"],
    )


def strained(metric: str) -> Act:
    """Return what lets the tasks be at their limit."""

    def act(world: World) -> None:
        # At a later time, since the points of all that is well are in the minutes before.
        world.now += timedelta(hours=1)
        world.measured("AWS/ECS", metric, 95, **world.service)

    return act


def slow(key: str, seconds: float) -> Act:
    """Return what lets requests take so long; moto gives no percentile of what it was told."""

    def change(world: World, answer: Json) -> None:
        for one in answer["MetricDataResults"]:
            if one["Id"] == key:
                one |= {"Timestamps": [world.now - timedelta(minutes=5)], "Values": [seconds]}

    def act(world: World) -> None:
        world.measured("AWS/ApplicationELB", "RequestCount", 100, LoadBalancer=world.balancer)
        changed("cloudwatch.GetMetricData", change)(world)

    return act


def scaled(**fields: object) -> Act:
    """Return what scaling did last."""

    def act(world: World) -> None:
        row = {"StartTime": world.now, "StatusCode": "Successful"} | fields
        world.says(SCALING, {"ScalingActivities": [row]})

    return act


PLACE = "was unable to place a task. Reason: "
FULL = f"{PLACE}Capacity is unavailable at this time."
QUOTA = f"{PLACE}You've reached the limit on the number of vCPUs you can run concurrently."
PULL = "CannotPullContainerError: pull image manifest has been retried 5 time(s)"
CPU = "CannotPullContainerError: image Manifest does not contain descriptor matching platform"
SECRET = "ResourceInitializationError: unable to pull secrets or registry auth"  # noqa: S105 - a reason
OOM = "OutOfMemoryError: Container killed due to memory usage"
AT_MOST = [{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 5}]


def no_service(world: World) -> None:
    """Delete the service."""
    output = world.deployed.output
    names = {"cluster": output("cluster_name"), "service": output("service_name")}
    world.aws("ecs").delete_service(**names, force=True)


def no_nat(world: World) -> None:
    """Delete the NAT gateways."""
    for gateway in sorted(set(world.deployed.output("nat_gateway_ids").values())):
        world.aws("ec2").delete_nat_gateway(NatGatewayId=gateway)


# What only an update can bring back.
DESTROYED = {"ecs-service-missing": no_service, "nat-not-available": no_nat}

CASES = (
    # P11
    Case("ecs-service-missing", "P11", service(status="INACTIVE"), nothing),
    Case("ecs-below-desired", "P11", few, nothing),
    Case("ecs-desired-zero", "P11", wanted(0), wanted(2)),
    Case("ecs-placement-event", "P11", event(f"{PLACE}RESOURCE:ENI"), nothing),
    Case("ecs-fargate-capacity", "P11", event(FULL), nothing, also=("ecs-placement-event",)),
    Case("ecs-vcpu-quota", "P11", event(QUOTA), nothing, also=("ecs-placement-event",)),
    Case("ecs-rolled-back", "P11", service(taskDefinition="arn:aws:ecs:::old:7"), nothing),
    Case("ecs-circuit-breaker", "P11", deployment(rolloutState="FAILED"), nothing),
    Case("ecs-deploy-stalled", "P11", deployment(rolloutState="IN_PROGRESS"), nothing),
    Case("ecs-crash-loop", "P11", stopped("exited", "EssentialContainerExited", 3), nothing),
    Case("ecs-start-failed", "P11", stopped("no elastic network interface"), nothing),
    Case(
        "subnet-ips-low",
        "P11",
        spoils("ec2.DescribeSubnets", "Subnets", 0, "AvailableIpAddressCount", value=3),
        nothing,
    ),
    # P12
    Case("target-timeout", "P12", health("Target.Timeout"), nothing),
    Case("target-failed-checks", "P12", health("Target.FailedHealthChecks"), nothing),
    Case("target-code-mismatch", "P12", health("Target.ResponseCodeMismatch"), nothing),
    Case("target-elb-error", "P12", health("Elb.InternalError", "unavailable"), nothing),
    Case("target-stuck-initial", "P12", initial, nothing),
    Case("health-check-drift", "P12", health_path("/"), health_path("/health")),
    Case("ecs-grace-too-short", "P12", service(healthCheckGracePeriodSeconds=5), nothing),
    Case("app-crash-signature", "P12", crashed, nothing),
    Case("targets-in-one-zone", "P12", moved(THERE, "10.0.11.6"), moved("10.0.11.6", THERE)),
    # P13
    Case("image-pull-failed", "P13", stopped(PULL), nothing),
    Case("image-wrong-cpu", "P13", stopped(CPU), nothing, also=("image-pull-failed",)),
    Case("secret-init-failed", "P13", stopped(SECRET), nothing),
    Case("ecr-image-missing", "P13", delete_image, push),
    Case("exec-role-ecr-denied", "P13", attached("detach"), attached("attach")),
    Case("exec-role-secret-denied", "P13", *policy("compute-execution-role-secrets")),
    Case("private-egress-missing", "P13", no_route, route),
    Case(
        "nat-not-available",
        "P13",
        spoils("ec2.DescribeNatGateways", "NatGateways", 0, "State", value="failed"),
        nothing,
    ),
    # P14
    Case("ecs-oom-killed", "P14", ended(exitCode=137, reason=OOM), nothing),
    Case("ecs-killed-not-memory", "P14", ended(exitCode=137), nothing),
    Case("ecs-essential-exit", "P14", ended(exitCode=1), nothing),
    Case("ecs-memory-high", "P14", strained("MemoryUtilization"), hours_later),
    # P16
    Case("alb-504-seen", "P16", counted("HTTPCode_ELB_504_Count", 50), hours_later),
    Case("alb-latency-high", "P16", slow("answer_p95", 5), hours_later),
    Case("alb-near-timeout", "P16", slow("answer_p99", 59), hours_later),
    Case("ecs-cpu-high", "P16", strained("CPUUtilization"), hours_later),
    Case("ecs-at-max-tasks", "P16", scaled(NotScaledReasons=AT_MOST), nothing),
    Case("ecs-scaling-failed", "P16", scaled(StatusCode="Failed"), nothing),
)
