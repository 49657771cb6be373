"""Rows of the night stop, of snapshots, of what was billed, and of files that are left over.

The night stop is staging's; the rows of NIGHTS are broken there.
"""

from datetime import timedelta
from typing import Any

from tests.end_to_end.doctor_case import Act, Case, nothing, spoils
from tests.end_to_end.doctor_cases_beyond import reserved, says
from tests.end_to_end.doctor_world import World, billed, snapshot

RULES = ("Rules", 0, "Transitions", 0, "Days")
WEAK = {
    "imageScanStatus": {"status": "COMPLETE"},
    "imageScanFindings": {"findingSeverityCounts": {"CRITICAL": 1}},
}
STARTED = "DB instance is being started due to it exceeding the maximum allowed time being stopped."


def scaled(**fields: Any) -> Act:  # noqa: ANN401 - JSON
    """Return what registers the service for scaling anew, as declared but for some fields."""

    def act(world: World) -> None:
        wish = world.inputs("compute-scaling-target")
        words = ("DynamicScalingIn", "DynamicScalingOut", "ScheduledScaling")
        row: dict[str, Any] = {
            "ServiceNamespace": "ecs",
            "ResourceId": wish["resourceId"],
            "ScalableDimension": wish["scalableDimension"],
            "MinCapacity": int(wish["minCapacity"]),
            "MaxCapacity": int(wish["maxCapacity"]),
            "SuspendedState": {f"{word}Suspended": False for word in words},
        }
        world.aws("application-autoscaling").register_scalable_target(**row | fields)

    return act


def unfinished(world: World) -> None:
    """Begin an upload and never end it, in a bucket whose rule no longer aborts it."""
    bucket = world.inputs("storage-bucket")["bucket"]
    world.aws("s3").create_multipart_upload(Bucket=bucket, Key="left")
    spoils("s3.GetBucketLifecycleConfiguration", "Rules", value=[])(world)


def refused(world: World) -> None:
    """Refuse the bucket's rules."""
    world.denies("s3", "s3.GetBucketLifecycleConfiguration")


def taken(world: World) -> None:
    """Let the bucket be another account's."""
    refused(world)
    world.says("s3.ListBuckets", {"Buckets": []})


def aborted(world: World) -> None:
    """Do what the rule does once it is there again."""
    s3, bucket = world.aws("s3"), world.inputs("storage-bucket")["bucket"]
    for one in s3.list_multipart_uploads(Bucket=bucket)["Uploads"]:
        s3.abort_multipart_upload(Bucket=bucket, Key=one["Key"], UploadId=one["UploadId"])


def hours_later(world: World) -> None:
    """Let what was counted be past."""
    world.passes(hours=25)


def undelivered(world: World) -> None:
    """Let SNS not reach somebody."""
    name = world.inputs("alerts-topics-critical")["name"]
    world.measured("AWS/SNS", "NumberOfNotificationsFailed", 1, TopicName=name)


def relay(world: World) -> None:
    """Let the function fail."""
    name = world.inputs("alerts-relay-function")["name"]
    world.measured("AWS/Lambda", "Errors", 1, FunctionName=name)


def dear(world: World) -> None:
    """Let the database have cost three times as much for two days."""
    world.says("ce.GetCostAndUsage", billed(world.now, "3", newest="9"))


def failed(world: World) -> None:
    """Let the last snapshot have failed."""
    world.says("backup.ListBackupJobs", snapshot(world.now, "FAILED"))


def behind(world: World) -> None:
    """Let the database's log have been kept two hours ago for the last time."""
    old = {
        "LatestRestorableTime": world.now - timedelta(hours=2),
        "InstanceCreateTime": world.now - timedelta(days=2),
    }
    world.spoils("rds.DescribeDBInstances", lambda answer: answer["DBInstances"][0].update(old))


def unused(world: World) -> None:
    """Let a reservation be there that nothing uses."""
    reserved()(world)
    world.says("ce.GetReservationUtilization", {"Total": {"UtilizationPercentage": "12.5"}})


def switched(state: str) -> Act:
    """Return what switches the database's evening stop on or off."""

    def act(world: World) -> None:
        wish = world.inputs("schedule-database-stop")
        target = wish["target"]
        world.aws("scheduler").update_schedule(
            Name=wish["name"],
            GroupName=wish["groupName"],
            ScheduleExpression=wish["scheduleExpression"],
            ScheduleExpressionTimezone=wish["scheduleExpressionTimezone"],
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": target["arn"], "RoleArn": target["roleArn"], "Input": target["input"]},
            State=state,
        )

    return act


def at_hours(when: str = "") -> Act:
    """Return what sets the tasks' evening stop; without hours, as declared."""

    def act(world: World) -> None:
        wish = world.inputs("schedule-tasks-stop")
        limits = wish["scalableTargetAction"]
        world.aws("application-autoscaling").put_scheduled_action(
            ServiceNamespace="ecs",
            ScheduledActionName=wish["name"],
            ResourceId=wish["resourceId"],
            ScalableDimension=wish["scalableDimension"],
            Schedule=when or wish["schedule"],
            Timezone=wish["timezone"],
            ScalableTargetAction={
                "MinCapacity": int(limits["minCapacity"]),
                "MaxCapacity": int(limits["maxCapacity"]),
            },
        )

    return act


def started(world: World) -> None:
    """Let AWS have started the database; moto's stays stopped for ever."""
    event = {"Date": world.now, "Message": STARTED, "SourceIdentifier": world.database}
    world.says("rds.DescribeEvents", {"Events": [event]})


def gave_up(world: World) -> None:
    """Let the evening's stop have been tried in vain."""
    group = world.inputs("schedule-group")["name"]
    world.measured("AWS/Scheduler", "InvocationDroppedCount", 1, ScheduleGroup=group)


FAILED_RENEWAL = {"RenewalStatus": "FAILED"}
CASES = (
    Case("scaling-changed", "P16", scaled(MaxCapacity=9), scaled()),
    Case("backup-job-failed", "PX", failed, nothing),
    Case("rds-backup-off", "PX", behind, nothing),
    Case(
        "cert-expiring",
        "PX",
        spoils("acm.DescribeCertificate", "Certificate", "RenewalSummary", value=FAILED_RENEWAL),
        nothing,
    ),
    Case("ecr-scan-critical", "PX", says("ecr.DescribeImageScanFindings", WEAK), nothing),
    Case("bucket-foreign", "P05", taken, nothing),
    Case("multipart-leftovers", "P19", unfinished, aborted, ("multipart-abort-missing",)),
    Case(
        "bucket-lifecycle-missing",
        "P22",
        spoils("s3.GetBucketLifecycleConfiguration", *RULES, value=30),
        nothing,
    ),
    Case("cost-service-jump", "P22", dear, nothing),
    Case("ri-low-use", "P23", unused, nothing),
    Case("sns-delivery-failed", "P21", undelivered, hours_later),
    Case("slack-relay-failing", "P21", relay, hours_later),
)
NIGHTS = (
    Case("schedule-off-or-failing", "PX", switched("DISABLED"), switched("ENABLED")),
    Case("schedule-off-or-failing", "PX", gave_up, hours_later),
    Case("scaling-schedule-wrong", "PX", at_hours("cron(0 1 ? * * *)"), at_hours()),
    Case("rds-restarted-itself", "PX", started, nothing),
)
