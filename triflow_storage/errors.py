"""What can go wrong with a tenant's file: eight errors, each with its cause and its remedy.

Left alone: exceptions of the caller's own stream, which come out of an upload unchanged.
"""

from enum import StrEnum

__all__ = [
    "AccessDeniedError",
    "CredentialsError",
    "IntegrityError",
    "InvalidKeyError",
    "LimitError",
    "MisconfiguredError",
    "ObjectMissingError",
    "Refusal",
    "StorageError",
    "UnavailableError",
]


class StorageError(Exception):
    """Every error of this package: `cause` says what happened, `remedy` what to do about it."""

    def __init__(self, cause: str, remedy: str) -> None:
        super().__init__(cause, remedy)
        self.cause = cause
        self.remedy = remedy

    def __str__(self) -> str:
        """Two lines: the cause, and `Fix:` with the remedy."""
        return f"{self.cause}\nFix: {self.remedy}"


class Refusal(StrEnum):
    """Why a key cannot be made; the value is the name the message uses."""

    EMPTY_PART = "empty part"
    PATH_TRICK = "path trick"
    UNICODE_FORM = "unicode form"
    CHARACTER = "character"
    TOO_LONG = "too long"
    TENANT_ID = "tenant id"
    TIME = "time"
    FOREIGN = "foreign key"


class InvalidKeyError(StorageError):
    """The key would be ambiguous or would leave its folder; `refusal` names the reason."""

    def __init__(self, refusal: Refusal, cause: str, remedy: str) -> None:
        super().__init__(f"{refusal}: {cause}", remedy)
        self.args = (refusal, cause, remedy)  # what pickle and copy call the class with
        self.refusal = refusal


class AccessDeniedError(StorageError):
    """S3 refuses the role this action on this key (guide 18)."""


class CredentialsError(StorageError):
    """The tenant role cannot be assumed, or what signs the call is not accepted."""


class ObjectMissingError(StorageError):
    """There is no such object, or no such version of it."""


class UnavailableError(StorageError):
    """S3 or STS did not answer, or asked for fewer calls, until the retries were used up."""


class IntegrityError(StorageError):
    """What arrived is not what was sent: its checksum or its length differs."""


class LimitError(StorageError):
    """A size, a lifetime or a content type is outside what is allowed."""


class MisconfiguredError(StorageError):
    """The bucket, the region or a setting of this process is wrong."""
