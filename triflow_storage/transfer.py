"""Transfers: big files by parts, in threads, that can be watched and stopped (ADR S9, guide 19).

Stopped or failed, an upload aborts its parts. What a killed process leaves behind is removed by
the bucket's lifecycle after seven days (ADR S5).
"""

import asyncio
import threading
from collections.abc import AsyncIterable, AsyncIterator, Callable, Mapping
from contextlib import closing
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, BinaryIO, cast

from boto3.s3.transfer import TransferConfig, create_transfer_manager
from s3transfer.futures import TransferFuture
from s3transfer.manager import TransferManager
from s3transfer.subscribers import BaseSubscriber
from s3transfer.utils import OSUtils

from triflow_storage.sessions import S3

if TYPE_CHECKING:
    from concurrent.futures import Future

    from botocore.client import BaseClient

PART_BYTES = 5 * 1024 * 1024
THREADS = 10
Progress = Callable[[int], object]  # told the bytes moved so far

_CONFIG = TransferConfig(
    multipart_threshold=PART_BYTES + 1,  # s3transfer splits from here on; over 5 MB is asked for
    multipart_chunksize=PART_BYTES,
    max_concurrency=THREADS,
    # The C runtime, if it is installed, chooses its own parts and threads.
    preferred_transfer_client="classic",
)


class Feed:
    """An async source of bytes as a file for a thread; a read waits for the event loop."""

    def __init__(self, source: AsyncIterable[bytes], loop: asyncio.AbstractEventLoop) -> None:
        self._chunks: AsyncIterator[bytes] = aiter(source)
        self._loop = loop
        self._rest = bytearray()
        self._stopped = threading.Event()
        self._waiting: Future[bytes | None] | None = None

    def read(self, amount: int = -1) -> bytes:
        """The next `amount` bytes, fewer at the end, all of them for -1."""
        while amount < 0 or len(self._rest) < amount:
            chunk = self._next()
            if chunk is None:
                break
            self._rest += chunk
        end = len(self._rest) if amount < 0 else amount
        taken = bytes(self._rest[:end])
        del self._rest[:end]
        return taken

    def stop(self) -> None:
        """End a read that waits for a chunk that may never come."""
        self._stopped.set()
        if self._waiting:
            self._waiting.cancel()

    def _next(self) -> bytes | None:
        self._waiting = asyncio.run_coroutine_threadsafe(self._one(), self._loop)
        if self._stopped.is_set():
            self._waiting.cancel()
        return self._waiting.result()

    async def _one(self) -> bytes | None:
        return await anext(self._chunks, None)


Source = bytes | Path | BinaryIO | Feed  # a Path is read by the threads themselves


class Transfer:
    """One upload or one download; `stop` may come from any thread, before, during or after."""

    def __init__(self, progress: Progress | None = None) -> None:
        self.progress = progress
        self.feed: Feed | None = None  # what is being read, if it is not a file
        self._lock = threading.Lock()
        self._stopped = False
        self._future: TransferFuture | None = None

    def upload(self, client: S3, source: Source, request: Mapping[str, str]) -> dict[str, Any]:
        """Send a source and return S3's last answer; `request` is that of PutObject."""
        witness = _Witness(client)
        extra = {name: value for name, value in request.items() if name not in {"Bucket", "Key"}}
        file = _file(source)
        with closing(_Files()) as files, _manager(witness, files) as manager:
            self._run(manager.upload(file, request["Bucket"], request["Key"], extra, self._watch()))
        return witness.answer

    def download(self, client: S3, target: str, request: Mapping[str, str]) -> None:
        """Fetch into a file, which appears whole or not at all."""
        extra = {"VersionId": request["VersionId"]} if "VersionId" in request else {}
        with _manager(client, OSUtils()) as manager:
            self._run(
                manager.download(request["Bucket"], request["Key"], target, extra, self._watch())
            )

    def stop(self) -> None:
        """Give up: parts under way are finished, then all parts are aborted."""
        with self._lock:
            self._stopped = True
            if self._future:
                self._future.cancel()
        if self.feed:
            self.feed.stop()

    def _watch(self) -> list[BaseSubscriber]:
        return [_Watch(self.progress)] if self.progress else []

    def _run(self, future: TransferFuture) -> None:
        with self._lock:
            self._future = future
            if self._stopped:
                future.cancel()
        future.result()


def _file(source: Source) -> BinaryIO | str:
    if isinstance(source, bytes):
        return BytesIO(source)
    return str(source) if isinstance(source, Path) else cast("BinaryIO", source)


def _manager(client: object, files: OSUtils) -> TransferManager:
    return create_transfer_manager(cast("BaseClient", client), _CONFIG, files)


class _Files(OSUtils):
    """Opens the file for each part; s3transfer leaves it open for parts that are not sent."""

    def __init__(self) -> None:
        self._opened: list[IO[Any]] = []

    def open(self, filename: str, mode: str) -> IO[Any]:
        file: IO[Any] = super().open(filename, mode)
        self._opened.append(file)
        return file

    def close(self) -> None:
        for file in self._opened:
            file.close()


class _Watch(BaseSubscriber):
    """Adds up what s3transfer reports; a part that is sent again is first taken back."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._moved = 0
        self._lock = threading.Lock()

    def on_progress(self, future: TransferFuture, bytes_transferred: int, **_: object) -> None:
        del future
        with self._lock:
            self._moved += bytes_transferred
            self._progress(self._moved)


class _Witness:
    """The client of one upload; keeps the answer that names the new version, lost otherwise."""

    def __init__(self, client: S3) -> None:
        self._client = client
        self.answer: dict[str, Any] = {}

    def __getattr__(self, name: str) -> object:
        return getattr(self._client, name)

    def put_object(self, **request: object) -> dict[str, Any]:
        self.answer = self._client.put_object(**request)
        return self.answer

    def complete_multipart_upload(self, **request: object) -> dict[str, Any]:
        self.answer = self._client.complete_multipart_upload(**request)
        return self.answer
