"""That a message reaches Slack, and what happens when Slack is not well."""

import json
import logging
from collections.abc import Callable
from time import monotonic
from typing import Any

import boto3
import pytest

from functions.slack_relay import handler, slack
from functions.slack_relay.errors import RelayError
from tests.functions import messages
from tests.functions.slack_stand_in import Answer, Slack

Relay = Callable[..., dict[str, int]]


class Context:
    """Lambda's context with so many seconds left."""

    def __init__(self, seconds: float = 60) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left, always the same."""
        return int(self.seconds * 1000)


def an_event(*notifications: dict[str, Any]) -> dict[str, Any]:
    """Return what Lambda is invoked with by SNS."""
    return {"Records": [{"EventSource": "aws:sns", "Sns": each} for each in notifications]}


@pytest.fixture
def relay(
    aws: None, stand_in: Slack, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> Relay:
    """The relay of production, its secret filled with the stand-in's URL."""
    assert aws is None
    assert pauses == []
    secret = boto3.client("secretsmanager").create_secret(
        Name="triflow-ai-production-alarm-channels", SecretString=stand_in.webhook
    )
    monkeypatch.setenv("ENVIRONMENT", "prod")
    monkeypatch.setenv("CHANNELS_SECRET_ARN", secret["ARN"])
    monkeypatch.setenv("CRITICAL_TOPIC_ARN", messages.CRITICAL)
    monkeypatch.setenv("RUNBOOK_URL", messages.RUNBOOK)
    monkeypatch.setenv("SMS_REGION", "ap-northeast-1")
    return lambda *notifications, seconds=60: handler.handle(
        an_event(*notifications), Context(seconds)
    )


def cpu(message_id: str = "m-1") -> dict[str, Any]:
    """Return a critical alarm's notification."""
    return messages.a_notification(messages.RDS_CPU, MessageId=message_id)


@pytest.mark.clause("M7")
def test_an_alarm_arrives_in_slack(relay: Relay, stand_in: Slack) -> None:
    """One notification, one message in the channel."""
    done = relay(cpu())

    assert done == {"delivered": 1}
    assert [each["text"] for each in stand_in.received] == [
        "🚨 [prod] 긴급 · RDS CPU 사용률 높음 · 85.33 % &gt; 80 %"
    ]


@pytest.mark.clause("M4", "M7")
def test_what_is_published_on_the_critical_topic_arrives(
    relay: Relay, stand_in: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SNS's own envelope, taken from a queue on the topic, is what the relay reads."""
    sns, sqs = boto3.client("sns"), boto3.client("sqs")
    topic = sns.create_topic(Name="triflow-ai-production-critical")["TopicArn"]
    queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=asked["Attributes"]["QueueArn"])
    monkeypatch.setenv("CRITICAL_TOPIC_ARN", topic)
    sns.publish(TopicArn=topic, Subject=messages.SUBJECT, Message=json.dumps(messages.RDS_CPU))
    heard = sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"]

    relay(json.loads(heard))

    assert [each["text"] for each in stand_in.received] == [
        "🚨 [prod] 긴급 · RDS CPU 사용률 높음 · 85.33 % &gt; 80 %"
    ]


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408, 0])
def test_a_passing_failure_is_repeated(
    relay: Relay, stand_in: Slack, pauses: list[float], status: int
) -> None:
    """Two failures of Slack or of the connection, then success: delivered, after two pauses."""
    stand_in.answers = [Answer(status), Answer(status)]

    done = relay(cpu())

    assert done == {"delivered": 1}
    assert len(stand_in.received) == 3
    assert len(pauses) == 2
    assert 0 <= pauses[0] <= 1
    assert 0 <= pauses[1] <= 2


def test_slack_is_given_the_time_it_asks_for(
    relay: Relay, stand_in: Slack, pauses: list[float]
) -> None:
    """429 names the seconds to wait, and those are waited, not fewer."""
    stand_in.answers = [Answer(429, "rate_limited", {"Retry-After": "7"})]

    relay(cpu())

    assert pauses == [7.0]


def test_a_date_to_retry_after_falls_back_to_our_own_pause(
    relay: Relay, stand_in: Slack, pauses: list[float]
) -> None:
    """HTTP also allows a date there; Slack has never sent one."""
    stand_in.answers = [Answer(429, "", {"Retry-After": "Tue, 20 Jan 2026 05:00:00 GMT"})]

    relay(cpu())

    assert len(pauses) == 1
    assert pauses[0] <= 1


def test_a_wait_longer_than_lambda_has_left_is_left_to_lambda(
    relay: Relay, stand_in: Slack, pauses: list[float]
) -> None:
    """Sleeping into the time-out would lose the log; failing now has Lambda repeat the event."""
    stand_in.answers = [Answer(429, "rate_limited", {"Retry-After": "30"})]

    with pytest.raises(RelayError, match="did not take the message in 1 attempts: 429"):
        relay(cpu(), seconds=20)

    assert pauses == []


def test_slack_is_tried_even_when_the_time_is_used_up(relay: Relay, stand_in: Slack) -> None:
    """Text messages to an AWS that does not answer must not keep the message from Slack."""
    done = relay(cpu(), seconds=0)

    assert done == {"delivered": 1}
    assert len(stand_in.received) == 1


def test_a_slack_that_never_recovers_fails_the_invocation(relay: Relay, stand_in: Slack) -> None:
    """After five attempts the error reaches Lambda, whose dead-letter queue keeps the message."""
    stand_in.answers = [Answer(503)] * 9

    with pytest.raises(RelayError, match="in 5 attempts: 503"):
        relay(cpu())

    assert len(stand_in.received) == 5


def test_a_slack_that_does_not_answer_times_out(
    relay: Relay, stand_in: Slack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A silent connection is given up and the message sent again."""
    monkeypatch.setattr(slack, "TIMEOUT_SECONDS", 0.5)
    stand_in.answers = [Answer(delay=600)]

    done = relay(cpu())

    assert done == {"delivered": 1}
    assert len(stand_in.received) >= 2  # on a busy machine the second may be late as well


def test_nobody_listening_fails_the_invocation(pauses: list[float]) -> None:
    """A refused connection is repeated, then told by its name."""
    with pytest.raises(RelayError, match="in 5 attempts: 0 ConnectionRefusedError"):
        slack.post("http://127.0.0.1:1/", {"text": "x"}, monotonic() + 60)

    assert len(pauses) == 4


@pytest.mark.parametrize(("status", "word"), [(404, "no_service"), (410, "channel_is_archived")])
def test_a_revoked_webhook_is_not_repeated(
    relay: Relay, stand_in: Slack, pauses: list[float], status: int, word: str
) -> None:
    """What will never succeed is told at once, with Slack's own word."""
    stand_in.answers = [Answer(status, word)]

    with pytest.raises(RelayError, match=f"{status} {word}"):
        relay(cpu())

    assert pauses == []
    assert len(stand_in.received) == 1


def test_a_replaced_webhook_is_used_at_the_next_try(relay: Relay, stand_in: Slack) -> None:
    """After a refusal the secret is read anew, so that a new webhook needs no deployment."""
    secrets = boto3.client("secretsmanager")
    name = "triflow-ai-production-alarm-channels"
    secrets.put_secret_value(SecretId=name, SecretString=stand_in.webhook + "-revoked")
    stand_in.answers = [Answer(404, "no_service")]
    with pytest.raises(RelayError):
        relay(cpu())
    secrets.put_secret_value(SecretId=name, SecretString=stand_in.webhook)

    done = relay(cpu())

    assert done == {"delivered": 1}
    assert [path.rpartition("/")[2] for path in stand_in.paths] == [
        "hush-hush-revoked",
        "hush-hush",
    ]


@pytest.mark.parametrize("status", [301, 302, 303, 307])
def test_a_redirect_is_not_a_delivery(relay: Relay, stand_in: Slack, status: int) -> None:
    """A POST that becomes a GET would be answered 200, and the message would be lost."""
    stand_in.answers = [Answer(status, "", {"Location": "/login"})]

    with pytest.raises(RelayError, match=f"refused the message: {status}"):
        relay(cpu())


def test_refused_blocks_are_sent_as_bare_text(relay: Relay, stand_in: Slack) -> None:
    """A fault in the layout costs the layout, not the alarm."""
    stand_in.answers = [Answer(400, "invalid_blocks")]

    done = relay(cpu())

    first, second = stand_in.received
    assert done == {"delivered": 1}
    assert "blocks" in first
    assert list(second) == ["text"]
    assert second["text"].splitlines()[0] == "🚨 [prod] 긴급 · RDS CPU 사용률 높음"


def test_one_bad_record_does_not_keep_the_others_back(relay: Relay, stand_in: Slack) -> None:
    """Every record of a batch is tried, and the invocation fails for the one that failed."""
    stand_in.answers = [Answer(), Answer(404, "no_service"), Answer()]

    with pytest.raises(RelayError, match="no_service"):
        relay(cpu("m-1"), cpu("m-2"), cpu("m-3"))

    assert len(stand_in.received) == 3


def test_what_was_delivered_is_not_sent_again(relay: Relay, stand_in: Slack) -> None:
    """Lambda repeats the whole batch; only the record that failed is sent the second time."""
    stand_in.answers = [Answer(), Answer(404, "no_service")]
    with pytest.raises(RelayError):
        relay(cpu("m-1"), cpu("m-2"))

    again = relay(cpu("m-1"), cpu("m-2"))

    assert again == {"delivered": 1}
    assert len(stand_in.received) == 3


def test_the_memory_of_deliveries_stays_small(relay: Relay) -> None:
    """A busy process forgets its oldest deliveries."""
    handler._delivered.update({(str(each), "slack"): None for each in range(handler.REMEMBERED)})

    relay(cpu("new"))

    assert len(handler._delivered) == handler.REMEMBERED
    assert ("0", "slack") not in handler._delivered
    assert ("new", "slack") in handler._delivered


@pytest.mark.parametrize("event", [{}, {"Records": []}, {"Records": [{"s3": {}}]}])
def test_an_event_that_is_not_from_sns_is_told(event: dict[str, Any]) -> None:
    """A wrong trigger is one sentence, not a KeyError."""
    with pytest.raises(RelayError, match="The event is not from SNS"):
        handler.handle(event, Context())


@pytest.mark.parametrize("name", ["CRITICAL_TOPIC_ARN", "CHANNELS_SECRET_ARN", "SMS_REGION"])
def test_a_missing_variable_is_named(
    relay: Relay, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The error says which variable to set."""
    monkeypatch.delenv(name)

    with pytest.raises(RelayError, match=f"The environment variable {name} is missing"):
        relay(cpu())


@pytest.mark.clause("M7")
def test_the_log_proves_the_delivery_of_a_test(
    relay: Relay, caplog: pytest.LogCaptureFixture
) -> None:
    """`triflow alarms test` finds its own id in one line of the function's log."""
    with caplog.at_level(logging.INFO):
        relay(messages.NOTIFICATIONS["test"])

    assert [
        json.loads(record.message) for record in caplog.records if record.name == "slack_relay"
    ] == [
        {
            "relay": "delivered",
            "channel": "slack",
            "kind": "test",
            "severity": "critical",
            "source": "triflow alarms test",
            "messageId": "95df01b4-ee98-5cb9-9903-4c221d41eb5e",
            "testId": "7f3c",
            "attempts": 1,
        }
    ]


@pytest.mark.clause("C11", "M7")
@pytest.mark.parametrize(
    "answers", [[], [Answer(404, "no_service")], [Answer(0)] * 5, [Answer(500)] * 5]
)
def test_the_webhook_is_never_logged_nor_in_an_error(
    relay: Relay, stand_in: Slack, caplog: pytest.LogCaptureFixture, answers: list[Answer]
) -> None:
    """The URL lets anyone write to the channel: neither success nor failure shows it."""
    stand_in.answers = answers
    told = ""

    with caplog.at_level(logging.DEBUG):
        try:
            relay(cpu())
        except RelayError as error:
            told = repr(error) + repr(error.__cause__)

    assert any(record.name == "slack_relay" for record in caplog.records)
    ours = [record.message for record in caplog.records if not record.name.startswith("botocore")]
    assert "hush-hush" not in told + "".join(ours)
