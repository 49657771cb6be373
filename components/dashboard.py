"""The stack's dashboard and the saved queries of the guide (ADR M8, M10).

The dashboard shows what the alarms watch, with their thresholds left to them. Grafana stays what
it is; it reads the same metrics through its CloudWatch data source.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch

WIDTH, HEIGHT, PER_ROW = 8, 6, 3

# Title, subject, namespace, metrics, statistic: three to a row, from the visitor inwards.
GRAPHS: Sequence[tuple[str, str, str, tuple[str, ...], str]] = (
    ("요청 Requests", "balancer", "AWS/ApplicationELB", ("RequestCount",), "Sum"),
    (
        "5xx",
        "balancer",
        "AWS/ApplicationELB",
        ("HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"),
        "Sum",
    ),
    ("응답 시간 P95 Latency", "balancer", "AWS/ApplicationELB", ("TargetResponseTime",), "p95"),
    (
        "태스크 상태 Hosts",
        "targets",
        "AWS/ApplicationELB",
        ("HealthyHostCount", "UnHealthyHostCount"),
        "Maximum",
    ),
    (
        "태스크 수 Tasks",
        "service",
        "ECS/ContainerInsights",
        ("RunningTaskCount", "DesiredTaskCount"),
        "Average",
    ),
    (
        "태스크 부하 Task load",
        "service",
        "AWS/ECS",
        ("CPUUtilization", "MemoryUtilization"),
        "Average",
    ),
    ("DB CPU", "database", "AWS/RDS", ("CPUUtilization",), "Average"),
    ("DB 연결 Connections", "database", "AWS/RDS", ("DatabaseConnections",), "Average"),
    ("DB 저장 공간 Storage", "database", "AWS/RDS", ("FreeStorageSpace",), "Minimum"),
    ("DB 지연 Latency", "database", "AWS/RDS", ("ReadLatency", "WriteLatency"), "Average"),
    ("DB 메모리 Memory", "database", "AWS/RDS", ("FreeableMemory", "SwapUsage"), "Average"),
    ("DB CPU 크레딧 Credits", "database", "AWS/RDS", ("CPUCreditBalance",), "Minimum"),
)

QUERIES: Mapping[str, str] = {
    "errors": "fields @timestamp, @message\n| filter @message like /ERROR/\n"
    "| sort @timestamp desc\n| limit 100",
    "slow": "fields @timestamp, request_id, duration\n| filter duration > 2000\n"
    "| sort duration desc\n| limit 50",
    "5xx": "fields @timestamp\n| filter status_code >= 500\n| stats count() by bin(5m)",
}


@dataclass(frozen=True, kw_only=True)
class DashboardArgs:
    """`subjects` are dimensions by the names that GRAPHS uses; queries run over `log_group`."""

    prefix: str
    region: str
    subjects: Mapping[str, Mapping[str, pulumi.Input[str]]]
    alarm_arns: Sequence[pulumi.Input[str]]
    log_group: pulumi.Input[str]


class Dashboard(pulumi.ComponentResource):
    """One dashboard, named as the stack, and three saved queries in a folder of that name."""

    url: pulumi.Output[str]

    def __init__(
        self, name: str, args: DashboardArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:monitoring:Dashboard", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        cloudwatch.Dashboard(
            name,
            dashboard_name=args.prefix,
            dashboard_body=pulumi.Output.json_dumps(body(args)),
            opts=child,
        )
        for query, text in QUERIES.items():
            cloudwatch.QueryDefinition(
                f"{name}-{query}",
                name=f"{args.prefix}/{query}",
                query_string=text,
                log_group_names=[args.log_group],
                opts=child,
            )
        console = f"https://{args.region}.console.aws.amazon.com/cloudwatch/home"
        self.url = pulumi.Output.from_input(
            f"{console}?region={args.region}#dashboards/dashboard/{args.prefix}"
        )
        self.register_outputs({"url": self.url})


def body(args: DashboardArgs) -> dict[str, Any]:
    """Return the widgets: the state of every alarm on top, below it the graphs."""
    states = {
        "type": "alarm",
        "x": 0,
        "y": 0,
        "width": WIDTH * PER_ROW,
        "height": HEIGHT,
        "properties": {"title": f"{args.prefix} 경보 Alarms", "alarms": list(args.alarm_arns)},
    }
    return {"widgets": [states, *(_graph(args, place) for place in range(len(GRAPHS)))]}


def _graph(args: DashboardArgs, place: int) -> dict[str, Any]:
    title, subject, namespace, metrics, statistic = GRAPHS[place]
    dimensions = [part for pair in args.subjects[subject].items() for part in pair]
    return {
        "type": "metric",
        "x": place % PER_ROW * WIDTH,
        "y": HEIGHT + place // PER_ROW * HEIGHT,
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": title,
            "region": args.region,
            "view": "timeSeries",
            "period": 60,
            "stat": statistic,
            "metrics": [[namespace, metric, *dimensions] for metric in metrics],
        },
    }
