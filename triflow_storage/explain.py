"""Explaining: from what botocore raises to this package's errors (guide 18).

Left alone: what botocore retried and overcame; it never gets here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    FlexibleChecksumError,
    HTTPClientError,
    IncompleteReadError,
    NoCredentialsError,
    PartialCredentialsError,
    ResponseStreamingError,
)
from botocore.exceptions import (
    ConnectionError as NoConnectionError,
)
from s3transfer.exceptions import RetriesExceededError

from triflow_storage.errors import (
    AccessDeniedError,
    CredentialsError,
    IntegrityError,
    LimitError,
    MisconfiguredError,
    ObjectMissingError,
    StorageError,
    UnavailableError,
)


@dataclass(frozen=True)
class _Row:
    error: type[StorageError]
    codes: str
    cause: str
    remedy: str


_ROWS = (
    _Row(
        UnavailableError,
        "SlowDown ServiceUnavailable InternalError RequestTimeout Throttling "
        "ThrottlingException RequestLimitExceeded TooManyRequestsException 500 503",
        "AWS did not serve {call} of {key} in five attempts ({code}).",
        "Try again in a minute; if it stays, look at https://health.aws.amazon.com.",
    ),
    _Row(
        CredentialsError,
        "ExpiredToken ExpiredTokenException InvalidAccessKeyId InvalidClientTokenId "
        "InvalidToken SignatureDoesNotMatch RequestTimeTooSkewed",
        "AWS does not accept the credentials that sign {call} of {key} ({code}).",
        "Compare the clock, and the keys: aws sts get-caller-identity.",
    ),
    _Row(
        AccessDeniedError,
        "AccessDenied 403 AllAccessDisabled",
        "S3 refuses {role} {call} of {key} ({code}).",
        "Look at what the role may do: aws iam list-role-policies --role-name {role}; "
        "another tenant's folder stays refused.",
    ),
    _Row(
        ObjectMissingError,
        "NoSuchKey NoSuchVersion 404 405 MethodNotAllowed",
        "There is no {key} ({code}).",
        "List the folder; a deleted object comes back with versions() and restore().",
    ),
    _Row(
        MisconfiguredError,
        "NoSuchBucket PermanentRedirect 301 AuthorizationHeaderMalformed "
        "IllegalLocationConstraintException InvalidBucketName",
        "The bucket is not where this process looks for it ({code}).",
        "Compare TRIFLOW_STORAGE_BUCKET and the region with: pulumi stack output bucket_name.",
    ),
    _Row(
        IntegrityError,
        "BadDigest InvalidDigest IncompleteBody XAmzContentSHA256Mismatch "
        "XAmzContentChecksumMismatch InvalidPart",
        "What S3 received as {key} is not what was sent ({code}).",
        "Send it again; nothing was stored.",
    ),
    _Row(
        LimitError,
        "EntityTooLarge EntityTooSmall MaxMessageLengthExceeded",
        "{key} has a size S3 does not take ({code}).",
        "At most 10,000 parts of 5 MB when the size is not known before, else 5 TB.",
    ),
)
_BY_CODE = {code: row for row in _ROWS for code in row.codes.split()}
_CREDENTIALS = (NoCredentialsError, PartialCredentialsError, CredentialRetrievalError)
_DAMAGE = (FlexibleChecksumError, IncompleteReadError)
_SILENCE = (HTTPClientError, NoConnectionError, ResponseStreamingError, RetriesExceededError)


@contextmanager
def explained(key: str, role: str) -> Iterator[None]:
    """Turn what AWS or the way there raises inside the block into a StorageError about `key`."""
    try:
        yield
    except ClientError as error:
        raise _from_answer(error, key, role) from error
    except _CREDENTIALS as error:
        raise CredentialsError(
            f"This process has no AWS credentials for {key}: {error}.",
            "Give the task its role, or a shell its profile: aws sts get-caller-identity.",
        ) from error
    except _DAMAGE as error:
        raise IntegrityError(
            f"What arrived of {key} is not what S3 holds: {error}.", "Read it again."
        ) from error
    except _SILENCE as error:
        raise UnavailableError(
            f"The connection broke while {key} was under way: {error}.",
            "Try again; if it stays, look at the NAT gateway and the S3 endpoint's routes.",
        ) from error


def _from_answer(error: ClientError, key: str, role: str) -> StorageError:
    code = error.response.get("Error", {}).get("Code", "no code")
    row = _BY_CODE.get(code)
    if error.operation_name == "AssumeRole" and not (row and row.error is UnavailableError):
        return CredentialsError(
            f"The tenant role {role} could not be assumed ({code}).",
            f"Its trust policy must allow the task role sts:AssumeRole and sts:TagSession: "
            f"aws iam get-role --role-name {role}.",
        )
    if row is None:
        return StorageError(f"{error.operation_name} of {key} failed: {error}.", _UNKNOWN)
    words = {"call": error.operation_name, "key": key, "code": code, "role": role}
    return row.error(row.cause.format(**words), row.remedy.format(**words))


_UNKNOWN = "Look the code up in the S3 API reference, under Error responses."
