"""Rows as in `doctor_cases`, for money, logs, files' ways, and what the guide leaves out."""

from collections.abc import Callable
from datetime import timedelta

from tests.triflow.doctor_case import Answers, Case, gone, put, without
from tests.triflow.doctor_healthy import measures
from tests.triflow.doctor_stack import NOW

DATABASE = ("database", "DBInstances", 0)
ENDPOINT = ("vpc_endpoints", "VpcEndpoints", 0)
MIB, GIB = 2.0**20, 2.0**30


def written(**series: list[float]) -> Callable[[Answers], None]:
    """Return what gives some measures these points, newest first, beside those of all that is well.

    What is well of them can be had from `measures.WRITTEN`.
    """
    points = {**measures.WRITTEN, **series}
    return lambda answers: answers.update(metrics=measures.metrics(**points))


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


def never_ends(answers: Answers) -> None:
    """Take the end of the logs out of their rule, as AWS does where somebody took it away."""
    (rule,) = [one for one in answers["lifecycle"]["Rules"] if one["ID"] == "log"]
    del rule["Expiration"]


def renewing(status: str) -> Callable[[Answers], None]:
    """Return what lets the certificate's renewal be at such a point."""
    return put({"RenewalStatus": status}, *CERTIFICATE, "RenewalSummary")


def restorable(minutes: int, status: str = "available") -> Callable[[Answers], None]:
    """Return what lets the database's log have been kept so long ago for the last time."""

    def spoil(answers: Answers) -> None:
        newest = {"LatestRestorableTime": NOW - timedelta(minutes=minutes)}
        answers["database"]["DBInstances"][0] |= newest | {"DBInstanceStatus": status}

    return spoil


def without_group(name: str) -> Callable[[Answers], None]:
    """Return what takes the groups of that name's end out of the answer."""

    def spoil(answers: Answers) -> None:
        rows = answers["log_groups"]["logGroups"]
        answers["log_groups"]["logGroups"] = [
            one for one in rows if not one["logGroupName"].endswith(name)
        ]

    return spoil


RESERVED = ("reservations", "ReservedDBInstances", 0)
SPEND = ("budget", "Budget", "CalculatedSpend")
RULE = ("lifecycle", "Rules", -1)
ABORT = (*RULE, "AbortIncompleteMultipartUpload", "DaysAfterInitiation")
CERTIFICATE = ("certificate", "Certificate")
MOVED = ("lifecycle", "Rules", 0, "Transitions", 0)
PROOF, ALIAS = ("records", "ResourceRecordSets", 0), ("records", "ResourceRecordSets", 1)
NO = False

CASES = (
    # P19 and P22
    Case("multipart-abort-missing", gone("lifecycle"), "leftovers is absent"),
    Case("multipart-abort-missing", put("Disabled", *RULE, "Status"), "switched off"),
    Case("multipart-abort-missing", put(30, *ABORT), "aborts after 30 days, not 7"),
    Case("multipart-abort-missing", without("lifecycle", "Rules")),
    Case("bucket-lifecycle-missing", without("lifecycle", "Rules"), "switched off: workflow"),
    Case("bucket-lifecycle-missing", put(30, *ABORT)),
    Case(
        "bucket-lifecycle-missing",
        put(30, *MOVED, "Days"),
        "workflow: its transitions says Days 30",
    ),
    Case("bucket-lifecycle-missing", never_ends, "log: its expiration says nothing, not Days 365"),
    Case("bucket-lifecycle-missing", put(90, *MOVED, "Days")),
    Case("budget-missing", gone("budget"), "no such budget"),
    Case(
        "budget-exceeded",
        put("289", *SPEND, "ActualSpend", "Amount"),
        "289.00 USD are spent, 289.00",
    ),
    Case("budget-exceeded", put("288.99", *SPEND, "ActualSpend", "Amount")),
    Case(
        "budget-forecast-over",
        put("300", *SPEND, "ForecastedSpend", "Amount"),
        "300.00 USD are forecast",
    ),
    Case("budget-forecast-over", put("280", *SPEND, "ForecastedSpend", "Amount")),
    Case("logs-ingest-high", written(log_bytes=[100 * MIB] * 11), "1.1 GiB in 24 h"),
    Case("logs-ingest-high", written(log_bytes=[100 * MIB] * 10)),
    # P23
    Case("ri-not-active-yet", put("payment-pending", *RESERVED, "State"), "payment-pending since"),
    Case("ri-not-active-yet", put(NOW - timedelta(hours=47), *RESERVED, "StartTime"), "active"),
    Case("ri-not-active-yet", put(NOW - timedelta(hours=49), *RESERVED, "StartTime")),
    Case("ri-does-not-match", put(NO, *RESERVED, "MultiAZ"), "2 of the 4 units"),
    Case("ri-does-not-match", put("mysql", *RESERVED, "ProductDescription"), "0 of the 4 units"),
    Case("ri-does-not-match", put("db.m5.large", *RESERVED, "DBInstanceClass"), "0 of the 4"),
    Case("ri-does-not-match", put("db.t4g.large", *RESERVED, "DBInstanceClass")),
    Case("ri-does-not-match", put("retired", *RESERVED, "State")),
    Case("ri-expiring", put(NOW - timedelta(days=340), *RESERVED, "StartTime"), "2026-12-17"),
    Case("ri-expiring", put(NOW - timedelta(days=330), *RESERVED, "StartTime")),
    # PX
    Case("cert-not-issued", put("PENDING_VALIDATION", *CERTIFICATE, "Status"), "PENDING"),
    Case("cert-not-issued", gone("certificate"), "no such certificate"),
    Case("cert-expiring", put(NOW + timedelta(days=44), *CERTIFICATE, "NotAfter"), "44 days"),
    Case("cert-expiring", put(NOW + timedelta(days=46), *CERTIFICATE, "NotAfter")),
    Case("cert-expiring", renewing("FAILED"), "300 days are left; its renewal is FAILED"),
    Case("cert-expiring", renewing("PENDING_AUTO_RENEWAL")),
    Case("dns-validation-missing", put("x", *PROOF, "Name"), "no such record"),
    Case("dns-validation-missing", put([{"Value": "x"}], *PROOF, "ResourceRecords"), "another"),
    Case("dns-validation-missing", gone("records"), "no such record"),
    Case("dns-alias-missing", put("x", *ALIAS, "Name"), "no such record"),
    Case("dns-alias-missing", put("x.", *ALIAS, "AliasTarget", "DNSName"), "it leads to x"),
    Case("dns-alias-missing", put("x", *PROOF, "Name")),
    Case("rds-backup-off", put(1, *DATABASE, "BackupRetentionPeriod"), "kept 1 days, not 7"),
    Case("rds-backup-off", restorable(minutes=40), "restored to 11-22 08:20 UTC only"),
    Case("rds-backup-off", restorable(minutes=20)),
    Case("rds-backup-off", restorable(minutes=40), stack="staging"),
    Case("rds-backup-off", restorable(minutes=40, status="stopped")),
    Case("rds-backup-off", put(14, *DATABASE, "BackupRetentionPeriod")),
    Case("rds-protection-off", put(NO, *DATABASE, "MultiAZ"), "MultiAZ: false"),
    Case("rds-protection-off", put(NO, *DATABASE, "PubliclyAccessible")),
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
