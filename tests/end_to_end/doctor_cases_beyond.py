"""Rows as in `doctor_cases`, for money, logs, files' ways, and what the guide leaves out."""

from datetime import timedelta
from typing import Any

from tests.end_to_end.doctor_case import ONE, Act, Case, nothing, spoils
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


def log_group_again(world: World) -> None:
    """Make the tasks' group anew, with the one line in it that a check looks for."""
    _, made = group("compute-log-group")
    made(world)
    world.confirmed()


def silent(world: World) -> None:
    """Let a task run for two hours without a line."""
    for operation, answer in recorded(world.now - timedelta(hours=2)).items():
        world.says(operation, answer)
    series("log_events")(world)


def says(operation: str, answer: Any) -> Act:  # noqa: ANN401 - JSON
    """Return what answers an operation without asking the local AWS."""
    return lambda world: world.says(operation, answer)


def protected(*, value: bool) -> Act:
    """Return what switches the database's protection against deletion."""
    return lambda world: world.aws("rds").modify_db_instance(
        DBInstanceIdentifier=world.database, DeletionProtection=value, ApplyImmediately=True
    )


def reserved(**fields: object) -> Act:
    """Return what lets there be a reservation for the database, some of its fields otherwise."""

    def act(world: World) -> None:
        row = {
            "ReservedDBInstanceId": "for-a-year",
            "DBInstanceClass": world.inputs("database-instance")["instanceClass"],
            "ProductDescription": "postgresql",
            "MultiAZ": True,
            "DBInstanceCount": 1,
            "State": "active",
            "StartTime": world.now - timedelta(days=100),
            "Duration": 31_536_000,
        }
        answer = {"ReservedDBInstances": [row | fields]}
        world.says("rds.DescribeReservedDBInstances", answer)

    return act


NO_BUDGET = {"Error": {"Code": "NotFoundException", "Message": ""}}
SPEND = ("Budget", "CalculatedSpend")
TOO_MUCH = {"Amount": "9999", "Unit": "USD"}
CASES = (
    # P19, P22 and P23
    Case(
        "multipart-abort-missing",
        "P19",
        spoils("s3.GetBucketLifecycleConfiguration", "Rules", value=[]),
        nothing,
    ),
    Case(
        "bucket-lifecycle-missing",
        "P22",
        spoils("s3.GetBucketLifecycleConfiguration", "Rules", value=[]),
        nothing,
    ),
    Case("budget-missing", "P22", says("budgets.DescribeBudget", NO_BUDGET), nothing),
    Case(
        "budget-exceeded",
        "P22",
        spoils("budgets.DescribeBudget", *SPEND, "ActualSpend", value=TOO_MUCH),
        nothing,
    ),
    Case(
        "budget-forecast-over",
        "P22",
        spoils("budgets.DescribeBudget", *SPEND, "ForecastedSpend", value=TOO_MUCH),
        nothing,
    ),
    Case("logs-ingest-high", "P22", series("log_bytes", 2 * GIB), nothing),
    Case("ri-does-not-match", "P23", reserved(MultiAZ=False), nothing),
    Case("ri-expiring", "P23", reserved(Duration=86_400 * 110), nothing),
    # PX
    Case(
        "cert-not-issued",
        "PX",
        spoils("acm.DescribeCertificate", "Certificate", "Status", value="FAILED"),
        nothing,
    ),
    Case(
        "dns-alias-missing",
        "PX",
        spoils("route53.ListResourceRecordSets", "ResourceRecordSets", value=[]),
        nothing,
        also=("dns-validation-missing",),
    ),
    Case("rds-protection-off", "PX", protected(value=False), protected(value=True)),
    Case(
        "rds-backup-off",
        "PX",
        spoils("rds.DescribeDBInstances", *ONE, "BackupRetentionPeriod", value=0),
        nothing,
    ),
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
        group("compute-log-group")[0],
        log_group_again,
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
