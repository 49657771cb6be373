"""Who is woken by a text message, and what it says."""

import logging
import traceback
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.sns.models import sns_backends

from functions.slack_relay import handler, reader, sms
from functions.slack_relay.errors import RelayError
from tests.functions import messages
from tests.functions.slack_stand_in import Answer, Slack
from tests.functions.test_slack_relay_delivery import Context, an_event

NUMBERS = ("+821012345678", "+821087654321")


def words_of(message: object) -> str:
    """Return the text message about a critical message in production."""
    notification = messages.a_notification(message)
    return sms.words(reader.read(notification, messages.CRITICAL, messages.RUNBOOK), "prod")


def sent() -> list[tuple[str, str]]:
    """Return the text messages that the AWS of the test has taken in Tokyo."""
    return list(sns_backends["123456789012"]["ap-northeast-1"].sms_messages.values())


@pytest.fixture
def numbers(
    aws: None, stand_in: Slack, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """The numbers in the secret of a relay that is otherwise that of production."""
    assert (aws, pauses) == (None, [])
    told = list(NUMBERS)
    secret = boto3.client("secretsmanager").create_secret(Name="alarm-channels")
    quoted = ", ".join(f'"{number}"' for number in told)
    boto3.client("secretsmanager").put_secret_value(
        SecretId=secret["ARN"],
        SecretString=f'{{"webhookUrl": "{stand_in.webhook}", "smsNumbers": [{quoted}]}}',
    )
    monkeypatch.setenv("ENVIRONMENT", "prod")
    monkeypatch.setenv("CHANNELS_SECRET_ARN", secret["ARN"])
    monkeypatch.setenv("CRITICAL_TOPIC_ARN", messages.CRITICAL)
    monkeypatch.setenv("RUNBOOK_URL", messages.RUNBOOK)
    monkeypatch.setenv("SMS_REGION", "ap-northeast-1")
    return told


def relay(name: str) -> dict[str, int]:
    """Relay one of the messages."""
    return handler.handle(an_event(messages.NOTIFICATIONS[name]), Context())


@pytest.mark.clause("M4", "M7")
def test_a_critical_alarm_wakes_everyone_on_the_list(numbers: list[str]) -> None:
    """Both numbers get the text from Tokyo, as Seoul sends none, and Slack gets the message."""
    done = relay("rds cpu")

    text = "[TriFlow prod 긴급] RDS CPU 사용률 높음 85.33 % > 80 % P10 L1 14:00"
    assert done == {"delivered": 3}
    assert sent() == [(number, text) for number in numbers]


@pytest.mark.clause("M4", "M5", "M7")
@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize(
    "name", ["ecs memory", "alb latency", "rds cpu recovered", "no data", "budget", "task killed"]
)
def test_what_need_not_wake_anyone_goes_to_slack_alone(name: str, stand_in: Slack) -> None:
    """Warnings, recoveries, missing data, and the critical alarms that ADR 6 keeps to Slack."""
    done = relay(name)

    assert done == {"delivered": 1}
    assert sent() == []
    assert len(stand_in.received) == 1


@pytest.mark.usefixtures("numbers")
def test_a_test_of_the_alarms_tests_text_messages_too() -> None:
    """`triflow alarms test` on the critical topic proves the whole way."""
    relay("test")

    assert [text for _, text in sent()] == [
        "[TriFlow prod 시험] 알림 시험입니다. 조치할 것이 없습니다. L1 14:00"
    ] * 2


@pytest.mark.usefixtures("numbers")
def test_a_slack_that_is_down_does_not_keep_anyone_asleep(stand_in: Slack) -> None:
    """Text messages go first; the retry of the failed Slack message does not send them again."""
    stand_in.answers = [Answer(503)] * 5
    with pytest.raises(RelayError, match="503"):
        relay("rds cpu")

    again = relay("rds cpu")

    assert again == {"delivered": 1}
    assert len(sent()) == 2


@pytest.mark.clause("M7")
@pytest.mark.parametrize("name", messages.NOTIFICATIONS)
def test_every_text_fits_one_message(name: str) -> None:
    """Korean is sent in two bytes a character, and one message holds 140 bytes."""
    notice = reader.read(messages.NOTIFICATIONS[name], messages.CRITICAL, messages.RUNBOOK)

    assert len(sms.words(notice, "staging").encode("utf-16-le")) <= 140


def test_a_long_title_gives_way_to_value_problem_and_time() -> None:
    """What is cut is the title: the figures are what decides whether to get up."""
    alarm = {**messages.RDS_CPU, "AlarmDescription": f"{'아주 ' * 40}높음 / Long\nP10 L1"}

    text = words_of(alarm)

    assert text.endswith("… 85.33 % > 80 % P10 L1 14:00")
    assert len(text) == 70


def test_a_cut_does_not_halve_an_emoji() -> None:
    """An emoji is two units; half of one cannot be sent."""
    texts = [
        words_of({**messages.RDS_CPU, "AlarmDescription": "가" * n + "🔥" * 60}) for n in (1, 2)
    ]

    assert [text.count("\ufffd") for text in texts] == [0, 0]


@pytest.mark.usefixtures("numbers")
@pytest.mark.parametrize("number", ["010-1234-5678", "+12025550123", "+8201012345678", "+8210", ""])
def test_a_number_that_is_not_korean_is_told_without_being_shown(number: str) -> None:
    """The error helps whoever fills the secret, and the log keeps no personal data."""
    with pytest.raises(RelayError) as told:
        sms.publish(number, "x", "ap-northeast-1")

    assert str(told.value).startswith("A phone number in the secret is not of the form +82")
    assert (number or "none") not in str(told.value).partition("\n")[0]


class RefusingSns:
    """SNS that answers as AWS does about a number: with the number in the message."""

    def publish(self, **asked: Any) -> None:  # noqa: ANN401 - as boto3's
        """Refuse."""
        message = f"Invalid parameter: PhoneNumber Reason: {asked['PhoneNumber']} is not valid"
        raise ClientError({"Error": {"Code": "InvalidParameter", "Message": message}}, "Publish")


@pytest.mark.clause("M7")
def test_a_refused_text_fails_the_invocation_and_names_no_number(
    numbers: list[str],
    stand_in: Slack,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Slack still gets the message; Lambda repeats the text messages alone; no number is logged."""
    real = boto3.client
    monkeypatch.setattr(
        boto3, "client", lambda name, **more: RefusingSns() if name == "sns" else real(name, **more)
    )

    with caplog.at_level(logging.INFO), pytest.raises(RelayError) as told:
        relay("rds cpu")

    logged = "".join(record.message for record in caplog.records)
    logged += "".join(traceback.format_exception(told.value))  # as Lambda does
    assert "SNS in ap-northeast-1 refused a text message: InvalidParameter." in str(told.value)
    assert logged.count('"failed"') == 2
    assert not any(number in logged for number in numbers)
    assert len(stand_in.received) == 1
