"""Objects: what is asked of S3, call by call, for keys that are known to be good (ADR S9).

Everything here blocks; `storage` runs it in threads.
Left alone: deleting a version for good. That is the lifecycle's work (ADR S2 to S5).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from triflow_storage.errors import (
    AccessDeniedError,
    InvalidKeyError,
    LimitError,
    ObjectMissingError,
)
from triflow_storage.explain import explained
from triflow_storage.keys import Key, Shared, SharedItem, Tenant, TenantItem
from triflow_storage.sessions import S3
from triflow_storage.transfer import PART_BYTES, Source, Transfer

# What the AWS SDKs use themselves: zlib computes it faster than any network carries bytes.
CHECKSUM = "CRC32"


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as S3 just wrote it."""

    key: str
    version_id: str | None
    etag: str


@dataclass(frozen=True, slots=True)
class Info:
    """What S3 says of an object without sending it; `size` in bytes."""

    key: str
    size: int
    content_type: str
    modified: datetime
    version_id: str | None
    etag: str


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object; `deleted` is the marker that a delete leaves, without bytes."""

    version_id: str
    modified: datetime
    latest: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; `item` is None for what was not written by this package."""

    key: str
    item: TenantItem | SharedItem | None
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a list; `cursor` asks for the next one, None at the end."""

    entries: tuple[Entry, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Body:
    """An object on its way here."""

    info: Info
    stream: Any
    role: str

    def read(self, size: int) -> bytes:
        """At most `size` bytes more, none at the end, where length and checksum are compared."""
        with explained(self.info.key, self.role):
            data: bytes = self.stream.read(size)
            return data


@dataclass(frozen=True, slots=True)
class Objects:
    """The bucket as one role sees it."""

    client: S3
    bucket: str
    role: str

    def put_small(self, key: Key, content: bytes, content_type: str | None) -> Stored:
        """Write an object in one request, with its tag, type and checksum."""
        request = self._writing(key, content_type)
        with explained(key.text, self.role):
            return _stored(key, self.client.put_object(Body=content, **request))

    def put_large(
        self, key: Key, content: Source, content_type: str | None, transfer: Transfer
    ) -> Stored:
        """The same, over 5 MB in parts of 5 MB."""
        request = self._writing(key, content_type)
        with explained(key.text, self.role):
            return _stored(key, transfer.upload(self.client, content, request))

    def head(self, key: Key, version_id: str | None) -> Info:
        """The object's size, type and version."""
        with self._reading(key, version_id):
            return _info(key, self.client.head_object(**self.at(key, version_id)))

    def get(self, key: Key, version_id: str | None) -> Body:
        """The object as a stream, of which nothing has been read yet."""
        with self._reading(key, version_id):
            answer = self.client.get_object(**self.at(key, version_id))
        return Body(_info(key, answer), answer["Body"], self.role)

    def read(self, key: Key, version_id: str | None, limit: int) -> bytes:
        """The whole object, if it has at most `limit` bytes; else LimitError, and none is read."""
        body = self.get(key, version_id)
        if body.info.size > limit:
            body.stream.close()
            raise LimitError(
                f"{key.text} has {body.info.size:,} bytes; this read takes {limit:,}.",
                "Use open() for a stream or download() for a file.",
            )
        with explained(key.text, self.role):
            data: bytes = body.stream.read()
            return data

    def download(self, key: Key, target: Path, version_id: str | None, transfer: Transfer) -> None:
        """Fetch into a file, by parts in threads; the file appears whole or not at all."""
        with self._reading(key, version_id):
            transfer.download(self.client, str(target), self.at(key, version_id))

    def page(self, owner: Tenant | Shared, prefix: str, cursor: str | None, limit: int) -> Page:
        """At most `limit` (1 to 1,000) objects below the prefix, in the order of their keys."""
        more = {"ContinuationToken": cursor} if cursor else {}
        with explained(prefix, self.role):
            answer = self.client.list_objects_v2(
                Bucket=self.bucket, Prefix=prefix, MaxKeys=limit, **more
            )
        found = tuple(_entry(owner, line) for line in answer.get("Contents", []))
        return Page(found, answer.get("NextContinuationToken"))

    def versions(self, key: Key) -> list[Version]:
        """Every version of the object, newest first, with the markers of deletes."""
        with explained(key.text, self.role):
            found = [
                version for page in self._version_pages(key) for version in _versions(key, page)
            ]
        return sorted(found, key=lambda version: (version.latest, version.modified), reverse=True)

    def copy(self, source: Key, target: Key, version_id: str | None) -> Stored:
        """Copy inside S3, with the target's tag; objects over 5 GB are refused by S3."""
        with explained(target.text, self.role):
            answer = self.client.copy_object(
                **self.at(target),
                CopySource=self.at(source, version_id),
                Tagging=tag(target),
                TaggingDirective="REPLACE",
                ChecksumAlgorithm=CHECKSUM,
            )
        return _stored(target, {**answer, **answer["CopyObjectResult"]})

    def delete(self, key: Key) -> None:
        """Hide the object behind a delete marker; what is not there is hidden all the same."""
        with explained(key.text, self.role):
            self.client.delete_object(**self.at(key))

    def at(self, key: Key, version_id: str | None = None) -> dict[str, str]:
        """The arguments that name the object, or one version of it."""
        place = {"Bucket": self.bucket, "Key": key.text}
        return place | ({"VersionId": version_id} if version_id else {})

    def _writing(self, key: Key, content_type: str | None) -> dict[str, str]:
        return {**self.at(key), **described(key, content_type), "ChecksumAlgorithm": CHECKSUM}

    @contextmanager
    def _reading(self, key: Key, version_id: str | None) -> Iterator[None]:
        # S3 admits that an object is missing only to who may list it. The tenant role's right to
        # list is bound to a prefix, which a GET does not have: so it answers 403.
        try:
            with explained(key.text, self.role):
                yield
        except AccessDeniedError as denied:
            if version_id or self._may_be_there(key):
                raise
            raise ObjectMissingError(
                f"There is no {key.text}.",
                "List the folder; a deleted object comes back with versions() and restore().",
            ) from denied

    def _may_be_there(self, key: Key) -> bool:
        try:
            first = self.client.list_objects_v2(Bucket=self.bucket, Prefix=key.text, MaxKeys=1)
        except ClientError:
            return True
        return any(entry["Key"] == key.text for entry in first.get("Contents", []))

    def _version_pages(self, key: Key) -> Iterator[dict[str, Any]]:
        more: dict[str, str] = {}
        while True:
            page = self.client.list_object_versions(Bucket=self.bucket, Prefix=key.text, **more)
            yield page
            # The key itself sorts before every longer key that begins with it.
            if not page["IsTruncated"] or page["NextKeyMarker"] != key.text:
                return
            more = {
                "KeyMarker": page["NextKeyMarker"],
                "VersionIdMarker": page["NextVersionIdMarker"],
            }


def tag(key: Key) -> str:
    """The object tag as S3's header wants it; the lifecycle rules go by it (ADR S2)."""
    return f"data-class={key.shape.data_class}"


def described(key: Key, content_type: str | None) -> dict[str, str]:
    """The content type and the tag of an object that is written; LimitError for a bad type."""
    content_type = content_type or key.shape.content_type
    # RFC 9110: type "/" subtype, perhaps parameters; no line break reaches a header.
    if not re.fullmatch(r"[\w.+-]+/[\w.+-]+( *; *[\w-]+=[\w.+\"-]+)*", content_type, re.ASCII):
        raise LimitError(f"{content_type!a} is not a content type.", "Give one like text/csv.")
    return {"ContentType": content_type, "Tagging": tag(key)}


def small(content: object) -> bytes | None:
    """The content, if it is known to have at most 5 MB: one request is enough for it. Blocks."""
    if isinstance(content, Path) and content.stat().st_size <= PART_BYTES:
        return content.read_bytes()
    return content if isinstance(content, bytes) and len(content) <= PART_BYTES else None


def _stored(key: Key, answer: dict[str, Any]) -> Stored:
    return Stored(key.text, answer.get("VersionId"), answer["ETag"])


def _info(key: Key, answer: dict[str, Any]) -> Info:
    return Info(
        key=key.text,
        size=answer["ContentLength"],
        content_type=answer["ContentType"],
        modified=answer["LastModified"],
        version_id=answer.get("VersionId"),
        etag=answer["ETag"],
    )


def _entry(owner: Tenant | Shared, line: dict[str, Any]) -> Entry:
    try:
        item = Key.within(owner, line["Key"]).item
    except InvalidKeyError:
        item = None
    return Entry(line["Key"], item, line["Size"], line["LastModified"])


def _versions(key: Key, page: dict[str, Any]) -> Iterator[Version]:
    for kind in ("Versions", "DeleteMarkers"):
        for line in page.get(kind, []):
            if line["Key"] == key.text:
                yield Version(
                    version_id=line["VersionId"],
                    modified=line["LastModified"],
                    latest=line["IsLatest"],
                    deleted=kind == "DeleteMarkers",
                )
