"""Errors (ADR S9, guide 18): a short family; each says its cause and its remedy in two lines."""

import pickle

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    FlexibleChecksumError,
    IncompleteReadError,
    NoCredentialsError,
    ReadTimeoutError,
    ResponseStreamingError,
)

from triflow_storage import errors
from triflow_storage.errors import (
    AccessDeniedError,
    CredentialsError,
    IntegrityError,
    InvalidKeyError,
    LimitError,
    MisconfiguredError,
    ObjectMissingError,
    Refusal,
    StorageError,
    UnavailableError,
)
from triflow_storage.explain import explained

KEY = "tenants/tenant-1/uploads/a.csv"


def _explain(error: Exception) -> StorageError:
    with pytest.raises(StorageError) as found, explained(KEY, "tenant-role"):
        raise error
    return found.value


def _answer(code: str, call: str = "PutObject") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "m"}}, call)


@pytest.mark.clause("S9")
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDenied", AccessDeniedError),
        ("403", AccessDeniedError),
        ("NoSuchKey", ObjectMissingError),
        ("404", ObjectMissingError),
        ("NoSuchVersion", ObjectMissingError),
        ("NoSuchBucket", MisconfiguredError),
        ("PermanentRedirect", MisconfiguredError),
        ("ExpiredToken", CredentialsError),
        ("SignatureDoesNotMatch", CredentialsError),
        ("SlowDown", UnavailableError),
        ("InternalError", UnavailableError),
        ("BadDigest", IntegrityError),
        ("EntityTooLarge", LimitError),
        ("NewInTheYear2030", StorageError),
    ],
)
def test_each_answer_of_s3_becomes_one_of_the_family(code: str, kind: type[StorageError]) -> None:
    """The kind follows from the code; code and key are in the text, the original is its cause."""
    original = _answer(code)

    error = _explain(original)

    assert type(error) is kind
    assert code in str(error)
    assert KEY in str(error) or kind is MisconfiguredError
    assert error.__cause__ is original


@pytest.mark.clause("S8", "S9")
@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDenied", CredentialsError),
        ("ValidationError", CredentialsError),
        ("Throttling", UnavailableError),
    ],
)
def test_a_tenant_role_that_cannot_be_assumed_is_no_refusal_of_s3(
    code: str, kind: type[StorageError]
) -> None:
    """The remedy is the role's trust policy, and not its permissions."""
    error = _explain(_answer(code, "AssumeRole"))

    assert type(error) is kind
    assert ("sts:TagSession" in error.remedy) == (kind is CredentialsError)


@pytest.mark.clause("S9")
@pytest.mark.parametrize(
    ("original", "kind"),
    [
        (NoCredentialsError(), CredentialsError),
        (CredentialRetrievalError(provider="ecs", error_msg="m"), CredentialsError),
        (EndpointConnectionError(endpoint_url="https://s3"), UnavailableError),
        (ConnectTimeoutError(endpoint_url="https://s3"), UnavailableError),
        (ReadTimeoutError(endpoint_url="https://s3"), UnavailableError),
        (ResponseStreamingError(error="m"), UnavailableError),
        (FlexibleChecksumError(error_msg="m"), IntegrityError),
        (IncompleteReadError(actual_bytes=1, expected_bytes=2), IntegrityError),
    ],
)
def test_what_happens_on_the_way_becomes_one_of_the_family(
    original: BotoCoreError, kind: type[StorageError]
) -> None:
    """A network that breaks and credentials that are missing are no traceback of botocore."""
    error = _explain(original)

    assert type(error) is kind
    assert KEY in error.cause


@pytest.mark.clause("S9")
def test_guide_18_is_answered_by_the_error_itself() -> None:
    """Access denied: who was refused what, and the command that shows the role's rights."""
    assert str(_explain(_answer("AccessDenied"))) == (
        "S3 refuses tenant-role PutObject of tenants/tenant-1/uploads/a.csv (AccessDenied).\n"
        "Fix: Look at what the role may do: aws iam list-role-policies --role-name tenant-role; "
        "another tenant's folder stays refused."
    )


@pytest.mark.clause("S9")
def test_a_mistake_in_the_code_is_not_explained_away() -> None:
    """Only what AWS and the way there raise is translated."""
    with pytest.raises(KeyError), explained(KEY, "tenant-role"):
        raise KeyError(KEY)


@pytest.mark.clause("S9")
def test_every_error_has_the_one_base_and_travels_between_processes() -> None:
    """One `except StorageError` is enough, in a worker's parent too."""
    family = [getattr(errors, name) for name in errors.__all__ if name.endswith("Error")]

    assert len(family) == 9
    for kind in family:
        error = (
            InvalidKeyError(Refusal.TIME, "c", "r") if kind is InvalidKeyError else kind("c", "r")
        )
        assert isinstance(error, StorageError)
        assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes
