"""Which objects get a data-class, and that everything else is left as it is."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from functions.object_tagger import handler

BUCKET = "triflow-ai-prod-123456789012"
TENANT = "tenants/tenant-6f7a4e1d-2f4c-4a1e-9d3b-0c7c2a1b5e11"


def a_created(key: str, version: str | None = None, **more: object) -> dict[str, Any]:
    """Return EventBridge's "Object Created", whose keys are not URL-encoded."""
    thing = {"key": key, "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184", "sequencer": "61"}
    return {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {
            "bucket": {"name": BUCKET},
            "object": {**thing, "version-id": version} if version else thing,
            "reason": "PutObject",
        },
        **more,
    }


@pytest.fixture
def s3(aws: None) -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    """S3 with the bucket of production, which keeps versions."""
    assert aws is None
    client = boto3.client("s3")
    client.create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"}
    )
    client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    return client


def tags(s3: Any, key: str, **version: str) -> dict[str, str]:  # noqa: ANN401 - likewise
    """Return the tags of an object or of one version of it."""
    found = s3.get_object_tagging(Bucket=BUCKET, Key=key, **version)["TagSet"]
    return {tag["Key"]: tag["Value"] for tag in found}


@pytest.mark.clause("S2", "S3", "S4")
@pytest.mark.parametrize("prefix", ["", "dev/", "staging/"])
@pytest.mark.parametrize(
    ("folder", "data_class"),
    [("workflows", "workflow"), ("uploads", "upload"), ("exports", "export"), ("logs", "log")],
)
def test_an_object_without_a_class_gets_that_of_its_folder(
    s3: Any,  # noqa: ANN401
    prefix: str,
    folder: str,
    data_class: str,
) -> None:
    """Each of the four folders has one class, in every environment's part of the bucket."""
    key = f"{prefix}{TENANT}/{folder}/2026/01/a.json"
    version = s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")["VersionId"]

    done = handler.handle(a_created(key, version), None)

    assert done == {"outcome": "tagged"}
    assert tags(s3, key) == {"data-class": data_class}


@pytest.mark.parametrize(
    "name", ["빨간 꽃.jpg", "red+flower.jpg", "100%25.txt", "a/b c/+/d", "줄\n끝"]
)
def test_a_key_is_taken_as_it_stands(s3: Any, name: str) -> None:  # noqa: ANN401
    """Decoding a key that is not encoded would tag another object, or none."""
    key = f"{TENANT}/uploads/{name}"
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")

    done = handler.handle(a_created(key), None)

    assert done == {"outcome": "tagged"}
    assert tags(s3, key) == {"data-class": "upload"}


def test_other_tags_stay(s3: Any) -> None:  # noqa: ANN401
    """S3 replaces all tags at once, so the others must be sent along."""
    key = f"{TENANT}/exports/report.csv"
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"x", Tagging="owner=kim&sensitive=yes")

    handler.handle(a_created(key), None)

    assert tags(s3, key) == {"owner": "kim", "sensitive": "yes", "data-class": "export"}


def test_a_class_given_by_the_client_stays(s3: Any) -> None:  # noqa: ANN401
    """The storage client knows better than the folder."""
    key = f"{TENANT}/uploads/trace.log"
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"x", Tagging="data-class=log")

    done = handler.handle(a_created(key), None)

    assert done == {"outcome": "already-tagged"}
    assert tags(s3, key) == {"data-class": "log"}


def test_the_second_event_changes_nothing(s3: Any) -> None:  # noqa: ANN401
    """EventBridge delivers at least once."""
    key = f"{TENANT}/logs/a.log"
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")
    handler.handle(a_created(key), None)

    done = handler.handle(a_created(key), None)

    assert done == {"outcome": "already-tagged"}


def test_the_version_that_was_written_is_tagged(s3: Any) -> None:  # noqa: ANN401
    """Overwritten before the event arrives: the older version still gets its tag, not the newer."""
    key = f"{TENANT}/workflows/flow.json"
    old = s3.put_object(Bucket=BUCKET, Key=key, Body=b"1")["VersionId"]
    new = s3.put_object(Bucket=BUCKET, Key=key, Body=b"2")["VersionId"]

    handler.handle(a_created(key, old), None)

    assert tags(s3, key, VersionId=old) == {"data-class": "workflow"}
    assert tags(s3, key, VersionId=new) == {}


@pytest.mark.parametrize(
    "key",
    [
        "shared/templates/a.json",
        "backups/2026.dump",
        "logs-archive/2026/01/20/a.gz",
        "tenants/tenant-1/uploads/a.txt",
        f"{TENANT}/uploads/",
        f"{TENANT}/uploads",
        f"{TENANT}/drafts/a.txt",
        f"prod/{TENANT}/uploads/a.txt",
        f"x{TENANT}/uploads/a.txt",
        f"backups/{TENANT}/uploads/a.txt",
    ],
)
def test_other_keys_are_left_alone(s3: Any, key: str) -> None:  # noqa: ANN401
    """Only the tenants' four folders have classes; a copy elsewhere must not expire."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"x")

    done = handler.handle(a_created(key), None)

    assert done == {"outcome": "other-key"}
    assert tags(s3, key) == {}


@pytest.mark.usefixtures("s3")
@pytest.mark.parametrize("version", [None, "L4kqtJlcpXroDTDmpUMLUo"])
def test_an_object_that_is_gone_is_no_error(version: str | None) -> None:
    """Whoever deleted it left nothing to tag."""
    done = handler.handle(a_created(f"{TENANT}/uploads/gone.txt", version), None)

    assert done == {"outcome": "gone"}


@pytest.mark.parametrize(
    "kind", ["Object Tags Added", "Object Deleted", "Object Restore Completed"]
)
def test_its_own_tagging_does_not_start_it_again(kind: str) -> None:
    """Setting a tag emits "Object Tags Added", which ends here without a call."""
    event = a_created(f"{TENANT}/uploads/a.txt", **{"detail-type": kind})

    assert handler.handle(event, None) == {"outcome": "other-event"}


def test_an_eleventh_tag_is_told(s3: Any) -> None:  # noqa: ANN401
    """S3 takes ten; the object would silently never expire."""
    key = f"{TENANT}/logs/private-name.log"
    ten = "&".join(f"t{number}=x" for number in range(10))
    s3.put_object(Bucket=BUCKET, Key=key, Body=b"x", Tagging=ten)

    with pytest.raises(handler.TaggerError) as told:
        handler.handle(a_created(key), None)

    assert str(told.value) == (
        "The object has 10 tags, and S3 takes no more. It is never archived or deleted by age.\n"
        "Fix: remove a tag, then set data-class=log."
    )


@pytest.mark.parametrize("detail", [None, {}, {"bucket": {"name": BUCKET}}, {"bucket": BUCKET}])
def test_a_transformed_event_is_told(detail: object) -> None:
    """An event without bucket or key is one sentence."""
    event = {"source": "aws.s3", "detail-type": "Object Created", "detail": detail}

    with pytest.raises(handler.TaggerError, match="names no bucket or no key"):
        handler.handle(event, None)


@pytest.mark.usefixtures("aws")
def test_a_bucket_that_is_not_there_is_not_swallowed() -> None:
    """Any refusal of S3 but "gone" fails the invocation, so that Lambda repeats and keeps it."""
    with pytest.raises(ClientError, match="NoSuchBucket"):
        handler.handle(a_created(f"{TENANT}/uploads/a.txt"), None)
