"""How each kind of message reads in Slack."""

from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from functions.slack_relay import blocks, reader
from tests.functions import messages


def shown(notification: dict[str, Any]) -> dict[str, Any]:
    """Return what Slack is sent for a notification in production."""
    notice = reader.read(notification, messages.CRITICAL, messages.RUNBOOK)
    return blocks.message(notice, "prod")


def fields(payload: dict[str, Any]) -> dict[str, str]:
    """Return the labelled values of a payload."""
    rows = next(block["fields"] for block in payload["blocks"] if "fields" in block)
    return {
        label.strip("*"): words for label, words in (row["text"].split("\n", 1) for row in rows)
    }


@pytest.mark.clause("M4", "M5", "M6", "M7")
@pytest.mark.parametrize("name", messages.NOTIFICATIONS)
def test_each_kind_of_message_reads_as_agreed(name: str, snapshot: SnapshotAssertion) -> None:
    """The whole payload of every kind is the one that people looked at and accepted."""
    payload = shown(messages.NOTIFICATIONS[name])

    assert payload == snapshot


@pytest.mark.clause("M4")
@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("rds cpu", "85.33 % &gt; 80 %"),
        ("rds storage", "9.3 GiB &lt; 10 GiB"),
        ("ecs memory", "92.1 % &gt; 90 %"),
        ("alb 5xx", "7.25 % &gt; 5 %"),
        ("alb latency", "2.41 초 &gt; 2 초"),
        ("rds cpu recovered", "41 % (기준 &gt; 80 %)"),
        ("no data", "&gt; 80 %"),
        ("budget", "$312.40 &gt; $280.00"),
    ],
)
def test_a_value_stands_beside_its_threshold_in_the_unit_people_use(
    name: str, measure: str
) -> None:
    """The latest datapoint and the threshold share one unit, which CloudWatch does not send."""
    payload = shown(messages.NOTIFICATIONS[name])

    assert fields(payload)["측정값과 기준 Value, threshold"] == measure


def test_times_are_korean() -> None:
    """05:00 UTC is 14:00 in Seoul."""
    payload = shown(messages.NOTIFICATIONS["rds cpu"])

    assert fields(payload)["시각 Time"] == "2026-01-20 14:00:00 KST"


def test_a_recovery_is_told_apart_from_an_alarm() -> None:
    """A recovery begins with another sign and another word."""
    began = shown(messages.NOTIFICATIONS["rds cpu"])["blocks"][0]["text"]["text"]
    ended = shown(messages.NOTIFICATIONS["rds cpu recovered"])["blocks"][0]["text"]["text"]

    assert began == "🚨 [prod] 긴급 · RDS CPU 사용률 높음"
    assert ended == "✅ [prod] 복구 · RDS CPU 사용률 높음"


@pytest.mark.clause("M7")
def test_the_topic_decides_the_severity() -> None:
    """The same alarm is critical on one topic and a warning on any other."""
    critical = shown(messages.a_notification(messages.RDS_CPU, messages.CRITICAL))
    warning = shown(messages.a_notification(messages.RDS_CPU, messages.WARNING))

    assert fields(critical)["심각도 Severity"] == "긴급 critical"
    assert fields(warning)["심각도 Severity"] == "주의 warning"


@pytest.mark.parametrize(
    ("level", "called"),
    [
        ("L1", "L1 온콜 DevOps On-call\n다음 next L2 DevOps Lead (@devops-lead)"),
        ("L2", "L2 DevOps Lead (@devops-lead)\n다음 next L3 CTO"),
        ("L3", "L3 CTO\n다음 next L4 AWS Support"),
        ("L4", "L4 AWS Support"),
    ],
)
def test_an_alarm_names_who_is_called_and_who_is_next(level: str, called: str) -> None:
    """The guide's four levels, from the alarm's description."""
    alarm = messages.an_alarm("x", f"제목 / Title\nP10 {level}", "reason")

    payload = shown(messages.a_notification(alarm))

    assert fields(payload)["담당 Escalation"] == called


@pytest.mark.parametrize(
    ("reason", "problem"),
    [
        ("CannotPullContainerError: pull image manifest has been retried 5 time(s)", "P13"),
        ("ResourceInitializationError: unable to pull secrets or registry auth", "P13"),
        ("unable to place a task", "P11"),
        ("Task failed ELB health checks in (target-group ...)", "P12"),
    ],
)
def test_a_stopped_task_names_the_problem_that_its_reason_means(reason: str, problem: str) -> None:
    """The runbook link of a stopped task depends on why it stopped."""
    detail = {"stoppedReason": reason, "containers": [{"name": "backend"}]}
    event = messages.an_event("ECS Task State Change", "aws.ecs", detail)

    links = shown(messages.a_notification(event))["blocks"][-1]["elements"]

    address = f"{messages.RUNBOOK}#{problem.lower()}"
    assert links == [{"type": "mrkdwn", "text": f"<{address}|런북 Runbook {problem}>"}]


def test_a_problem_the_guide_does_not_have_is_not_a_problem() -> None:
    """P24 and P00 do not exist, so no link promises them."""
    alarm = messages.an_alarm("x", "제목 / Title\nP24 P00 L1", "reason")

    notice = reader.read(messages.a_notification(alarm), messages.CRITICAL, messages.RUNBOOK)

    assert notice.problem == ""


def test_text_from_outside_cannot_mention_the_channel() -> None:
    """Slack's own marks arrive as text: nobody is called by a log line."""
    payload = shown(messages.a_notification("<!channel> <https://evil.example|click> & co"))

    reason = payload["blocks"][-2]["text"]["text"]
    assert reason.endswith("&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp; co")
