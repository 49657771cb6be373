"""Cases of the alarms' rules."""

from typing import Any

from policy import tokens as t
from policy.monitoring_figures import BELOW
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import GONE, WAITS, Spoil, add, at_update, both, change, nothing, of, remove
from tests.policy.worlds import in_dev, in_staging
from tests.policy.worlds_monitoring import error_queries, stopped_tasks

LB = {"LoadBalancer": of("alb", "app/alb/1")}


R = "rds-alarms-complete"
for gone in ("rds-cpu-high", "rds-cpu-medium", "rds-storage-low", "rds-connection-spike"):
    broken(R, f"{gone} is gone", remove(gone))
broken(R, "it rings at 81", change("rds-cpu-high", threshold=81))
broken(R, "it rings after six minutes", change("rds-cpu-high", evaluationPeriods=6))
broken(R, "it rings below", change("rds-cpu-high", comparisonOperator=BELOW))
broken(R, "10 means 10 bytes", change("rds-storage-low", threshold=10), in_staging)
broken(R, "it counts another service", change("rds-cpu-high", namespace="AWS/ECS"))
broken(
    R,
    "it watches another database",
    change("rds-cpu-high", dimensions={"DBInstanceIdentifier": "other"}),
)
broken(R, "a second database is not watched", add("more", t.DB_INSTANCE, identifier="more"))
broken(R, "nor one whose name AWS makes up", add("more", t.DB_INSTANCE))
broken(R, "nobody says how often", change("rds-cpu-high", period=GONE, evaluationPeriods=300))
broken(R, "nobody says how many times", change("rds-cpu-high", period=300, evaluationPeriods=GONE))
fine(R, "five minutes at once", change("rds-cpu-high", period=300, evaluationPeriods=1))
fine(
    R,
    "the database by its name",
    change("rds-cpu-high", dimensions={"DBInstanceIdentifier": "triflow-ai-production-db"}),
)
open_question(R, "the figure is not known", change("rds-cpu-high", threshold=WAITS), "threshold")
open_question(R, "nobody knows which database", change("rds-cpu-high", dimensions={"DBInstanceIdentifier": WAITS}), "DBInstanceIdentifier")  # noqa: E501  # fmt: skip

R = "ecs-alarms-complete"
broken(f"{R}(a)", "no insights", change("cluster", settings=GONE))
broken(
    f"{R}(a)",
    "insights are off",
    change("cluster", settings=[{"name": "containerInsights", "value": "disabled"}]),
)
broken(f"{R}(b)", "memory is not watched", remove("ecs-memory-high"))
broken(f"{R}(b)", "memory at 95", change("ecs-memory-high", threshold=95))
broken(f"{R}(c)", "nobody is told", remove("stopped-tasks-target"))
broken(f"{R}(c)", "the target is a queue", change("stopped-tasks-target", arn=of("restart")))
broken(
    f"{R}(c)",
    "every stop is told, also of a deployment",
    change("stopped-tasks", eventPattern=stopped_tasks(stopCode=None)),
)
broken(
    f"{R}(c)",
    "tasks that start are told",
    change("stopped-tasks", eventPattern=stopped_tasks(lastStatus=["RUNNING"])),
)
fine(
    R,
    "enhanced insights",
    change("cluster", settings=[{"name": "containerInsights", "value": "enhanced"}]),
)
fine(
    R,
    "by the group as well",
    change("stopped-tasks", eventPattern=stopped_tasks(group=["service:backend"])),
)
fine(
    R,
    "the service by its name",
    change("ecs-memory-high", dimensions={"ServiceName": "triflow-ai-production-backend-service"}),
)
fine(R, "a canary", add("canary", t.ECS_SERVICE, name="triflow-ai-production-backend-canary-service"))  # noqa: E501  # fmt: skip
open_question(
    R, "the pattern is not known", change("stopped-tasks", eventPattern=WAITS), "eventPattern"
)

R = "alb-alarms-complete"
broken(f"{R}(a)", "errors are not watched", remove("alb-5xx-rate"))
broken(f"{R}(a)", "at 10 percent", change("alb-5xx-rate", threshold=10))
broken(f"{R}(a)", "after three minutes", change("alb-5xx-rate", evaluationPeriods=3))
broken(
    f"{R}(a)",
    "the tasks' errors alone",
    change("alb-5xx-rate", metricQueries=error_queries(LB)[2:]),
)
broken(
    f"{R}(a)",
    "divided by nothing at night",
    change("alb-5xx-rate", metricQueries=error_queries(LB, "100 * (e + t) / r")),
)
broken(
    f"{R}(a)",
    "a number and not a share",
    change("alb-5xx-rate", metricQueries=error_queries(LB, "IF(r > 0, e + t, 0)")),
)
broken(f"{R}(b)", "slowness is not watched", remove("alb-latency-high"))
broken(f"{R}(b)", "the average", change("alb-latency-high", extendedStatistic="p50"))
broken(f"{R}(b)", "two thousand", change("alb-latency-high", threshold=2000))
broken(f"{R}(c)", "healthy tasks are not watched", remove("alb-healthy-hosts"))
broken(f"{R}(c)", "by the balancer alone", change("alb-healthy-hosts", dimensions=LB))
fine(R, "another guard", change("alb-5xx-rate", metricQueries=error_queries(LB, "IF(r > 0, 100 * (e + t) / r, 0)")))  # noqa: E501  # fmt: skip
broken(f"{R}(a)", "at a share as a fraction", change("alb-5xx-rate", threshold=0.05))
fine(R, "the slowest hundredth besides", add("p99", t.METRIC_ALARM, namespace="AWS/ApplicationELB", metricName="TargetResponseTime", extendedStatistic="p99", threshold=5, dimensions=LB))  # noqa: E501  # fmt: skip
fine(R, "minute by minute", change("alb-latency-high", period=60, evaluationPeriods=5))
open_question(R, "the share is not known", change("alb-5xx-rate", threshold=WAITS), "threshold")

R = "alarm-legal-in-units-with-runbook"
fine(R, "ten thousand million bytes", change("rds-storage-low", threshold=10_000_000_000))
spoilt: dict[str, dict[str, Any]] = {
    "neither metric nor queries": {"metricName": GONE},
    "metric and queries": {"metricQueries": error_queries({})},
    "two statistics": {"extendedStatistic": "p95"},
    "no statistic": {"statistic": GONE},
    "no such percentile": {"statistic": GONE, "extendedStatistic": "95"},
    "a period of 90 seconds": {"period": 90},
    "AWS counts by the minute": {"period": 30},
    "it looks back two days": {"period": 300, "evaluationPeriods": 576},
    "no threshold": {"threshold": GONE},
    "a metric of no service": {"namespace": GONE},
    "no comparison": {"comparisonOperator": GONE},
    "a comparison of its own": {"comparisonOperator": "GreaterThan"},
    "six of five": {"datapointsToAlarm": 6},
}
for says, changed in spoilt.items():
    broken(f"{R}(a)", says, change("rds-cpu-high", **changed))


def computed(at: int, **changed: Any) -> Spoil:  # noqa: ANN401  # any field of a query
    """Change one of the three metrics, or the expression, that the share of errors is made of."""
    queries = error_queries(LB)
    queries[at] = {key: value for key, value in (queries[at] | changed).items() if value != ""}
    return change("alb-5xx-rate", metricQueries=queries)


METRIC = error_queries(LB)[0]["metric"]
for says, at, changed in (
    ("by the minute and a half", 0, {"metric": METRIC | {"period": 90}}),
    ("of no service", 0, {"metric": METRIC | {"namespace": None}}),
    ("of no name", 1, {"metric": METRIC | {"metricName": None}}),
    ("under a name that nothing computes with", 2, {"id": "errors"}),
    ("without a name", 3, {"id": ""}),
    ("under a name that CloudWatch refuses", 3, {"id": "5xx"}),
    ("a metric and an expression", 2, {"expression": "r"}),
    ("neither a metric nor an expression", 3, {"expression": ""}),
    ("with what nobody measures", 3, {"expression": "100 * (e + t) / IF(r > 0, r, most)"}),
):
    broken(f"{R}(a)", f"computed {says}", computed(at, **changed))
fine(R, "computed from a query", change("function-0-errors", metricName=GONE, statistic=GONE, metricQueries=[{"id": "q", "returnData": True, "expression": "SELECT MAX(used) FROM SCHEMA(app)"}]))  # noqa: E501  # fmt: skip
for comparison in ("GreaterThanOrEqualToThreshold", "LessThanOrEqualToThreshold"):
    fine(R, comparison, change("rds-cpu-high", comparisonOperator=comparison))
broken(f"{R}(a)", "two results", change("alb-5xx-rate", metricQueries=[*error_queries(LB), {"id": "x", "returnData": True}]))  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "10 means 10 bytes", change("rds-storage-low", threshold=10))
broken(f"{R}(b)", "a share as a fraction", change("rds-cpu-high", threshold=0.8))
broken(f"{R}(b)", "milliseconds", change("alb-latency-high", threshold=2000))
for says, short, statistic in (
    ("the average of a disk", "rds-storage-low", "Average"),
    ("connections are added up", "rds-connection-spike", "Sum"),
    ("the busiest second", "rds-cpu-high", "Maximum"),
    ("the average of ones is one", "restart-errors", "Average"),
    ("hosts are added up", "alb-healthy-hosts", "Sum"),
    ("only when all wait", "restart-dead-letters-alarm", "Minimum"),
):
    broken(f"{R}(b)", says, change(short, statistic=statistic))
broken(f"{R}(b)", "the ninth of ten errors", change("restart-errors", statistic=GONE, extendedStatistic="p90"))  # noqa: E501  # fmt: skip
averaged = error_queries(LB)
averaged[1]["metric"]["stat"] = "Average"
broken(f"{R}(b)", "the average of errors", change("alb-5xx-rate", metricQueries=averaged))
unsaid = error_queries(LB)
del unsaid[1]["metric"]["stat"]
broken(f"{R}(b)", "nobody says what of the errors", change("alb-5xx-rate", metricQueries=unsaid))
for statistic in ("Minimum", "Average", "Maximum"):
    fine(R, f"healthy hosts, {statistic}", change("alb-healthy-hosts", statistic=statistic))
fine(R, "the 99th of a hundred", change("alb-latency-high", extendedStatistic="p99"))
fine(R, "the slowest tenth of reads", change("rds-cpu-high", metricName="ReadLatency", statistic=GONE, extendedStatistic="p90", threshold=0.02))  # noqa: E501  # fmt: skip
fine(R, "a metric of one's own", change("rds-cpu-high", metricName="Own", statistic="SampleCount"))
broken(f"{R}(b)", "silence is not decided", change("rds-cpu-high", treatMissingData=GONE))
broken(f"{R}(b)", "no host is fine", change("alb-healthy-hosts", treatMissingData="notBreaching"))
broken(f"{R}(b)", "a gauge is fine in silence", change("rds-cpu-high", treatMissingData="notBreaching"))  # noqa: E501  # fmt: skip
broken(f"{R}(c)", "no problem of the guide", change("rds-cpu-high", alarmDescription="CPU P24"))
broken(f"{R}(c)", "no description", change("rds-cpu-high", alarmDescription=GONE))
broken(f"{R}(c)", "too long", change("rds-cpu-high", alarmDescription="P10 " + "x" * 1021))
broken(f"{R}(c)", "nobody's name", change("rds-cpu-high", name="cpu"))
fine(R, "a fast metric of one's own", change("function-0-errors", namespace="TriFlow", period=10))
fine(R, "a week of hours", change("rds-cpu-high", period=3600, evaluationPeriods=168))
fine(R, "exactly 1024 characters", change("rds-cpu-high", alarmDescription="P10 " + "x" * 1020))
fine(
    R,
    "staging sleeps at night",
    change("alb-healthy-hosts", treatMissingData="notBreaching"),
    in_staging,
)
open_question(R, "the text is not known", change("rds-cpu-high", alarmDescription=WAITS), "alarmDescription")  # noqa: E501  # fmt: skip

R = "alarm-dimensions-resolve"
for says, dimension in {
    "a name that nothing has": {"DBInstanceIdentifier": "other"},
    "the resource id": {"DBInstanceIdentifier": "db-ABC"},
    "an ARN": {"LoadBalancer": "arn:aws:elasticloadbalancing:x"},
    "another load balancer": {"LoadBalancer": "app/other/1"},
    "a target group in the balancer's place": {"LoadBalancer": "targetgroup/x/1"},
}.items():
    broken(R, says, change("rds-cpu-high", dimensions=dimension))
for says, short, dimensions in (
    ("its resource id", "rds-cpu-high", {"DBInstanceIdentifier": of("database", "db-ABC")}),
    ("its ARN", "rds-cpu-high", {"DBInstanceIdentifier": of("database", "arn:aws:rds:x")}),
    ("the balancer's ARN", "alb-latency-high", {"LoadBalancer": of("alb", "arn:aws:x:app/alb/1")}),
    ("the balancer's name", "alb-latency-high", {"LoadBalancer": of("alb", "triflow-alb")}),
):
    broken(R, says, change(short, dimensions=dimensions))
broken(R, "inside metric math", change("alb-5xx-rate", metricQueries=error_queries({"LoadBalancer": "app/x/1"})))  # noqa: E501  # fmt: skip
fine(
    R,
    "a plain name",
    change("ecs-memory-high", dimensions={"ClusterName": "triflow-ai-production-cluster"}),
)
fine(R, "a dimension of its own", change("function-0-errors", dimensions={"Environment": "x"}))
fine(R, "the suffix is known only after", change("alb-latency-high", dimensions={"LoadBalancer": of("alb")}))  # noqa: E501  # fmt: skip
open_question(
    R,
    "nobody knows which balancer",
    change("alb-latency-high", dimensions={"LoadBalancer": WAITS}),
    "LoadBalancer",
)
fine(R, "dev as decided", nothing, in_dev)
fine(R, "at an update", both(at_update, change("rds-cpu-high", tags={"Layer": "monitoring"})))


R = "alarm-action-reaches-person"
broken(f"{R}(a)", "it does nothing", change("rds-cpu-high", alarmActions=GONE))
broken(f"{R}(a)", "it is muted", change("rds-cpu-high", actionsEnabled=False))
broken(f"{R}(a)", "another account's topic", change("rds-cpu-high", alarmActions=["arn:aws:sns:x"]))
broken(f"{R}(a)", "six actions", change("rds-cpu-high", alarmActions=[of("topic-critical")] * 6))
broken(f"{R}(b)", "a warning wakes people", change("rds-cpu-medium", alarmActions=[of("topic-critical")]))  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "nobody wakes", change("rds-cpu-high", alarmActions=[of("topic-warning")]))
broken(f"{R}(c)", "nobody listens", remove("topic-critical-relay", "topic-critical-email"))
fine(R, "five actions", change("rds-cpu-high", alarmActions=[of("topic-critical")] * 5))
fine(R, "the relay alone", remove("topic-critical-email"))
fine(R, "an alarm that scales", change("scale-out-alarm", alarmActions=[of("scale-out")]))
open_question(R, "nobody knows whom", change("rds-cpu-high", alarmActions=[WAITS]), "alarmActions[0]")  # noqa: E501  # fmt: skip
