"""A notice as one text message, sent through SNS (ADR M7).

Owns: the wording within one message. Korean is sent as UCS-2, of which one message holds 140 bytes,
70 units ("SMS character limits", AWS End User Messaging SMS); a longer one is split and paid twice.
Leaves alone: who gets it. A number is personal data: it stands in no error and no log.
"""

import re

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from .blocks import ELLIPSIS, korean_time
from .errors import RelayError
from .notice import SEVERITIES, Notice

LIMIT_UNITS = 70
KOREAN_NUMBER = re.compile(r"\+82[1-9]\d{7,9}")
# Short, as Slack waits behind it: at most 10 s are lost to an AWS that does not answer.
CONFIG = Config(
    connect_timeout=2, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 2}
)
ATTRIBUTES = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}


def is_due(notice: Notice) -> bool:
    """Return whether a person is to be woken: critical, begun and not over, not Slack alone."""
    return notice.severity == "critical" and notice.state == "ALARM" and notice.text_message


def words(notice: Notice, environment: str) -> str:
    """Return the text, at most 70 UTF-16 units: what, how bad, which problem, when in Korea."""
    time = korean_time(notice.when, "%H:%M")
    word = "시험" if notice.kind == "test" else SEVERITIES[notice.severity]
    head = f"[TriFlow {environment} {word}]"
    end = " ".join(filter(None, (notice.measure, notice.problem, notice.level, time)))
    room = LIMIT_UNITS - _units(f"{head}  {end}")
    return _cut(" ".join(f"{head} {_cut(notice.korean, room)} {end}".split()), LIMIT_UNITS)


def publish(number: str, message: str, region: str) -> int:
    """Send one text message and return 1, the number of attempts that the caller sees.

    Raises:
        RelayError: the number is not Korean E.164, or SNS refused.
    """
    if not KOREAN_NUMBER.fullmatch(number):
        raise _undelivered("A phone number in the secret is not of the form +82 and digits.")
    try:
        client = boto3.client("sns", region_name=region, config=CONFIG)
        client.publish(PhoneNumber=number, Message=message, MessageAttributes=ATTRIBUTES)
    except ClientError as error:
        # The message of this error repeats the number.
        code = error.response["Error"]["Code"]
        raise _undelivered(f"SNS in {region} refused a text message: {code}.") from None
    except BotoCoreError as error:
        name = type(error).__name__
        raise _undelivered(f"SNS in {region} did not answer: {name}.") from None
    return 1


def _units(words: str) -> int:
    return len(words.encode("utf-16-le")) // 2


def _cut(words: str, units: int) -> str:
    if _units(words) <= units:
        return words
    kept = words.encode("utf-16-le")[: 2 * max(units - len(ELLIPSIS), 0)]
    return kept.decode("utf-16-le", "ignore") + ELLIPSIS


def _undelivered(fact: str) -> RelayError:
    return RelayError(
        fact,
        "Nobody is woken by text message; Slack is not affected.",
        'put {"webhookUrl": "...", "smsNumbers": ["+8210..."]} into the relay\'s secret, and check'
        " the SMS sandbox and spending limit of the account.",
    )
