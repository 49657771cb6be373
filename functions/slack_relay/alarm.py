"""CloudWatch alarm notifications, read.

Owns: the lines of an alarm's description (see the package), the value hidden in the state reason.
Leaves alone: severity, which is the topic's.

The JSON is that of "Notifying users on alarm changes" in the CloudWatch user guide. It names no
measured value: that stands only in the English sentence of NewStateReason, latest datapoint first.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote

from . import units
from .notice import LEVELS, Notice
from .untrusted import at, items, mapping, moment, number, text

_VALUE = re.compile(r"\[(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?) \(")
_PROBLEM = re.compile(r"\bP(0[1-9]|1\d|2[0-3])\b")
_LEVEL = re.compile(rf"\b({'|'.join(LEVELS)})\b")
_URL = re.compile(r"https://[^\s<>|]+")
_LABEL_UNIT = re.compile(r"\(([^()]{1,12})\)$")
_REGION = re.compile(r"arn:aws:cloudwatch:([a-z]{2}-[a-z]+-\d):")

OPERATORS = {
    "GreaterThanThreshold": ">",
    "GreaterThanOrEqualToThreshold": "≥",
    "LessThanThreshold": "<",
    "LessThanOrEqualToThreshold": "≤",
}


def read(message: Mapping[str, object]) -> Notice:
    """Return the notice of an alarm's change of state; what the message lacks stays empty."""
    name = text(message.get("AlarmName")) or "?"
    description = text(message.get("AlarmDescription"))
    head, *rest = description.splitlines() or [name]
    korean, _, english = head.partition(" / ")
    trigger = mapping(message.get("Trigger"))
    reason = text(message.get("NewStateReason"))
    state = text(message.get("NewStateValue"))
    return Notice(
        kind="alarm",
        korean=korean or name,
        english=english,
        source=name,
        state=state,
        was=text(message.get("OldStateValue")),
        when=moment(message.get("StateChangeTime")),
        measure=_measure(trigger, reason, crossed=state == "ALARM"),
        facts=_facts(trigger),
        reason=reason,
        advice="" if state == "OK" else "\n".join(rest[1:]),
        problem=_first(_PROBLEM, description, group=0),
        level=_first(_LEVEL, description) or "L1",
        runbook=_first(_URL, description, group=0),
        console=_console(name, text(message.get("AlarmArn"))),
        text_message="slack-only" not in description,
    )


def _first(pattern: re.Pattern[str], where: str, group: int = 1) -> str:
    found = pattern.search(where)
    return found[group] if found else ""


def _shown_query(trigger: Mapping[str, object]) -> Mapping[str, object]:
    """Return the query whose value is compared; metric math sends several, one of them returned."""
    queries = [mapping(query) for query in items(trigger.get("Metrics"))]
    return next((query for query in queries if query.get("ReturnData") is True), {})


def _metric(trigger: Mapping[str, object]) -> tuple[str, str]:
    """Return the metric's name and, for one that is computed, the unit at the end of its label."""
    query = _shown_query(trigger)
    label = text(query.get("Label"))
    name = text(trigger.get("MetricName")) or text(at(query, "MetricStat.Metric.MetricName"))
    return name or label, _first(_LABEL_UNIT, label)


def _measure(trigger: Mapping[str, object], reason: str, *, crossed: bool) -> str:
    metric, symbol = _metric(trigger)
    value, threshold = number(_first(_VALUE, reason)), number(trigger.get("Threshold"))
    operator = OPERATORS.get(text(trigger.get("ComparisonOperator")), "|")
    measured = units.show(value, metric, symbol) if value is not None else ""
    limit = f"{operator} {units.show(threshold, metric, symbol)}" if threshold is not None else ""
    if measured and limit and not crossed:
        return f"{measured} (기준 {limit})"
    return f"{measured} {limit}".strip()


def _facts(trigger: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    metric, _ = _metric(trigger)
    period, count = number(trigger.get("Period")), number(trigger.get("EvaluationPeriods"))
    window = units.duration(period * count) if period and count else ""
    statistic = text(trigger.get("Statistic")) or text(trigger.get("ExtendedStatistic"))
    measured = " · ".join(filter(None, (metric, statistic.lower(), window)))
    return ("지표 Metric", measured), ("대상 Resource", _dimensions(trigger))


def _dimensions(trigger: Mapping[str, object]) -> str:
    used = items(trigger.get("Dimensions"))
    for query in items(trigger.get("Metrics")):
        used = used or items(at(query, "MetricStat.Metric.Dimensions"))
    pairs = ((text(at(each, "name")), text(at(each, "value"))) for each in used)
    return "\n".join(f"{name}: {value}" for name, value in pairs if value)


def _console(name: str, arn: str) -> str:
    region = _first(_REGION, arn)
    if not region:
        return ""
    page = f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
    return f"{page}#alarmsV2:alarm/{quote(name, safe='')}"
