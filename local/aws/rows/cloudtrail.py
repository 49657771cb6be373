"""CloudTrail: trails. The local AWS keeps what a trail is told to record, and records nothing."""

from local.aws.idioms import keys_alone
from local.aws.row import Call, Name, Read, Row, Tags
from local.aws.templates import Made, Text

TRAIL = {"Name": "{id}"}
SELECTORS = {"TrailName": "{id}"}

ROWS = {
    "aws:cloudtrail/trail:Trail": Row(
        "cloudtrail",
        create=Call("create_trail", {"Name": "{name}", "TagsList": "{tags}"}, auto=True),
        id="TrailARN",
        read=Read(
            "get_trail",
            TRAIL,
            "Trail",
            also={
                "Status": Read("get_trail_status", TRAIL),
                "Selectors": Read("get_event_selectors", SELECTORS),
            },
        ),
        listing=Read("describe_trails", path="trailList"),
        updates=(
            Call("update_trail", dict(TRAIL), auto=True, whole=True, on_create=False),
            Call(
                "put_event_selectors",
                {**SELECTORS, "EventSelectors": "{eventSelectors}"},
                needs="EventSelectors",
            ),
            Call(
                "put_event_selectors",
                {**SELECTORS, "AdvancedEventSelectors": "{advancedEventSelectors}"},
                needs="AdvancedEventSelectors",
            ),
            Call(
                "put_insight_selectors",
                {**SELECTORS, "InsightSelectors": "{insightSelectors}"},
                needs="InsightSelectors",
                held="moto adds them to those it has, and never takes one away",
            ),
            Call("start_logging", dict(TRAIL), carries=("enableLogging",), when="enableLogging"),
            Call("stop_logging", dict(TRAIL), carries=("enableLogging",), when="!enableLogging"),
        ),
        # By its name: a deletion by ARN is, to moto, the deletion of nothing.
        delete=(Call("delete_trail", {"Name": "{name}"}),),
        tags=Tags(
            add=Call("add_tags", {"ResourceId": "{id}", "TagsList": "{tags}"}),
            remove=Call("remove_tags", {"ResourceId": "{id}", "TagsList": Made(keys_alone)}),
            read=Read("list_tags", {"ResourceIdList": ["{id}"]}, "ResourceTagList[0].TagsList"),
        ),
        name=Name("name", 128),
        defaults={
            "enableLogFileValidation": False,
            "enableLogging": True,
            "includeGlobalServiceEvents": True,
            "isMultiRegionTrail": False,
            "isOrganizationTrail": False,
        },
        rename={"cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn"},
        reset={"s3KeyPrefix": "", "snsTopicName": "", "kmsKeyId": ""},
        outputs={
            "arn": "TrailARN",
            "homeRegion": Text("{region}"),
            "enableLogging": "Status.IsLogging",
            "enableLogFileValidation": "LogFileValidationEnabled",
            "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn",
            "eventSelectors": "Selectors.EventSelectors",
            "advancedEventSelectors": "Selectors.AdvancedEventSelectors",
            "insightSelectors": "",
        },
    ),
}
