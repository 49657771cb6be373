"""Rows as in `doctor_cases`, for money, logs, files' ways, and what the guide leaves out."""

from collections.abc import Callable
from datetime import timedelta

from tests.triflow import doctor_world
from tests.triflow.doctor_cases import Answers, Case, gone, put, without
from tests.triflow.doctor_world import NOW

DATABASE = ("database", "DBInstances", 0)
ENDPOINT = ("vpc_endpoints", "VpcEndpoints", 0)
MIB, GIB = 2.0**20, 2.0**30


def written(**series: list[float]) -> Callable[[Answers], None]:
    """Return what gives some measures these points, newest first, beside those of all that is well.

    What is well of them can be had from `doctor_world.WRITTEN`.
    """
    points = {**doctor_world.WRITTEN, **series}
    return lambda answers: answers.update(metrics=doctor_world.metrics(**points))


def silent(since: timedelta) -> Callable[[Answers], None]:
    """Return what lets a task run for so long without a line in the last hour."""

    def spoil(answers: Answers) -> None:
        written(log_events=[0.0] * 12)(answers)
        for one in answers["tasks"]["tasks"]:
            one["startedAt"] = NOW - since

    return spoil


def kept_for_ever(answers: Answers) -> None:
    """Take the days out of a group's answer, as AWS does."""
    del answers["log_groups"]["logGroups"][0]["retentionInDays"]


def no_export(answers: Answers) -> None:
    """Take the exports out of the database's answer, as AWS does."""
    del answers["database"]["DBInstances"][0]["EnabledCloudwatchLogsExports"]


def without_group(name: str) -> Callable[[Answers], None]:
    """Return what takes the groups of that name's end out of the answer."""

    def spoil(answers: Answers) -> None:
        rows = answers["log_groups"]["logGroups"]
        answers["log_groups"]["logGroups"] = [
            one for one in rows if not one["logGroupName"].endswith(name)
        ]

    return spoil


CASES = (
    # P17
    Case("nat-bytes-high", written(nat_0_sent=[100 * MIB] * 11), "1.1 GiB in 24 h"),
    Case("nat-bytes-high", written(nat_0_received=[1 * GIB] * 11), "11.0 GiB in 24 h"),
    Case("nat-bytes-high", written(nat_0_sent=[100 * MIB] * 10)),
    Case("nat-ports-exhausted", written(nat_0_ports=[2.0, 3.0]), "5 connections found no port"),
    Case("nat-ports-exhausted", written(nat_0_ports=[0.0] * 12 + [9.0])),
    Case("s3-endpoint-missing", gone("vpc_endpoints"), "none that is available"),
    Case("s3-endpoint-missing", put("pending", *ENDPOINT, "State"), "none that is available"),
    Case("s3-endpoint-missing", put("Available", *ENDPOINT, "State")),
    Case("s3-endpoint-not-routed", put([], *ENDPOINT, "RouteTableIds"), "does not name it"),
    Case("s3-endpoint-not-routed", gone("vpc_endpoints")),
    # P20
    Case("log-group-missing", without("log_groups", "logGroups"), "knows no such group"),
    Case(
        "log-retention-drift", put(15, "log_groups", "logGroups", 0, "retentionInDays"), "kept 15"
    ),
    Case("log-retention-drift", kept_for_ever, "kept for ever"),
    Case("log-retention-drift", without("log_groups", "logGroups")),
    Case("task-log-config-wrong", without_group("-backend"), "which does not exist"),
    Case("task-log-config-wrong", without_group("/postgresql")),
    Case("log-silent", silent(timedelta(hours=2)), "no line in 60 min; a task runs since 11-22"),
    Case("log-silent", silent(timedelta(minutes=30))),
    Case("rds-log-export-off", put([], *DATABASE, "EnabledCloudwatchLogsExports"), "postgresql"),
    Case("rds-log-export-off", no_export, "does not export postgresql"),
    Case("rds-log-export-off", put(["postgresql", "x"], *DATABASE, "EnabledCloudwatchLogsExports")),
)
