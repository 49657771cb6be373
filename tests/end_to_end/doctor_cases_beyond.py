"""Rows as in `doctor_cases`, for money, logs, files' ways, and what the guide leaves out."""

from datetime import timedelta
from typing import Any

from tests.end_to_end.doctor_cases import ONE, Act, Case, nothing, spoils
from tests.end_to_end.doctor_world import World, recorded

GIB = 2.0**30
ENDPOINT = ("VpcEndpoints", 0)


def series(key: str, *values: float) -> Act:
    """Return what puts a measure's points, newest first, into CloudWatch's answer."""

    def act(world: World) -> None:
        times = [world.now - timedelta(minutes=5 * number) for number in range(1, len(values) + 1)]

        def spoil(answer: Any) -> None:  # noqa: ANN401 - JSON
            for one in answer["MetricDataResults"]:
                if one["Id"] == key:
                    one.update(Timestamps=times, Values=[*values])

        world.spoils("cloudwatch.GetMetricData", spoil)

    return act


def routed(verb: str) -> Act:
    """Return what adds or removes the endpoint's first private table."""

    def act(world: World) -> None:
        wish = world.inputs("network-private-ap-northeast-2a-s3")
        world.aws("ec2").modify_vpc_endpoint(
            VpcEndpointId=world.deployed.output("s3_endpoint_id"),
            **{f"{verb}RouteTableIds": [wish["routeTableId"]]},
        )

    return act


def kept(name: str, days: int | None = None) -> Act:
    """Return what sets how long a group is kept; without days, as declared."""

    def act(world: World) -> None:
        wish = world.inputs(name)
        world.aws("logs").put_retention_policy(
            logGroupName=wish["name"], retentionInDays=days or int(wish["retentionInDays"])
        )

    return act


def group(name: str) -> tuple[Act, Act]:
    """Return what deletes a group, and what makes it anew."""

    def made(world: World) -> None:
        world.aws("logs").create_log_group(logGroupName=world.inputs(name)["name"])
        kept(name)(world)

    return (
        lambda world: world.aws("logs").delete_log_group(logGroupName=world.inputs(name)["name"]),
        made,
    )


def silent(world: World) -> None:
    """Let a task run for two hours without a line."""
    for operation, answer in recorded(world.now - timedelta(hours=2)).items():
        world.says(operation, answer)
    series("log_events")(world)


CASES = (
    # P17
    Case("nat-bytes-high", "P17", series("nat_0_sent", 5 * GIB), nothing),
    Case("nat-ports-exhausted", "P17", series("nat_0_ports", 7.0), nothing),
    Case(
        "s3-endpoint-missing",
        "P17",
        spoils("ec2.DescribeVpcEndpoints", *ENDPOINT, "State", value="failed"),
        nothing,
    ),
    Case("s3-endpoint-not-routed", "P17", routed("Remove"), routed("Add")),
    # P20
    Case("log-group-missing", "P20", *group("compute-restart-function-log-group")),
    Case(
        "task-log-config-wrong",
        "P20",
        *group("compute-log-group"),
        also=("log-group-missing",),
    ),
    Case("log-retention-drift", "P20", kept("compute-log-group", 30), kept("compute-log-group")),
    Case("log-silent", "P20", silent, nothing),
    Case(
        "rds-log-export-off",
        "P20",
        spoils("rds.DescribeDBInstances", *ONE, "EnabledCloudwatchLogsExports", value=[]),
        nothing,
    ),
)
