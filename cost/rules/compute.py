"""What runs code: the service's tasks, the cluster's insights, functions."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from cost.errors import CostError
from cost.inputs import Inputs
from cost.lines import Factor, Line, plain
from cost.registry import prices
from cost.resources import UNKNOWN, Resource
from cost.stack import Stack, fixed, lookup, several

TASK = "aws:ecs/taskDefinition:TaskDefinition"
TARGET = "aws:appautoscaling/target:Target"
ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction"
MB_PER_GB = 1024
CPU_UNITS = 1024  # of a vCPU
FREE_SCRATCH_MB = 512  # of a function
ARCHITECTURES = {"X86_64": "x86", "ARM64": "arm64", "x86_64": "x86", "arm64": "arm64"}


@prices("aws:ecs/service:Service")
def service(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """vCPU, memory and disk of the tasks, those that always run apart from those that scaling adds.

    The first service of a stack also carries what leaves to the internet and what crosses zones.
    """
    if inputs.value("launchType", "") != "FARGATE":
        raise CostError(
            f"{inputs.resource.urn}: its tasks do not run as FARGATE.",
            "Spot and EC2 have no price here.",
            "set launchType to FARGATE, or price the other in cost/rules/compute.py",
        )
    task = _task(inputs, stack)
    hours = _hours(inputs, stack)
    always, added = _tasks(inputs, stack)
    for tasks in (always, added):
        if tasks.value:
            yield from _running(inputs, stack, task, (hours, tasks))
    if inputs.value("networkConfiguration", {}).get("assignPublicIp"):
        yield stack.line(inputs, "public IPv4", "public_ipv4", hours, always)
    if stack.is_first(inputs.resource):
        yield from _traffic(inputs, stack)


def _running(
    inputs: Inputs, stack: Stack, task: Inputs, how_much: tuple[Factor, Factor]
) -> Iterator[Line]:
    platform = task.value("runtimePlatform", {})
    chip = _architecture(task, platform.get("cpuArchitecture", "X86_64"))
    vcpu = fixed(task.number("cpu") / CPU_UNITS, "vCPU")
    memory = fixed(task.number("memory") / MB_PER_GB, "GB")
    when = "added by scaling" if how_much[1].assumed else "always running"
    yield stack.line(inputs, f"vCPU, {when}", f"fargate_{chip}_vcpu", *how_much, vcpu)
    yield stack.line(inputs, f"memory, {when}", f"fargate_{chip}_gb", *how_much, memory)
    disk = Decimal(str(task.value("ephemeralStorage", {}).get("sizeInGib", 0)))
    above = disk - stack.book.figure("gb_free_disk")
    if above > 0:
        gb = fixed(above, "GB above the free disk")
        yield stack.line(inputs, f"disk, {when}", "fargate_disk_gb", *how_much, gb)


def _task(inputs: Inputs, stack: Stack) -> Inputs:
    """Return the task definition that the service runs."""
    sources = inputs.resource.feeds.get("taskDefinition", ())
    found = lookup(stack, TASK, lambda each: each.urn in sources)
    if found is None:
        raise CostError(
            f"{inputs.resource.urn}: the size of its tasks is not known.",
            "Nothing tells which task definition it runs.",
            "take taskDefinition from a TaskDefinition of the same stack",
        )
    return found


def _belongs(inputs: Inputs, other: Resource) -> bool:
    """Return whether a scaling target or action is about this service."""
    scaled, own = other.inputs.get("resourceId"), inputs.resource.inputs.get("name")
    return scaled is not UNKNOWN and str(scaled).endswith(f"/{own}")


def _tasks(inputs: Inputs, stack: Stack) -> tuple[Factor, Factor]:
    """Return the tasks that always run, and how many more there are on average."""
    target = lookup(stack, TARGET, lambda each: _belongs(inputs, each))
    if target is None:
        return several(inputs.number("desiredCount"), "task"), several(0, "task")
    least, most = target.number("minCapacity"), target.number("maxCapacity")
    average = min(max(stack.use("avg_tasks").value, least), most)
    return several(least, "task"), Factor(average - least, "tasks (avg_tasks)", assumed=True)


def _hours(inputs: Inputs, stack: Stack) -> Factor:
    """Return the hours in which scheduled actions leave tasks running.

    An action whose limits are not known takes none away: that is the dearest it can be.
    """
    starts: list[str] = []
    stops: list[str] = []
    for action in stack.of(ACTION):
        limits = action.inputs.get("scalableTargetAction")
        if isinstance(limits, Mapping) and _belongs(inputs, action):
            (starts if limits.get("maxCapacity", 0) else stops).append(
                str(action.inputs.get("schedule"))
            )
    return stack.hours(inputs, starts, stops)


def _traffic(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    free = stack.use("egress_free_gb").value
    above = max(Decimal(0), stack.use("egress_gb").value - free)
    gb = Factor(above, f"GB above {plain(free)} free (egress_gb)", assumed=True)
    yield stack.line(inputs, "data to the internet", "egress_gb", gb)
    yield stack.line(inputs, "data between zones", "inter_az_gb", stack.use("inter_az_gb"))


@prices("aws:ecs/cluster:Cluster")
def cluster(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """A cluster is free; Container Insights are custom metrics and a log that AWS makes itself."""
    settings = {row.get("name"): row.get("value") for row in inputs.value("settings", [])}
    insights = settings.get("containerInsights", "disabled")
    if insights == "disabled":
        return
    if insights != "enabled":
        raise CostError(
            f"{inputs.resource.urn}: containerInsights {insights} has no price.",
            "It would be priced as another one.",
            "set it to enabled or disabled, or price it in cost/rules/compute.py",
        )
    yield stack.line(inputs, "Container Insights metrics", "metric", stack.use("ci_metrics"))
    yield stack.line(inputs, "Container Insights log", "log_ingest", stack.use("logs_insights_gb"))


@prices("aws:lambda/function:Function")
def function(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Calls and the memory that they hold while they run."""
    scratch: Mapping[str, int] = inputs.value("ephemeralStorage", {})
    if scratch.get("size", FREE_SCRATCH_MB) > FREE_SCRATCH_MB:
        raise CostError(
            f"{inputs.resource.urn}: more than {FREE_SCRATCH_MB} MB of disk have no price.",
            "They would count as nothing.",
            "leave ephemeralStorage out, or price it in cost/rules/compute.py",
        )
    calls = stack.use_of(inputs, str(inputs.value("name")))
    chip = _architecture(inputs, (inputs.value("architectures", []) or ["x86_64"])[0])
    memory = fixed(inputs.number("memorySize", 128) / MB_PER_GB, "GB")
    yield stack.line(inputs, "calls", "lambda_request", calls)
    seconds = stack.use("call_seconds")
    yield stack.line(inputs, "time of calls", f"lambda_{chip}_gbs", calls, seconds, memory)


def _architecture(inputs: Inputs, name: str) -> str:
    if name not in ARCHITECTURES:
        raise CostError(
            f"{inputs.resource.urn}: there is no price for the architecture {name}.",
            "No total can be told.",
            f"choose one of {', '.join(ARCHITECTURES)}",
        )
    return ARCHITECTURES[name]
