"""Rows of P11 to P14 and P16: how a finding about tasks comes about, and its near misses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from tests.triflow.doctor_case import Answers, Case, counted, gone, put
from tests.triflow.doctor_stack import NOW

Spoil = Callable[[Answers], object]
LIVE = ("service", "services", 0)
PRIMARY = (*LIVE, "deployments", 0)
TARGET = ("targets", "TargetHealthDescriptions", 0)
SUBNET = ("private_subnets", "Subnets", 0)
LONG_AGO = NOW - timedelta(hours=3)


def both(*spoils: Spoil) -> Spoil:
    """Return what does one after the other."""
    return lambda answers: [one(answers) for one in spoils]


def event(message: str, minutes: int = 10) -> Spoil:
    """Return what lets the service have said something so many minutes ago."""
    row = {"createdAt": NOW - timedelta(minutes=minutes), "message": message}
    return lambda answers: answers["service"]["services"][0]["events"].append(row)


def another_revision(answers: Answers) -> None:
    """Let the service run what it ran before."""
    answers["service"]["services"][0]["taskDefinition"] = "arn:aws:ecs:::task-definition/old:7"


def stopped(reason: str = "", code: str = "TaskFailedToStart", times: int = 1) -> Spoil:
    """Return what lets tasks have stopped so before any container ran."""
    return _stopped({"stoppedReason": reason, "stopCode": code}, {}, times)


def ended(exit_code: int, reason: str = "", name: str = "backend") -> Spoil:
    """Return what lets a container have ended with a code."""
    task = {"stoppedReason": "Essential container exited", "stopCode": "EssentialContainerExited"}
    words = {"reason": reason} if reason else {}
    return _stopped(task, {"exitCode": exit_code, "name": name, **words})


def _stopped(task: Answers, container: Answers, times: int = 1) -> Spoil:
    def spoil(answers: Answers) -> None:
        last = answers["tasks"]["tasks"][-1]
        row = {"name": "backend", "lastStatus": "STOPPED"} | container
        answers["tasks"]["tasks"].extend([last | task | {"containers": [row]}] * times)

    return spoil


def health(reason: str, description: str = "", state: str = "unhealthy") -> Spoil:
    """Return what the load balancer says of the first target."""
    return put(
        {"State": state, "Reason": reason, "Description": description}, *TARGET, "TargetHealth"
    )


def line(message: str) -> Spoil:
    """Return what the backend's log says."""
    return put([{"message": message}], "crash_lines", "events")


def activity(**fields: Any) -> Spoil:  # noqa: ANN401 - JSON
    """Return what scaling did last."""
    row = {"StartTime": NOW - timedelta(minutes=9), "StatusCode": "Successful"} | fields
    return lambda answers: answers["scaling"]["ScalingActivities"].insert(0, row)


def no_route(answers: Answers) -> None:
    """Take the private tables' way to the NAT gateway away."""
    for table in answers["route_tables"]["RouteTables"]:
        table["Routes"] = [one for one in table["Routes"] if "NatGatewayId" not in one]


def black_hole(answers: Answers) -> None:
    """Let it lead nowhere."""
    for table in answers["route_tables"]["RouteTables"]:
        table["Routes"][-1]["State"] = "blackhole"


def by_another(answers: Answers) -> None:
    """Let it lead to the internet gateway, which private addresses cannot use."""
    route = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
    answers["route_tables"]["RouteTables"][1]["Routes"][-1] = route


def no_secrets(answers: Answers) -> None:
    """Let the execution role's policy grant nothing."""
    answers["execution_secrets"]["PolicyDocument"]["Statement"] = []


def refused(answers: Answers) -> None:
    """Let it refuse what it also grants."""
    deny = {"Effect": "Deny", "Action": "secretsmanager:*", "Resource": "*"}
    answers["execution_secrets"]["PolicyDocument"]["Statement"].append(deny)


STEADY = "(service backend) has reached a steady state."
PLACE = "(service backend) was unable to place a task. Reason: "
FULL = "Capacity is unavailable at this time. Please try again later."
QUOTA = "You've reached the limit on the number of vCPUs you can run concurrently"
BROKEN = "(deployment ecs-svc/9) deployment failed: tasks failed to start."
PULL = "CannotPullContainerError: pull image manifest has been retried 5 time(s)"
CPU = "CannotPullContainerError: image Manifest does not contain descriptor matching platform"
SECRET = "ResourceInitializationError: unable to pull secrets or registry auth"  # noqa: S105 - a reason
LOGGER = "ResourceInitializationError: failed to validate logger args: CloudWatch"
OOM = "OutOfMemoryError: Container killed due to memory usage"
AT_MOST = {"NotScaledReasons": [{"Code": "AlreadyAtMaxCapacity", "MaxCapacity": 5}]}
AT_LEAST = {"NotScaledReasons": [{"Code": "AlreadyAtMinCapacity", "MinCapacity": 2}]}

CASES = (
    # P11
    Case("ecs-service-missing", put([], "service", "services"), "no such service"),
    Case("ecs-service-missing", put("INACTIVE", *LIVE, "status"), "status is INACTIVE"),
    Case("ecs-service-missing", gone("service"), "no such cluster"),
    Case("ecs-below-desired", put(1, *LIVE, "runningCount"), "1 of 2 run"),
    Case(
        "ecs-below-desired",
        both(put(1, *LIVE, "runningCount"), put(NOW - timedelta(minutes=2), *PRIMARY, "updatedAt")),
    ),
    Case("ecs-below-desired", put(3, *LIVE, "runningCount")),
    Case("ecs-desired-zero", put(0, *LIVE, "desiredCount"), "0 tasks are wanted, 2 by the program"),
    Case("ecs-desired-zero", put(1, *LIVE, "desiredCount")),
    Case("ecs-placement-event", event(f"{PLACE}RESOURCE:ENI"), "RESOURCE:ENI"),
    Case("ecs-placement-event", event(PLACE, minutes=40)),
    Case("ecs-placement-event", both(event(PLACE), event(STEADY, minutes=5))),
    Case("ecs-fargate-capacity", event(f"{PLACE}{FULL}"), "Capacity is unavailable"),
    Case("ecs-fargate-capacity", event(f"{PLACE}{QUOTA}")),
    Case("ecs-vcpu-quota", event(f"{PLACE}{QUOTA}"), "limit on the number of vCPUs"),
    Case("ecs-vcpu-quota", event(f"{PLACE}{FULL}")),
    Case("ecs-rolled-back", another_revision, "old:7 instead of arn:aws:ecs"),
    Case("ecs-rolled-back", event(BROKEN)),
    Case(
        "ecs-circuit-breaker",
        both(put("FAILED", *PRIMARY, "rolloutState"), put(3, *PRIMARY, "failedTasks")),
        "after 3 failed tasks",
    ),
    Case("ecs-circuit-breaker", both(another_revision, event(BROKEN)), "deployment failed:"),
    Case("ecs-circuit-breaker", event(BROKEN)),
    Case("ecs-circuit-breaker", both(another_revision, event(BROKEN, minutes=70))),
    Case(
        "ecs-deploy-stalled",
        put("IN_PROGRESS", *PRIMARY, "rolloutState"),
        "in progress since 11-22",
    ),
    Case(
        "ecs-deploy-stalled",
        both(
            put("IN_PROGRESS", *PRIMARY, "rolloutState"),
            put(NOW - timedelta(minutes=19), *PRIMARY, "createdAt"),
        ),
    ),
    Case(
        "ecs-crash-loop", stopped("exit", "EssentialContainerExited", 3), "3 in 60 min: Essential"
    ),
    Case("ecs-crash-loop", stopped("exit", "EssentialContainerExited", 2)),
    Case("ecs-crash-loop", stopped("(deployment 2)", "ServiceSchedulerInitiated", 9)),
    Case("ecs-start-failed", stopped("no elastic network interface"), "no elastic network"),
    Case("ecs-start-failed", stopped(PULL)),
    Case("subnet-ips-low", put(4, *SUBNET, "AvailableIpAddressCount"), "4 addresses are free"),
    Case("subnet-ips-low", put(32, *SUBNET, "AvailableIpAddressCount")),
    Case("subnet-ips-low", gone("private_subnets"), "does not know all"),
    # P12
    Case("target-timeout", health("Target.Timeout", "Request timed out"), "Request timed out"),
    Case("target-timeout", health("Target.FailedHealthChecks")),
    Case("target-failed-checks", health("Target.FailedHealthChecks", "Health"), "Checks: Health"),
    Case("target-failed-checks", health("Target.Timeout")),
    Case(
        "target-code-mismatch",
        health("Target.ResponseCodeMismatch", "Health checks failed with these codes: [404]"),
        "these codes: [404]",
    ),
    Case("target-code-mismatch", health("Target.FailedHealthChecks")),
    Case("target-elb-error", health("Elb.InternalError", state="unavailable"), "Elb.InternalError"),
    Case("target-elb-error", health("Elb.InitialHealthChecking", state="initial")),
    Case(
        "target-stuck-initial",
        health("Elb.InitialHealthChecking", state="initial"),
        "its task started 11-22 04:00",
    ),
    Case(
        "target-stuck-initial",
        both(
            health("Elb.RegistrationInProgress", state="initial"),
            put(NOW - timedelta(minutes=4), "tasks", "tasks", 0, "startedAt"),
        ),
    ),
    Case(
        "health-check-drift",
        put("/", "target_group", "TargetGroups", 0, "HealthCheckPath"),
        "its path is /, not /health",
    ),
    Case(
        "health-check-drift",
        put("200-499", "target_group", "TargetGroups", 0, "Matcher", "HttpCode"),
        "its matcher is 200-499, not 200",
    ),
    Case(
        "health-check-drift",
        put(15, "target_group", "TargetGroups", 0, "HealthCheckIntervalSeconds"),
    ),
    Case("health-check-drift", gone("target_group"), "no such target group"),
    Case(
        "ecs-grace-too-short", put(10, *LIVE, "healthCheckGracePeriodSeconds"), "10 s instead of 60"
    ),
    Case("ecs-grace-too-short", put(90, *LIVE, "healthCheckGracePeriodSeconds")),
    Case(
        "app-crash-signature",
        line("ModuleNotFoundError: No module named 'pgvector'"),
        "No module named 'pgvector'",
    ),
    Case(
        "app-crash-signature",
        line("could not connect to server: postgresql://triflow:s3cr3t@db:5432/triflow"),
        "postgresql://triflow:***@db",
    ),
    Case("app-crash-signature", line("ERROR: the workflow failed")),
    Case("targets-in-one-zone", put("10.0.12.9", *TARGET, "Target", "Id"), "2 in "),
    # P13
    Case("image-pull-failed", stopped(PULL, times=2), "(2 tasks in the last hour)"),
    Case("image-pull-failed", stopped(SECRET)),
    Case("image-pull-failed", ended(0, PULL), "retried 5 time(s)"),
    Case("image-wrong-cpu", stopped(CPU), "descriptor matching platform"),
    Case("image-wrong-cpu", stopped(PULL)),
    Case("secret-init-failed", stopped(SECRET), "unable to pull secrets"),
    Case("secret-init-failed", stopped(LOGGER)),
    Case("ecr-image-missing", gone("image"), "not found"),
    Case("ecr-image-missing", put([], "image", "imageDetails"), "no such image"),
    Case(
        "exec-role-ecr-denied",
        put([], "execution_policies", "AttachedPolicies"),
        "AmazonECSTaskExecutionRolePolicy is not attached",
    ),
    Case("exec-role-ecr-denied", gone("execution_policies"), "no such role"),
    Case("exec-role-secret-denied", no_secrets, "no longer grants secretsmanager:GetSecretValue"),
    Case("exec-role-secret-denied", refused, "refused: secretsmanager:*"),
    Case("exec-role-secret-denied", gone("execution_secrets"), "no longer grants"),
    Case("exec-role-secret-denied", gone("database_secret"), "no such secret"),
    Case("private-egress-missing", no_route, "no route to 0.0.0.0/0 by network-nat"),
    Case("private-egress-missing", black_hole, "is a blackhole"),
    Case("private-egress-missing", by_another, "no route to 0.0.0.0/0 by network-nat"),
    Case(
        "private-egress-missing",
        put([], "route_tables", "RouteTables", 1, "Associations"),
        "does not use it",
    ),
    Case("private-egress-missing", put([], "route_tables", "RouteTables"), "no such route table"),
    Case(
        "nat-not-available",
        both(
            put("failed", "nat_gateways", "NatGateways", 0, "State"),
            put("Elastic IP is in use", "nat_gateways", "NatGateways", 0, "FailureMessage"),
        ),
        "it is failed: Elastic IP is in use",
    ),
    Case("nat-not-available", put([], "nat_gateways", "NatGateways"), "no such NAT gateway"),
    Case("nat-not-available", gone("nat_gateways"), "no such NAT gateway"),
    # P14
    Case("ecs-oom-killed", ended(137, OOM), "backend: code 137, OutOfMemoryError"),
    Case("ecs-oom-killed", ended(137)),
    Case("ecs-killed-not-memory", ended(137), "code 137 without"),
    Case("ecs-killed-not-memory", ended(137, OOM)),
    Case("ecs-essential-exit", ended(1), "backend ended with code 1"),
    Case("ecs-essential-exit", ended(139), "backend ended with code 139"),
    Case("ecs-essential-exit", ended(143)),
    Case("ecs-essential-exit", ended(1, name="prometheus")),
    Case("ecs-memory-high", counted(service_memory=[85.0, 92.0, 81.0]), "at least 81 %"),
    Case("ecs-memory-high", counted(service_memory=[85.0, 92.0, 79.0])),
    Case("ecs-memory-high", counted(service_memory=[95.0, 95.0])),
    # P16
    Case("ecs-cpu-high", counted(service_cpu=[99.0, 90.0, 81.0]), "at least 81 %"),
    Case("ecs-cpu-high", counted(service_cpu=[99.0, 90.0, 80.0])),
    Case("alb-504-seen", counted(requests=[500.0], balancer_504=[2.0]), "2 of 500 requests"),
    Case("alb-504-seen", counted(requests=[9.0] * 9, balancer_504=[0.0] * 6 + [9.0])),
    Case("alb-latency-high", counted(requests=[9.0], answer_p95=[2.5]), "p95 is 2.5 s"),
    Case("alb-latency-high", counted(requests=[9.0], answer_p95=[2.0, 9.0])),
    Case("alb-near-timeout", counted(requests=[9.0], answer_p99=[54.0]), "p99 is 54.0 s; after 60"),
    Case("alb-near-timeout", counted(requests=[9.0], answer_p99=[53.0])),
    Case("ecs-at-max-tasks", activity(**AT_MOST), "already at 5 tasks"),
    Case("ecs-at-max-tasks", activity(**AT_LEAST)),
    Case("ecs-at-max-tasks", activity(**AT_MOST, StartTime=LONG_AGO)),
    Case("ecs-scaling-failed", activity(StatusCode="Failed", StatusMessage="no role"), "no role"),
    Case("ecs-scaling-failed", both(activity(StatusCode="Failed"), activity())),
)
