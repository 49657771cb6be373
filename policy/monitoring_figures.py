"""The figures of monitoring and cost (ADR 6) that the rules compare with.

The program has its own copy of each: a guard must not read the plan it guards. An alarm is metric,
comparison, threshold in the metric's own unit, and the seconds that it looks at.
"""

import datetime as dt
from typing import Final

from policy.tokens import DELIVERY_STREAM, FUNCTION, QUEUE

ABOVE: Final = "GreaterThanThreshold"
BELOW: Final = "LessThanThreshold"
GIB: Final = 2**30
MIB: Final = 2**20

# ADR M4, M5.
Wanted = tuple[str, str, int, int]
RDS_ALARMS: Final[tuple[Wanted, ...]] = (
    ("CPUUtilization", ABOVE, 80, 300),
    ("CPUUtilization", ABOVE, 60, 600),
    ("FreeStorageSpace", BELOW, 10 * GIB, 60),
    ("DatabaseConnections", ABOVE, 80, 300),
)
MEMORY_ALARM: Final[Wanted] = ("MemoryUtilization", ABOVE, 90, 180)
LATENCY_ALARM: Final[Wanted] = ("TargetResponseTime", ABOVE, 2, 300)
LATENCY_STATISTIC: Final = "p95"
HEALTHY_HOSTS: Final = ("HealthyHostCount", BELOW, 1)
ERROR_PERCENT: Final = 5
ERROR_SECONDS: Final = 60
ERROR_METRICS: Final = frozenset(
    {"RequestCount", "HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count"}
)

# ADR M5: what works for the platform itself, by the dimension and the namespace of its metrics.
INNER_ALARMS: Final[dict[str, tuple[str, str, Wanted]]] = {
    FUNCTION: ("FunctionName", "AWS/Lambda", ("Errors", ABOVE, 0, 300)),
    QUEUE: ("QueueName", "AWS/SQS", ("ApproximateNumberOfMessagesVisible", ABOVE, 0, 300)),
    DELIVERY_STREAM: (
        "DeliveryStreamName",
        "AWS/Firehose",
        ("DeliveryToS3.DataFreshness", ABOVE, 3600, 900),
    ),
}
# Stops of a task that nobody asked for; a deployment and scaling in have other codes.
ENDED_BY_ITSELF: Final = ("EssentialContainerExited", "TaskFailedToStart")

# ADR M4, M5: by the end of the alarm's name, the topic that it belongs to.
SEVERITIES: Final = {
    "-rds-cpu-high": "critical",
    "-rds-storage-low": "critical",
    "-rds-connection-spike": "critical",
    "-ecs-memory-high": "critical",
    "-alb-5xx-rate": "critical",
    "-rds-cpu-medium": "warning",
    "-alb-latency-high": "warning",
}
MOST_ACTIONS: Final = 5  # that CloudWatch takes
REACH_A_PERSON: Final = ("email", "lambda", "sqs")

# Units: the bounds between which a threshold makes sense; another unit falls outside of them.
THRESHOLD_BOUNDS: Final[dict[str, tuple[float, float]]] = {
    "CPUUtilization": (1, 100),
    "MemoryUtilization": (1, 100),
    "FreeStorageSpace": (GIB, 65536 * GIB),
    "FreeableMemory": (16 * MIB, 1024 * GIB),
    "SwapUsage": (16 * MIB, 1024 * GIB),
    "TargetResponseTime": (0.001, 60),
    "ReadLatency": (0.0001, 60),
    "WriteLatency": (0.0001, 60),
}
# What is counted only when something happens is fine while nothing is counted.
COUNTED: Final = frozenset(
    {
        *("TargetResponseTime", "UnHealthyHostCount", "Errors", "Throttles"),
        *("HTTPCode_ELB_5XX_Count", "HTTPCode_Target_5XX_Count", "RequestCount"),
        *("ErrorPortAllocation", "NumberOfBackupJobsFailed"),
        "ApproximateNumberOfMessagesVisible",
    }
)
# What of a period is compared with the threshold. Of what is counted only the sum says how much;
# a gauge's sum says how often it was reported. Source: each service's page of metrics, 2026-11.
_SENSE: Final[dict[tuple[str, ...], tuple[str, ...]]] = {
    ("Sum",): (
        *("Errors", "Throttles", "RequestCount", "HTTPCode_ELB_5XX_Count"),
        *("HTTPCode_Target_5XX_Count", "ErrorPortAllocation", "NumberOfBackupJobsFailed"),
    ),
    ("Average",): (
        *("CPUUtilization", "MemoryUtilization", "DatabaseConnections", "FreeableMemory"),
        *("SwapUsage", "DesiredTaskCount", "RunningTaskCount"),
    ),
    ("Average", "p90"): ("ReadLatency", "WriteLatency"),
    ("Minimum",): ("FreeStorageSpace", "CPUCreditBalance", "DaysToExpiry"),
    ("Maximum", "Average"): (
        *("UnHealthyHostCount", "ApproximateNumberOfMessagesVisible"),
        "DeliveryToS3.DataFreshness",
    ),
    ("Minimum", "Average", "Maximum"): ("HealthyHostCount",),
}
STATISTICS: Final = {metric: few for few, metrics in _SENSE.items() for metric in metrics}
GUIDE_PROBLEMS: Final = frozenset(f"P{number:02}" for number in range(1, 24))
LONGEST_DESCRIPTION: Final = 1024
LONGEST_NAME: Final = 255

# ADR M7: who may publish; EventBridge names its rule, the others the account.
BY_ACCOUNT: Final = frozenset(
    f"{service}.amazonaws.com" for service in ("cloudwatch", "budgets", "events.rds")
)
BY_RULE: Final = "events.amazonaws.com"
CHATS: Final = ("hooks.slack.com", "webhook.office.com", "discord.com")
NOBODYS_DOMAINS: Final = ("example.com", "example.org", "company.com")
SMS_REGION: Final = "ap-northeast-1"

# ADR M3.
ARCHIVED_GROUPS: Final = ("/aws/ecs/", "/aws/rds/")
ARCHIVE_PREFIX: Final = "logs-archive/"
ARCHIVE_DAYS: Final = 365
ARCHIVE_STORAGE: Final = "GLACIER_IR"
LATEST_COLD_DAYS: Final = 1
MOST_FILTERS: Final = 2
LEAST_BUFFER_MB: Final = 64

# ADR F3: US dollars a month, the record's won at 1,300; percent that are told.
BUDGET_USD: Final = {"dev": 53, "staging": 92, "prod": 289}
BUDGET_NOTICES: Final = frozenset(
    {("ACTUAL", 50), ("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)}
)

# ADR X1, X2: the day on which a feature was decided; None while it is not.
CACHE_DECIDED: Final[dt.date | None] = None
FIREWALL_DECIDED: Final[dt.date | None] = None
CACHE_NODE: Final = "cache.t4g.small"

# ADR F1: what an estimate may come to, in US dollars a month: the estimates of 2026-11-22 and about
# 15 %. The record's sums cannot be it, since they rest on us-east-1's rates (docs/decisions/0010).
CEILING_USD: Final = {"foundation": 5, "dev": 68, "staging": 140, "prod": 440}
CACHE_USD: Final = 36  # more from the day on which it is decided
FIREWALL_USD: Final = 12
