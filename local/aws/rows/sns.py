"""SNS: topics. Everything but the name and the tags is an attribute, set one by one."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row

ATTRIBUTES = {
    "displayName": "DisplayName",
    "policy": "Policy",
    "deliveryPolicy": "DeliveryPolicy",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "signatureVersion": "SignatureVersion",
    "tracingConfig": "TracingConfig",
    "fifoTopic": "FifoTopic",
    "contentBasedDeduplication": "ContentBasedDeduplication",
}


def set_one(name: str, attribute: str) -> Call:
    """Return the call that changes one attribute; removed, it becomes empty."""
    return Call(
        "set_topic_attributes",
        {"TopicArn": "{id}", "AttributeName": attribute, "AttributeValue": f"{{{name}}}"},
        on_create=False,
    )


ROWS = {
    "aws:sns/topic:Topic": Row(
        "sns",
        create=Call(
            "create_topic",
            {
                "Name": "{name}",
                "Attributes": {member: f"{{{name}}}" for name, member in ATTRIBUTES.items()},
                "Tags": "{tags}",
            },
        ),
        id="TopicArn",
        read=Read("get_topic_attributes", {"TopicArn": "{id}"}, "Attributes"),
        updates=tuple(set_one(name, member) for name, member in ATTRIBUTES.items()),
        delete=(Call("delete_topic", {"TopicArn": "{id}"}),),
        tags=tags_by(
            {"ResourceArn": "{id}"}, "tag_resource", "untag_resource", "list_tags_for_resource"
        ),
        name=Name("name", 256),
        defaults={"contentBasedDeduplication": False, "fifoTopic": False},
        force=("fifoTopic",),
        documents=("policy",),
        reset={"displayName": "", "kmsMasterKeyId": "", "deliveryPolicy": ""},
        outputs={"arn": "TopicArn", "name": "split(':', TopicArn)[-1]"},
        undrifting={"policy": "AWS adds what its default policy says"},
    ),
}
