"""What watches: logs, alarms, dashboards."""

from collections.abc import Iterator
from typing import Any

from cost.errors import CostError
from cost.inputs import Inputs
from cost.lines import Line
from cost.registry import prices
from cost.stack import Stack, fixed, several

DAYS_OF_MONTH = 30
STANDARD_PERIOD = 60  # seconds; below that an alarm is a fast one
SCANNED = "/aws/ecs/"


@prices("aws:cloudwatch/logGroup:LogGroup")
def log_group(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """What is written, what is kept of it, and what queries scan of the service's log."""
    if inputs.value("logGroupClass", "STANDARD") != "STANDARD":
        raise CostError(
            f"{inputs.resource.urn}: its log class has no price.",
            "It would be priced as another one.",
            "leave logGroupClass out, or price it in cost/rules/monitoring.py",
        )
    name = str(inputs.value("name"))
    gb = stack.use_of(inputs, name)
    months = fixed(inputs.number("retentionInDays") / DAYS_OF_MONTH, "months kept")
    yield stack.line(inputs, "log written", "log_ingest", gb)
    yield stack.line(inputs, "log kept", "log_store", gb, months)
    if name.startswith(SCANNED):
        yield stack.line(inputs, "log searched", "log_scan", stack.use("scan_gb"))


@prices("aws:cloudwatch/metricAlarm:MetricAlarm")
def alarm(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Every metric in it counts, an expression does not; a period below a minute costs thrice."""
    queries = inputs.value("metricQueries", [])
    if isinstance(queries, int):
        yield stack.line(inputs, "alarm", "alarm_fast", several(queries, "metric"))
        return
    metrics = [query["metric"] for query in queries if query.get("metric")]
    if inputs.value("thresholdMetricId", None):
        raise CostError(
            f"{inputs.resource.urn}: an alarm on an anomaly band has no price.",
            "It would be priced as another one.",
            "compare with a threshold, or price it in cost/rules/monitoring.py",
        )
    fast = any(_seconds(inputs, metric) < STANDARD_PERIOD for metric in metrics or [{}])
    price = "alarm_fast" if fast else "alarm"
    yield stack.line(inputs, "alarm", price, several(max(1, len(metrics)), "metric"))


def _seconds(inputs: Inputs, metric: dict[str, Any]) -> int:
    return int(metric["period"] if "period" in metric else inputs.number("period"))


@prices("aws:cloudwatch/dashboard:Dashboard")
def dashboard(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """The account's first three are free; no stack counts on being among them."""
    yield stack.line(inputs, "dashboard", "dashboard", several(1, "dashboard"))
