"""The relay's entry: SNS records in, deliveries out.

Owns: the order of deliveries, what was already delivered, the log line of each, failing at the end.
Leaves alone: reading (reader) and telling (slack, sms).
"""

import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from time import monotonic
from typing import Protocol

from . import blocks, channels, reader, slack, sms
from .errors import RelayError
from .notice import Notice
from .untrusted import items, mapping, text

log = logging.getLogger("slack_relay")
log.setLevel(logging.INFO)

# What is left of Lambda's time when retrying stops: enough to log and fail in order.
RESERVE_SECONDS = 3.0
REMEMBERED = 1000

_delivered: dict[tuple[str, str], None] = {}
"""Message and channel. Lambda repeats a whole event, usually in the same process: what was
delivered before something else failed is not sent twice."""


class Context(Protocol):
    """The part of Lambda's context that is used."""

    def get_remaining_time_in_millis(self) -> int:
        """Return milliseconds until Lambda ends the invocation."""
        ...


def handle(event: Mapping[str, object], context: Context) -> dict[str, int]:
    """Deliver each SNS record of the event to each of its channels; return how many were delivered.

    Raises:
        RelayError: the first failure, after everything was tried.
    """
    deadline = monotonic() + context.get_remaining_time_in_millis() / 1000 - RESERVE_SECONDS
    notifications = [mapping(mapping(each).get("Sns")) for each in items(event.get("Records"))]
    if not notifications or not all(notifications):
        raise RelayError(
            "The event is not from SNS.",
            "Nothing is delivered.",
            "invoke the relay through a subscription of protocol lambda.",
        )
    failures: list[RelayError] = []
    delivered = 0
    for notification in notifications:
        for failure in _relay(notification, deadline):
            delivered += failure is None
            failures += [failure] if failure else []
    if failures:
        raise failures[0]
    return {"delivered": delivered}


def _relay(notification: Mapping[str, object], deadline: float) -> Iterator[RelayError | None]:
    """Try every channel of one message; give None for each delivered, its error for each failed."""
    notice = reader.read(
        notification, _setting("CRITICAL_TOPIC_ARN"), os.environ.get("RUNBOOK_URL", "")
    )
    message_id = text(notification.get("MessageId"))
    try:
        deliveries = list(_deliveries(notice, deadline))
    except RelayError as error:
        _say(notice, message_id, "none", error=error)
        yield error
        return
    for channel, deliver in deliveries:
        if message_id and (message_id, channel) in _delivered:
            continue
        try:
            attempts = deliver()
        except RelayError as error:
            _say(notice, message_id, channel, error=error)
            yield error
        else:
            _remember(message_id, channel)
            _say(notice, message_id, channel, attempts=attempts)
            yield None


def _deliveries(notice: Notice, deadline: float) -> Iterator[tuple[str, Callable[[], int]]]:
    """Give each channel's name and act. Text messages first: Slack may use up the time."""
    used = channels.read(_setting("CHANNELS_SECRET_ARN"))
    environment, region = _setting("ENVIRONMENT"), _setting("SMS_REGION")
    if sms.is_due(notice):
        message = sms.words(notice, environment)
        for place, number in enumerate(used.numbers, start=1):
            yield f"sms-{place}", partial(sms.publish, number, message, region)
    yield "slack", partial(_post, used.webhook, notice, environment, deadline)


def _post(webhook: str, notice: Notice, environment: str, deadline: float) -> int:
    try:
        return slack.post(webhook, blocks.message(notice, environment), deadline)
    except slack.RefusedError as refused:
        if refused.status != HTTPStatus.BAD_REQUEST:
            channels.forget()
            raise
    # 400: Slack dislikes the blocks. An ugly message is better than none.
    return slack.post(webhook, blocks.plain(notice, environment), deadline)


def _setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise RelayError(
            f"The environment variable {name} is missing.",
            "The message is not delivered and goes to the dead-letter queue.",
            f"set {name} on the function (docstring of slack_relay) and deploy.",
        )
    return value


def _remember(message_id: str, channel: str) -> None:
    _delivered[message_id, channel] = None
    if len(_delivered) > REMEMBERED:
        del _delivered[next(iter(_delivered))]


def _say(
    notice: Notice,
    message_id: str,
    channel: str,
    attempts: int = 0,
    error: RelayError | None = None,
) -> None:
    """Write one JSON line; `triflow alarms test` waits for the one with its testId."""
    line = {
        "relay": "failed" if error else "delivered",
        "channel": channel,
        "kind": notice.kind,
        "severity": notice.severity,
        "source": notice.source,
        "messageId": message_id,
        "testId": notice.test_id,
        "attempts": attempts,
        "error": str(error) if error else "",
    }
    shown = {key: value for key, value in line.items() if value}
    log.log(logging.ERROR if error else logging.INFO, json.dumps(shown, ensure_ascii=False))
