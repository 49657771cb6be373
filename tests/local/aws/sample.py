"""One sample of each token: what it needs, inputs, and what a change of each input leads to.

A text "@name.output" stands for an output (or `id`) of another sample, which is made before.
"""

import json
from dataclasses import dataclass, field
from typing import Any

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            }
        ],
    }
)


def allowing(action: str, resource: str = "*") -> str:
    """Return a policy with one statement."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def bucket_policy(resource: str) -> str:
    """Return a bucket policy that refuses plain HTTP."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass(frozen=True)
class Sample:
    """A resource of `token`; each change is tried alone and leads to what is said."""

    token: str
    inputs: dict[str, Any]
    changes: tuple[tuple[dict[str, Any], str], ...] = ()
    also: tuple[str, ...] = ()  # samples to make before, besides those named by inputs
    importable: bool = True
    unanswered: tuple[str, ...] = field(default=())  # outputs of which moto says nothing


NAME_TAG = {"Name": "sample"}
RETAGGED: tuple[dict[str, Any], str] = ({"tags": {"Name": "other", "More": "1"}}, "update")
UNTAGGED: tuple[dict[str, Any], str] = ({"tags": {}}, "update")
