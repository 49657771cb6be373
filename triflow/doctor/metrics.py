"""The measures that checks look at, all fetched in one call: 24 hours in points of five minutes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from triflow.deployed import Deployed, NotDeployed
from triflow.doctor import night_stop
from triflow.doctor.answers import Facts, Unknown

PERIOD_SECONDS: Final = 300
WINDOW: Final = timedelta(hours=24)
FRESH: Final = timedelta(minutes=15)  # CloudWatch shows a point a few minutes late
BALANCER, DATABASE, SERVICE = "AWS/ApplicationELB", "AWS/RDS", "AWS/ECS"
NAT, LOGS = "AWS/NATGateway", "AWS/Logs"
TOPIC, FUNCTION = "AWS/SNS", "AWS/Lambda"
UNDELIVERED: Final = "NumberOfNotificationsFailed"
RELAY: Final = "alerts-relay-function"
MOST_GATEWAYS: Final = 3  # one in each zone
NAT_COUNTS: Final[Mapping[str, str]] = {
    "sent": "BytesOutToDestination",
    "received": "BytesInFromDestination",
    "ports": "ErrorPortAllocation",
}


def of_balancer(deployed: Deployed) -> dict[str, str]:
    """Return the load balancer's dimension, which is the end of its ARN."""
    return {"LoadBalancer": deployed.output("alb_arn").partition(":loadbalancer/")[2]}


def of_database(deployed: Deployed) -> dict[str, str]:
    """Return the database's dimension."""
    return {"DBInstanceIdentifier": str(deployed.inputs("database-instance")["identifier"])}


def of_service(deployed: Deployed) -> dict[str, str]:
    """Return the service's dimensions."""
    return {
        "ClusterName": deployed.output("cluster_name"),
        "ServiceName": deployed.output("service_name"),
    }


def of_log(deployed: Deployed) -> dict[str, str]:
    """Return the dimension of the tasks' log."""
    return {"LogGroupName": deployed.output("log_group_name")}


def of_topic(severity: str) -> Callable[[Deployed], dict[str, str]]:
    """Return what gives the dimension of one of the topics."""
    return lambda deployed: {"TopicName": deployed.inputs(f"alerts-topics-{severity}")["name"]}


def of_relay(deployed: Deployed) -> dict[str, str]:
    """Return the dimension of the function that hands the alarms to Slack."""
    return {"FunctionName": str(deployed.inputs(RELAY)["name"])}


def gateways(deployed: Deployed) -> list[str]:
    """Return the NAT gateways that the stack's tasks use; several zones may share one."""
    return sorted(set(deployed.output("nat_gateway_ids").values()))


def of_gateway(number: int) -> Callable[[Deployed], dict[str, str]]:
    """Return what gives the dimension of one of `gateways`. NotDeployed if there are fewer."""

    def of(deployed: Deployed) -> dict[str, str]:
        found = gateways(deployed)
        if number >= len(found):
            raise NotDeployed(deployed.stack, f"NAT gateway number {number + 1}")
        return {"NatGatewayId": found[number]}

    return of


@dataclass(frozen=True)
class Metric:
    """A row: namespace, metric, statistic, and whose it is."""

    namespace: str
    name: str
    statistic: str
    of: Callable[[Deployed], dict[str, str]]


METRICS: Final[Mapping[str, Metric]] = {
    "requests": Metric(BALANCER, "RequestCount", "Sum", of_balancer),
    "balancer_502": Metric(BALANCER, "HTTPCode_ELB_502_Count", "Sum", of_balancer),
    "balancer_503": Metric(BALANCER, "HTTPCode_ELB_503_Count", "Sum", of_balancer),
    "balancer_504": Metric(BALANCER, "HTTPCode_ELB_504_Count", "Sum", of_balancer),
    "answer_p95": Metric(BALANCER, "TargetResponseTime", "p95", of_balancer),
    "answer_p99": Metric(BALANCER, "TargetResponseTime", "p99", of_balancer),
    "service_cpu": Metric(SERVICE, "CPUUtilization", "Average", of_service),
    "service_memory": Metric(SERVICE, "MemoryUtilization", "Maximum", of_service),
    "target_5xx": Metric(BALANCER, "HTTPCode_Target_5XX_Count", "Sum", of_balancer),
    "target_refused": Metric(BALANCER, "TargetConnectionErrorCount", "Sum", of_balancer),
    "database_connections": Metric(DATABASE, "DatabaseConnections", "Maximum", of_database),
    "log_events": Metric(LOGS, "IncomingLogEvents", "Sum", of_log),
    "log_bytes": Metric(LOGS, "IncomingBytes", "Sum", of_log),
    **{
        f"nat_{number}_{key}": Metric(NAT, name, "Sum", of_gateway(number))
        for number in range(MOST_GATEWAYS)
        for key, name in NAT_COUNTS.items()
    },
    "critical_undelivered": Metric(TOPIC, UNDELIVERED, "Sum", of_topic("critical")),
    "warning_undelivered": Metric(TOPIC, UNDELIVERED, "Sum", of_topic("warning")),
    "relay_errors": Metric(FUNCTION, "Errors", "Sum", of_relay),
    "relay_throttles": Metric(FUNCTION, "Throttles", "Sum", of_relay),
    "schedule_dropped": Metric("AWS/Scheduler", "InvocationDroppedCount", "Sum", night_stop.group),
    "database_cpu": Metric(DATABASE, "CPUUtilization", "Average", of_database),
    "database_credits": Metric(DATABASE, "CPUCreditBalance", "Minimum", of_database),
    "database_storage": Metric(DATABASE, "FreeStorageSpace", "Minimum", of_database),
    "database_memory": Metric(DATABASE, "FreeableMemory", "Average", of_database),
    "database_read_seconds": Metric(DATABASE, "ReadLatency", "Average", of_database),
    "database_write_seconds": Metric(DATABASE, "WriteLatency", "Average", of_database),
}


def queries(deployed: Deployed, now: datetime) -> dict[str, Any]:
    """Return what GetMetricData is asked; what the stack does not have is left out."""
    return {
        "StartTime": now - WINDOW,
        "EndTime": now,
        "ScanBy": "TimestampDescending",
        "MetricDataQueries": list(_queries(deployed)),
    }


def _queries(deployed: Deployed) -> Iterator[dict[str, Any]]:
    for key, metric in METRICS.items():
        try:
            dimensions = metric.of(deployed)
        except NotDeployed:
            continue
        yield {
            "Id": key,
            "ReturnData": True,
            "MetricStat": {
                "Metric": {
                    "Namespace": metric.namespace,
                    "MetricName": metric.name,
                    "Dimensions": [{"Name": k, "Value": v} for k, v in dimensions.items()],
                },
                "Period": PERIOD_SECONDS,
                "Stat": metric.statistic,
            },
        }


def points(facts: Facts, key: str, within: timedelta) -> list[float]:
    """Return a measure's points of the last `within`, newest first; empty if there are none.

    Unknown if the measure is not in the answer.
    """
    for series in facts["metrics"]["MetricDataResults"].each():
        if series["Id"].text == key:
            times, values = series["Timestamps"].each(), series["Values"].each()
            if len(times) != len(values):
                raise Unknown(f"{series.place} has {len(times)} times for {len(values)} values")
            rows = sorted(((t.time, v.number) for t, v in zip(times, values, strict=True)))
            return [value for time, value in reversed(rows) if time >= facts.now - within]
    raise Unknown(f"CloudWatch gave no answer about {METRICS[key].name}")


def recent(facts: Facts, key: str, within: timedelta = FRESH) -> list[float]:
    """Return a gauge's points, newest first. Unknown if there is none in `within`."""
    found = points(facts, key, within)
    if not found:
        minutes = int(within.total_seconds() // 60)
        raise Unknown(f"{METRICS[key].name} has no point in the last {minutes} min")
    return found


def counted(facts: Facts, key: str, within: timedelta) -> float:
    """Return the sum of a count that CloudWatch leaves out while it is zero."""
    return sum(points(facts, key, within))
