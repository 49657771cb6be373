"""SQS: queues. Everything but the name and the tags is an attribute."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

ATTRIBUTES = {
    "delaySeconds": "DelaySeconds",
    "maxMessageSize": "MaximumMessageSize",
    "messageRetentionSeconds": "MessageRetentionPeriod",
    "receiveWaitTimeSeconds": "ReceiveMessageWaitTimeSeconds",
    "visibilityTimeoutSeconds": "VisibilityTimeout",
    "policy": "Policy",
    "redrivePolicy": "RedrivePolicy",
    "redriveAllowPolicy": "RedriveAllowPolicy",
    "kmsMasterKeyId": "KmsMasterKeyId",
    "kmsDataKeyReusePeriodSeconds": "KmsDataKeyReusePeriodSeconds",
    "sqsManagedSseEnabled": "SqsManagedSseEnabled",
}
FIFO = {
    "contentBasedDeduplication": "ContentBasedDeduplication",
    "deduplicationScope": "DeduplicationScope",
    "fifoQueue": "FifoQueue",
    "fifoThroughputLimit": "FifoThroughputLimit",
}
VALUES = {member: f"{{{name}}}" for name, member in ATTRIBUTES.items()}
QUEUE = {"QueueUrl": "{id}"}

ROWS = {
    "aws:sqs/queue:Queue": Row(
        "sqs",
        create=Call(
            "create_queue",
            {
                "QueueName": "{name}",
                "Attributes": {
                    **VALUES,
                    **{member: f"{{{name}}}" for name, member in FIFO.items()},
                },
                "tags": "{tags}",
            },
        ),
        id="QueueUrl",
        read=Read("get_queue_attributes", {**QUEUE, "AttributeNames": ["All"]}, "Attributes"),
        updates=(Call("set_queue_attributes", {**QUEUE, "Attributes": VALUES}, on_create=False),),
        delete=(Call("delete_queue", QUEUE),),
        tags=tags_by(QUEUE, "tag_queue", "untag_queue", "list_queue_tags"),
        name=Name("name", 80),
        # What AWS does where nothing is said; the AWS provider writes it into the inputs too.
        defaults={
            "delaySeconds": 0,
            "maxMessageSize": 262144,
            "messageRetentionSeconds": 345600,
            "receiveWaitTimeSeconds": 0,
            "visibilityTimeoutSeconds": 30,
        },
        reset={"policy": "", "redrivePolicy": "", "redriveAllowPolicy": "", "kmsMasterKeyId": ""},
        documents=("policy",),
        outputs={
            "arn": "QueueArn",
            "url": Text("{id}"),
            "name": "split(':', QueueArn)[-1]",
            **ATTRIBUTES,
            **FIFO,
        },
    ),
}
