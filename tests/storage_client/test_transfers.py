"""Transfers (ADR S5, S9, guide 19): bounded in memory, stopped cleanly, tried again when busy.

A process that is killed cannot clean up; that the lifecycle does is shown on the deployed bucket.
"""

import asyncio
import gc
import io
import threading
import time
import tracemalloc
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from tests.storage_client.stand_ins import (
    AN_UPLOAD,
    BUSY,
    DENIED,
    MEGABYTE,
    Answer,
    Bucket,
    answering,
    stream_of,
)
from triflow_storage import Connection, TenantStorage
from triflow_storage.connection import TRANSFERS
from triflow_storage.errors import (
    AccessDeniedError,
    IntegrityError,
    ObjectMissingError,
    UnavailableError,
)

pytestmark = pytest.mark.thorough

run = asyncio.run
BIG = 12 * MEGABYTE
GIGABYTE = 1024 * MEGABYTE
SECONDS_TO_BEGIN = 120


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, in seconds, which are not waited for."""
    found: list[float] = []
    monkeypatch.setattr("botocore.endpoint.time", _Sleepless(found))
    return found


class _Sleepless:
    def __init__(self, waits: list[float]) -> None:
        self.sleep = waits.append


@pytest.mark.clause("S9")
def test_a_large_stream_is_never_whole_in_memory(storage: TenantStorage) -> None:
    """At most ten parts of 5 MB are at hand and the next; a file's are shown in test_processes."""
    size = 120 * MEGABYTE
    run(storage.put(AN_UPLOAD, bytes(BIG)))  # loads what is loaded once

    tracemalloc.start()
    run(storage.put(AN_UPLOAD, stream_of(size)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert peak < 80 * MEGABYTE
    assert run(storage.head(AN_UPLOAD)).size == size


@pytest.mark.clause("S9")
def test_a_large_file_comes_out_piece_by_piece(storage: TenantStorage) -> None:
    """Who streams 60 MB on holds a few of them."""
    run(storage.put(AN_UPLOAD, bytes(60 * MEGABYTE)))

    async def drain() -> int:
        return sum([len(chunk) async for chunk in await storage.open(AN_UPLOAD)])

    tracemalloc.start()
    size = run(drain())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert size == 60 * MEGABYTE
    assert peak < 10 * MEGABYTE


class _Disconnected(Exception):  # noqa: N818 - as web servers name it
    """The user closed the browser."""


@pytest.mark.clause("S5", "S9")
def test_a_source_that_breaks_leaves_nothing_behind(storage: TenantStorage, bucket: Bucket) -> None:
    """Its own exception comes out, and neither an object nor parts stay in the bucket."""

    async def broken() -> AsyncIterator[bytes]:
        async for chunk in stream_of(BIG):
            yield chunk
        raise _Disconnected

    with pytest.raises(_Disconnected):
        run(storage.put(AN_UPLOAD, broken()))

    assert (bucket.keys(), bucket.unfinished()) == ([], [])


@pytest.mark.clause("S5", "S9")
def test_a_file_that_breaks_leaves_nothing_behind(storage: TenantStorage, bucket: Bucket) -> None:
    """The same for a file that cannot be read to its end."""

    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 5 * MEGABYTE:
                raise OSError("the disk is gone")
            return super().read(size)

    with pytest.raises(OSError, match="the disk is gone"):
        run(storage.put(AN_UPLOAD, Broken(bytes(BIG))))

    assert (bucket.keys(), bucket.unfinished()) == ([], [])


def _once_it_is_there(unfinished: Callable[[], list[str]]) -> list[str]:
    """The source was read to its end by one thread; another asks S3 for the upload."""
    deadline = time.monotonic() + SECONDS_TO_BEGIN
    while not (found := unfinished()) and time.monotonic() < deadline:
        time.sleep(0.02)
    return found


@pytest.mark.clause("S5", "S9")
def test_a_cancelled_upload_ends_at_once_and_leaves_nothing_behind(
    storage: TenantStorage, bucket: Bucket
) -> None:
    """Even if its source would never send another byte; the parts are gone when cancel returns."""

    async def cancel_midway() -> list[str]:
        midway = asyncio.Event()

        async def stalled() -> AsyncIterator[bytes]:
            async for chunk in stream_of(BIG):
                yield chunk
            midway.set()
            await asyncio.Event().wait()

        upload = asyncio.create_task(storage.put(AN_UPLOAD, stalled()))
        await midway.wait()
        under_way = await asyncio.to_thread(_once_it_is_there, bucket.unfinished)
        upload.cancel()
        with pytest.raises(asyncio.CancelledError):
            await upload
        return under_way

    assert len(run(cancel_midway())) == 1
    assert (bucket.keys(), bucket.unfinished()) == ([], [])


@pytest.mark.clause("S5", "S9")
def test_a_cancelled_upload_of_a_file_leaves_nothing_behind(
    storage: TenantStorage, bucket: Bucket, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Cancelled after its first bytes, the parts that follow are not sent, and no log complains."""
    with (tmp_path / "large").open("wb") as file:
        file.truncate(GIGABYTE)

    async def cancel_midway() -> int:
        moved: list[int] = []

        def give_up(so_far: int) -> None:
            moved.append(so_far)
            if len(moved) == 1:
                upload.cancel()

        upload = asyncio.create_task(storage.put(AN_UPLOAD, tmp_path / "large", progress=give_up))
        with pytest.raises(asyncio.CancelledError):
            await upload
        return moved[-1]

    assert run(cancel_midway()) < GIGABYTE
    assert (bucket.keys(), bucket.unfinished()) == ([], [])
    gc.collect()  # asyncio complains of an exception that nobody took when its future goes
    assert caplog.messages == []


@pytest.mark.clause("S9")
def test_a_transfer_cancelled_in_the_queue_never_begins(connection: Connection) -> None:
    """Four transfers run; a fifth that is given up while it waits does nothing."""
    begun: list[str] = []

    async def crowd() -> None:
        release = threading.Event()
        busy = [
            asyncio.create_task(connection.transfer(release.wait, release.set))
            for _ in range(TRANSFERS)
        ]
        fifth = asyncio.create_task(connection.transfer(lambda: begun.append("fifth"), begun.clear))
        await asyncio.sleep(0)
        fifth.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fifth
        release.set()
        await asyncio.gather(*busy)

    run(crowd())
    connection.close()

    assert begun == []


@pytest.mark.clause("S5", "S9")
def test_a_part_that_is_refused_aborts_the_upload(storage: TenantStorage, bucket: Bucket) -> None:
    """The error is the typed one, and the parts that arrived are removed."""
    answering(storage._objects().client, "UploadPart", DENIED)

    with pytest.raises(AccessDeniedError, match="S3 refuses triflow-ai-dev-tenant-role UploadPart"):
        run(storage.put(AN_UPLOAD, bytes(BIG)))

    assert (bucket.keys(), bucket.unfinished()) == ([], [])


@pytest.mark.clause("S9")
@pytest.mark.parametrize(("size", "call"), [(3, "PutObject"), (BIG, "UploadPart")])
def test_a_busy_s3_is_asked_again_after_waits_of_random_length(
    storage: TenantStorage, waits: list[float], size: int, call: str
) -> None:
    """Three refusals pass unnoticed; the waits are not the same for everybody."""
    answering(storage._objects().client, call, BUSY, BUSY, BUSY)

    run(storage.put(AN_UPLOAD, bytes(size)))

    assert len(waits) == 3
    assert len(set(waits)) == 3
    assert max(waits) < 8


@pytest.mark.clause("S9")
def test_an_s3_that_stays_busy_is_given_up_after_five_attempts(
    storage: TenantStorage, waits: list[float]
) -> None:
    """The error says so, and what to do."""
    calls = answering(storage._objects().client, "PutObject", *[BUSY] * 9)

    with pytest.raises(UnavailableError, match=r"in five attempts \(SlowDown\)"):
        run(storage.put(AN_UPLOAD, b"a"))

    assert (len(calls), len(waits)) == (5, 4)


@pytest.mark.clause("S9")
@pytest.mark.parametrize("whole", [True, False])
def test_a_byte_that_changed_on_its_way_is_noticed(storage: TenantStorage, whole: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """The checksum that S3 keeps is compared with what arrived."""
    headers = {
        "Content-Length": "5",
        "Content-Type": "text/csv",
        "Last-Modified": "Sun, 22 Nov 2026 12:00:00 GMT",
        "ETag": '"e"',
        "x-amz-checksum-crc32": "NhCmhg==",  # of b"hello"
    }
    answering(storage._objects().client, "GetObject", Answer(200, body=b"hellO", headers=headers))

    async def read() -> bytes:
        if whole:
            return await storage.read(AN_UPLOAD)
        return b"".join([chunk async for chunk in await storage.open(AN_UPLOAD)])

    with pytest.raises(IntegrityError, match="is not what S3 holds"):
        run(read())


@pytest.mark.clause("S9")
def test_a_download_that_fails_leaves_no_file(storage: TenantStorage, tmp_path: Path) -> None:
    """Neither the file nor a piece of it under another name."""
    run(storage.put(AN_UPLOAD, bytes(BIG)))
    answering(storage._objects().client, "GetObject", DENIED)

    with pytest.raises(AccessDeniedError):
        run(storage.download(AN_UPLOAD, tmp_path / "file"))
    run(storage.delete(AN_UPLOAD))
    with pytest.raises(ObjectMissingError):
        run(storage.download(AN_UPLOAD, tmp_path / "file"))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.clause("S9")
def test_short_calls_do_not_wait_behind_transfers(storage: TenantStorage) -> None:
    """With every place for transfers taken, a question to S3 is still answered."""
    run(storage.put(AN_UPLOAD, b"a"))

    async def crowd() -> int:
        release = threading.Event()
        busy = [
            asyncio.create_task(storage._connection.transfer(release.wait, release.set))
            for _ in range(TRANSFERS + 1)
        ]
        size = (await storage.head(AN_UPLOAD)).size
        release.set()
        await asyncio.gather(*busy)
        return size

    assert run(crowd()) == 1
