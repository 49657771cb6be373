"""Every alarm with its figures, its topic and what it tells a person (ADR M4, M5, M6)."""

import re
from typing import Any

import pytest

from components import alarm_table
from functions.slack_relay import alarm as relay
from tests.program.recorder import Recording, record

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
SERVICE = "aws:ecs/service:Service"
MAIN = ("prod", "staging", "dev")
PREFIX = {
    "prod": "triflow-ai-production",
    "staging": "triflow-ai-staging",
    "dev": "triflow-ai-dev",
}

# Name, metric, statistic, comparison, threshold, seconds, times, topic.
DECIDED = [
    ("rds-cpu-high", "CPUUtilization", "Average", ">", 80, 60, 5, "critical"),
    ("rds-storage-low", "FreeStorageSpace", "Minimum", "<", 10737418240, 60, 1, "critical"),
    ("ecs-memory-high", "MemoryUtilization", "Average", ">", 90, 60, 3, "critical"),
    ("rds-connection-spike", "DatabaseConnections", "Average", ">", 80, 60, 5, "critical"),
    ("rds-cpu-medium", "CPUUtilization", "Average", ">", 60, 60, 10, "warning"),
    ("alb-latency-high", "TargetResponseTime", "p95", ">", 2, 300, 1, "warning"),
]
WIDER = [
    ("alb-healthy-hosts", "HealthyHostCount", "Maximum", "<", 1, 60, 1, "critical"),
    ("alb-unhealthy-hosts", "UnHealthyHostCount", "Maximum", ">", 0, 60, 3, "warning"),
    ("certificate-expiry", "DaysToExpiry", "Minimum", "<", 30, 86400, 1, "critical"),
    ("ecs-cpu-high", "CPUUtilization", "Average", ">", 85, 60, 10, "warning"),
    ("rds-read-latency", "ReadLatency", "Average", ">", 0.02, 60, 10, "warning"),
    ("rds-write-latency", "WriteLatency", "Average", ">", 0.05, 60, 10, "warning"),
    ("rds-memory-low", "FreeableMemory", "Average", "<", 134217728, 60, 10, "warning"),
    ("rds-swap-high", "SwapUsage", "Average", ">", 268435456, 60, 10, "warning"),
    ("rds-cpu-credits-low", "CPUCreditBalance", "Minimum", "<", 20, 300, 3, "warning"),
    ("log-archive-late", "DeliveryToS3.DataFreshness", "Maximum", ">", 3600, 300, 3, "warning"),
    ("slack-relay-errors", "Errors", "Sum", ">", 0, 300, 1, "warning"),
    ("service-restart-errors", "Errors", "Sum", ">", 0, 300, 1, "warning"),
]
DEAD_LETTERS = ("ApproximateNumberOfMessagesVisible", "Maximum", ">", 0, 300, 1, "critical")
# What only some environments have.
OF_OWNERS = [
    ("nat-ports-ap-northeast-2a", "ErrorPortAllocation", "Sum", ">", 0, 60, 5, "critical"),
    ("object-tagger-errors", "Errors", "Sum", ">", 0, 300, 1, "warning"),
    ("object-tagger-dead-letters", *DEAD_LETTERS),
]
OF_PROD = [("backup-failed", "NumberOfBackupJobsFailed", "Sum", ">", 0, 3600, 1, "critical")]
EVERYWHERE = [
    *DECIDED,
    *WIDER,
    ("slack-relay-dead-letters", *DEAD_LETTERS),
    ("service-restart-dead-letters", *DEAD_LETTERS),
]
EXPECTED = {
    "prod": [*EVERYWHERE, *OF_OWNERS, *OF_PROD],
    "staging": [*EVERYWHERE, *OF_OWNERS],
    "dev": EVERYWHERE,
}
SIGNS = {"GreaterThanThreshold": ">", "LessThanThreshold": "<"}


def alarms(recording: Recording) -> dict[str, Any]:
    """Return the alarms that people hear of, by their name without the stack's prefix."""
    prefix = PREFIX[recording.stack]
    found = {each.props["name"].removeprefix(f"{prefix}-"): each for each in recording.of(ALARM)}
    return {key: each for key, each in found.items() if not key.startswith("ecs-scale-")}


def figures(recording: Recording, key: str) -> tuple[object, ...]:
    """Return a row of the tables above, as the program asks for it."""
    found = alarms(recording)[key]
    props = found.props
    topics = recording.depends_on(found, "alarmActions")
    return (
        key,
        props["metricName"],
        props.get("statistic") or props["extendedStatistic"],
        SIGNS[props["comparisonOperator"]],
        props["threshold"],
        props["period"],
        props["evaluationPeriods"],
        "critical" if "alerts-topics-critical" in topics else "warning",
    )


@pytest.mark.clause("M4", "M5", "M6")
@pytest.mark.parametrize(
    ("stack", "row"),
    [pytest.param(stack, row, id=f"{stack}-{row[0]}") for stack in MAIN for row in EXPECTED[stack]],
)
def test_an_alarm_rings_at_exactly_its_figures(stack: str, row: tuple[object, ...]) -> None:
    """Metric, statistic, threshold, minutes, and who hears of it."""
    assert figures(record(stack), str(row[0])) == row


@pytest.mark.clause("M6")
@pytest.mark.parametrize(("stack", "count"), [("prod", 26), ("staging", 25), ("dev", 22)])
def test_no_alarm_is_missing_and_none_is_too_many(stack: str, count: int) -> None:
    """The rows above, and the two that are computed."""
    found = alarms(record(stack))

    assert set(found) == {str(row[0]) for row in EXPECTED[stack]} | {
        "alb-5xx-rate",
        "ecs-tasks-short",
    }
    assert len(found) == count


@pytest.mark.clause("M4")
@pytest.mark.parametrize("stack", MAIN)
def test_more_than_5_percent_of_errors_in_a_minute_is_critical(stack: str) -> None:
    """Errors of the tasks and of the load balancer itself, by the requests of the same minute."""
    recording = record(stack)
    found = alarms(recording)["alb-5xx-rate"]
    *metrics, value = found.props["metricQueries"]

    assert [(each["id"], each["metric"]["metricName"]) for each in metrics] == [
        ("requests", "RequestCount"),
        ("elb", "HTTPCode_ELB_5XX_Count"),
        ("target", "HTTPCode_Target_5XX_Count"),
    ]
    assert {(each["metric"]["period"], each["metric"]["stat"]) for each in metrics} == {(60, "Sum")}
    assert [each["returnData"] for each in metrics] == [False, False, False]
    assert (value["returnData"], value["label"]) == (True, "5xx 비율 (%)")
    assert (found.props["threshold"], found.props["evaluationPeriods"]) == (5, 1)
    assert found.props["comparisonOperator"] == "GreaterThanThreshold"
    assert "alerts-topics-critical" in recording.depends_on(found, "alarmActions")


@pytest.mark.parametrize(
    ("requests", "elb", "target", "rate"),
    [(100, 0, 5, 5), (100, 6, 0, 6), (0, 3, 0, 100), (1000, 20, 31, 5.1)],
)
def test_the_rate_counts_requests_that_found_no_task(
    requests: int, elb: int, target: int, rate: float
) -> None:
    """With all tasks gone CloudWatch counts no request at all: divided by it, nothing would ring.

    Worked out by Python, whose arithmetic is that of metric math for single values.
    """
    functions = {"FILL": lambda value, _: value, "IF": lambda test, yes, no: yes if test else no}
    given = {"requests": requests, "elb": elb, "target": target}

    assert eval(alarm_table.ERROR_RATE.expression, functions, given) == pytest.approx(rate)  # noqa: S307 - our own text


@pytest.mark.clause("M6")
def test_fewer_tasks_than_wanted_for_ten_minutes_is_critical() -> None:
    """A number that follows what is wanted, so that a night at zero raises nothing."""
    found = alarms(record("prod"))["ecs-tasks-short"]
    desired, running, value = found.props["metricQueries"]

    assert desired["metric"]["metricName"] == "DesiredTaskCount"
    assert running["metric"]["metricName"] == "RunningTaskCount"
    assert {each["metric"]["namespace"] for each in (desired, running)} == {"ECS/ContainerInsights"}
    assert value["expression"] == "desired - running"
    assert (found.props["threshold"], found.props["evaluationPeriods"]) == (0, 10)


@pytest.mark.clause("M6", "M7")
@pytest.mark.parametrize("stack", MAIN)
def test_every_alarm_says_what_to_do_and_where_to_read_on(stack: str) -> None:
    """Korean and English title, problem of the guide, level, link, and what to do first."""
    line = re.compile(r"P\d\d L[1-4] https://github\.com/\S+#p\d\d( slack-only)?")
    for found in alarms(record(stack)).values():
        title, facts, first = found.props["alarmDescription"].split("\n")
        assert re.search(r"[가-힣].* / [A-Z5]", title), title
        assert line.fullmatch(facts), facts
        assert facts[1:3] == facts.split("#p")[1][:2]
        assert re.search(r"[가-힣].* / [A-Z]", first), first


@pytest.mark.clause("M4", "M7")
def test_two_critical_alarms_send_no_text_message() -> None:
    """As decided: memory and connections go to Slack alone."""
    quiet = {
        key
        for key, each in alarms(record("prod")).items()
        if "slack-only" in each.props["alarmDescription"]
    }

    assert quiet == {"ecs-memory-high", "rds-connection-spike"}


@pytest.mark.clause("M7")
def test_the_relay_understands_every_alarm() -> None:
    """What one writes the other reads: titles, problem, level, link and the unit of the value."""
    for key, each in alarms(record("prod")).items():
        message = {"AlarmName": key, "AlarmDescription": each.props["alarmDescription"]}
        notice = relay.read(message | {"NewStateValue": "ALARM"})
        assert notice.korean
        assert notice.english
        assert notice.runbook.endswith(f"#{notice.problem.lower()}")


@pytest.mark.clause("M7")
@pytest.mark.parametrize("stack", MAIN)
def test_whoever_hears_of_trouble_hears_of_its_end(stack: str) -> None:
    """To the same topic, or somebody would go on looking."""
    recording = record(stack)
    for each in alarms(recording).values():
        assert each.props["okActions"] == each.props["alarmActions"]
        assert len(each.props["alarmActions"]) == 1


@pytest.mark.clause("M6", "E2")
@pytest.mark.parametrize(
    ("stack", "silence"),
    [("prod", "breaching"), ("staging", "notBreaching"), ("dev", "notBreaching")],
)
def test_no_healthy_host_is_trouble_but_for_the_night(stack: str, silence: str) -> None:
    """Without targets the load balancer reports nothing; outside prod that is every evening."""
    assert alarms(record(stack))["alb-healthy-hosts"].props["treatMissingData"] == silence


@pytest.mark.clause("M4", "M6")
def test_what_is_counted_is_fine_when_nothing_is_counted(prod: Recording) -> None:
    """A gauge that falls silent says nothing; a counter that does has counted nothing."""
    counted = {
        "alb-5xx-rate",
        "alb-latency-high",
        "alb-unhealthy-hosts",
        "backup-failed",
        "nat-ports-ap-northeast-2a",
        *(f"{name}-errors" for name in ("slack-relay", "service-restart", "object-tagger")),
        *(f"{name}-dead-letters" for name in ("slack-relay", "service-restart", "object-tagger")),
    }
    by_silence = {key: each.props["treatMissingData"] for key, each in alarms(prod).items()}

    assert {key for key, silence in by_silence.items() if silence == "notBreaching"} == counted
    assert {by_silence[key] for key in set(by_silence) - counted - {"alb-healthy-hosts"}} == {
        "missing"
    }


@pytest.mark.clause("M4")
def test_every_alarm_watches_what_the_stack_made(prod: Recording) -> None:
    """By the instance's identifier and the load balancer's suffix, not by id or ARN."""
    found = alarms(prod)

    assert found["rds-cpu-high"].props["dimensions"] == {
        "DBInstanceIdentifier": "triflow-ai-production-db"
    }
    assert found["ecs-memory-high"].props["dimensions"] == {
        "ClusterName": "triflow-ai-production-cluster",
        "ServiceName": "triflow-ai-production-backend-service",
    }
    assert prod.depends_on(found["alb-healthy-hosts"], "dimensions") == {
        "load-balancer",
        "load-balancer-backend",
    }


@pytest.mark.clause("C5")
@pytest.mark.parametrize("stack", MAIN)
def test_the_deployment_alarms_stand_before_the_service(stack: str) -> None:
    """ECS refuses a service that names an alarm which is not there."""
    recording = record(stack)
    service = recording.one(SERVICE, "compute-backend")
    names = service.props["alarms"]["alarmNames"]
    urns = {each.props["name"]: each.urn for each in recording.of(ALARM)}

    assert names == [f"{PREFIX[stack]}-alb-5xx-rate", f"{PREFIX[stack]}-alb-unhealthy-hosts"]
    assert {urns[name] for name in names} <= set(service.dependencies)


@pytest.mark.clause("N2", "M6")
def test_each_own_nat_gateway_has_its_alarm() -> None:
    """With one in each zone there are two."""
    both = record("prod", config={"network": {"natGateways": "per-az"}})

    assert {key for key in alarms(both) if key.startswith("nat-ports")} == {
        "nat-ports-ap-northeast-2a",
        "nat-ports-ap-northeast-2c",
    }
