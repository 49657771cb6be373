"""IAM and bucket documents as pure functions of plain names, so that a preview can judge them."""

import json
from collections.abc import Sequence
from typing import Any

VERSION = "2012-10-17"  # the only version in which policy variables such as ${aws:...} work


def document(*statements: dict[str, Any]) -> str:
    """Return an IAM document as JSON text."""
    return json.dumps({"Version": VERSION, "Statement": list(statements)})


def service_trust(service: str, account_id: str) -> str:
    """Let one AWS service assume a role, on behalf of this account only.

    Without aws:SourceAccount the service could be made to use the role by another account.
    """
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Service": f"{service}.amazonaws.com"},
            "Action": "sts:AssumeRole",
            "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
        }
    )


def tls_only(bucket_name: str, *granted: dict[str, Any]) -> str:
    """Refuse every request to a bucket over plain HTTP or over TLS below 1.2 (ADR S7).

    What is granted beside that keeps to it: a refusal outweighs any grant.
    """
    arn = f"arn:aws:s3:::{bucket_name}"
    return document(
        _refuse("RefusePlainHttp", arn, {"Bool": {"aws:SecureTransport": "false"}}),
        _refuse("RefuseTlsBelow12", arn, {"NumericLessThan": {"s3:TlsVersion": "1.2"}}),
        *granted,
    )


def _refuse(sid: str, bucket_arn: str, condition: dict[str, Any]) -> dict[str, Any]:
    return {
        "Sid": sid,
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [bucket_arn, f"{bucket_arn}/*"],
        "Condition": condition,
    }


def load_balancer_logs(bucket_name: str, folder: str, account_id: str) -> dict[str, Any]:
    """Let Elastic Load Balancing write this account's access logs below a folder (ADR L8)."""
    log_files = f"arn:aws:s3:::{bucket_name}/{folder}/AWSLogs/{account_id}/*"
    service = {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    return allow(["s3:PutObject"], [log_files]) | {"Principal": service}


def allow(actions: Sequence[str], resources: Sequence[str], **condition: Any) -> dict[str, Any]:  # noqa: ANN401 - an IAM condition is free-form
    """Return an Allow statement; a condition is given by its operator, StringEquals={...}."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": list(resources)}
    return statement | ({"Condition": condition} if condition else {})


def text_messages(region: str) -> dict[str, Any]:
    """Allow text messages through one region (ADR M7).

    A telephone number has no ARN, so what is named is what is left out: every topic.
    """
    return {
        "Effect": "Allow",
        "Action": ["sns:Publish"],
        "NotResource": ["arn:aws:sns:*:*:*"],
        "Condition": {"StringEquals": {"aws:RequestedRegion": region}},
    }
