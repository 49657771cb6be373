"""What keeps files: buckets, images, and the archive of logs."""

from collections.abc import Iterator

from cost.errors import CostError
from cost.inputs import Inputs
from cost.lines import Line
from cost.registry import prices
from cost.resources import UNKNOWN, Resource
from cost.stack import Stack

PRICED_CLASSES = {"GLACIER_IR"}
BUCKET = "aws:s3/bucket:Bucket"
TRAIL = "aws:cloudtrail/trail:Trail"


@prices(BUCKET)
def bucket(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """What is stored, old versions included, and what is asked; one bucket a stack.

    A bucket of log files besides is priced where they come from.
    """
    if _is_of_a_trail(inputs.resource, stack):
        return
    if inputs.resource.urn != _first_bucket(stack):
        raise CostError(
            f"{inputs.resource.urn}: usage is told for one bucket a stack, and this is another.",
            "It would be priced like the first, or as nothing.",
            "give it parameters of its own in cost/usage.yaml and cost/rules/storage.py",
        )
    standard, overhead = stack.use("s3_standard_gb"), stack.use("s3_version_overhead")
    yield stack.line(inputs, "files, Standard", "s3_standard", standard, overhead)
    yield stack.line(inputs, "files, archived", "s3_glacier_ir", stack.use("s3_archive_gb"))
    yield stack.line(inputs, "writes", "s3_put", stack.use("s3_puts"))
    yield stack.line(inputs, "reads", "s3_get", stack.use("s3_gets"))
    yield stack.line(inputs, "reads from the archive", "s3_retrieval", stack.use("s3_retrieval_gb"))


def _is_of_a_trail(bucket: Resource, stack: Stack) -> bool:
    """Return whether a trail writes there: by what its property came from, or by name."""
    name = bucket.inputs.get("bucket", UNKNOWN)
    return any(
        bucket.urn in each.feeds.get("s3BucketName", ())
        or (name is not UNKNOWN and each.inputs.get("s3BucketName") == name)
        for each in stack.of(TRAIL)
    )


def _first_bucket(stack: Stack) -> str:
    """Return the bucket that carries the lines which a stack has once."""
    return min(each.urn for each in stack.of(BUCKET) if not _is_of_a_trail(each, stack))


@prices(TRAIL)
def trail(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """The first copy of management events is free; its log files are kept, and cost as files do."""
    chosen = inputs.value("eventSelectors", absent=[])
    if inputs.value("advancedEventSelectors", absent=[]) or any(
        each.get("dataResources") for each in chosen
    ):
        raise CostError(
            f"{inputs.resource.urn}: it records access to data, which has no price.",
            "It is paid by the event, and would count as nothing.",
            "leave the selector out, or price it in cost/rules/storage.py",
        )
    yield stack.line(inputs, "log files kept", "s3_standard", stack.use("trail_kept_gb"))
    yield stack.line(inputs, "log files and digests written", "s3_put", stack.use("trail_objects"))


@prices("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
def lifecycle(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Each file that moves into the archive is a request; expiry is free."""
    rules = inputs.value("rules")
    classes = {
        str(step.get("storageClass")) for rule in rules for step in rule.get("transitions") or ()
    }
    if classes - PRICED_CLASSES:
        raise CostError(
            f"{inputs.resource.urn}: {', '.join(sorted(classes - PRICED_CLASSES))} has no price.",
            "What is stored there would be priced as another class.",
            "choose GLACIER_IR, or price the class in cost/rules/storage.py",
        )
    if classes:
        moved = stack.use("s3_transitions")
        yield stack.line(inputs, "files moved into the archive", "s3_transition", moved)


@prices("aws:s3/bucketNotification:BucketNotification")
def notification(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """An event for every write, if EventBridge is told; guides disagree whether it is charged."""
    if inputs.value("eventbridge", absent=False):
        yield stack.line(inputs, "events of writes", "event", stack.use("s3_puts"))


@prices("aws:ecr/repository:Repository")
def images(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """The images that are kept."""
    yield stack.line(inputs, "images", "ecr_gb", stack.use("ecr_gb"))


@prices("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream")
def log_archive(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """What flows through, its objects as they are written and moved, and what is kept of it."""
    objects = stack.use("archive_objects")
    yield stack.line(inputs, "logs archived", "firehose_gb", stack.use("archive_gb"))
    yield stack.line(inputs, "objects written", "s3_put", objects)
    yield stack.line(inputs, "objects moved into the archive", "s3_transition", objects)
    yield stack.line(inputs, "logs kept", "s3_glacier_ir", stack.use("archive_kept_gb"))
