"""Rules of the service (ADR 1): where it runs, how it is deployed, with which rights."""

from collections.abc import Iterator
from typing import Final

from policy import service_figures as figures
from policy.documents import Statement, statements
from policy.findings import Finding, Judgement, Lack, must_be, must_be_off, must_be_on
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource, environment_of
from policy.routes import is_public
from policy.rules.task import BACKEND, containers
from policy.tokens import (
    ECS_CLUSTER,
    ECS_SERVICE,
    LOG_GROUP,
    ROLE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SUBNET,
    TARGET_GROUP,
    TASK_DEFINITION,
)

ZONES: Final = 2

NO_PUBLIC_IP = rule(
    id="ecs-no-public-ip",
    clause=("N1",),
    kind="resource",
    tokens=(ECS_SERVICE,),
    levels="M/M/M",
    severity="critical",
    external=("CKV_AWS_333", "ECS.2"),
    aim="No task has an address that the internet could reach.",
    otherwise="The backend would answer the world past the load balancer.",
    fix="remove assignPublicIp; tasks leave through the NAT gateway.",
)


@check(NO_PUBLIC_IP)
def tasks_have_no_public_address(service: Resource) -> Iterator[Judgement]:
    """The network is stated, and hands out no public address."""
    network = service["networkConfiguration"]
    if network.is_missing:
        yield Finding("networkConfiguration is not set")
    yield from must_be_off(network["assignPublicIp"])


TWO_SUBNETS = rule(
    id="ecs-tasks-in-two-private-subnets",
    clause=("C3", "N1"),
    kind="stack",
    tokens=(ECS_SERVICE, SUBNET, ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION),
    levels="A/M/M",
    severity="high",
    aim="Tasks stand in private subnets of both zones.",
    otherwise="The loss of one zone would take the service with it.",
    fix="hand both private subnets to the service.",
)


@check(TWO_SUBNETS, each=(ECS_SERVICE,))
def tasks_stand_in_both_zones(service: Resource, stack: StackView) -> Iterator[Judgement]:
    """By the routes of the subnets, not by their names."""
    found = stack.dependencies(service, "networkConfiguration", SUBNET)
    for subnet in found:
        if is_public(stack, subnet):
            yield Finding(f"networkConfiguration refers to {subnet.name}, a public subnet")
    if len({subnet["availabilityZone"].text() for subnet in found}) < ZONES:
        yield Lack(f"its subnets are {names(found)}, there must be one in each of two zones")


CIRCUIT_BREAKER = rule(
    id="ecs-circuit-breaker-rollback",
    clause=("C5",),
    kind="resource",
    tokens=(ECS_SERVICE,),
    levels="M/M/M",
    severity="high",
    aim="A deployment loses no request, and one that fails goes back by itself.",
    otherwise="A bad image would replace the good one, and the update would call it a success.",
    fix="enable breaker and alarms with rollback, keep 100/200, wait for steady state, grace 60.",
)
GRACE_SECONDS: Final = (30, 300)
LEAST_MAXIMUM: Final = 150
ALL_HEALTHY: Final = 100


@check(CIRCUIT_BREAKER, "a")
def failed_deployments_go_back(service: Resource) -> Iterator[Judgement]:
    """By the breaker, and outside dev by the two alarms of the load balancer as well."""
    yield from must_be_on(service["deploymentCircuitBreaker"]["enable"])
    yield from must_be_on(service["deploymentCircuitBreaker"]["rollback"])
    yield from must_be(service["deploymentController"]["type"], "ECS", absent=True)
    if environment_of(service.urn) == "dev":
        return
    alarms = service["alarms"]
    yield from must_be_on(alarms["enable"])
    yield from must_be_on(alarms["rollback"])
    watched = [name.text() for name in alarms["alarmNames"].items()]
    for end in figures.DEPLOYMENT_ALARMS:
        if not any(name.endswith(end) for name in watched):
            yield Finding(f"alarms.alarmNames has none that ends with {end}")


@check(CIRCUIT_BREAKER, "b")
def deployments_lose_no_request(service: Resource) -> Iterator[Judgement]:
    """New tasks first, time for them to start, and an update that waits for the end."""
    least = service["deploymentMinimumHealthyPercent"].number()
    most = service["deploymentMaximumPercent"].number()
    if least is not None and least < ALL_HEALTHY:
        yield Finding(f"deploymentMinimumHealthyPercent is {least}, it must be {ALL_HEALTHY}")
    if most is not None and most < LEAST_MAXIMUM:
        yield Finding(f"deploymentMaximumPercent is {most}, at least {LEAST_MAXIMUM} is needed")
    yield from must_be_on(service["waitForSteadyState"])
    grace, (shortest, longest) = service["healthCheckGracePeriodSeconds"].number(), GRACE_SECONDS
    behind = bool(service["loadBalancers"].items())
    if behind and not (grace is not None and shortest <= grace <= longest):
        yield Finding(
            f"healthCheckGracePeriodSeconds is {'not set' if grace is None else grace}, "
            f"it must be {shortest} to {longest}"
        )


EXEC_LOGGED = rule(
    id="ecs-exec-off-or-logged",
    clause=("C8",),
    kind="stack",
    tokens=(ECS_SERVICE, ECS_CLUSTER, LOG_GROUP),
    levels="A/M/M",
    severity="high",
    external=("CKV_AWS_223",),
    aim="Whoever looks into a running task leaves a trace.",
    otherwise="Nobody could say afterwards who read what.",
    fix="log the sessions to a log group, or turn ECS Exec off.",
)


@check(EXEC_LOGGED, each=(ECS_SERVICE,))
def sessions_are_logged(service: Resource, stack: StackView) -> Iterator[Judgement]:
    """The cluster overrides where sessions go; its default does outside production."""
    if not service["enableExecuteCommand"].is_true():
        return
    for cluster in stack.joined(service, "cluster", ECS_CLUSTER, name="name"):
        command = cluster["configuration"]["executeCommandConfiguration"]
        usual = () if stack.environment == "prod" else ("DEFAULT",)
        yield from must_be(command["logging"], "OVERRIDE", *usual, about=cluster)
        log = command["logConfiguration"]
        nowhere = log["cloudWatchLogGroupName"].is_missing and log["s3BucketName"].is_missing
        if command["logging"].known() == "OVERRIDE" and nowhere:
            yield Finding(f"{log.path} names neither log group nor bucket", cluster)


ROLES_CONTRACT = rule(
    id="ecs-roles-contract",
    clause=("C9", "C11"),
    kind="stack",
    tokens=(TASK_DEFINITION, ECS_SERVICE, ROLE, ROLE_POLICY_ATTACHMENT, ROLE_POLICY),
    levels="M/M/M",
    severity="high",
    external=("CKV_AWS_249",),
    aim="ECS pulls, logs and reads the task's secrets; the task itself has another role.",
    otherwise="Code that is broken into could read every secret (guide, problems 11 and 13).",
    fix="give the task its own role, and the execution role the referenced secrets only.",
)
PULL_AND_LOG: Final = "AmazonECSTaskExecutionRolePolicy"
READ_SECRET: Final = "secretsmanager:GetSecretValue"  # noqa: S105  # an action


@check(ROLES_CONTRACT, "a", each=(TASK_DEFINITION,))
def task_has_two_roles(task: Resource, stack: StackView) -> Iterator[Judgement]:
    """Both are set, and they are two."""
    for key in ("taskRoleArn", "executionRoleArn"):
        if task[key].is_missing:
            yield Finding(f"{key} is not set")
    own, execution = (
        stack.dependencies(task, key, ROLE) for key in ("taskRoleArn", "executionRoleArn")
    )
    same = own and set(names(own).split(", ")) & set(names(execution).split(", "))
    if same:
        yield Finding(f"taskRoleArn and executionRoleArn are both {names(execution)}")


@check(ROLES_CONTRACT, "b", each=(TASK_DEFINITION,))
def execution_role_pulls_and_logs(task: Resource, stack: StackView) -> Iterator[Judgement]:
    """AWS's own policy for it is attached."""
    for role in stack.dependencies(task, "executionRoleArn", ROLE):
        attached = stack.referring(ROLE_POLICY_ATTACHMENT, "role", role, name="name")
        arns = [one["policyArn"].text() for one in attached]
        if not any(arn.endswith(f"/{PULL_AND_LOG}") for arn in arns):
            yield Lack(f"{PULL_AND_LOG} is not attached", role)


@check(ROLES_CONTRACT, "b", each=(TASK_DEFINITION,))
def execution_role_reads_the_tasks_secrets(task: Resource, stack: StackView) -> Iterator[Judgement]:
    """Exactly those that a container names; neither fewer nor more."""
    wanted = {
        ":".join(secret["valueFrom"].text().split(":")[:7])
        for container in containers(task)
        for secret in container["secrets"].items()
    }
    for role in stack.dependencies(task, "executionRoleArn", ROLE):
        granted = _readable(stack, role)
        for arn in sorted(wanted - granted):
            yield Lack(f"it may not read {arn}, which a container needs", role)
        for arn in sorted(granted - wanted):
            yield Finding(f"it may read {arn}, which no container needs", role)


@check(ROLES_CONTRACT, "c", each=(ECS_SERVICE,))
def task_opens_no_channel_in_vain(service: Resource, stack: StackView) -> Iterator[Judgement]:
    """The right to open a shell goes with ECS Exec, and goes when that is off."""
    if service["enableExecuteCommand"].is_true():
        return
    for task in stack.joined(service, "taskDefinition", TASK_DEFINITION):
        for role in stack.dependencies(task, "taskRoleArn", ROLE):
            for policy in stack.referring(ROLE_POLICY, "role", role, name="name"):
                if any(_opens(statement) for statement in statements(policy["policy"])):
                    yield Finding("it allows ssmmessages, but ECS Exec is off", policy)


def _opens(statement: Statement) -> bool:
    actions = statement.strings("Action") if statement.allows else ()
    return any(action.startswith("ssmmessages:") for action in actions)


def _readable(stack: StackView, role: Resource) -> set[str]:
    return {
        arn
        for policy in stack.referring(ROLE_POLICY, "role", role, name="name")
        for statement in statements(policy["policy"])
        if statement.allows and READ_SECRET in statement.strings("Action")
        for arn in statement.strings("Resource")
    }


PORT_CONTRACT = rule(
    id="ecs-port-contract",
    clause=("C7",),
    kind="stack",
    tokens=(ECS_SERVICE, TASK_DEFINITION, ECS_CLUSTER, TARGET_GROUP),
    levels="M/M/M",
    severity="high",
    aim="Service, container and target group agree on one container and port 8000.",
    otherwise="Every health check would fail, and the deployment would go back and forth.",
    fix='use the container "backend" and port 8000 in all three places.',
)


@check(PORT_CONTRACT, each=(ECS_SERVICE,))
def service_and_group_agree(service: Resource, stack: StackView) -> Iterator[Judgement]:
    """One entry: the tasks of one service stand behind one group."""
    entries = service["loadBalancers"].items()
    if len(entries) != 1:
        yield Finding(f"loadBalancers has {len(entries)} entries, it must have one")
    for entry in entries:
        yield from must_be(entry["containerName"], BACKEND)
        yield from must_be(entry["containerPort"], figures.BACKEND_PORT)
    for group in stack.dependencies(service, "loadBalancers", TARGET_GROUP):
        yield from must_be(group["port"], figures.BACKEND_PORT, about=group)


@check(PORT_CONTRACT, each=(ECS_SERVICE,))
def service_runs_its_own_task(service: Resource, stack: StackView) -> Iterator[Judgement]:
    """Its task and cluster are this stack's; without a cluster ECS takes the account's default."""
    for key, token, name in (
        ("taskDefinition", TASK_DEFINITION, "family"),
        ("cluster", ECS_CLUSTER, "name"),
    ):
        if not stack.joined(service, key, token, name=name):
            yield Lack(f"{key} is none of this stack")


@check(PORT_CONTRACT, each=(TASK_DEFINITION,))
def container_listens_there(task: Resource, stack: StackView) -> Iterator[Judgement]:
    """The backend's container exists and maps the port."""
    del stack
    ports = [
        port["containerPort"].number()
        for container in containers(task)
        if container["name"].text() == BACKEND
        for port in container["portMappings"].items()
    ]
    if figures.BACKEND_PORT not in ports:
        yield Finding(f"no container {BACKEND} maps port {figures.BACKEND_PORT}")
