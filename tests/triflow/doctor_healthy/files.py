"""The bucket and its rules."""

from tests.triflow.doctor_stack import Json
from triflow.deployed import Deployed
from triflow.doctor.answers import Answer

REFUSED: Json = {"refused_lines": {"events": [{"message": "INFO: started"}]}}


def answers(stack: Deployed) -> Json:
    """Return them by the read's name; of a bucket that is borrowed, nothing is asked."""
    if not [*stack.named("aws:s3/bucket:Bucket")]:
        borrowed = Answer("not needed", reason="the bucket is that of staging")
        return dict.fromkeys(("lifecycle", "bucket_location", "bucket_policy"), borrowed) | REFUSED
    return {
        "lifecycle": _lifecycle(stack),
        "bucket_location": {"LocationConstraint": "ap-northeast-2"},
        "bucket_policy": {"Policy": stack.inputs("storage-bucket-policy")["policy"]},
        **REFUSED,
    }


def _lifecycle(stack: Deployed) -> Json:
    rows = []
    for one in stack.inputs("storage-lifecycle")["rules"]:
        row: Json = {"ID": one["id"], "Status": one["status"]}
        abort = one.get("abortIncompleteMultipartUpload")
        days = {"DaysAfterInitiation": abort["daysAfterInitiation"]} if abort else None
        rows.append(row | ({"AbortIncompleteMultipartUpload": days} if days else {}))
    return {"Rules": rows}
