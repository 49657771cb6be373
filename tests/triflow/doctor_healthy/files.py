"""The bucket and its rules."""

from tests.triflow.doctor_stack import Json
from triflow.deployed import Deployed
from triflow.doctor.answers import Answer


def answers(stack: Deployed) -> Json:
    """Return them by the read's name; of a bucket that is borrowed, nothing is asked."""
    if not [*stack.named("aws:s3/bucket:Bucket")]:
        borrowed = Answer("not needed", reason="the bucket is that of staging")
        return {"lifecycle": borrowed, "bucket_location": borrowed}
    return {
        "lifecycle": _lifecycle(stack),
        "bucket_location": {"LocationConstraint": "ap-northeast-2"},
    }


def _lifecycle(stack: Deployed) -> Json:
    rows = []
    for one in stack.inputs("storage-lifecycle")["rules"]:
        row: Json = {"ID": one["id"], "Status": one["status"]}
        abort = one.get("abortIncompleteMultipartUpload")
        days = {"DaysAfterInitiation": abort["daysAfterInitiation"]} if abort else None
        rows.append(row | ({"AbortIncompleteMultipartUpload": days} if days else {}))
    return {"Rules": rows}
