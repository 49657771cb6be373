"""Rows of PX and P16 as in `doctor_case`: the night stop, the snapshot, and what was billed."""

from collections.abc import Callable
from datetime import timedelta

from tests.triflow.doctor_case import DATABASE, Answers, Case, put, without
from tests.triflow.doctor_healthy import measures
from tests.triflow.doctor_stack import NOW

NIGHTS = "staging"  # a stack that has them
TARGET = ("scaling_target", "ScalableTargets", 0)
ACTION = ("scheduled_actions", "ScheduledActions", 0)
JOB = ("backup_jobs", "BackupJobs", 0)
SCHEDULE = ("schedules", "Schedules", 0)
STARTED = "DB instance is being started due to it exceeding the maximum allowed time being stopped."
EVENT = ("database_events", "Events", 0, "Message")
UPLOAD = ("uploads", "Uploads", 0, "Initiated")
YES = True
Spoil = Callable[[Answers], object]


def gave_up(status: str = "available", hours: int = 1) -> Spoil:
    """Return what lets a call have been given up so long ago, and the database be so now."""

    def spoil(answers: Answers) -> None:
        points = [0.0] * (12 * hours - 1) + [1.0]
        answers["metrics"] = measures.metrics(**{**measures.WELL, "schedule_dropped": points})
        put(status, *DATABASE, "DBInstanceStatus")(answers)

    return spoil


def counted(**series: list[float]) -> Spoil:
    """Return what lets these measures have been counted beside all that is well."""
    return lambda answers: answers.update(metrics=measures.metrics(**{**measures.WELL, **series}))


def started_itself(status: str) -> Spoil:
    """Return what lets AWS have started the database, which is so now."""

    def spoil(answers: Answers) -> None:
        put(STARTED, *EVENT)(answers)
        put(status, *DATABASE, "DBInstanceStatus")(answers)

    return spoil


def no_snapshot(days: int) -> Spoil:
    """Return what leaves a database of that age without a job that has ended."""

    def spoil(answers: Answers) -> None:
        answers["backup_jobs"]["BackupJobs"].pop(0)
        put(NOW - timedelta(days=days), *DATABASE, "InstanceCreateTime")(answers)

    return spoil


def dear(*days: int) -> Spoil:
    """Return what makes the database cost ten dollars on some of the last days."""

    def spoil(answers: Answers) -> None:
        for ago in days:
            day = answers["bill_by_service"]["ResultsByTime"][-ago]
            day["Groups"][0]["Metrics"]["AmortizedCost"]["Amount"] = "10"

    return spoil


def found(**counts: int) -> Spoil:
    """Return what lets the scan have found so many weaknesses of each severity."""
    return put(counts, "image_scan", "imageScanFindings", "findingSeverityCounts")


def told(why: str) -> Spoil:
    """Return what lets AWS say why the newest snapshot failed."""

    def spoil(answers: Answers) -> None:
        answers["backup_jobs"]["BackupJobs"][0] |= {"State": "FAILED", "StatusMessage": why}

    return spoil


def beside_another(answers: Answers) -> None:
    """Let another bucket's name begin with that of ours."""
    own = answers["own_buckets"]["Buckets"]
    own.insert(0, {"Name": f"{own[0]['Name']}-old"})


def asleep(answers: Answers) -> None:
    """Let the tasks' limits be those of the night."""
    answers["scaling_target"]["ScalableTargets"][0] |= {"MinCapacity": 0, "MaxCapacity": 0}


CASES = (
    Case("schedule-off-or-failing", put("DISABLED", *SCHEDULE, "State"), "it is DISABLED", NIGHTS),
    Case("schedule-off-or-failing", without("schedules", "Schedules"), "no such", NIGHTS),
    Case("schedule-off-or-failing", gave_up(), "1 calls were given up in 3 h", NIGHTS),
    Case("schedule-off-or-failing", gave_up("stopped"), "", NIGHTS),
    Case("schedule-off-or-failing", gave_up(hours=4), "", NIGHTS),
    Case(
        "scaling-changed",
        put(YES, *TARGET, "SuspendedState", "ScheduledScalingSuspended"),
        "ScheduledScalingSuspended",
    ),
    Case("scaling-changed", put(9, *TARGET, "MaxCapacity"), "2 to 9 tasks, not 2 to 5"),
    Case("scaling-changed", without("scaling_target", "ScalableTargets"), "scales no such"),
    Case("scaling-changed", asleep, "", NIGHTS),
    Case("scaling-changed", asleep, "0 to 0 tasks, not 2 to 5"),
    Case(
        "scaling-schedule-wrong",
        without("scheduled_actions", "ScheduledActions"),
        "no such",
        NIGHTS,
    ),
    Case("scaling-schedule-wrong", put("UTC", *ACTION, "Timezone"), "is UTC, not Asia", NIGHTS),
    Case(
        "scaling-schedule-wrong",
        put(3, *ACTION, "ScalableTargetAction", "MaxCapacity"),
        "another number",
        NIGHTS,
    ),
    Case("scaling-schedule-wrong", put("x", *SCHEDULE, "Name"), "", NIGHTS),
    Case("rds-restarted-itself", started_itself("available"), "on 11-22 00:00 UTC", NIGHTS),
    Case("rds-restarted-itself", started_itself("stopped"), "", NIGHTS),
    # Of prod
    Case("backup-job-failed", put("FAILED", *JOB, "State"), "FAILED on 11-21 09:00 UTC"),
    Case("backup-job-failed", told("no space"), "UTC: no space"),
    Case("backup-job-failed", no_snapshot(days=9), "no job has ended"),
    Case("backup-job-failed", no_snapshot(days=7)),
    Case(
        "backup-job-failed",
        put("FAILED", "backup_jobs", "BackupJobs", 1, "State"),
        "FAILED on 11-22",
    ),
    Case("cost-service-jump", dear(1, 2), "USD 10.00 on 2026-11-21, usually 3.10 a day"),
    Case("cost-service-jump", dear(1)),
    Case("cost-service-jump", dear(4, 5)),
    Case("ri-low-use", put("89.4", "reservation_use", "Total", "UtilizationPercentage"), "89 %"),
    Case("ri-low-use", put("90", "reservation_use", "Total", "UtilizationPercentage")),
    Case("ecr-scan-critical", found(CRITICAL=2, HIGH=1), "2 CRITICAL, 1 HIGH"),
    Case("ecr-scan-critical", found(HIGH=1), "1 HIGH"),
    Case("ecr-scan-critical", found(MEDIUM=40)),
    Case("bucket-foreign", put([], "own_buckets", "Buckets"), "none of this account's"),
    Case("bucket-foreign", beside_another),
    Case("multipart-leftovers", put(NOW - timedelta(days=8), *UPLOAD), "1 are older than 7 days"),
    Case("multipart-leftovers", put(NOW - timedelta(days=6), *UPLOAD)),
    Case("sns-delivery-failed", counted(warning_undelivered=[0.0, 2.0]), "2 in 24 h"),
    Case("sns-delivery-failed", counted(relay_errors=[3.0])),
    Case("slack-relay-failing", counted(relay_errors=[3.0]), "3 errors and 0 throttled"),
    Case("slack-relay-failing", counted(relay_throttles=[1.0]), "0 errors and 1 throttled"),
    Case("slack-relay-failing", counted(critical_undelivered=[3.0])),
)
