"""What CloudWatch has measured, and while all is well: a row for each measure of it."""

from collections.abc import Mapping
from datetime import timedelta

from tests.triflow.doctor_stack import NOW, Json
from triflow.doctor.metrics import METRICS

# What the database's gauges say while it is idle.
IDLE: Mapping[str, float] = {
    "database_connections": 20.0,
    "database_cpu": 12.0,
    "database_credits": 500.0,
    "database_storage": 80.0 * 2**30,
    "database_memory": 1.0 * 2**30,
    "database_read_seconds": 0.001,
    "database_write_seconds": 0.002,
}
# What the tasks' log and the gateway of the NAT count.
WRITTEN: Mapping[str, list[float]] = {
    "log_events": [600.0] * 12,
    "log_bytes": [60_000.0] * 12,
    "nat_0_sent": [2_000_000.0] * 12,
    "nat_0_received": [1_000_000.0] * 12,
    "nat_0_ports": [0.0] * 12,
}
# What is counted in a topic, a function or a schedule group that is at work.
SENT: Mapping[str, list[float]] = {
    "critical_undelivered": [0.0] * 12,
    "relay_errors": [0.0] * 12,
    "schedule_dropped": [0.0] * 12,
}
WELL: Mapping[str, list[float]] = {
    "requests": [900.0] * 12,
    "answer_p95": [0.2] * 12,
    "answer_p99": [0.9] * 12,
    "service_cpu": [40.0] * 12,
    "service_memory": [50.0] * 12,
    **{key: [value] * 12 for key, value in IDLE.items()},
    **WRITTEN,
    **SENT,
}


def metrics(**series: list[float]) -> Json:
    """Return the answer in which these measures have these points, newest first, the rest none."""
    times = [NOW - timedelta(minutes=5 * number) for number in range(1, 289)]
    rows = [
        {
            "Id": key,
            "StatusCode": "Complete",
            "Timestamps": times[: len(series.get(key, []))],
            "Values": series.get(key, []),
        }
        for key in METRICS
    ]
    return {"MetricDataResults": rows}
