"""The lifecycle rules that the real programs register."""

from functools import cache
from typing import Any

from tests.program.recorder import record

LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"


@cache
def rules_of(stack: str) -> list[dict[str, Any]]:
    """The rules on the bucket that the stack owns."""
    rules: list[dict[str, Any]] = record(stack).one(LIFECYCLE).props["rules"]
    return rules
