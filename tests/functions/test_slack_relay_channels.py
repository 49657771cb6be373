"""What the secret of the relay may hold, and what is said when it does not."""

import logging

import boto3
import pytest

from functions.slack_relay import channels
from functions.slack_relay.errors import RelayError

WEBHOOK = "https://hooks.slack.com/services/T0/B0/hush-hush"
NUMBERS = '["+821012345678", "+821087654321"]'


def a_secret(value: str | None) -> str:
    """Make a secret, empty when there is no value, and return its ARN."""
    more = {} if value is None else {"SecretString": value}
    secret = boto3.client("secretsmanager").create_secret(Name="alarm-channels", **more)
    return str(secret["ARN"])


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("value", "numbers"),
    [
        (WEBHOOK, ()),
        (f" {WEBHOOK}\n", ()),
        (f'{{"webhookUrl": "{WEBHOOK}"}}', ()),
        (
            f'{{"webhookUrl": "{WEBHOOK}", "smsNumbers": {NUMBERS}}}',
            ("+821012345678", "+821087654321"),
        ),
    ],
    ids=["plain", "plain with line end", "JSON", "JSON with numbers"],
)
def test_the_secret_is_a_url_or_json(value: str, numbers: tuple[str, ...]) -> None:
    """Both forms that an operator may type are read."""
    found = channels.read(a_secret(value))

    assert found.webhook == WEBHOOK
    assert found.numbers == numbers


@pytest.mark.clause("C11", "M7")
@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("value", "fact"),
    [
        (None, "is empty"),
        (" ", "is empty"),
        ("hooks.slack.com/services/hush-hush", "holds no https webhook URL"),
        ("http://hooks.slack.com/services/hush-hush", "holds no https webhook URL"),
        ("file:///etc/hush-hush", "holds no https webhook URL"),
        ("https://[hush-hush", "holds no https webhook URL"),
        ("https://hooks.slack.com/hush hush-hush", "holds no https webhook URL"),
        ('{"webhook": "https://hooks.slack.com/hush-hush"}', "holds no https webhook URL"),
        ("[]", "holds no https webhook URL"),
    ],
)
def test_an_unusable_secret_says_what_to_type_and_not_what_it_holds(
    value: str | None, fact: str
) -> None:
    """A secret not filled yet is a sentence with the command that fills it."""
    arn = a_secret(value)

    with pytest.raises(RelayError) as told:
        channels.read(arn)

    assert str(told.value) == (
        f"The secret {arn} {fact}. The message is not delivered and goes to the dead-letter queue."
        "\nFix: aws secretsmanager put-secret-value --secret-string <webhook URL>"
        f" --secret-id {arn}"
    )


@pytest.mark.usefixtures("aws")
def test_the_secret_is_read_once_in_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets Manager is asked again after 300 seconds, not before."""
    now = 1000.0
    monkeypatch.setattr(channels, "monotonic", lambda: now)
    arn = a_secret(WEBHOOK)
    first = channels.read(arn)
    boto3.client("secretsmanager").put_secret_value(SecretId=arn, SecretString=f"{WEBHOOK}-2")

    now += 300
    kept = channels.read(arn)
    now += 1
    renewed = channels.read(arn)

    assert kept == first
    assert renewed.webhook == f"{WEBHOOK}-2"


@pytest.mark.usefixtures("aws")
def test_credentials_do_not_print() -> None:
    """Neither webhook nor numbers are in the text of what holds them."""
    found = channels.read(a_secret(f'{{"webhookUrl": "{WEBHOOK}", "smsNumbers": {NUMBERS}}}'))

    logging.getLogger("test").info("%r", found)

    assert repr(found) == "Channels()"
