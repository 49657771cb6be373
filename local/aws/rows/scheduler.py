"""EventBridge Scheduler: schedules and their groups."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

SCHEDULE = {"Name": "{name}", "GroupName": "{groupName}"}

ROWS = {
    "aws:scheduler/schedule:Schedule": Row(
        "scheduler",
        create=Call("create_schedule", auto=True),
        id=Text("{groupName}/{name}"),
        read=Read("get_schedule", SCHEDULE),
        updates=(Call("update_schedule", SCHEDULE, auto=True, whole=True, on_create=False),),
        delete=(Call("delete_schedule", SCHEDULE),),
        name=Name("name", 64),
        defaults={
            "groupName": "default",
            "scheduleExpressionTimezone": "UTC",
            "state": "ENABLED",
        },
        force=("name", "groupName"),
    ),
    "aws:scheduler/scheduleGroup:ScheduleGroup": Row(
        "scheduler",
        create=Call("create_schedule_group", auto=True),
        id=Text("{name}"),
        read=Read("get_schedule_group", {"Name": "{id}"}),
        delete=(Call("delete_schedule_group", {"Name": "{id}"}),),
        tags=tags_by(
            {"ResourceArn": "{live.Arn}"},
            "tag_resource",
            "untag_resource",
            "list_tags_for_resource",
        ),
        name=Name("name", 64),
    ),
}
