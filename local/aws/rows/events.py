"""EventBridge: rules and their targets (module `cloudwatch` of the AWS package)."""

from local.aws.hooks import operations as hooks
from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Given, Text

RULE = {"Name": "{id}", "EventBusName": "{eventBusName}"}

ROWS = {
    "aws:cloudwatch/eventRule:EventRule": Row(
        "events",
        create=Call("put_rule", {"Name": "{name}"}, auto=True),
        id=Text("{name}"),
        read=Read("describe_rule", RULE),
        delete=(Call("delete_rule", RULE),),
        put=True,
        force=("name", "eventBusName"),
        tags=tags_by(
            {"ResourceARN": "{live.Arn}"},
            "tag_resource",
            "untag_resource",
            "list_tags_for_resource",
        ),
        name=Name("name", 64),
        defaults={"eventBusName": "default", "forceDestroy": False, "state": "ENABLED"},
        ignored={"forceDestroy": "decides what a deletion does, no call carries it"},
    ),
    "aws:cloudwatch/eventTarget:EventTarget": Row(
        "events",
        create=Call(
            "put_targets",
            {
                "Rule": "{rule}",
                "EventBusName": "{eventBusName}",
                "Targets": [
                    {
                        "Id": "{targetId}",
                        "Arn": "{arn}",
                        "RoleArn": "{roleArn}",
                        "Input": "{input}",
                        "InputPath": "{inputPath}",
                        "InputTransformer": "{inputTransformer}",
                        "DeadLetterConfig": "{deadLetterConfig}",
                        "RetryPolicy": "{retryPolicy}",
                        "EcsParameters": "{ecsTarget}",
                        "HttpParameters": "{httpTarget}",
                        "SqsParameters": Given(
                            "sqsTarget", {"MessageGroupId": "{sqsTarget.messageGroupId}"}
                        ),
                    }
                ],
            },
            answered=hooks.nothing_failed,
        ),
        id=Text("{rule}/{targetId}"),
        read=Read(
            "list_targets_by_rule",
            {"Rule": "{rule}", "EventBusName": "{eventBusName}"},
            Text("Targets[?Id=='{targetId}'] | [0]"),
        ),
        delete=(
            Call(
                "remove_targets",
                {"Rule": "{rule}", "EventBusName": "{eventBusName}", "Ids": ["{targetId}"]},
            ),
        ),
        put=True,
        force=("rule", "targetId", "eventBusName"),
        name=Name("targetId", 64),
        defaults={"eventBusName": "default", "forceDestroy": False},
        ignored={"forceDestroy": "decides what a deletion does, no call carries it"},
        rename={".Targets.InputTransformer.inputPaths": "InputPathsMap"},
        outputs={
            "inputTransformer": "InputTransformer.{inputPaths: InputPathsMap, "
            "inputTemplate: InputTemplate}",
            "ecsTarget": "",
        },
    ),
}
