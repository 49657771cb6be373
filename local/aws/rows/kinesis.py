"""Firehose: delivery streams into a bucket."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

STREAM = {"DeliveryStreamName": "{id}"}
BUFFERING = {
    f".ExtendedS3Destination{form}.{name}": f"BufferingHints.{member}"
    for form in ("Configuration", "Update")
    for name, member in (
        ("bufferingInterval", "IntervalInSeconds"),
        ("bufferingSize", "SizeInMBs"),
    )
}

ROWS = {
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": Row(
        "firehose",
        create=Call(
            "create_delivery_stream",
            {
                "DeliveryStreamName": "{name}",
                "DeliveryStreamType": "DirectPut",
                "ExtendedS3DestinationConfiguration": "{extendedS3Configuration}",
                "Tags": "{tags}",
            },
            carries=("destination",),
        ),
        id=Text("{name}"),
        read=Read("describe_delivery_stream", STREAM, "DeliveryStreamDescription"),
        updates=(
            Call(
                "update_destination",
                {
                    **STREAM,
                    "CurrentDeliveryStreamVersionId": "{live.VersionId}",
                    "DestinationId": "{live.Destinations[0].DestinationId}",
                    "ExtendedS3DestinationUpdate": "{extendedS3Configuration}",
                },
                on_create=False,
            ),
        ),
        delete=(Call("delete_delivery_stream", STREAM),),
        tags=tags_by(
            STREAM,
            "tag_delivery_stream",
            "untag_delivery_stream",
            "list_tags_for_delivery_stream",
        ),
        name=Name("name", 64),
        legal={"destination": ("extended_s3",)},
        rename=BUFFERING,
        outputs={
            "arn": "DeliveryStreamARN",
            "name": "DeliveryStreamName",
            "destination": Text("extended_s3"),
            "destinationId": "Destinations[0].DestinationId",
        },
    ),
}
