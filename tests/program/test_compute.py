"""Where the backend runs, as the program asks for it (ADR C1 to C11)."""

import json
from typing import Any

import pytest

from components import fargate
from tests.program.recorder import UNKNOWN, Recording, record

CLUSTER = "aws:ecs/cluster:Cluster"
CAPACITY = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
TARGET = "aws:appautoscaling/target:Target"
POLICY = "aws:appautoscaling/policy:Policy"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
SECRET = "aws:secretsmanager/secret:Secret"  # noqa: S105  # a type token
FUNCTION = "aws:lambda/function:Function"
RULE = "aws:cloudwatch/eventRule:EventRule"

MAIN = ("prod", "staging", "dev")
PREFIX = {
    "prod": "triflow-ai-production",
    "staging": "triflow-ai-staging",
    "dev": "triflow-ai-dev",
}


def containers(recording: Recording) -> dict[str, Any]:
    """Return the containers of the service's task by name."""
    text = recording.one(TASK, "compute-backend-task").props["containerDefinitions"]
    return {each["name"]: each for each in json.loads(text)}


@pytest.mark.clause("C1", "C8")
@pytest.mark.parametrize("stack", MAIN)
def test_the_cluster_counts_its_tasks_and_logs_who_looks_inside(stack: str) -> None:
    """Container Insights alone has RunningTaskCount; a session without a log leaves no trace."""
    recording = record(stack)
    cluster = recording.one(CLUSTER)
    sessions = recording.one(LOG_GROUP, "compute-cluster-exec-log-group")

    assert cluster.props["name"] == f"{PREFIX[stack]}-cluster"
    assert cluster.props["settings"] == [{"name": "containerInsights", "value": "enabled"}]
    assert cluster.props["configuration"]["executeCommandConfiguration"] == {
        "logging": "OVERRIDE",
        "logConfiguration": {"cloudWatchLogGroupName": f"/triflow/exec/{PREFIX[stack]}"},
    }
    assert sessions.props["retentionInDays"] == 14


@pytest.mark.clause("C1")
@pytest.mark.parametrize("stack", MAIN)
def test_tasks_run_on_fargate_and_nowhere_else(stack: str) -> None:
    """Without a launch type AWS would look for hosts of our own."""
    recording = record(stack)

    assert recording.one(CAPACITY).props["capacityProviders"] == ["FARGATE"]
    assert recording.one(TASK).props["requiresCompatibilities"] == ["FARGATE"]
    assert recording.one(TASK).props["networkMode"] == "awsvpc"
    assert recording.one(SERVICE).props["launchType"] == "FARGATE"
    assert recording.one(SERVICE).props["platformVersion"] == "LATEST"


@pytest.mark.clause("C2", "E1")
@pytest.mark.parametrize(
    ("stack", "cpu", "memory"),
    [("prod", "1024", "2048"), ("staging", "1024", "2048"), ("dev", "512", "1024")],
)
def test_each_environment_has_its_size_of_task(stack: str, cpu: str, memory: str) -> None:
    """As text: AWS takes numbers of CPU and memory as strings."""
    props = record(stack).one(TASK).props

    assert (props["cpu"], props["memory"]) == (cpu, memory)
    assert fargate.is_legal(int(cpu), int(memory))


@pytest.mark.clause("C3", "E1")
@pytest.mark.parametrize(
    ("stack", "least", "most"), [("prod", 2, 5), ("staging", 1, 2), ("dev", 1, 1)]
)
def test_each_environment_has_its_number_of_tasks(stack: str, least: int, most: int) -> None:
    """Production never has fewer than two."""
    props = record(stack).one(TARGET).props

    assert (props["minCapacity"], props["maxCapacity"]) == (least, most)
    assert props["resourceId"] == f"service/{PREFIX[stack]}-cluster/{PREFIX[stack]}-backend-service"
    assert record(stack).one(SERVICE).props["desiredCount"] == least


@pytest.mark.clause("C3", "N1")
def test_tasks_stand_in_both_private_subnets(prod: Recording) -> None:
    """Without a public address, and spread again after a zone comes back."""
    service = prod.one(SERVICE)

    assert {
        "network-private-ap-northeast-2a",
        "network-private-ap-northeast-2c",
    } <= prod.depends_on(service, "networkConfiguration")
    assert service.props["networkConfiguration"]["assignPublicIp"] is False
    assert service.props["availabilityZoneRebalancing"] == "ENABLED"


@pytest.mark.clause("C3")
@pytest.mark.parametrize("stack", MAIN)
def test_an_update_does_not_undo_what_scaling_did(stack: str) -> None:
    """At noon with five tasks, an update back to two would drop requests."""
    assert record(stack).one(SERVICE).options.ignore_changes == ("desiredCount",)


@pytest.mark.clause("C3", "E2")
def test_an_update_at_night_does_not_start_the_tasks(staging: Recording, prod: Recording) -> None:
    """In the night the schedule has set both limits to 0; in prod nobody else writes them."""
    assert staging.one(TARGET).options.ignore_changes == ("minCapacity", "maxCapacity")
    assert prod.one(TARGET).options.ignore_changes == ()


@pytest.mark.clause("C4")
@pytest.mark.parametrize(
    ("direction", "comparison", "threshold", "step"),
    [
        (
            "out",
            "GreaterThanThreshold",
            70,
            {"metricIntervalLowerBound": "0", "scalingAdjustment": 1},
        ),
        ("in", "LessThanThreshold", 30, {"metricIntervalUpperBound": "0", "scalingAdjustment": -1}),
    ],
)
def test_tasks_are_added_above_70_and_taken_below_30(
    direction: str, comparison: str, threshold: int, step: dict[str, Any], prod: Recording
) -> None:
    """Two alarms, each wired to its own policy; target tracking would choose its own 30."""
    alarm = prod.one(ALARM, f"compute-scaling-{direction}-alarm")
    policy = prod.one(POLICY, f"compute-scaling-{direction}")

    assert alarm.props["comparisonOperator"] == comparison
    assert alarm.props["threshold"] == threshold
    assert alarm.props["metricName"] == "CPUUtilization"
    assert prod.depends_on(alarm, "alarmActions") == {policy.name}
    assert policy.props["policyType"] == "StepScaling"
    assert policy.props["stepScalingPolicyConfiguration"]["stepAdjustments"] == [step]


@pytest.mark.clause("C4")
def test_tasks_are_taken_more_slowly_than_added(prod: Recording) -> None:
    """A task too many costs little, one too few costs requests."""
    cooldown = {
        policy.name: policy.props["stepScalingPolicyConfiguration"]["cooldown"]
        for policy in prod.of(POLICY)
    }

    assert cooldown == {"compute-scaling-out": 60, "compute-scaling-in": 300}


@pytest.mark.clause("C5")
@pytest.mark.parametrize("stack", MAIN)
def test_a_bad_deployment_goes_back_and_the_update_says_so(stack: str) -> None:
    """New tasks first; what fails goes back, and without waiting the update would look fine."""
    props = record(stack).one(SERVICE).props

    assert props["deploymentMinimumHealthyPercent"] == 100
    assert props["deploymentMaximumPercent"] == 200
    assert props["deploymentCircuitBreaker"] == {"enable": True, "rollback": True}
    assert props["alarms"] == {
        "enable": True,
        "rollback": True,
        "alarmNames": [f"{PREFIX[stack]}-alb-5xx-rate", f"{PREFIX[stack]}-alb-unhealthy-hosts"],
    }
    assert props["waitForSteadyState"] is True
    assert props["healthCheckGracePeriodSeconds"] == 60


@pytest.mark.clause("C5", "L4")
def test_the_service_comes_after_the_listener(prod: Recording) -> None:
    """ECS refuses a target group that no load balancer forwards to."""
    assert prod.depends_on(prod.one(SERVICE), "loadBalancers") == {
        "load-balancer-backend",
        "load-balancer-https",
    }


@pytest.mark.clause("C1")
def test_the_service_comes_after_the_clusters_capacity(prod: Recording) -> None:
    """Taken down the other way round, AWS refuses: capacity that a service uses stays."""
    assert prod.one(CAPACITY).urn in prod.one(SERVICE).dependencies


@pytest.mark.clause("C6")
def test_the_image_is_a_tag_of_our_repository(prod: Recording) -> None:
    """Tags do not move in it, so the tag is as good as a digest."""
    if not prod.preview:
        assert containers(prod)["backend"]["image"] == (
            "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/triflow-ai-backend:1.0.0"
        )


@pytest.mark.clause("C6")
def test_a_digest_is_written_the_way_docker_reads_it() -> None:
    """With an at sign, where a tag has a colon."""
    digest = f"sha256:{'a' * 64}"
    pinned = record("prod", config={"compute": {"image": digest}})

    assert containers(pinned)["backend"]["image"].endswith(f"/triflow-ai-backend@{digest}")


@pytest.mark.clause("C7")
def test_the_names_of_the_guide_hold_in_production(prod: Recording) -> None:
    """The guide's commands are typed with these names, at night, by somebody in a hurry."""
    assert prod.one(CLUSTER).props["name"] == "triflow-ai-production-cluster"
    assert prod.one(SERVICE).props["name"] == "triflow-ai-production-backend-service"
    assert prod.one(TASK).props["family"] == "triflow-ai-production-backend"
    assert prod.one(LOG_GROUP, "compute-log-group").props["name"] == (
        "/aws/ecs/triflow-ai-production-backend"
    )
    assert prod.one(SERVICE).props["loadBalancers"][0]["containerName"] == "backend"
    assert prod.one(SERVICE).props["loadBalancers"][0]["containerPort"] == 8000


@pytest.mark.clause("C7")
@pytest.mark.parametrize("stack", MAIN)
def test_the_backend_listens_where_the_load_balancer_looks(stack: str) -> None:
    """Port 8000; the sidecar has no port at all."""
    both = containers(record(stack))

    assert both["backend"]["portMappings"] == [{"containerPort": 8000, "protocol": "tcp"}]
    assert "portMappings" not in both["prometheus"]


@pytest.mark.clause("C8")
@pytest.mark.parametrize("stack", MAIN)
def test_one_can_look_into_a_running_task(stack: str) -> None:
    """Process 1 collects what a shell leaves behind."""
    recording = record(stack)

    assert recording.one(SERVICE).props["enableExecuteCommand"] is True
    assert containers(recording)["backend"]["linuxParameters"] == {"initProcessEnabled": True}


@pytest.mark.clause("C9")
@pytest.mark.parametrize("stack", MAIN)
def test_ecs_and_the_backend_have_different_roles(stack: str) -> None:
    """What ECS needs to start a task, the code in it does not need."""
    recording = record(stack)
    task = recording.one(TASK)
    execution = recording.one(ROLE, "compute-execution-role")

    assert execution.props["name"] == f"{PREFIX[stack]}-ecs-task-execution-role"
    assert "compute-execution-role" in recording.depends_on(task, "executionRoleArn")
    assert "tenants-task-role" in recording.depends_on(task, "taskRoleArn")
    assert recording.one(ATTACHMENT, "compute-execution-role-pull-and-log").props["policyArn"] == (
        "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    )


@pytest.mark.clause("C9", "C11")
def test_ecs_reads_the_tasks_secrets_and_no_other() -> None:
    """Exactly those that the containers name, without the ends that choose a key."""
    recording = record("prod")
    named = {
        secret["valueFrom"].removesuffix("::").removesuffix(":password").removesuffix(":username")
        for container in containers(recording).values()
        for secret in container["secrets"]
    }
    policy = json.loads(
        recording.one(ROLE_POLICY, "compute-execution-role-secrets").props["policy"]
    )

    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["secretsmanager:GetSecretValue"],
            "Resource": policy["Statement"][0]["Resource"],
        }
    ]
    assert set(policy["Statement"][0]["Resource"]) == named


@pytest.mark.clause("C9")
def test_a_task_starts_only_when_its_roles_have_their_rights(prod: Recording) -> None:
    """Started earlier, ECS could not pull the image, and the circuit breaker would count it."""
    task = prod.one(TASK)

    assert {
        "compute-execution-role-pull-and-log",
        "compute-execution-role-secrets",
    } <= prod.depends_on(task, "executionRoleArn")
    assert "tenants-task-role-s3-access" in prod.depends_on(task, "taskRoleArn")


@pytest.mark.clause("C10", "C2")
@pytest.mark.parametrize(("stack", "backend", "total"), [("prod", 1536, 2048), ("dev", 512, 1024)])
def test_both_containers_fit_into_the_task(stack: str, backend: int, total: int) -> None:
    """Each has a hard limit of its own, so that metrics cannot take the backend's memory."""
    both = containers(record(stack))

    assert both["backend"]["memory"] == backend
    assert both["prometheus"]["memory"] == 384
    assert backend + 384 <= total
    assert both["backend"]["cpu"] + both["prometheus"]["cpu"] == int(
        record(stack).one(TASK).props["cpu"]
    )


@pytest.mark.clause("C10")
def test_the_service_outlives_its_metrics() -> None:
    """The sidecar is not essential, comes by digest, and sends to the configured address."""
    moved = record("prod", config={"compute": {"remoteWriteUrl": "https://m.example.com/write"}})
    both = containers(moved)
    [config] = both["prometheus"]["environment"]

    assert both["backend"]["essential"] is True
    assert both["prometheus"]["essential"] is False
    assert both["prometheus"]["image"] == (
        "quay.io/prometheus/prometheus:v3.5.0"
        "@sha256:63805ebb8d2b3920190daf1cb14a60871b16fd38bed42b857a3182bc621f4996"
    )
    assert json.loads(config["value"])["remote_write"][0]["url"] == "https://m.example.com/write"


@pytest.mark.clause("C11", "D15")
def test_passwords_and_keys_come_from_secrets_manager_only() -> None:
    """None of them is a variable in plain."""
    both = containers(record("prod"))

    assert [each["name"] for each in both["backend"]["secrets"]] == [
        "ANTHROPIC_API_KEY",
        "DB_PASSWORD",
        "DB_USERNAME",
    ]
    assert [each["name"] for each in both["prometheus"]["secrets"]] == ["REMOTE_WRITE_TOKEN"]
    assert [each["name"] for each in both["backend"]["environment"]] == [
        "AWS_REGION",
        "DB_HOST",
        "DB_NAME",
        "DB_PORT",
        "ENVIRONMENT",
        "TRIFLOW_STORAGE_BUCKET",
        "TRIFLOW_STORAGE_ENVIRONMENT",
        "TRIFLOW_STORAGE_TENANT_ROLE_ARN",
    ]


@pytest.mark.clause("C11")
@pytest.mark.parametrize(("stack", "days", "kept"), [("prod", 30, True), ("dev", 0, False)])
def test_secrets_are_made_empty(stack: str, days: int, *, kept: bool) -> None:
    """No version of them is in the program; in dev a deleted one frees its name at once."""
    recording = record(stack)
    secrets = recording.of(SECRET)

    assert sorted(each.props["name"] for each in secrets) == [
        f"{PREFIX[stack]}-alarm-channels",
        f"{PREFIX[stack]}-anthropic-api-key",
        f"{PREFIX[stack]}-remote-write-token",
    ]
    assert {each.props["recoveryWindowInDays"] for each in secrets} == {days}
    assert {each.options.protect for each in secrets} == {kept}
    assert [each.type for each in recording.resources if "SecretVersion" in each.type] == []


@pytest.mark.clause("C11")
def test_secrets_can_be_made_and_filled_before_everything_else(prod: Recording) -> None:
    """ECS cannot start a task whose secret is empty, so they wait for nothing."""
    assert [each.dependencies for each in prod.of(SECRET)] == [(), (), ()]


@pytest.mark.clause("C11")
def test_a_new_secret_restarts_the_service() -> None:
    """A rule on rotations and on values put by hand; the function may touch this service alone."""
    recording = record("prod")
    function = recording.one(FUNCTION, "compute-restart-function")
    rights = recording.one(ROLE_POLICY, "compute-restart-function-rights")
    pattern = json.loads(recording.one(RULE, "compute-restart-trigger-rule").props["eventPattern"])

    assert function.props["environment"]["variables"].keys() == {
        "CLUSTER",
        "SERVICE",
        "SECRET_ARNS",
    }
    assert len(function.props["environment"]["variables"]["SECRET_ARNS"].split(",")) == 3
    assert pattern["detail"]["eventName"] == ["RotationSucceeded", "PutSecretValue", "UpdateSecret"]
    assert json.loads(rights.props["policy"])["Statement"][0] == {
        "Effect": "Allow",
        "Action": ["ecs:DescribeServices", "ecs:UpdateService"],
        "Resource": [
            (
                "arn:aws:ecs:ap-northeast-2:123456789012:service"
                "/triflow-ai-production-cluster/triflow-ai-production-backend-service"
            )
        ],
    }


@pytest.mark.clause("C11")
def test_the_restart_is_wired_after_the_service(prod: Recording) -> None:
    """An event before that would restart what is not there."""
    function = prod.one(FUNCTION, "compute-restart-function")
    rule = prod.one(RULE, "compute-restart-trigger-rule")

    assert "compute-backend" in prod.depends_on(function, "environment")
    assert function.urn in rule.dependencies


@pytest.mark.clause("M1")
@pytest.mark.parametrize(("stack", "kept"), [("prod", True), ("staging", False), ("dev", False)])
def test_the_backends_log_group_is_there_before_it(stack: str, *, kept: bool) -> None:
    """14 days, since CloudWatch knows no 15; in prod it outlives its removal from the program."""
    recording = record(stack)
    group = recording.one(LOG_GROUP, "compute-log-group")

    assert group.props["retentionInDays"] == 14
    assert group.props["skipDestroy"] is kept
    assert "compute-log-group" in recording.depends_on(recording.one(TASK), "containerDefinitions")


def test_a_preview_can_judge_everything_but_the_containers() -> None:
    """The secret of RDS gets its ARN from AWS, and the containers name it."""
    task = record("prod", preview=True).one(TASK)

    assert task.props["containerDefinitions"] is UNKNOWN
    assert {key for key, value in task.props.items() if value is UNKNOWN} == {
        "containerDefinitions",
        "executionRoleArn",
        "taskRoleArn",
    }


@pytest.mark.clause("C2")
@pytest.mark.parametrize(
    ("cpu", "memory", "legal"),
    [
        (256, 512, True),
        (256, 1024, True),
        (256, 4096, False),
        (512, 512, False),
        (512, 4096, True),
        (1024, 1024, False),
        (1024, 2560, False),
        (1024, 8192, True),
        (1024, 9216, False),
        (16384, 122880, True),
        (300, 1024, False),
    ],
)
def test_fargate_sells_pairs_only(cpu: int, memory: int, *, legal: bool) -> None:
    """Any other pair is refused when the task is registered."""
    assert fargate.is_legal(cpu, memory) is legal


@pytest.mark.clause("C2")
@pytest.mark.parametrize(
    ("cpu", "asked", "offered"), [(1024, 1000, 2048), (1024, 2560, 3072), (1024, 99999, 8192)]
)
def test_the_next_legal_memory_is_offered(cpu: int, asked: int, offered: int) -> None:
    """Enough for what was asked, or else the most there is."""
    assert fargate.next_memory(cpu, asked) == offered
