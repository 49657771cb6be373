"""Rules of alarms (ADR 6): what is decided to be watched is watched, in the decided figures."""

from collections.abc import Iterator
from typing import Final

from policy import monitoring_figures as figures
from policy.documents import document, strings
from policy.findings import Finding, Judgement, Lack, must_be
from policy.monitoring_figures import Wanted
from policy.registry import check, rule
from policy.relations import StackView
from policy.resources import Resource
from policy.rules.alarm_forms import DIMENSIONS
from policy.tokens import (
    DB_INSTANCE,
    DELIVERY_STREAM,
    ECS_CLUSTER,
    ECS_SERVICE,
    EVENT_RULE,
    EVENT_TARGET,
    FUNCTION,
    LOAD_BALANCER,
    METRIC_ALARM,
    QUEUE,
    TARGET_GROUP,
    TOPIC,
)

CANARY: Final = "-canary-service"  # one task, for as long as a trial lasts (ADR L9)
RELATED: Final = ("dimensions", "metricQueries")

RDS_ALARMS = rule(
    id="rds-alarms-complete",
    clause=("M4", "M5"),
    kind="stack",
    tokens=(DB_INSTANCE, METRIC_ALARM),
    levels="A/M/M",
    severity="high",
    aim="Every database has the four alarms of the record.",
    otherwise="A full disk or a busy processor would be found by the customers.",
    fix="make the rows of the alarm table for it.",
)


@check(RDS_ALARMS, each=(DB_INSTANCE,))
def databases_are_watched(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """CPU at 80 % and at 60 %, storage, connections, each over the record's minutes."""
    yield from _missing(instance, stack, "AWS/RDS", figures.RDS_ALARMS, "DBInstanceIdentifier")


ECS_ALARMS = rule(
    id="ecs-alarms-complete",
    clause=("M4", "M5", "C1"),
    kind="stack",
    tokens=(ECS_SERVICE, ECS_CLUSTER, METRIC_ALARM, EVENT_RULE, EVENT_TARGET),
    levels="A/M/M",
    severity="high",
    external=("CKV_AWS_65", "ECS.12", "AwsSolutions-ECS4"),
    aim="Memory of the tasks is watched, and a task that ends by itself is told at once.",
    otherwise="Tasks that die and come back would be noticed by nobody.",
    fix="turn Container Insights on, and add the memory alarm and the rule on stopped tasks.",
)


@check(ECS_ALARMS, "a", each=(ECS_CLUSTER,))
def clusters_count_their_tasks(cluster: Resource, stack: StackView) -> Iterator[Judgement]:
    """The number of running tasks exists in Container Insights only."""
    del stack
    entries = cluster["settings"].items()
    insights = [entry for entry in entries if entry["name"].text() == "containerInsights"]
    if not insights:
        yield Finding("settings have no containerInsights")
    for entry in insights:
        yield from must_be(entry["value"], "enabled", "enhanced")


@check(ECS_ALARMS, "b", each=(ECS_SERVICE,))
def memory_is_watched(service: Resource, stack: StackView) -> Iterator[Judgement]:
    """Above 90 % for three minutes; a canary's one task is looked at by who lets it out."""
    if not service["name"].text().endswith(CANARY):
        yield from _missing(service, stack, "AWS/ECS", (figures.MEMORY_ALARM,), "ServiceName")


@check(ECS_ALARMS, "c", each=(ECS_SERVICE,))
def stopped_tasks_are_told(service: Resource, stack: StackView) -> Iterator[Judgement]:
    """By a rule on stops that were not asked for, with a topic as its target."""
    del service
    told = [target for target in stack.of(EVENT_TARGET) if stack.dependencies(target, "arn", TOPIC)]
    rules = {each.urn for t in told for each in stack.dependencies(t, "rule", EVENT_RULE)}
    if not any(_on_stopped_tasks(each) for each in stack.of(EVENT_RULE) if each.urn in rules):
        yield Lack("no rule on stopped tasks leads to a topic")


def _on_stopped_tasks(event: Resource) -> bool:
    pattern = document(event["eventPattern"])
    detail = pattern["detail"]
    narrowed = not detail["stopCode"].is_missing or not detail["group"].is_missing
    stops = strings(detail["stopCode"]) or figures.ENDED_BY_ITSELF
    return (
        narrowed
        and set(stops) >= set(figures.ENDED_BY_ITSELF)
        and strings(pattern["source"]) == ("aws.ecs",)
        and "ECS Task State Change" in strings(pattern["detail-type"])
        and "STOPPED" in strings(detail["lastStatus"])
    )


ALB_ALARMS = rule(
    id="alb-alarms-complete",
    clause=("M4", "M5", "M6"),
    kind="stack",
    tokens=(LOAD_BALANCER, TARGET_GROUP, METRIC_ALARM),
    levels="A/M/M",
    severity="high",
    aim="Errors, slowness and the absence of healthy tasks are told within minutes.",
    otherwise="Customers would tell first.",
    fix="make the three rows of the alarm table.",
)


@check(ALB_ALARMS, "a", each=(LOAD_BALANCER,))
def errors_are_watched(balancer: Resource, stack: StackView) -> Iterator[Judgement]:
    """5xx of balancer and tasks by requests, more than 5 percent within a minute."""
    if not any(_is_error_rate(alarm) for alarm in _computed_from(balancer, stack)):
        yield Lack(f"no alarm on more than {figures.ERROR_PERCENT} % of 5xx in a minute")


def _is_error_rate(alarm: Resource) -> bool:
    queries = alarm["metricQueries"].items()
    metrics = [query["metric"] for query in queries if not query["metric"].is_missing]
    names = {metric["metricName"].text() for metric in metrics}
    periods = {metric["period"].known() for metric in metrics}
    value = "".join(q["expression"].text() for q in queries if q["returnData"].is_true())
    guarded = "/" in value and "IF(" in value
    threshold = alarm["threshold"].known(), alarm["comparisonOperator"].text()
    return (
        names >= figures.ERROR_METRICS
        and {metric["namespace"].text() for metric in metrics} == {"AWS/ApplicationELB"}
        and periods == {figures.ERROR_SECONDS}
        and alarm["evaluationPeriods"].known() == 1
        and guarded
        and threshold == (figures.ERROR_PERCENT, figures.ABOVE)
    )


@check(ALB_ALARMS, "b", each=(LOAD_BALANCER,))
def slowness_is_watched(balancer: Resource, stack: StackView) -> Iterator[Judgement]:
    """The slowest five of a hundred, not the average, which hides them."""
    wanted, statistic = figures.LATENCY_ALARM, figures.LATENCY_STATISTIC
    found = [alarm for alarm in _computed_from(balancer, stack) if _is(alarm, wanted)]
    if statistic not in [each["extendedStatistic"].text() for each in found]:
        yield Lack(f"no alarm on {_words(wanted)} at {statistic}")


@check(ALB_ALARMS, "c", each=(LOAD_BALANCER,))
def healthy_tasks_are_watched(balancer: Resource, stack: StackView) -> Iterator[Judgement]:
    """Fewer than one; the metric exists for balancer and target group together only."""
    keys = {"LoadBalancer", "TargetGroup"}
    found = [
        alarm
        for alarm in _computed_from(balancer, stack)
        if _figures(alarm)[:3] == figures.HEALTHY_HOSTS
        and set(alarm["dimensions"].entries()) == keys
    ]
    if not found:
        yield Lack("no alarm on HealthyHostCount below 1, by LoadBalancer and TargetGroup")


INNER_ALARMS = rule(
    id="inner-alarms-complete",
    clause=("M5", "M7"),
    kind="stack",
    tokens=(FUNCTION, QUEUE, DELIVERY_STREAM, METRIC_ALARM),
    levels="A/M/M",
    severity="high",
    aim="What tells of faults and keeps the logs is watched itself.",
    otherwise="The relay could fail, or the archive stand still, and every screen would be green.",
    fix="make the rows of the alarm table for it.",
)


@check(INNER_ALARMS, each=tuple(figures.INNER_ALARMS))
def what_works_unseen_is_watched(inner: Resource, stack: StackView) -> Iterator[Judgement]:
    """A function that fails, a letter that nobody could deliver, logs that come late."""
    dimension, space, wanted = figures.INNER_ALARMS[inner.token]
    yield from _missing(inner, stack, space, (wanted,), dimension)


def _missing(
    watched: Resource, stack: StackView, space: str, wanted: tuple[Wanted, ...], dimension: str
) -> Iterator[Judgement]:
    found = [
        alarm
        for alarm in stack.of(METRIC_ALARM)
        if alarm["namespace"].text() == space and _watches(alarm, watched, stack, dimension)
    ]
    missing = [_words(one) for one in wanted if not any(_is(alarm, one) for alarm in found)]
    if missing:
        yield Lack(f"no alarm on {'; '.join(missing)}")


def _watches(alarm: Resource, watched: Resource, stack: StackView, dimension: str) -> bool:
    """Whether an alarm is on a resource: by dependency, or else by its name written out."""
    kin = [one for key in RELATED for one in stack.dependencies(alarm, key, watched.token)]
    _, name, _ = DIMENSIONS[dimension]
    return watched in kin if kin else alarm["dimensions"][dimension].text() == watched[name].known()


def _computed_from(watched: Resource, stack: StackView) -> list[Resource]:
    """Return the alarms on a resource whose dimension, a part of its ARN, AWS makes up."""
    return [
        alarm
        for alarm in stack.of(METRIC_ALARM)
        if any(watched in stack.dependencies(alarm, key, watched.token) for key in RELATED)
    ]


def _figures(alarm: Resource) -> tuple[object, ...]:
    return (
        alarm["metricName"].known(),
        alarm["comparisonOperator"].known(),
        alarm["threshold"].known(),
        alarm["period"].count() * alarm["evaluationPeriods"].count(),
    )


def _is(alarm: Resource, wanted: Wanted) -> bool:
    return _figures(alarm) == wanted


def _words(wanted: Wanted) -> str:
    metric, comparison, threshold, seconds = wanted
    return f"{metric} {comparison} {threshold} over {seconds} s"
