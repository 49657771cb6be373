"""Lines of the log by which S3, or the role of a tenant, refused the backend."""

from typing import Any, Final

from triflow.doctor import bucket_rules, symptoms
from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.crashes import MOST_LINES, SINCE

REFUSED: Final = "AccessDenied"
# The calls that the storage client makes.
OPERATIONS: Final = (
    *("PutObject", "GetObject", "HeadObject", "DeleteObject", "CopyObject", "ListObjects"),
    *("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AssumeRole"),
)


def asks(facts: Facts) -> dict[str, Any]:
    """Ask for such lines if the backend is in trouble."""
    symptoms.in_the_backend(facts)
    return {
        "logGroupName": facts.deployed.output("log_group_name"),
        "startTime": int((facts.now - SINCE).timestamp() * 1000),
        "filterPattern": REFUSED,
        "PaginationConfig": {"MaxItems": MOST_LINES},
    }


def lines(facts: Facts) -> list[str]:
    """Return the lines that name a call of the storage client, newest first."""
    if facts.gone("refused_lines"):
        return []
    found = [one["message"].text for one in facts["refused_lines"]["events"].each()]
    return [
        line for line in reversed(found) if REFUSED in line and any(o in line for o in OPERATIONS)
    ]


def policy(facts: Facts) -> dict[str, str]:
    """Ask what the bucket itself refuses, if something was refused, or somebody says so."""
    if not (facts.requested or lines(facts)):
        raise NotApplicable("the log tells of no refused file")
    return bucket_rules.asks(facts)
