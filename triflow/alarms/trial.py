"""`triflow alarms test`: one marked message through the real topic and relay, followed to its end.

The relay writes a line of JSON for each channel (functions/slack_relay); the one with the message's
id proves that it arrived. SNS tells of no mail whether it was delivered.
"""

import json
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from triflow import aws, outputs, report
from triflow.alarms import topics
from triflow.aws import Aws, Refusal, demand
from triflow.deployed import Deployed
from triflow.errors import TriflowError
from triflow.report import Line, unanswered

FUNCTION = "aws:lambda/function:Function"
QUEUE = "aws:sqs/queue:Queue"
RELAY = "slack-relay"
MARK = "triflowAlarmsTest"  # functions/slack_relay/others.py knows the message by it
SECONDS_BETWEEN = 2
BEHIND_MS = 5000  # how far an account's clock may be behind this machine's
# Text messages come first, so this one, or a failure before any channel, is the last line.
LAST_CHANNELS = {"slack", "none"}
# What the local AWS writes in the place of a function's own log.
NO_DOCKER = "error running docker"


def run(stack: str, severity: str, console: Console, seconds: int) -> int:
    """Send the message and tell what became of it: 0 arrived, 1 did not, 3 cannot be told.

    TriflowError if the stack or its topic is not there, or if the topic does not take the message.
    """
    asked = aws.find()
    deployed = outputs.read(asked, stack)
    topic = topics.by_severity(deployed).get(severity)
    if not topic:
        raise TriflowError(
            f"{stack} has no topic for what is {severity}.",
            "Nothing was sent.",
            deployed.up,
        )
    told = topics.heard_by(deployed, severity, topics.subscriptions(asked, deployed)[severity])
    test_id = secrets.token_hex(8)
    started = datetime.now(tz=UTC)
    demand(lambda: _publish(asked, topic, test_id, started))
    console.print(f"Sent test {test_id} to {topic}; waiting for the relay.", soft_wrap=True)
    told += _followed(asked, deployed, test_id, started, seconds)
    report.show(console, told)
    return report.exit_code(told)


def _publish(asked: Aws, topic: str, test_id: str, now: datetime) -> None:
    message = {MARK: {"id": test_id, "sentAt": now.isoformat(timespec="seconds")}}
    asked.client("sns").publish(TopicArn=topic, Message=json.dumps(message))


def _followed(
    asked: Aws, deployed: Deployed, test_id: str, started: datetime, seconds: int
) -> list[Line]:
    """Return what the relay says of the message, or what is known where it says nothing."""
    relay = _relay(deployed)
    if not relay:
        return [Line("failed", "relay", "is not deployed: Slack hears nothing", deployed.up)]
    since = int(started.timestamp() * 1000)
    deadline = time.monotonic() + seconds
    while True:
        answer = aws.answer(lambda: _log(asked, relay, since))
        if isinstance(answer, Refusal):
            return [unanswered("relay", answer)]
        told = list(_told(answer, test_id))
        if any(line["channel"] in LAST_CHANNELS for line in told):
            return [_channel(line) for line in told]
        if any(NO_DOCKER in message for message in answer):
            fact = "was called, and cannot run: the local AWS runs functions in docker only"
            return [Line("unknown", "relay", fact, "start docker, then run this again")]
        if time.monotonic() >= deadline:
            return [_silence(asked, deployed, relay, answer, seconds)]
        time.sleep(SECONDS_BETWEEN)


def _relay(deployed: Deployed) -> str:
    names = [str(one["id"]) for one in deployed.of_kind(FUNCTION)]
    return next((name for name in names if name.endswith(RELAY)), "")


def _log(asked: Aws, relay: str, since: int) -> list[str]:
    """Return what the function has written since `since`, in milliseconds."""
    behind = 0 if asked.server else BEHIND_MS
    wish = {"logGroupName": f"/aws/lambda/{relay}", "startTime": since - behind}
    # A page may be empty and not the last.
    pages = asked.client("logs").get_paginator("filter_log_events").paginate(**wish)
    return [str(event.get("message") or "") for page in pages for event in page.get("events") or ()]


def _told(messages: list[str], test_id: str) -> Iterator[dict[str, Any]]:
    """Give the relay's own lines about the message; Lambda puts time and request before them."""
    for message in messages:
        _, brace, rest = message.partition("{")
        try:
            line = json.loads(brace + rest)
        except ValueError:
            continue
        if line.get("testId") == test_id and "channel" in line:
            yield line


def _channel(line: dict[str, Any]) -> Line:
    channel = f"relay to {line['channel']}" if line["channel"] != "none" else "relay"
    if line.get("relay") == "delivered":
        return Line("ok", channel, f"delivered at attempt {line.get('attempts', '?')}")
    error, _, fix = str(line.get("error", "for no reason that it tells")).partition("\nFix: ")
    return Line("failed", channel, f"not delivered: {error}", fix)


def _silence(asked: Aws, deployed: Deployed, relay: str, messages: list[str], seconds: int) -> Line:
    """Return the line of a relay that has not said a word of the message."""
    waiting = aws.answer(lambda: _waiting(asked, deployed))
    told = f"wrote nothing of it in {seconds} s"
    told += "" if messages else ": it was not called at all"
    if isinstance(waiting, int) and waiting:
        told += f"; {waiting} messages wait in its dead-letter queue"
    if messages:
        told += f"; it says: {messages[-1].strip()}"
    return Line("failed", "relay", told, f"aws logs tail /aws/lambda/{relay} --since 10m")


def _waiting(asked: Aws, deployed: Deployed) -> int:
    queues = [str(one["id"]) for one in deployed.of_kind(QUEUE)]
    url = next((queue for queue in queues if queue.endswith(f"{RELAY}-dead-letters")), "")
    if not url:
        return 0
    name = "ApproximateNumberOfMessages"
    answer = asked.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    return int((answer.get("Attributes") or {}).get(name, 0))
