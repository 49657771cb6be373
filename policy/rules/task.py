"""Rules of the task definition (ADR 1): size, containers, images, logs.

The containers arrive as JSON text that names secrets, so a first preview knows none of it and each
rule asks again immediately before the task is registered.
"""

import json
from collections.abc import Iterator
from re import fullmatch
from typing import Final

from policy import service_figures as figures
from policy import tables
from policy.findings import Finding, Judgement, must_be, must_be_absent, must_be_off, shown
from policy.registry import check, rule
from policy.resources import Resource, environment_of
from policy.rules.forms import VALUES_TYPED
from policy.tokens import CAPACITY_PROVIDERS, ECS_SERVICE, TASK_DEFINITION
from policy.values import Answer, MistypedError, answer

DEFINITIONS: Final = "containerDefinitions"
BACKEND: Final = "backend"


def containers(task: Resource) -> list[Answer]:
    """Return the containers of a task; MistypedError where the text is no list."""
    try:
        found = json.loads(task[DEFINITIONS].text())
    except ValueError:
        raise MistypedError(DEFINITIONS, "JSON") from None
    return answer(found, DEFINITIONS).items()


def units(asked: Answer, unit: str) -> int | None:
    """Read 1024, "1024", "1 vCPU" or "2 GB" as a whole number; None where missing."""
    if asked.is_missing:
        return None
    found = fullmatch(rf"\s*(\d+)\s*(?:({unit})\s*)?", str(asked.known()))
    if found is None:
        raise MistypedError(asked.path, "a number of units")
    return int(found[1]) * (1024 if found[2] else 1)


FARGATE_ONLY = rule(
    id="ecs-fargate-only",
    clause=("C1",),
    kind="resource",
    tokens=(ECS_SERVICE, TASK_DEFINITION, CAPACITY_PROVIDERS),
    levels="M/M/M",
    severity="high",
    external=(
        *("CKV_AWS_332", "CKV_AWS_334", "CKV_AWS_335"),
        *("ECS.1", "ECS.3", "ECS.4", "ECS.10"),
    ),
    aim="Tasks run on Fargate, on its latest platform, and not on hosts of one's own.",
    otherwise="Without a launch type AWS looks for hosts, finds none, and the service stays down.",
    fix="use Fargate, awsvpc and the latest platform, and drop what Fargate refuses.",
)


@check(FARGATE_ONLY, "a", each=(ECS_SERVICE,))
def service_runs_on_fargate(service: Resource) -> Iterator[Judgement]:
    """By its launch type, or by every line of its strategy; spot capacity outside prod only."""
    strategies = service["capacityProviderStrategies"].items()
    if strategies:
        for strategy in strategies:
            yield from must_be(strategy["capacityProvider"], *_providers(service))
    else:
        yield from must_be(service["launchType"], "FARGATE")


@check(FARGATE_ONLY, "a", each=(CAPACITY_PROVIDERS,))
def cluster_offers_fargate(capacity: Resource) -> Iterator[Judgement]:
    """Nothing else is offered to those who name no launch type."""
    for provider in capacity["capacityProviders"].items():
        yield from must_be(provider, *_providers(capacity))


def _providers(resource: Resource) -> tuple[str, ...]:
    spot = () if environment_of(resource.urn) == "prod" else ("FARGATE_SPOT",)
    return ("FARGATE", *spot)


@check(FARGATE_ONLY, "a", each=(TASK_DEFINITION,))
def task_is_for_fargate(task: Resource) -> Iterator[Judgement]:
    """Compatible with Fargate alone, with a network interface of its own."""
    yield from must_be(task["requiresCompatibilities"], ["FARGATE"])
    yield from must_be(task["networkMode"], "awsvpc")


@check(FARGATE_ONLY, "b", each=(ECS_SERVICE,))
def platform_is_the_latest(service: Resource) -> Iterator[Judgement]:
    """A number would stay behind."""
    yield from must_be(service["platformVersion"], "LATEST", absent=True)


@check(FARGATE_ONLY, "c", each=(TASK_DEFINITION,))
def containers_keep_to_themselves(task: Resource) -> Iterator[Judgement]:
    """No shared processes, no privileges."""
    yield from must_be_absent(task["pidMode"])
    if task["ipcMode"].known() == "host":
        yield Finding('ipcMode is "host"')
    for container in containers(task):
        yield from must_be_off(container["privileged"])
        yield from must_be_absent(container["linuxParameters"]["capabilities"]["add"])


TASK_SIZE = rule(
    id="ecs-task-size-legal-and-per-env",
    clause=("C2", "E1"),
    kind="resource",
    tokens=(TASK_DEFINITION,),
    levels="M/M/M",
    severity="high",
    aim="A task has the size of its environment, in a pair that Fargate sells.",
    otherwise="ECS would refuse the task, or it would cost what nobody has decided.",
    fix="use the environment's CPU and memory.",
)


PAIRS: Final = {(cpu, memory) for cpu, sold in figures.FARGATE_PAIRS.items() for memory in sold}


@check(TASK_SIZE, "a")
def size_is_a_pair(task: Resource) -> Iterator[Judgement]:
    """Fargate's table, whichever way the amounts are written."""
    size = units(task["cpu"], "vCPU"), units(task["memory"], "GB")
    if size not in PAIRS:
        yield Finding(f"cpu/memory is {size[0]}/{size[1]}, no pair of Fargate")


@check(TASK_SIZE, "b")
def size_is_the_environments(task: Resource) -> Iterator[Judgement]:
    """Production may grow in memory (guide, problem 14)."""
    environment = environment_of(task.urn)
    decided = figures.TASK_SIZES.get(environment, figures.TASK_SIZES["prod"])
    size = (units(task["cpu"], "vCPU"), units(task["memory"], "GB"))
    if size not in decided:
        allowed = " or ".join(f"{cpu}/{memory}" for cpu, memory in decided)
        yield Finding(f"cpu/memory is {size[0]}/{size[1]}, it must be {allowed}")


CONTAINERS_FIT = rule(
    id="ecs-container-memory-fits-task",
    clause=("C10",),
    kind="resource",
    tokens=(TASK_DEFINITION,),
    levels="M/M/M",
    severity="high",
    aim="Each container has a hard limit, and together they fit into the task.",
    otherwise="The metrics would take the backend's memory, and the task would be killed.",
    fix="give each container a hard limit that adds up to the task, or enlarge the task.",
)


@check(CONTAINERS_FIT)
def limits_add_up(task: Resource) -> Iterator[Judgement]:
    """Memory and CPU of all containers within the task's; with a sidecar each has a limit."""
    found = containers(task)
    for key, unit in (("memory", "GB"), ("cpu", "vCPU")):
        total, whole = sum(c[key].count() for c in found), units(task[key], unit)
        if whole is not None and total > whole:
            yield Finding(f"{key} of its containers is {total}, the task has {whole}")
    if len(found) > 1:
        for container in found:
            if container["memory"].is_missing:
                yield Finding(f"{container['name'].text()} has no hard limit of memory")


@check(CONTAINERS_FIT)
def only_the_backend_is_essential(task: Resource) -> Iterator[Judgement]:
    """The service ends with the backend, and outlives its metrics."""
    for container in containers(task):
        yield from must_be(container["essential"], container["name"].text() == BACKEND)


IMAGE_PINNED = rule(
    id="ecs-image-pinned",
    clause=("C6",),
    kind="resource",
    tokens=(TASK_DEFINITION,),
    levels="A/M/M",
    severity="high",
    aim="An image is named so that it is the same one tomorrow.",
    otherwise="A task that starts at night would run something else than its neighbour.",
    fix="deploy by digest, or by a tag of the repository whose tags do not move.",
)


@check(IMAGE_PINNED)
def image_cannot_move(task: Resource) -> Iterator[Judgement]:
    """A digest anywhere; a tag of the immutable repository, but not latest."""
    for container in containers(task):
        image = container["image"].text()
        if fullmatch(r"[^@\s]+@sha256:[0-9a-f]{64}", image):
            continue
        repository, _, tag = image.rpartition(":")
        ours = repository.split("/")[-1] in figures.IMMUTABLE_REPOSITORIES and ".dkr.ecr." in image
        if not ours or tag == "latest":
            yield Finding(f"image of {container['name'].text()} is {shown(image)}, which can move")


LOGS_TO_GROUP = rule(
    id="ecs-logs-to-known-group",
    clause=("M1",),
    kind="resource",
    tokens=(TASK_DEFINITION,),
    levels="M/M/M",
    severity="high",
    external=("ECS.9", "AwsSolutions-ECS7"),
    aim="Every container writes to the log group that the program keeps.",
    otherwise="Its logs would be lost, or kept for ever in a group that nobody archives.",
    fix="add the awslogs block that points to the environment's log group.",
)


@check(LOGS_TO_GROUP)
def containers_log_where_decided(task: Resource) -> Iterator[Judgement]:
    """Driver, group, region and prefix; nothing makes the group but the program."""
    group = figures.LOG_GROUPS.get(environment_of(task.urn), figures.LOG_GROUPS["prod"])
    for container in containers(task):
        log = container["logConfiguration"]
        yield from must_be(log["logDriver"], "awslogs")
        yield from must_be(log["options"]["awslogs-group"], group)
        yield from must_be(log["options"]["awslogs-region"], tables.REGION)
        yield from must_be(log["options"]["awslogs-create-group"], "false", absent=True)
        if not log["options"]["awslogs-stream-prefix"].text():
            yield Finding(f"{log.path}.options.awslogs-stream-prefix is not set")


NUMBERS: Final = ("cpu", "memory", "memoryReservation")


@check(VALUES_TYPED, "b", each=(TASK_DEFINITION,))
def containers_have_ecss_types(task: Resource) -> Iterator[Judgement]:
    """Numbers as numbers, values of variables as text, names once, keys in ECS's spelling."""
    found = containers(task)
    for container in found:
        ports = [port[key] for port in container["portMappings"].items() for key in port.entries()]
        numbers = [port for port in ports if port.path.endswith("Port")]
        for asked in (*(container[key] for key in NUMBERS), *numbers):
            if not isinstance(asked.known(), int | None):
                yield Finding(f"{asked.path} is not a whole number")
        for variable in container["environment"].items():
            if not isinstance(variable["value"].known(), str):
                yield Finding(f"{variable.path}.value is not text")
        yield from (
            Finding(f"{container.path}.{key} is no key of ECS")
            for key in container.entries()
            if "_" in key
        )
    if len({container["name"].text() for container in found}) != len(found):
        yield Finding("two containers have the same name")
