"""Objects (ADR S2, S6, S9): what lies in the bucket after a call, and what comes out of it.

moto stands for S3: it stores what it is sent, and refuses nothing on account of a policy.
"""

import asyncio
import io
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.storage_client.stand_ins import (
    AN_UPLOAD,
    DENIED,
    MEGABYTE,
    ROLE,
    Bucket,
    a_tenant,
    answering,
    in_pages_of,
    stream_of,
)
from triflow_storage import Connection, SharedStorage, TenantStorage
from triflow_storage.errors import (
    AccessDeniedError,
    LimitError,
    MisconfiguredError,
    ObjectMissingError,
)
from triflow_storage.keys import (
    DataClass,
    Execution,
    Export,
    Log,
    Output,
    Profile,
    Shelf,
    Template,
    TenantItem,
    Upload,
)

pytestmark = pytest.mark.thorough

run = asyncio.run
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.clause("S2", "S3", "S4", "S9")
@pytest.mark.parametrize(
    ("item", "tagged", "content_type"),
    [
        (Execution("wf", NOON), "workflow", "application/json"),
        (Output("wf", NOON), "workflow", "text/csv"),
        (Upload("a", "pdf"), "upload", "application/octet-stream"),
        (Export(NOON), "export", SHEET),
        (Log(date(2026, 11, 22)), "log", "application/gzip"),
    ],
)
def test_every_object_carries_its_tag_its_type_and_a_checksum(
    storage: TenantStorage, bucket: Bucket, item: TenantItem, tagged: str, content_type: str
) -> None:
    """The lifecycle rules go by the tag; in one request or by parts makes no difference."""
    for size in (3, 5 * MEGABYTE + 1):
        stored = run(storage.put(item, bytes(size)))

        found = bucket.head(stored.key)
        assert bucket.tags(stored.key) == {"data-class": tagged}
        assert (found["ContentType"], found["ContentLength"]) == (content_type, size)
        assert found["ChecksumCRC32"]
        assert stored.version_id == found["VersionId"]


@pytest.mark.clause("S9")
@pytest.mark.parametrize(
    ("size", "parts"),
    [(0, 0), (5 * MEGABYTE, 0), (5 * MEGABYTE + 1, 2), (10 * MEGABYTE, 2), (12 * MEGABYTE, 3)],
)
@pytest.mark.parametrize("form", ["bytes", "path", "file", "stream"])
def test_over_5_mb_an_object_goes_in_parts_of_5_mb(
    storage: TenantStorage, tmp_path: Path, form: str, size: int, parts: int
) -> None:
    """Whatever holds the bytes; S3 counts the parts in the ETag."""
    (tmp_path / "file").write_bytes(bytes(size))
    content: Any = {
        "bytes": bytes(size),
        "path": tmp_path / "file",
        "file": io.BytesIO(bytes(size)),
        "stream": None,
    }[form]

    async def put() -> str:
        source = stream_of(size) if content is None else content
        etag = (await storage.put(AN_UPLOAD, source)).etag
        assert (await storage.head(AN_UPLOAD)).size == size
        return etag

    found = run(put()).strip('"').partition("-")[2]
    assert (str(parts) if parts else "") == found


@pytest.mark.clause("S9")
def test_a_stream_comes_out_as_it_went_in(storage: TenantStorage, tmp_path: Path) -> None:
    """Bytes keep their order through parts, threads, a stream, a file and a whole read."""
    content = b"".join(number.to_bytes(4, "big") for number in range(3 * MEGABYTE))

    async def there_and_back() -> tuple[bytes, bytes, bytes]:
        await storage.put(AN_UPLOAD, content)
        streamed = b"".join([chunk async for chunk in await storage.open(AN_UPLOAD)])
        await storage.download(AN_UPLOAD, tmp_path / "file")
        return (
            streamed,
            (tmp_path / "file").read_bytes(),
            await storage.read(AN_UPLOAD, limit=len(content)),
        )

    assert (content, content, content) == run(there_and_back())


@pytest.mark.clause("S9")
@pytest.mark.parametrize("size", [0, 3, 12 * MEGABYTE])
def test_progress_is_told_on_the_event_loop_and_ends_at_the_size(
    storage: TenantStorage, tmp_path: Path, size: int
) -> None:
    """A callback may touch what belongs to the loop, and its last word is the whole."""
    moved: list[int] = []

    def told(so_far: int) -> None:
        assert asyncio.get_running_loop().is_running()
        moved.append(so_far)

    run(storage.put(AN_UPLOAD, bytes(size), progress=told))
    assert size == moved[-1]
    moved.clear()
    run(storage.download(AN_UPLOAD, tmp_path / "file", progress=told))
    assert size == (moved[-1] if size else 0)


@pytest.mark.clause("S9")
def test_the_content_type_of_an_upload_is_the_callers(storage: TenantStorage) -> None:
    """It may carry a parameter; what would break a header is refused."""
    run(storage.put(AN_UPLOAD, b"a", content_type="text/csv; charset=utf-8"))

    assert run(storage.head(AN_UPLOAD)).content_type == "text/csv; charset=utf-8"
    for wrong in ("csv", "text/csv\r\nx-amz-acl: public-read", "text/", "텍스트/csv"):
        with pytest.raises(LimitError, match="is not a content type"):
            run(storage.put(AN_UPLOAD, b"a", content_type=wrong))


@pytest.mark.clause("S9")
def test_a_whole_read_has_a_limit(storage: TenantStorage) -> None:
    """A file that would fill the memory is refused before a byte of it is read."""
    run(storage.put(AN_UPLOAD, b"1234"))

    with pytest.raises(LimitError, match="has 4 bytes; this read takes 3"):
        run(storage.read(AN_UPLOAD, limit=3))


@pytest.mark.clause("S9")
def test_a_list_comes_in_pages_and_of_one_kind(
    storage: TenantStorage, connection: Connection
) -> None:
    """Neither other kinds nor other tenants are in it, and the cursor goes on where it ended."""
    runs = [Execution("wf-1", NOON.replace(hour=hour)) for hour in range(3)]
    others: list[TenantItem] = [Execution("wf-10", NOON), AN_UPLOAD]

    async def fill_and_list() -> tuple[list[Any], list[Any], list[Any]]:
        item: TenantItem
        for item in [*runs, *others]:
            await storage.put(item, b"{}")
        await TenantStorage(a_tenant(2), connection).put(runs[0], b"{}")
        first = await storage.page(DataClass.WORKFLOW, inside="wf-1", limit=2)
        rest = await storage.page(DataClass.WORKFLOW, inside="wf-1", cursor=first.cursor)
        assert rest.cursor is None
        whole = [entry.item async for entry in storage.entries(DataClass.WORKFLOW)]
        return [e.item for e in first.entries], [e.item for e in rest.entries], whole

    assert (runs[:2], runs[2:], [*runs, others[0]]) == run(fill_and_list())


@pytest.mark.clause("S9")
def test_every_page_of_a_long_list_is_fetched(
    storage: TenantStorage,
) -> None:
    """Five entries in pages of two are five entries."""
    in_pages_of(2, storage._objects().client, "ListObjectsV2")

    async def fill_and_list() -> list[int]:
        for number in range(5):
            await storage.put(Upload(f"file-{number}", "csv"), bytes(number))
        return [entry.size async for entry in storage.entries(DataClass.UPLOAD)]

    assert run(fill_and_list()) == [0, 1, 2, 3, 4]


@pytest.mark.clause("S9")
def test_what_others_wrote_is_listed_without_a_kind(storage: TenantStorage, bucket: Bucket) -> None:
    """A foreign name in the folder is neither hidden nor taken for one of ours."""
    key = f"dev/tenants/tenant-{a_tenant(1)}/uploads/no extension"
    bucket.put(key, b"12")

    (entry,) = run(storage.page(DataClass.UPLOAD)).entries

    assert (key, None, 2) == (entry.key, entry.item, entry.size)


@pytest.mark.clause("S6", "S9")
def test_a_deleted_object_comes_back_by_its_version(storage: TenantStorage, bucket: Bucket) -> None:
    """Delete hides, versions shows all, restore makes the old one the newest, tag and all."""

    async def live_and_die() -> tuple[list[tuple[bool, bool]], bytes]:
        first = await storage.put(AN_UPLOAD, b"first", content_type="text/csv")
        await storage.put(AN_UPLOAD, b"second")
        await storage.put(Upload("report", "bin2"), b"a longer key")
        await storage.delete(AN_UPLOAD)
        with pytest.raises(ObjectMissingError):
            await storage.read(AN_UPLOAD)
        hidden = await storage.versions(AN_UPLOAD)
        assert await storage.read(AN_UPLOAD, version_id=first.version_id) == b"first"
        await storage.restore(AN_UPLOAD, first.version_id or "")
        assert len(await storage.versions(AN_UPLOAD)) == 4
        return [(v.latest, v.deleted) for v in hidden], await storage.read(AN_UPLOAD)

    versions, content = run(live_and_die())

    assert versions == [(True, True), (False, False), (False, False)]
    assert content == b"first"
    info = run(storage.head(AN_UPLOAD))
    assert (info.content_type, bucket.tags(info.key)) == ("text/csv", {"data-class": "upload"})


@pytest.mark.clause("S6")
def test_all_versions_are_found_over_several_pages(storage: TenantStorage) -> None:
    """S3 gives versions in pages too; here it is asked for two at a time."""

    async def fill() -> None:
        for number in range(5):
            await storage.put(AN_UPLOAD, bytes(number))

    run(fill())
    in_pages_of(2, storage._objects().client, "ListObjectVersions")

    assert len(run(storage.versions(AN_UPLOAD))) == 5


@pytest.mark.clause("S2", "S9")
def test_a_copy_carries_the_tag_of_where_it_goes(storage: TenantStorage, bucket: Bucket) -> None:
    """An upload that becomes an export is archived as an export."""
    run(storage.put(AN_UPLOAD, b"rows"))

    copied = run(storage.copy(AN_UPLOAD, Export(NOON)))

    assert bucket.tags(copied.key) == {"data-class": "export"}
    assert run(storage.read(Export(NOON))) == b"rows"
    assert copied.version_id == run(storage.head(Export(NOON))).version_id


@pytest.mark.clause("S8")
def test_what_is_shared_is_read_and_never_written(connection: Connection, bucket: Bucket) -> None:
    """Templates and profiles come from the shared folder; the class has no way to change them."""
    bucket.put("dev/shared/templates/월간.json", b"{}")
    bucket.put("dev/shared/industry-profiles/steel", b"s")
    shared = SharedStorage(connection)

    assert run(shared.read(Template("월간.json"))) == b"{}"
    assert run(shared.read(Profile("steel"))) == b"s"
    (entry,) = run(shared.page(Shelf.TEMPLATES)).entries
    assert Template("월간.json") == entry.item
    assert {"put", "delete", "copy", "restore"}.isdisjoint(dir(shared))


@pytest.mark.clause("S8", "S9")
def test_a_missing_object_is_told_from_a_forbidden_one(storage: TenantStorage) -> None:
    """S3 answers 403 for both, as the right to list is bound to a prefix; one list tells them."""
    client = storage._objects().client
    run(storage.put(AN_UPLOAD, b"a"))

    answering(client, "GetObject", DENIED, DENIED)
    with pytest.raises(ObjectMissingError, match=r"There is no .*/uploads/gone\.bin"):
        run(storage.read(Upload("gone", "bin")))
    with pytest.raises(AccessDeniedError, match="S3 refuses triflow-ai-dev-tenant-role GetObject"):
        run(storage.read(AN_UPLOAD))


@pytest.mark.clause("S8", "S9")
def test_who_may_not_even_list_is_denied_and_not_told_more(storage: TenantStorage) -> None:
    """When the list is refused as well, the answer stays: denied."""
    client = storage._objects().client
    answering(client, "GetObject", DENIED)
    answering(client, "ListObjectsV2", DENIED)

    with pytest.raises(AccessDeniedError):
        run(storage.read(Upload("gone", "bin")))


@pytest.mark.clause("S9")
def test_the_event_loop_is_never_in_a_call(storage: TenantStorage) -> None:
    """Every request to S3 leaves from one of the package's own threads."""
    threads = answering(storage._objects().client, "*")

    async def use() -> None:
        await storage.head(AN_UPLOAD)
        await storage.page(DataClass.UPLOAD)
        await storage.delete(AN_UPLOAD)

    run(storage.put(AN_UPLOAD, bytes(12 * MEGABYTE)))
    assert (len(threads), "MainThread" in threads) == (5, False)
    threads.clear()
    run(use())
    assert [name.partition("_")[0] for name in threads] == ["storage-call"] * 3


@pytest.mark.clause("S9")
def test_a_tenant_id_is_enough_where_the_environment_names_the_rest(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TenantStorage(tenant_id) uses the process's connection, which is made once."""
    monkeypatch.setattr("triflow_storage.storage._made", [])
    monkeypatch.setenv("TRIFLOW_STORAGE_BUCKET", bucket.name)
    monkeypatch.setenv("TRIFLOW_STORAGE_TENANT_ROLE_ARN", ROLE)
    monkeypatch.setenv("TRIFLOW_STORAGE_ENVIRONMENT", "staging")

    storage = TenantStorage(str(a_tenant(1)))
    stored = run(storage.put(AN_UPLOAD, b"a"))

    assert f"staging/tenants/tenant-{a_tenant(1)}/uploads/report.bin" == stored.key
    assert storage._connection is SharedStorage()._connection
    storage._connection.close()


@pytest.mark.clause("S9")
@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (None, "TRIFLOW_STORAGE_ENVIRONMENT is not set."),
        ("production", "TRIFLOW_STORAGE_ENVIRONMENT is 'production'."),
    ],
)
def test_a_setting_that_is_missing_or_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, environment: str | None, message: str
) -> None:
    """The process that starts without its settings says which one."""
    monkeypatch.setenv("TRIFLOW_STORAGE_BUCKET", "b")
    monkeypatch.setenv("TRIFLOW_STORAGE_TENANT_ROLE_ARN", ROLE)
    monkeypatch.delenv("TRIFLOW_STORAGE_ENVIRONMENT", raising=False)
    if environment:
        monkeypatch.setenv("TRIFLOW_STORAGE_ENVIRONMENT", environment)

    with pytest.raises(MisconfiguredError) as refused:
        Connection.from_environment()

    assert message == refused.value.cause
