"""SNS: topics. Everything but the name and the tags is an attribute, set one by one."""

from local.aws.hooks import operations as hooks
from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

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


SUBSCRIPTION = {
    "deliveryPolicy": "DeliveryPolicy",
    "filterPolicy": "FilterPolicy",
    "filterPolicyScope": "FilterPolicyScope",
    "rawMessageDelivery": "RawMessageDelivery",
    "redrivePolicy": "RedrivePolicy",
    "replayPolicy": "ReplayPolicy",
    "subscriptionRoleArn": "SubscriptionRoleArn",
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
    "aws:sns/topicPolicy:TopicPolicy": Row(
        "sns",
        create=Call(
            "set_topic_attributes",
            {"TopicArn": "{arn}", "AttributeName": "Policy", "AttributeValue": "{policy}"},
        ),
        id=Text("{arn}"),
        read=Read("get_topic_attributes", {"TopicArn": "{id}"}, "Attributes"),
        delete=(
            Call(
                "set_topic_attributes",
                {
                    "TopicArn": "{id}",
                    "AttributeName": "Policy",
                    "AttributeValue": hooks.default_topic_policy(),
                },
            ),
        ),
        put=True,
        force=("arn",),
        documents=("policy",),
        outputs={"arn": "TopicArn"},
        indelible="a topic always has a policy: a deletion brings back the one it began with",
    ),
    "aws:sns/topicSubscription:TopicSubscription": Row(
        "sns",
        create=Call(
            "subscribe",
            {
                "TopicArn": "{topic}",
                "Protocol": "{protocol}",
                "Endpoint": "{endpoint}",
                "Attributes": {member: f"{{{name}}}" for name, member in SUBSCRIPTION.items()},
                "ReturnSubscriptionArn": True,
            },
        ),
        id="SubscriptionArn",
        read=Read("get_subscription_attributes", {"SubscriptionArn": "{id}"}, "Attributes"),
        updates=tuple(
            Call(
                "set_subscription_attributes",
                {
                    "SubscriptionArn": "{id}",
                    "AttributeName": member,
                    "AttributeValue": f"{{{name}}}",
                },
                on_create=False,
            )
            for name, member in SUBSCRIPTION.items()
        ),
        delete=(Call("unsubscribe", {"SubscriptionArn": "{id}"}),),
        defaults={
            "confirmationTimeoutInMinutes": 1,
            "endpointAutoConfirms": False,
            "rawMessageDelivery": False,
        },
        reset={"filterPolicy": "{}", "redrivePolicy": "{}", "deliveryPolicy": "{}"},
        ignored={
            "confirmationTimeoutInMinutes": "the local AWS confirms a subscription at once",
            "endpointAutoConfirms": "the local AWS confirms a subscription at once",
        },
        outputs={
            "arn": "SubscriptionArn",
            "ownerId": "Owner",
            "topic": "TopicArn",
            "filterPolicyScope": "FilterPolicyScope",
        },
    ),
}
