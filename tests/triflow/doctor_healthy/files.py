"""The bucket and its rules."""

from datetime import timedelta
from typing import Any

from tests.triflow.doctor_stack import NOW, Json
from triflow.deployed import Deployed
from triflow.doctor.answers import Answer

REFUSED: Json = {"refused_lines": {"events": [{"message": "INFO: started"}]}}
PARTS = (
    *("transitions", "expiration"),
    *("noncurrentVersionTransitions", "noncurrentVersionExpiration"),
)


def answers(stack: Deployed) -> Json:
    """Return them by the read's name; of a bucket that is borrowed, nothing is asked."""
    if not [*stack.named("aws:s3/bucket:Bucket")]:
        borrowed = Answer("not needed", reason="the bucket is that of staging")
        names = ("lifecycle", "bucket_location", "bucket_policy", "uploads", "own_buckets")
        return dict.fromkeys(names, borrowed) | REFUSED
    return {
        "lifecycle": _lifecycle(stack),
        "bucket_location": {"LocationConstraint": "ap-northeast-2"},
        "bucket_policy": {"Policy": stack.inputs("storage-bucket-policy")["policy"]},
        "own_buckets": {"Buckets": [{"Name": stack.inputs("storage-bucket")["bucket"]}]},
        "uploads": {"Uploads": [{"Key": "a", "Initiated": NOW - timedelta(days=6)}]},
        **REFUSED,
    }


def _lifecycle(stack: Deployed) -> Json:
    rows = []
    for one in stack.inputs("storage-lifecycle")["rules"]:
        row: Json = {"ID": one["id"], "Status": one["status"]}
        abort = one.get("abortIncompleteMultipartUpload")
        days = {"DaysAfterInitiation": abort["daysAfterInitiation"]} if abort else None
        row |= {"AbortIncompleteMultipartUpload": days} if days else {}
        rows.append(row | {_plain(key): _said(part) for key, part in one.items() if key in PARTS})
    return {"Rules": rows}


def _plain(key: str) -> str:
    return key[0].upper() + key[1:]


def _said(part: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a part of a rule as AWS says it: in other letters, and with whole days."""
    if isinstance(part, dict):
        return {_plain(key): _said(one) for key, one in part.items()}
    if isinstance(part, list):
        return [_said(one) for one in part]
    return int(part) if isinstance(part, float) else part
