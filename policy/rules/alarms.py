"""Rules of alarms (ADR 6): the decided ones are there, they are legal, they watch what exists."""

from collections.abc import Iterator
from re import findall, fullmatch
from typing import Final

from policy import monitoring_figures as figures
from policy.documents import document, strings
from policy.findings import Finding, Judgement, Lack, NotJudged, must_be, shown
from policy.monitoring_figures import Wanted
from policy.registry import check, rule
from policy.relations import StackView
from policy.resources import Resource, environment_of
from policy.tokens import (
    BACKUP_VAULT,
    CERTIFICATE_VALIDATION,
    DB_INSTANCE,
    DELIVERY_STREAM,
    ECS_CLUSTER,
    ECS_SERVICE,
    EVENT_RULE,
    EVENT_TARGET,
    FUNCTION,
    LOAD_BALANCER,
    METRIC_ALARM,
    NAT_GATEWAY,
    QUEUE,
    TARGET_GROUP,
    TOPIC,
)
from policy.values import Answer, NotYetError

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


ALARM_LEGAL = rule(
    id="alarm-legal-in-units-with-runbook",
    clause=("M4", "M6"),
    kind="resource",
    tokens=(METRIC_ALARM,),
    levels="M/M/M",
    severity="high",
    aim="An alarm is one that CloudWatch takes, in the metric's unit, and leads to the guide.",
    otherwise="It would be refused during the update, never ring, or ring with nobody knowing why.",
    fix="correct the field named here.",
)
SHORTEST_PERIOD: Final = 10
FAST_PERIODS: Final = (SHORTEST_PERIOD, 20, 30)
DAY: Final = 86400
WEEK: Final = 7 * DAY
HOUR: Final = 3600
LATENCY_FORM: Final = r"p\d{1,2}(\.\d{1,2})?|p100"


@check(ALARM_LEGAL, "a")
def cloudwatch_takes_it(alarm: Resource) -> Iterator[Judgement]:
    """One metric or one computed value, one statistic, a window of a day at most."""
    if alarm["metricName"].is_missing == alarm["metricQueries"].is_missing:
        yield Finding("it needs one of metricName and metricQueries, and not both")
    if alarm["metricQueries"].is_missing:
        yield from _one_statistic(alarm)
        yield from _window(alarm)
    elif len([q for q in alarm["metricQueries"].items() if q["returnData"].is_true()]) != 1:
        yield Finding("metricQueries must have exactly one with returnData true")
    if alarm["threshold"].is_missing:
        yield Finding("threshold is not set")
    points, times = alarm["datapointsToAlarm"].count(), alarm["evaluationPeriods"].count()
    if points > times:
        yield Finding(f"datapointsToAlarm is {points}, more than evaluationPeriods {times}")


def _one_statistic(alarm: Resource) -> Iterator[Judgement]:
    if alarm["statistic"].is_missing == alarm["extendedStatistic"].is_missing:
        yield Finding("it needs one of statistic and extendedStatistic, and not both")
    percentile = alarm["extendedStatistic"].text("p95")
    if not fullmatch(LATENCY_FORM, percentile):
        yield Finding(f"extendedStatistic is {shown(percentile)}, it must be like p95")


def _window(alarm: Resource) -> Iterator[Judgement]:
    period, times = alarm["period"].count(), alarm["evaluationPeriods"].count()
    of_aws = alarm["namespace"].text().startswith("AWS/")
    if (period not in FAST_PERIODS or of_aws) and period % 60:
        yield Finding(f"period is {period}, it must be a multiple of 60")
    longest = WEEK if period >= HOUR else DAY
    if not SHORTEST_PERIOD <= period * times <= longest:
        yield Finding(
            f"it looks at {period * times} s, CloudWatch at {SHORTEST_PERIOD} to {longest}"
        )


@check(ALARM_LEGAL, "b")
def figures_are_in_the_metrics_unit(alarm: Resource) -> Iterator[Judgement]:
    """Bytes where CloudWatch counts bytes, sums of what is counted; and what silence means."""
    metric, threshold = alarm["metricName"].text(), alarm["threshold"].known()
    least, most = figures.THRESHOLD_BOUNDS.get(metric, (float("-inf"), float("inf")))
    if isinstance(threshold, int | float) and not least <= threshold <= most:
        yield Finding(f"threshold is {threshold}, for {metric} it must be {least} to {most}")
    yield from must_be(alarm["treatMissingData"], *_silence(alarm, metric))
    yield from _makes_sense(alarm["metricName"], _statistic(alarm))
    for query in alarm["metricQueries"].items():
        yield from _makes_sense(query["metric"]["metricName"], query["metric"]["stat"])


def _statistic(alarm: Resource) -> Answer:
    named = alarm["statistic"]
    return alarm["extendedStatistic"] if named.is_missing else named


def _makes_sense(metric: Answer, statistic: Answer) -> Iterator[Judgement]:
    if allowed := figures.STATISTICS.get(metric.text()):
        yield from must_be(statistic, *allowed)


def _silence(alarm: Resource, metric: str) -> tuple[str, ...]:
    """Computed values are either kind. Where tasks stop at night, no host is no fault."""
    if not metric:
        return ("missing", "notBreaching")
    if metric == "HealthyHostCount":
        by_night = environment_of(alarm.urn) in ("dev", "staging")
        return ("breaching", "notBreaching") if by_night else ("breaching",)
    return ("notBreaching",) if metric in figures.COUNTED else ("missing",)


@check(ALARM_LEGAL, "c")
def it_leads_to_the_guide(alarm: Resource) -> Iterator[Judgement]:
    """One of the 23 problems in the description; a name that says whose it is."""
    text, name = alarm["alarmDescription"].text(), alarm["name"].text()
    if not set(findall(r"\bP\d\d\b", text)) & figures.GUIDE_PROBLEMS:
        yield Finding("alarmDescription names no problem of the guide, P01 to P23")
    if len(text) > figures.LONGEST_DESCRIPTION:
        yield Finding(f"alarmDescription has {len(text)} characters, CloudWatch takes 1024")
    if not name.startswith("triflow-ai-") or len(name) > figures.LONGEST_NAME:
        yield Finding(f"name is {shown(name)}, it must begin with triflow-ai-")


ALARM_DIMENSIONS = rule(
    id="alarm-dimensions-resolve",
    clause=("M4",),
    kind="stack",
    tokens=(
        *(METRIC_ALARM, DB_INSTANCE, ECS_SERVICE, ECS_CLUSTER, LOAD_BALANCER, TARGET_GROUP),
        *(FUNCTION, QUEUE, DELIVERY_STREAM, NAT_GATEWAY, BACKUP_VAULT, CERTIFICATE_VALIDATION),
    ),
    levels="M/M/M",
    severity="high",
    aim="An alarm watches something that exists.",
    otherwise="It would stand green for ever over a name that nothing has.",
    fix="use the identifier, the name, or the ARN suffix of the resource.",
)
# By dimension: the kind, the property that has its name, the form of a value.
A_NAME: Final = "(?!arn:|db-).+"
DIMENSIONS: Final = {
    "DBInstanceIdentifier": (DB_INSTANCE, "identifier", A_NAME),
    "ClusterName": (ECS_CLUSTER, "name", A_NAME),
    "ServiceName": (ECS_SERVICE, "name", A_NAME),
    "LoadBalancer": (LOAD_BALANCER, "", "app/.+"),
    "TargetGroup": (TARGET_GROUP, "", "targetgroup/.+"),
    "FunctionName": (FUNCTION, "name", A_NAME),
    "QueueName": (QUEUE, "name", A_NAME),
    "DeliveryStreamName": (DELIVERY_STREAM, "name", A_NAME),
    "NatGatewayId": (NAT_GATEWAY, "", A_NAME),
    "BackupVaultName": (BACKUP_VAULT, "name", A_NAME),
    "CertificateArn": (CERTIFICATE_VALIDATION, "", "arn:aws:acm:.+"),
}


@check(ALARM_DIMENSIONS, each=(METRIC_ALARM,))
def dimensions_exist(alarm: Resource, stack: StackView) -> Iterator[Judgement]:
    """By dependency, or by a name that one of the stack's resources has."""
    yield from _dimensions(alarm, stack, "dimensions", alarm["dimensions"])
    for query in alarm["metricQueries"].items():
        yield from _dimensions(alarm, stack, "metricQueries", query["metric"]["dimensions"])


def _dimensions(alarm: Resource, stack: StackView, key: str, asked: Answer) -> Iterator[Judgement]:
    for name, value in asked.entries().items():
        if name not in DIMENSIONS:
            continue
        token, prop, form = DIMENSIONS[name]
        joined = bool(stack.dependencies(alarm, key, token))
        try:
            known = value.text()
            if not fullmatch(form, known):
                yield Finding(f"{value.path} is {shown(known)}, no value of that dimension")
            named = joined or known in [each[prop].known() for each in stack.of(token)]
            if not named:
                yield Lack(f"{value.path} is {shown(known)}, which nothing of this stack is")
        except NotYetError as not_yet:
            if not joined:
                yield NotJudged(not_yet.path)
