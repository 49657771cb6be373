"""Where notices go: the webhook and the phone numbers, from one secret.

Owns: reading and checking them. They are kept for five minutes, and forgotten when Slack refuses
the webhook, so that a webhook that was replaced is used at the next try.
Leaves alone: filling the secret; an operator does, and nobody else can read it.
"""

import json
from dataclasses import dataclass, field
from time import monotonic
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .errors import RelayError
from .untrusted import items, mapping, text

KEPT_SECONDS = 300
# Short, as Slack waits behind it: at most 10 s are lost to an AWS that does not answer.
CONFIG = Config(
    connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True)
class Channels:
    """A webhook and E.164 numbers; both are credentials and never printed."""

    webhook: str = field(repr=False)
    numbers: tuple[str, ...] = field(repr=False)


_kept: dict[str, tuple[float, Channels]] = {}


def read(secret_arn: str) -> Channels:
    """Return the channels in the secret, from memory for five minutes.

    Raises:
        RelayError: the secret is empty, unreadable or not in the form the package describes.
    """
    read_at, channels = _kept.get(secret_arn, (0.0, None))
    if channels is None or monotonic() - read_at > KEPT_SECONDS:
        channels = _parse(_value(secret_arn), secret_arn)
        _kept[secret_arn] = (monotonic(), channels)
    return channels


def forget() -> None:
    """Have the next `read` ask Secrets Manager again."""
    _kept.clear()


def _value(secret_arn: str) -> str:
    try:
        client = boto3.client("secretsmanager", config=CONFIG)
        answer = client.get_secret_value(SecretId=secret_arn)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        # Secrets Manager says the same of a secret that was never filled as of one that is gone.
        fact = "is empty" if code == "ResourceNotFoundException" else f"cannot be read ({code})"
        raise _unusable(secret_arn, fact) from None
    except BotoCoreError as error:
        raise _unusable(secret_arn, f"cannot be read ({type(error).__name__})") from None
    value = text(answer.get("SecretString"))
    if not value:
        raise _unusable(secret_arn, "is empty")
    return value


def _parse(value: str, secret_arn: str) -> Channels:
    try:
        fields = mapping(json.loads(value))
    except ValueError:
        fields = {"webhookUrl": value}
    webhook = text(fields.get("webhookUrl"))
    if not _is_webhook(webhook):
        raise _unusable(secret_arn, "holds no https webhook URL")
    return Channels(webhook, tuple(text(each) for each in items(fields.get("smsNumbers"))))


def _is_webhook(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    # Plain HTTP never leaves the machine: it is for the stand-in of a local platform.
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    return (
        secure and bool(parts.hostname) and url.isascii() and url.isprintable() and " " not in url
    )


def _unusable(secret_arn: str, fact: str) -> RelayError:
    return RelayError(
        f"The secret {secret_arn} {fact}.",
        "The message is not delivered and goes to the dead-letter queue.",
        "aws secretsmanager put-secret-value --secret-string <webhook URL>"
        f" --secret-id {secret_arn}",
    )
