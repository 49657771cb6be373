"""The tagger's entry: one "Object Created" event in, at most one tag set.

Owns: the table of folders and the decision. Leaves alone: see the package.
"""

import json
import logging
import re
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal

import boto3
from botocore.exceptions import ClientError

log = logging.getLogger("object_tagger")
log.setLevel(logging.INFO)

TAG = "data-class"
CLASSES = {"workflows": "workflow", "uploads": "upload", "exports": "export", "logs": "log"}
MOST_TAGS = 10
_TENANT_KEY = re.compile(
    r"(?:(?:dev|staging)/)?tenants/tenant-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    rf"/({'|'.join(CLASSES)})/.+",
    re.IGNORECASE | re.DOTALL,
)
# MethodNotAllowed: the version is a delete marker by now.
GONE = ("NoSuchKey", "NoSuchVersion", "MethodNotAllowed")

Outcome = Literal["tagged", "already-tagged", "gone", "other-key", "other-event"]


class TaggerError(Exception):
    """A fact, its consequence and what to type; the key, which may name a person, is not in it."""


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Outcome]:
    """Tag the object of an EventBridge event by its key; return what was found or done.

    Raises:
        TaggerError: the object has ten other tags, or the event lacks bucket or key.
        ClientError: S3 refused; Lambda repeats the event.
    """
    outcome = _judge(event)
    log.info(json.dumps({"tagger": outcome, "eventId": str(event.get("id", ""))}))
    return {"outcome": outcome}


def data_class(key: str) -> str | None:
    """Return the class that a key belongs to, None for a key outside the tenants' folders."""
    found = _TENANT_KEY.fullmatch(key)
    return CLASSES.get(found[1]) if found else None


def _judge(event: Mapping[str, Any]) -> Outcome:
    if (event.get("source"), event.get("detail-type")) != ("aws.s3", "Object Created"):
        return "other-event"
    try:
        target = _target(event["detail"])
    except (KeyError, TypeError):
        raise TaggerError(
            "The event names no bucket or no key. The object keeps no data-class tag.\n"
            "Fix: target the tagger with the whole event, without input transformer."
        ) from None
    wanted = data_class(target["Key"])
    return _tag(target, wanted) if wanted else "other-key"


def _target(detail: Mapping[str, Any]) -> dict[str, str]:
    """Return how S3 is told which object: that very version when the bucket keeps versions."""
    target = {"Bucket": detail["bucket"]["name"], "Key": detail["object"]["key"]}
    version = detail["object"].get("version-id")
    return {**target, "VersionId": version} if version else target


def _tag(target: Mapping[str, str], wanted: str) -> Outcome:
    try:
        tags = _s3().get_object_tagging(**target)["TagSet"]
        if any(tag["Key"] == TAG for tag in tags):
            return "already-tagged"
        if len(tags) >= MOST_TAGS:
            raise TaggerError(
                f"The object has {len(tags)} tags, and S3 takes no more. It is never archived or"
                f" deleted by age.\nFix: remove a tag, then set {TAG}={wanted}."
            )
        # S3 replaces the whole set, so the others are sent again.
        _s3().put_object_tagging(**target, Tagging={"TagSet": [*tags, _as_tag(wanted)]})
    except ClientError as error:
        if error.response["Error"]["Code"] in GONE:
            return "gone"
        raise
    return "tagged"


def _as_tag(wanted: str) -> dict[str, str]:
    return {"Key": TAG, "Value": wanted}


@cache
def _s3() -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    return boto3.client("s3")
