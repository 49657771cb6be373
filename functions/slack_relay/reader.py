"""From an SNS notification to a notice: which kind it is, and what only the notification knows.

Owns: the recognition of kinds, severity by topic, the time and runbook of messages that name none.
Leaves alone: the kinds themselves (alarm, events, others).
"""

import json
from collections.abc import Mapping
from dataclasses import replace

from . import alarm, events, others
from .notice import Notice
from .untrusted import mapping, moment, text


def read(notification: Mapping[str, object], critical_topic: str, runbook: str) -> Notice:
    """Return the notice of one `Sns` part of a record; any text at all gives one."""
    notice = _kind(text(notification.get("Message")), text(notification.get("Subject")))
    anchor = f"{runbook}#{notice.problem.lower()}" if runbook and notice.problem else runbook
    critical = notification.get("TopicArn") == critical_topic
    return replace(
        notice,
        severity="critical" if critical else "warning",
        when=notice.when or moment(notification.get("Timestamp")),
        runbook=notice.runbook or anchor,
    )


def _kind(message: str, subject: str) -> Notice:
    fields = _json(message)
    if "AlarmName" in fields and "NewStateValue" in fields:
        return alarm.read(fields)
    if "detail-type" in fields:
        return events.read(fields, message)
    if "Event Message" in fields:
        return events.read_rds(fields)
    if others.TEST_MARK in fields:
        return others.read_test(mapping(fields[others.TEST_MARK]))
    if message.startswith(others.BUDGET_MARK):
        return others.read_budget(message)
    return others.read_plain(message, subject)


def _json(message: str) -> Mapping[str, object]:
    try:
        return mapping(json.loads(message))
    except (ValueError, RecursionError):
        return {}
