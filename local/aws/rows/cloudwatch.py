"""CloudWatch, its logs and its events, which the AWS package keeps in one module."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

# CloudWatch Logs keeps events for one of these numbers of days, or for ever (0).
RETENTION = (
    0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
    2922, 3288, 3653,
)  # fmt: skip
GROUP = {"logGroupName": "{id}"}
GROUP_ARN = {"resourceArn": "arn:aws:logs:{region}:{account}:log-group:{id}"}

ROWS = {
    "aws:cloudwatch/logGroup:LogGroup": Row(
        "logs",
        create=Call("create_log_group", {"logGroupName": "{name}"}, auto=True),
        id=Text("{name}"),
        read=Read(
            "describe_log_groups",
            {"logGroupNamePrefix": "{id}"},
            Text("logGroups[?logGroupName=='{id}'] | [0]"),
        ),
        updates=(
            Call(
                "put_retention_policy",
                {**GROUP, "retentionInDays": "{retentionInDays}"},
                when="retentionInDays != `0`",
            ),
            Call(
                "delete_retention_policy",
                GROUP,
                carries=("retentionInDays",),
                when="retentionInDays == `0`",
                on_create=False,
            ),
            Call(
                "associate_kms_key",
                {**GROUP, "kmsKeyId": "{kmsKeyId}"},
                when="kmsKeyId",
                on_create=False,
            ),
            Call(
                "disassociate_kms_key",
                GROUP,
                carries=("kmsKeyId",),
                when="!kmsKeyId",
                on_create=False,
            ),
        ),
        delete=(Call("delete_log_group", GROUP, when="!skipDestroy"),),
        tags=tags_by(
            GROUP_ARN,
            "tag_resource",
            "untag_resource",
            "list_tags_for_resource",
            tags="tags",
            keys="tagKeys",
        ),
        name=Name("name", 512),
        defaults={"retentionInDays": 0, "skipDestroy": False},
        legal={"retentionInDays": RETENTION},
        ignored={"skipDestroy": "decides what a deletion does, no call carries it"},
        outputs={
            "arn": Text("arn:aws:logs:{region}:{account}:log-group:{id}"),
            "name": "logGroupName",
            "retentionInDays": "retentionInDays || `0`",
        },
    ),
}
