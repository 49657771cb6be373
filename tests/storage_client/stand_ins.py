"""Stand-ins for what the storage client meets: a clock, STS, S3's bad days, a tenant."""

import io
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders

from triflow_storage.keys import Upload
from triflow_storage.sessions import S3

ROLE = "arn:aws:iam::123456789012:role/triflow-ai-dev-tenant-role"
MEGABYTE = 1024 * 1024
AN_UPLOAD = Upload("report", "bin")


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time now."""
        return self.now

    def wait(self, minutes: float) -> None:
        """Let so many minutes pass."""
        self.now += timedelta(minutes=minutes)


class Sts:
    """Hands out sessions of one hour whose key names the tenant and the session's number."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.asked: list[dict[str, object]] = []
        self._lock = threading.Lock()

    def assume_role(self, **request: object) -> dict[str, Any]:
        """Answer as AssumeRole does, and remember what was asked."""
        with self._lock:
            self.asked.append(request)
            number = len(self.asked)
        tenant = str(request["RoleSessionName"]).removeprefix("tenant-")
        return {
            "Credentials": {
                "AccessKeyId": f"{tenant}#{number}",
                "SecretAccessKey": "s",
                "SessionToken": "t",
                "Expiration": self.clock() + timedelta(hours=1),
            }
        }


@dataclass
class Bucket:
    """A bucket as plain boto3 sees it, to look at what the client has done."""

    name: str
    s3: Any

    def head(self, key: str) -> dict[str, Any]:
        """What S3 says of the object, checksum included."""
        answer: dict[str, Any] = self.s3.head_object(
            Bucket=self.name, Key=key, ChecksumMode="ENABLED"
        )
        return answer

    def tags(self, key: str) -> dict[str, str]:
        """The object's tags."""
        found = self.s3.get_object_tagging(Bucket=self.name, Key=key)["TagSet"]
        return {tag["Key"]: tag["Value"] for tag in found}

    def put(self, key: str, body: bytes) -> None:
        """Write an object behind the client's back."""
        self.s3.put_object(Bucket=self.name, Key=key, Body=body)

    def keys(self) -> list[str]:
        """Every key in the bucket."""
        found = self.s3.list_objects_v2(Bucket=self.name).get("Contents", [])
        return [line["Key"] for line in found]

    def unfinished(self) -> list[str]:
        """The keys of multipart uploads that are neither completed nor aborted."""
        found = self.s3.list_multipart_uploads(Bucket=self.name).get("Uploads", [])
        return [line["Key"] for line in found]


def key_of(client: S3) -> str:
    """The access key that the client signs its next call with."""
    signer: Any = getattr(client, "_request_signer")  # noqa: B009 - no public name has it
    found: str = signer._credentials.get_frozen_credentials().access_key
    return found


@dataclass
class Answer:
    """What S3 says instead of acting: an error by its code, or a body."""

    status: int
    code: str = ""
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)

    def response(self, url: str) -> AWSResponse:
        """The answer as it comes off the wire."""
        headers = HTTPHeaders.from_dict(self.headers)
        body = f"<Error><Code>{self.code}</Code></Error>".encode() if self.code else self.body
        return AWSResponse(url, self.status, headers, _Raw(body))


class _Raw(io.BytesIO):
    def stream(self, amount: int = MEGABYTE, **_: object) -> Iterator[bytes]:
        while chunk := self.read(amount):
            yield chunk


def answering(client: S3, operation: str, *answers: Answer) -> list[str]:
    """Let S3 give these answers first, then act; the list gets the thread of every call."""
    waiting = list(answers)
    threads: list[str] = []

    def answer(request: AWSPreparedRequest, **_: object) -> AWSResponse | None:
        threads.append(threading.current_thread().name)
        return waiting.pop(0).response(request.url or "") if waiting else None

    meta: Any = getattr(client, "meta")  # noqa: B009 - the Protocol names calls only
    meta.events.register(f"before-send.s3.{operation}", answer)
    return threads


def in_pages_of(size: int, client: S3, operation: str) -> None:
    """Let S3 give so many lines of a list at a time."""
    meta: Any = getattr(client, "meta")  # noqa: B009 - the Protocol names calls only
    meta.events.register(
        f"provide-client-params.s3.{operation}", lambda params, **_: {**params, "MaxKeys": size}
    )


DENIED = Answer(403, "AccessDenied")
BUSY = Answer(503, "SlowDown")


async def stream_of(size: int) -> AsyncIterator[bytes]:
    """`size` bytes in chunks of 64 KB, as a web server hands them on."""
    chunk = bytes(64 * 1024)
    for start in range(0, size, len(chunk)):
        yield chunk[: size - start]


def a_tenant(number: int) -> UUID:
    """The tenant of this number, always the same."""
    return UUID(int=number)
