"""What visitors got from a target group, and whether a canary may go on (ADR L9, M4, M5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from triflow import aws as asking
from triflow.aws import Aws

ENOUGH_REQUESTS = 50  # fewer say nothing about a share of five in a hundred
MOST_ERRORS = 0.05  # of the requests, as the critical alarm has it (ADR M4)
MOST_SECONDS = 2.0  # that 95 of 100 requests take, as the warning has it (ADR M5)

# By the id of the query. A target that ends the connection is no 5xx of its own: it is counted
# apart, and answered with 502 by the load balancer.
METRICS: Mapping[str, tuple[str, str]] = {
    "requests": ("RequestCount", "Sum"),
    "answers": ("HTTPCode_Target_5XX_Count", "Sum"),
    "refused": ("TargetConnectionErrorCount", "Sum"),
    "p95": ("TargetResponseTime", "p95"),
}


@dataclass(frozen=True)
class Traffic:
    """Requests and failed ones since the beginning; `p95` in seconds, minute by minute."""

    requests: int = 0
    errors: int = 0
    p95: tuple[float, ...] = ()

    @property
    def words(self) -> str:
        """Return it in words: "120 requests, 0.0 % failed, p95 0.31 s"."""
        if not self.requests:
            return "no requests"
        slowest = f", p95 {max(self.p95):.2f} s" if self.p95 else ""
        return (
            f"{self.requests} requests, {100 * self.errors / self.requests:.1f} % failed{slowest}"
        )

    @property
    def enough(self) -> bool:
        """Whether there were requests enough to judge."""
        return self.requests >= ENOUGH_REQUESTS

    @property
    def complaint(self) -> str:
        """Return why it cannot go on, empty if it can; a few requests never complain."""
        if not self.enough:
            return ""
        share = self.errors / self.requests
        if share > MOST_ERRORS:
            return f"{100 * share:.1f} % of {self.requests} requests failed, 5 % may (ADR M4)"
        slow = [seconds for seconds in self.p95 if seconds > MOST_SECONDS]
        if 2 * len(slow) > len(self.p95):
            return (
                f"p95 was above 2 s in {len(slow)} of {len(self.p95)} minutes, at most "
                f"{max(slow):.2f} s (ADR M5)"
            )
        return ""


def ask(aws: Aws, balancer_arn: str, group_arn: str, since: datetime) -> Traffic:
    """Ask CloudWatch for the traffic of a target group. TriflowError if it gives no answer."""
    answer = asking.demand(
        lambda: aws.client("cloudwatch").get_metric_data(
            MetricDataQueries=queries(balancer_arn, group_arn),
            StartTime=since,
            EndTime=datetime.now(UTC) + timedelta(minutes=1),  # refused if it is the beginning
            ScanBy="TimestampAscending",
        )
    )
    return read(answer.get("MetricDataResults", ()))


def queries(balancer_arn: str, group_arn: str) -> list[dict[str, Any]]:
    """Return the queries, one datapoint a minute."""
    dimensions = [
        {"Name": "LoadBalancer", "Value": balancer_arn.partition(":loadbalancer/")[2]},
        {"Name": "TargetGroup", "Value": group_arn.rpartition(":")[2]},
    ]
    return [
        {
            "Id": key,
            "MetricStat": {
                "Metric": {
                    "Namespace": "AWS/ApplicationELB",
                    "MetricName": metric,
                    "Dimensions": dimensions,
                },
                "Period": 60,
                "Stat": stat,
            },
        }
        for key, (metric, stat) in METRICS.items()
    ]


def read(results: Sequence[Mapping[str, Any]]) -> Traffic:
    """Return the traffic in an answer; no datapoint means no request."""
    values = {one.get("Id"): one.get("Values") or () for one in results}
    return Traffic(
        requests=int(sum(values.get("requests", ()))),
        errors=int(sum(values.get("answers", ())) + sum(values.get("refused", ()))),
        p95=tuple(float(seconds) for seconds in values.get("p95", ())),
    )
