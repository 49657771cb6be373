"""The data bucket as the program asks for it (ADR S1 to S7)."""

import json
from typing import Any

import pytest

from tests.program.recorder import Recording, record

BUCKET = "aws:s3/bucket:Bucket"
LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
VERSIONING = "aws:s3/bucketVersioning:BucketVersioning"
ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
)
OWNERSHIP = "aws:s3/bucketOwnershipControls:BucketOwnershipControls"
BLOCK = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
POLICY = "aws:s3/bucketPolicy:BucketPolicy"
SETTINGS = (LIFECYCLE, VERSIONING, ENCRYPTION, OWNERSHIP, BLOCK, POLICY)

NAMES = {"prod": "triflow-ai-prod-123456789012", "staging": "triflow-ai-nonprod-123456789012"}


def rule(recording: Recording, rule_id: str) -> dict[str, Any]:
    """Return one lifecycle rule of the data bucket, without its id."""
    [found] = [each for each in recording.one(LIFECYCLE).props["rules"] if each["id"] == rule_id]
    return {key: value for key, value in found.items() if key != "id"}


def for_class(data_class: str) -> dict[str, Any]:
    """Return what each rule for a class of objects has in common."""
    return {
        "status": "Enabled",
        "filter": {"tag": {"key": "data-class", "value": data_class}},
    }


@pytest.mark.clause("S1")
@pytest.mark.parametrize("stack", NAMES)
def test_the_bucket_is_named_by_its_account(stack: str, mode: str) -> None:
    """A name without the account's number may already be taken somewhere in the world."""
    recording = record(stack, preview=mode == "preview")

    assert recording.one(BUCKET).props["bucket"] == NAMES[stack]
    assert recording.outputs["bucket_name"] == NAMES[stack]


@pytest.mark.clause("S1")
def test_dev_uses_the_bucket_of_staging(dev: Recording) -> None:
    """Dev has neither a bucket nor a setting of one: a second owner would overwrite the first."""
    assert [each for kind in (BUCKET, *SETTINGS) for each in dev.of(kind)] == []
    assert dev.outputs["bucket_name"] == "triflow-ai-nonprod-123456789012"


@pytest.mark.clause("S2")
@pytest.mark.parametrize("data_class", ["workflow", "export"])
def test_results_leave_for_glacier_after_90_days(data_class: str, prod: Recording) -> None:
    """Live and old versions alike; GLACIER_IR, since a lower class needs hours before a read."""
    assert rule(prod, data_class) == for_class(data_class) | {
        "transitions": [{"days": 90, "storageClass": "GLACIER_IR"}],
        "noncurrentVersionTransitions": [{"noncurrentDays": 90, "storageClass": "GLACIER_IR"}],
    }


@pytest.mark.clause("S3")
def test_logs_are_gone_after_a_year(prod: Recording) -> None:
    """Their old versions go the day after, or versioning would keep every log for ever."""
    assert rule(prod, "log") == for_class("log") | {
        "expiration": {"days": 365},
        "noncurrentVersionExpiration": {"noncurrentDays": 1},
    }


@pytest.mark.clause("S4")
def test_only_deleted_uploads_are_cleaned_away(prod: Recording) -> None:
    """After 30 days; an expiry of the live ones would delete what users still need."""
    assert rule(prod, "upload") == for_class("upload") | {
        "noncurrentVersionExpiration": {"noncurrentDays": 30},
    }


@pytest.mark.clause("S5")
def test_half_done_uploads_are_cleaned_away(prod: Recording) -> None:
    """After 7 days, anywhere in the bucket, and with them markers that hide nothing any more."""
    assert rule(prod, "leftovers") == {
        "status": "Enabled",
        "filter": {"prefix": ""},
        "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
        "expiration": {"expiredObjectDeleteMarker": True},
    }


@pytest.mark.clause("M3")
def test_archived_logs_are_cold_at_once_and_gone_after_a_year(prod: Recording) -> None:
    """By prefix: the delivery stream sets no tag of ours."""
    assert rule(prod, "logs-archive") == {
        "status": "Enabled",
        "filter": {"prefix": "logs-archive/"},
        "transitions": [{"days": 1, "storageClass": "GLACIER_IR"}],
        "expiration": {"days": 365},
        "noncurrentVersionExpiration": {"noncurrentDays": 1},
    }


@pytest.mark.clause("S2", "S3", "S4", "S5", "M3")
def test_the_bucket_has_six_rules_and_both_environments_the_same(
    prod: Recording, staging: Recording
) -> None:
    """A seventh rule would be one that no decision asks for."""
    assert [each["id"] for each in prod.one(LIFECYCLE).props["rules"]] == [
        "workflow",
        "export",
        "log",
        "logs-archive",
        "upload",
        "leftovers",
    ]
    assert prod.one(LIFECYCLE).props["rules"] == staging.one(LIFECYCLE).props["rules"]


@pytest.mark.clause("S6")
def test_every_object_keeps_its_old_versions(prod: Recording) -> None:
    """An overwritten result can be read again."""
    assert prod.one(VERSIONING).props["versioningConfiguration"] == {"status": "Enabled"}


@pytest.mark.clause("S4", "S6")
def test_rules_on_old_versions_come_after_versioning(prod: Recording) -> None:
    """Made before it, S3 takes rules on old versions that mean nothing yet."""
    assert prod.one(VERSIONING).urn in prod.one(LIFECYCLE).dependencies


@pytest.mark.clause("S7")
def test_objects_are_encrypted_without_a_kms_key(prod: Recording) -> None:
    """AES256, and no key that would be paid for on every request."""
    assert prod.one(ENCRYPTION).props["rules"] == [
        {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}
    ]


@pytest.mark.clause("S7")
def test_nothing_in_the_bucket_can_be_made_public(prod: Recording) -> None:
    """No list and no policy opens it, and whoever writes an object does not own it."""
    flags = {key: value for key, value in prod.one(BLOCK).props.items() if key != "bucket"}

    assert flags == {
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    assert prod.one(OWNERSHIP).props["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


@pytest.mark.clause("S7")
def test_the_bucket_answers_over_tls_12_only(prod: Recording) -> None:
    """Both refusals hold for the bucket and for every object in it, whoever asks."""
    arn = "arn:aws:s3:::triflow-ai-prod-123456789012"
    statements = json.loads(prod.one(POLICY).props["policy"])["Statement"]

    assert [each["Condition"] for each in statements] == [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
    ]
    for each in statements:
        assert (each["Effect"], each["Principal"], each["Action"]) == ("Deny", "*", "s3:*")
        assert each["Resource"] == [arn, f"{arn}/*"]


@pytest.mark.clause("S7")
def test_policy_and_block_are_not_set_at_the_same_time(prod: Recording) -> None:
    """S3 answers a conflict when both arrive together, and the update stops half-way."""
    assert prod.one(BLOCK).urn in prod.one(POLICY).dependencies


@pytest.mark.clause("S1")
@pytest.mark.parametrize("kind", SETTINGS)
def test_a_preview_sees_which_bucket_a_setting_is_for(kind: str) -> None:
    """The name is plain in the preview, and the dependency is there as well."""
    preview = record("prod", preview=True)
    setting = preview.one(kind)

    assert setting.props["bucket"] == "triflow-ai-prod-123456789012"
    assert preview.depends_on(setting, "bucket") == {"storage-bucket"}


@pytest.mark.clause("D7")
def test_tenants_data_survives_a_mistaken_delete(prod: Recording) -> None:
    """Prod's bucket is neither deleted by a destroy nor when it leaves the program."""
    bucket = prod.one(BUCKET)

    assert bucket.options.protect
    assert bucket.options.retain_on_delete
    assert bucket.props["forceDestroy"] is False


@pytest.mark.clause("D7")
def test_the_bucket_that_dev_borrows_is_not_deleted_by_mistake(staging: Recording) -> None:
    """It can still be deleted on purpose: it is unprotected first, and nothing is retained."""
    bucket = staging.one(BUCKET)

    assert bucket.options.protect
    assert not bucket.options.retain_on_delete
    assert bucket.props["forceDestroy"] is False
