"""Rules of an alarm's form (ADR 6): CloudWatch takes it, and what it watches exists."""

from collections.abc import Iterator
from re import findall, fullmatch
from typing import Final, NamedTuple

from policy import monitoring_figures as figures
from policy.findings import Finding, Judgement, Lack, NotJudged, must_be, shown
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
    FUNCTION,
    LOAD_BALANCER,
    METRIC_ALARM,
    NAT_GATEWAY,
    QUEUE,
    TARGET_GROUP,
)
from policy.values import Answer, NotYetError

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
A_QUERYS_ID: Final = r"\b[a-z]\w*"
COMPARISONS: Final = (
    *("GreaterThanOrEqualToThreshold", "GreaterThanThreshold"),
    *("LessThanThreshold", "LessThanOrEqualToThreshold"),
)


class Measured(NamedTuple):
    """A metric that an alarm looks at: its only one, or one that it computes with."""

    metric: Answer
    namespace: Answer
    statistic: Answer
    period: Answer


def _measured(alarm: Resource) -> Iterator[Measured]:
    if alarm["metricQueries"].is_missing:
        named = alarm["statistic"]
        statistic = alarm["extendedStatistic"] if named.is_missing else named
        yield Measured(alarm["metricName"], alarm["namespace"], statistic, alarm["period"])
    for query in alarm["metricQueries"].items():
        asked = query["metric"]
        if not asked.is_missing:
            yield Measured(asked["metricName"], asked["namespace"], asked["stat"], asked["period"])


@check(ALARM_LEGAL, "a")
def cloudwatch_takes_it(alarm: Resource) -> Iterator[Judgement]:
    """One metric or one computed value, one statistic, a window of a day at most."""
    if alarm["metricName"].is_missing == alarm["metricQueries"].is_missing:
        yield Finding("it needs one of metricName and metricQueries, and not both")
    yield from _one_value(alarm)
    times = alarm["evaluationPeriods"].count()
    for each in _measured(alarm):
        yield from _one_metric(each, times)
    yield from must_be(alarm["comparisonOperator"], *COMPARISONS)
    if alarm["threshold"].is_missing:
        yield Finding("threshold is not set")
    if (points := alarm["datapointsToAlarm"].count()) > times:
        yield Finding(f"datapointsToAlarm is {points}, more than evaluationPeriods {times}")


def _one_value(alarm: Resource) -> Iterator[Judgement]:
    queries = alarm["metricQueries"].items()
    if not queries:
        yield from _one_statistic(alarm)
    elif len([query for query in queries if query["returnData"].is_true()]) != 1:
        yield Finding("metricQueries must have exactly one with returnData true")
    ids = {query["id"].text() for query in queries}
    for query in queries:
        if not fullmatch(A_QUERYS_ID, query["id"].text()):
            yield Finding(f"{query.path}.id must begin with a small letter")
        expression = query["expression"].text()
        if query["metric"].is_missing == (not expression):
            yield Finding(f"{query.path} needs one of metric and expression, and not both")
        strange = sorted({*findall(A_QUERYS_ID, expression)} - ids)
        if strange and not expression.startswith("SELECT "):  # which names a metric's dimensions
            yield Finding(f"{query.path} computes with {', '.join(strange)}, which no query is")


def _one_statistic(alarm: Resource) -> Iterator[Judgement]:
    if alarm["statistic"].is_missing == alarm["extendedStatistic"].is_missing:
        yield Finding("it needs one of statistic and extendedStatistic, and not both")
    percentile = alarm["extendedStatistic"].text("p95")
    if not fullmatch(LATENCY_FORM, percentile):
        yield Finding(f"extendedStatistic is {shown(percentile)}, it must be like p95")


def _one_metric(measured: Measured, times: int) -> Iterator[Judgement]:
    for asked in (measured.metric, measured.namespace):
        if not asked.text():
            yield Finding(f"{asked.path} is not set")
    period, of_aws = measured.period.count(), measured.namespace.text().startswith("AWS/")
    if (period not in FAST_PERIODS or of_aws) and period % 60:
        yield Finding(f"{measured.period.path} is {period}, it must be a multiple of 60")
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
    for each in _measured(alarm):
        if allowed := figures.STATISTICS.get(each.metric.text()):
            yield from must_be(each.statistic, *allowed)


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
