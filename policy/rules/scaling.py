"""Rules of scaling (ADR 1): between which limits, at which load."""

from collections.abc import Iterator
from typing import Final

from policy import service_figures as figures
from policy.findings import Finding, Judgement, Lack, must_be
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.tokens import (
    ECS_SERVICE,
    METRIC_ALARM,
    SCALING_POLICY,
    SCALING_TARGET,
    SCHEDULED_ACTION,
)

CANARY: Final = "-canary-service"  # one task, for as long as a trial lasts (ADR L9)

SCALING_BOUNDS = rule(
    id="ecs-scaling-bounds",
    clause=("C3", "E2"),
    kind="stack",
    tokens=(SCALING_TARGET, ECS_SERVICE, SCHEDULED_ACTION),
    levels="M/M/M",
    severity="high",
    aim="The number of tasks stays within the environment's, and one thing at a time sets it.",
    otherwise="An update would undo what scaling did, and drop requests at noon.",
    fix="set the environment's limits, and ignore changes of what scaling or a schedule writes.",
)


@check(SCALING_BOUNDS, "a", each=(SCALING_TARGET,))
def limits_are_the_environments(target: Resource, stack: StackView) -> Iterator[Judgement]:
    """The count of tasks of an ECS service; production never below two, nobody without end."""
    yield from must_be(target["serviceNamespace"], "ecs")
    yield from must_be(target["scalableDimension"], "ecs:service:DesiredCount")
    least, most = target["minCapacity"].number(), target["maxCapacity"].number()
    leasts, mosts = figures.TASK_LIMITS.get(stack.environment, figures.TASK_LIMITS["prod"])
    if least not in leasts or most not in mosts:
        yield Finding(
            f"minCapacity to maxCapacity is {least} to {most}, "
            f"it must be {leasts[0]} to {mosts[-1]}"
        )


@check(SCALING_BOUNDS, "a", each=(ECS_SERVICE,))
def every_service_has_one_target(service: Resource, stack: StackView) -> Iterator[Judgement]:
    """Two would fight; a canary has none."""
    targets = targets_of(stack, service)
    if len(targets) != (0 if _is_canary(service) else 1):
        yield Lack(f"its scaling targets are {names(targets)}, there must be one")


@check(SCALING_BOUNDS, "b", each=(ECS_SERVICE,))
def count_belongs_to_scaling(service: Resource, stack: StackView) -> Iterator[Judgement]:
    """An update leaves the count alone, and begins within the limits."""
    for target in targets_of(stack, service):
        if "desiredCount" not in service.options.ignore_changes:
            yield Finding("the option ignoreChanges lacks desiredCount")
        asked = (target["minCapacity"], service["desiredCount"], target["maxCapacity"])
        given = [count for each in asked if (count := each.number()) is not None]
        if given != sorted(given):
            yield Finding(f"desiredCount is {asked[1].number()}, outside of its target's limits")


@check(SCALING_BOUNDS, "b", each=(SCALING_TARGET,))
def limits_belong_to_the_schedule(target: Resource, stack: StackView) -> Iterator[Judgement]:
    """Where a schedule writes them, an update at night would start the tasks."""
    scheduled = any(
        target in stack.dependencies(action, "resourceId", SCALING_TARGET)
        for action in stack.of(SCHEDULED_ACTION)
    )
    for key in ("minCapacity", "maxCapacity"):
        if scheduled and key not in target.options.ignore_changes:
            yield Finding(f"the option ignoreChanges lacks {key}")


@check(SCALING_BOUNDS, "a", each=(SCHEDULED_ACTION,))
def a_schedule_keeps_to_the_limits(action: Resource, stack: StackView) -> Iterator[Judgement]:
    """It writes the target's limits, so it could let more tasks run than the environment pays."""
    _, mosts = figures.TASK_LIMITS.get(stack.environment, figures.TASK_LIMITS["prod"])
    asked = action["scalableTargetAction"]["maxCapacity"]
    if asked.count() > max(mosts):
        yield Finding(f"{asked.path} is {asked.number()}, it must be {max(mosts)} at most")


def targets_of(stack: StackView, service: Resource) -> list[Resource]:
    """Return what scales a service: by dependency, or by the end of the id, which is its name."""
    return [target for target in stack.of(SCALING_TARGET) if _scales(stack, target, service)]


def _scales(stack: StackView, target: Resource, service: Resource) -> bool:
    if services := stack.dependencies(target, "resourceId", ECS_SERVICE):
        return service in services
    return target["resourceId"].text().endswith(f"/{service['name'].text()}")


def _is_canary(service: Resource) -> bool:
    return service["name"].text().endswith(CANARY)


SCALING_THRESHOLDS = rule(
    id="ecs-scaling-thresholds",
    clause=("C4",),
    kind="stack",
    tokens=(SCALING_TARGET, SCALING_POLICY, METRIC_ALARM),
    levels="A/M/M",
    severity="medium",
    aim="A task is added above 70 % CPU and taken away below 30 %.",
    otherwise="Target tracking would choose its own lower threshold and swing between the two.",
    fix="declare the pair of step policies with their alarms.",
)
ABOVE: Final = ("GreaterThanThreshold", "GreaterThanOrEqualToThreshold")
DOWN, UP = [False], [True]
BELOW: Final = ("LessThanThreshold", "LessThanOrEqualToThreshold")


@check(SCALING_THRESHOLDS, each=(SCALING_TARGET,))
def both_directions_are_there(target: Resource, stack: StackView) -> Iterator[Judgement]:
    """One step policy up, one down."""
    own = [
        policy
        for policy in stack.of(SCALING_POLICY)
        if target in stack.dependencies(policy, "resourceId", SCALING_TARGET)
    ]
    if sorted(_moves(policy) for policy in own) != [DOWN, UP]:
        yield Lack(f"its policies are {names(own)}; one must add tasks, one take them away")


@check(SCALING_THRESHOLDS, each=(SCALING_POLICY,))
def policy_fires_at_the_decided_load(policy: Resource, stack: StackView) -> Iterator[Judgement]:
    """A step policy with a pause, called by an alarm at exactly the decided load."""
    yield from must_be(policy["policyType"], "StepScaling")
    threshold, pause, compares = (
        (figures.SCALE_OUT_PERCENT, figures.PAUSE_OUT_SECONDS, ABOVE)
        if _moves(policy) == UP
        else (figures.SCALE_IN_PERCENT, figures.PAUSE_IN_SECONDS, BELOW)
    )
    step = policy["stepScalingPolicyConfiguration"]
    yield from must_be(step["adjustmentType"], "ChangeInCapacity")
    cooldown = step["cooldown"].count()
    if cooldown < pause:
        yield Finding(f"its cooldown is {cooldown}, at least {pause} is needed")
    alarms = [
        alarm
        for alarm in stack.of(METRIC_ALARM)
        if policy in stack.dependencies(alarm, "alarmActions", SCALING_POLICY)
    ]
    if not alarms:
        yield Lack("no alarm calls it")
    for alarm in alarms:
        yield from must_be(alarm["metricName"], "CPUUtilization", about=alarm)
        yield from must_be(alarm["comparisonOperator"], *compares, about=alarm)
        yield from must_be(alarm["threshold"], threshold, about=alarm)


def _moves(policy: Resource) -> list[bool]:
    """Return for each of its steps whether it adds tasks."""
    steps = policy["stepScalingPolicyConfiguration"]["stepAdjustments"].items()
    return sorted({step["scalingAdjustment"].count() > 0 for step in steps})
