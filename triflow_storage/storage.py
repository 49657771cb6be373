"""The storage of one tenant, and what all tenants read: the async face of the package (ADR S9).

Every call may raise a StorageError. Left alone: writing what all tenants read. The backend's role
may only read it (ADR S8); whoever publishes a template does so with a role of their own.
"""

import asyncio
import threading
from collections.abc import AsyncIterable, AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Generic, Self, TypeVar
from uuid import UUID

from triflow_storage import keys
from triflow_storage.connection import Answer, Connection
from triflow_storage.keys import DataClass, Key, Shared, SharedItem, Shelf, Tenant, TenantItem
from triflow_storage.objects import Body, Entry, Info, Objects, Page, Stored, Version, small
from triflow_storage.transfer import PART_BYTES, Feed, Progress, Source, Transfer
from triflow_storage.urls import Presigned

CHUNK_BYTES = 1024 * 1024
PAGE_ENTRIES = 1000  # S3 lists no more at once
URL_LIFETIME = timedelta(minutes=15)

Content = bytes | Path | BinaryIO | AsyncIterable[bytes]
Item = TypeVar("Item", TenantItem, SharedItem)
Place = TypeVar("Place", DataClass, Shelf)


class Stream:
    """An object on its way here, chunk by chunk; give it to a StreamingResponse, or close it."""

    def __init__(self, body: Body, connection: Connection) -> None:
        self.info = body.info
        self._body = body
        self._connection = connection

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The bytes in order, about 1 MB at a time; a damaged end raises IntegrityError."""
        async with self:
            while chunk := await self._connection.call(lambda: self._body.read(CHUNK_BYTES)):
                yield chunk

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Give the connection back; what was not read is not fetched."""
        self._body.stream.close()


class _Reader(Generic[Item, Place]):
    def __init__(self, owner: Tenant | Shared, connection: Connection) -> None:
        self._owner = owner
        self._connection = connection

    async def head(self, item: Item, *, version_id: str | None = None) -> Info:
        """The item's size, type and version; ObjectMissingError if there is none."""
        key = self._key(item)
        return await self._ask(lambda objects: objects.head(key, version_id))

    async def read(
        self, item: Item, *, version_id: str | None = None, limit: int = PART_BYTES
    ) -> bytes:
        """The whole item, if it has at most `limit` bytes; else LimitError."""
        key = self._key(item)
        return await self._ask(lambda objects: objects.read(key, version_id, limit))

    async def open(self, item: Item, *, version_id: str | None = None) -> Stream:
        """The item as a stream; a missing one raises here, before a response has begun."""
        key = self._key(item)
        body = await self._ask(lambda objects: objects.get(key, version_id))
        return Stream(body, self._connection)

    async def download(
        self,
        item: Item,
        target: Path,
        *,
        version_id: str | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Fetch into a file by parts in threads; it appears whole or not at all.

        `progress` is called on the event loop with the bytes so far.
        """
        key, transfer = self._key(item), Transfer(_on_loop(progress))
        await self._connection.transfer(
            lambda: self._objects().download(key, target, version_id, transfer), transfer.stop
        )

    async def page(
        self,
        place: Place,
        *,
        inside: str | None = None,
        cursor: str | None = None,
        limit: int = PAGE_ENTRIES,
    ) -> Page:
        """At most `limit` (1 to 1,000) items of one kind, from `cursor` on.

        `inside` narrows to one folder: a workflow's id, or a day of logs as 2026-11-22.
        """
        prefix = keys.area(self._owner, place, inside)
        return await self._ask(lambda objects: objects.page(self._owner, prefix, cursor, limit))

    async def entries(self, place: Place, *, inside: str | None = None) -> AsyncIterator[Entry]:
        """Every item of one kind, fetched page by page."""
        cursor = None
        while True:
            page = await self.page(place, inside=inside, cursor=cursor)
            for entry in page.entries:
                yield entry
            if (cursor := page.cursor) is None:
                return

    def _key(self, item: Item) -> Key:
        return Key(self._owner, item)

    def _objects(self) -> Objects:
        match self._owner:
            case Tenant(tenant_id=tenant_id):
                return self._connection.tenant(tenant_id)
            case Shared():
                return self._connection.shared()

    async def _ask(self, question: Callable[[Objects], Answer]) -> Answer:
        return await self._connection.call(lambda: question(self._objects()))


class SharedStorage(_Reader[SharedItem, Shelf]):
    """The templates and profiles that every tenant reads, with this process's own role."""

    def __init__(self, connection: Connection | None = None) -> None:
        """Without a connection, the one that the process's environment describes."""
        connection = connection or process_connection()
        super().__init__(Shared(connection.environment), connection)


class TenantStorage(_Reader[TenantItem, DataClass]):
    """One tenant's workflows, uploads, exports and logs, with the tenant role.

    Making one costs nothing; sessions and threads belong to the connection.
    """

    def __init__(self, tenant_id: UUID | str, connection: Connection | None = None) -> None:
        """Without a connection, the one that the process's environment describes."""
        connection = connection or process_connection()
        self.tenant_id = keys.tenant_id(str(tenant_id))
        super().__init__(Tenant(connection.environment, self.tenant_id), connection)

    async def put(
        self,
        item: TenantItem,
        content: Content,
        *,
        content_type: str | None = None,
        progress: Progress | None = None,
    ) -> Stored:
        """Write an item; over 5 MB by parts of 5 MB in 10 threads, never whole in memory.

        Without `content_type`, the kind's own; an upload's is application/octet-stream.
        `progress` is called on the event loop with the bytes so far. Failed or cancelled, the
        parts are aborted: the object is there whole or not at all. What the source raises comes
        out unchanged.
        """
        key = self._key(item)
        data = await self._connection.call(lambda: small(content))
        if data is None:
            return await self._put_large(key, content, content_type, Transfer(_on_loop(progress)))
        stored = await self._ask(lambda objects: objects.put_small(key, data, content_type))
        if progress:
            progress(len(data))
        return stored

    async def versions(self, item: TenantItem) -> list[Version]:
        """Every version, newest first, with the markers that deletes left."""
        key = self._key(item)
        return await self._ask(lambda objects: objects.versions(key))

    async def restore(self, item: TenantItem, version_id: str) -> Stored:
        """Make an old version the newest again, by a copy; no version is lost."""
        key = self._key(item)
        return await self._ask(lambda objects: objects.copy(key, key, version_id))

    async def copy(self, source: TenantItem, target: TenantItem) -> Stored:
        """Copy inside the tenant's folder, with the target's tag, up to 5 GB."""
        from_key, to_key = self._key(source), self._key(target)
        return await self._ask(lambda objects: objects.copy(from_key, to_key, None))

    async def delete(self, item: TenantItem) -> None:
        """Hide the item; its versions stay for restore() until the lifecycle removes them."""
        key = self._key(item)
        await self._ask(lambda objects: objects.delete(key))

    async def presigned_get(
        self, item: TenantItem, *, file_name: str, lifetime: timedelta = URL_LIFETIME
    ) -> Presigned:
        """A URL from which a browser saves the item as `file_name`; 1 second to 1 hour.

        A session of the tenant role lasts an hour, and a URL no longer than its session: of the
        last five minutes before an hour, `expires_at` may take some away.
        """
        key = self._key(item)
        return await self._connection.call(
            lambda: self._connection.signer(self.tenant_id, lifetime).get(key, file_name)
        )

    async def presigned_put(
        self,
        item: TenantItem,
        *,
        size: int,
        content_type: str | None = None,
        sha256: bytes | None = None,
        lifetime: timedelta = URL_LIFETIME,
    ) -> Presigned:
        """A URL that takes exactly `size` bytes (1 to 5 GB) of one type, for at most an hour."""
        key = self._key(item)
        return await self._connection.call(
            lambda: self._connection.signer(self.tenant_id, lifetime).put(
                key, size, content_type, sha256
            )
        )

    async def _put_large(
        self, key: Key, content: Content, content_type: str | None, transfer: Transfer
    ) -> Stored:
        source: Source
        if isinstance(content, AsyncIterable):
            source = transfer.feed = Feed(content, asyncio.get_running_loop())
        else:
            source = content
        return await self._connection.transfer(
            lambda: self._objects().put_large(key, source, content_type, transfer), transfer.stop
        )


def process_connection() -> Connection:
    """The process's one connection, made from its environment when it is first asked for."""
    with _making:
        if not _made:
            _made.append(Connection.from_environment())
        return _made[0]


_making = threading.Lock()
_made: list[Connection] = []


def _on_loop(progress: Progress | None) -> Progress | None:
    if progress is None:
        return None
    loop = asyncio.get_running_loop()
    return lambda moved: loop.call_soon_threadsafe(progress, moved)
