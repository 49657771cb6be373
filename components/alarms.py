"""CloudWatch alarms from rows of `alarm_table`: one loop, a name per row, the topic by severity.

The rows say what is watched and what to do first; who is told is `topics`' and `alarm_relay`'s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pulumi
from pulumi_aws import cloudwatch

from components import tags

Severity = Literal["critical", "warning"]
Missing = Literal["missing", "notBreaching", "breaching"]
Dimensions = Mapping[str, pulumi.Input[str]]

RUNBOOK_URL = "https://github.com/triflow-ai/infrastructure/blob/main/docs/runbook.md"
COMPARISONS = {">": "GreaterThanThreshold", "<": "LessThanThreshold"}


@dataclass(frozen=True)
class Math:
    """A computed value: metrics by id with their statistic, one expression over them.

    `label` ends with the unit in brackets; the relay shows it.
    """

    metrics: Mapping[str, tuple[str, str]]
    expression: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """One alarm. `of` is the subject whose dimensions it has; the figures are in the metric's unit.

    It rings when `measure` was beyond `threshold` for `times` periods of `seconds` each.
    `problem` is the guide's, `level` who is called first, `slack_only` means no text message.
    """

    key: str
    of: str
    severity: Severity
    title: str
    problem: str
    first: str
    namespace: str
    measure: str | Math
    statistic: str = "Average"
    comparison: Literal[">", "<"] = ">"
    threshold: float
    seconds: int = 60
    times: int
    missing: Missing = "missing"
    level: str = "L1"
    slack_only: bool = False

    @property
    def description(self) -> str:
        """The three lines that the relay reads (functions/slack_relay)."""
        link = f"{RUNBOOK_URL}#{self.problem.lower()}"
        channel = " slack-only" if self.slack_only else ""
        return f"{self.title}\n{self.problem} {self.level} {link}{channel}\n{self.first}"


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    """`subjects` are dimensions by the name that rows call them; a row without one is not made.

    `night_stop` says that nothing runs at night, so that silence is no fault there.
    """

    prefix: str
    rows: Sequence[Alarm]
    subjects: Mapping[str, Dimensions]
    topic_arns: Mapping[Severity, pulumi.Input[str]]
    night_stop: bool


class Alarms(pulumi.ComponentResource):
    """One alarm per row; each tells its topic when it rings and when all is well again."""

    made: Mapping[str, cloudwatch.MetricAlarm]

    def __init__(
        self, name: str, args: AlarmsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:monitoring:Alarms", name, None, opts)
        self._args = args
        self.made = {
            row.key: self._alarm(f"{name}-{row.key}", row)
            for row in args.rows
            if row.of in args.subjects
        }
        self.register_outputs({"arns": {key: alarm.arn for key, alarm in self.made.items()}})

    def _alarm(self, name: str, row: Alarm) -> cloudwatch.MetricAlarm:
        args, label = self._args, f"{self._args.prefix}-{row.key}"
        topic, dimensions = args.topic_arns[row.severity], args.subjects[row.of]
        quiet_night = args.night_stop and row.missing == "breaching"
        measured = (
            queries(row, row.measure, dimensions)
            if isinstance(row.measure, Math)
            else metric(row, row.measure, dimensions)
        )
        return cloudwatch.MetricAlarm(
            name,
            **measured,
            name=label,
            alarm_description=row.description,
            comparison_operator=COMPARISONS[row.comparison],
            threshold=row.threshold,
            evaluation_periods=row.times,
            treat_missing_data="notBreaching" if quiet_night else row.missing,
            alarm_actions=[topic],
            ok_actions=[topic],
            tags=tags.own("monitoring", label),
            opts=pulumi.ResourceOptions(parent=self),
        )


def metric(row: Alarm, measure: str, dimensions: Dimensions) -> dict[str, Any]:
    """Return the arguments for one metric; CloudWatch takes a percentile under another name."""
    statistic = "extended_statistic" if row.statistic.startswith("p") else "statistic"
    return {
        "namespace": row.namespace,
        "metric_name": measure,
        "dimensions": dimensions,
        "period": row.seconds,
        statistic: row.statistic,
    }


def queries(row: Alarm, math: Math, dimensions: Dimensions) -> dict[str, Any]:
    """Return the argument for a computed value: its metrics, and last the one that is returned."""
    metrics = [
        {
            "id": query,
            "return_data": False,
            "metric": {
                "namespace": row.namespace,
                "metric_name": name,
                "dimensions": dimensions,
                "stat": statistic,
                "period": row.seconds,
            },
        }
        for query, (name, statistic) in math.metrics.items()
    ]
    value = {
        "id": "value",
        "expression": math.expression,
        "label": math.label,
        "return_data": True,
    }
    return {"metric_queries": [*metrics, value]}
