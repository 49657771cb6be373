"""One policy judged: who may do what, as far as it does not depend on a request."""

import json
from typing import Any

import pytest

from triflow.doctor import grants
from triflow.doctor.answers import Seen, Unknown

FILE = "arn:aws:s3:::ours/file"


def judged(*statements: dict[str, Any]) -> bool:
    """Return whether a policy of these statements lets everybody read the file."""
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return grants.allows(Seen(document, "the policy"), "s3:GetObject", FILE)


def allow(**words: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return a statement that allows everything, but for these words."""
    return {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"} | words


@pytest.mark.parametrize(
    ("statements", "wanted"),
    [
        ([allow()], True),
        ([], False),
        ([allow(Action=["S3:get*", "s3:PutObject"])], True),
        ([allow(Resource="arn:aws:s3:::ours/*")], True),
        ([allow(Resource="arn:aws:s3:::our?/*")], True),
        ([allow(Resource="arn:aws:s3:::other/*")], False),
        ([allow(), allow(Effect="Deny", Action="s3:*")], False),
        ([allow(), allow(Effect="Deny", Action="s3:DeleteObject")], True),
        ([allow(Action="sqs:*"), allow(Principal={"AWS": "*"})], True),
        ([{"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"}], False),
        ([{"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::other/*"}], True),
    ],
)
def test_a_policy_is_judged_as_iam_would(statements: list[dict[str, Any]], wanted: bool) -> None:  # noqa: FBT001 - of a table
    """A refusal outweighs any grant; what nobody speaks of is refused."""
    assert judged(*statements) is wanted


@pytest.mark.parametrize(
    "words",
    [{"Condition": {"Bool": {"aws:SecureTransport": "true"}}}, {"Principal": {"AWS": "arn:x"}}],
    ids=["condition", "somebody"],
)
def test_a_policy_for_some_requests_is_unknown(words: dict[str, Any]) -> None:
    """Unless the statement is about something else altogether."""
    with pytest.raises(Unknown, match="for some requests only"):
        judged(allow(), allow(**words))

    assert judged(allow(), allow(Action="sqs:*", **words))
