"""The examples that the pages show, run as they stand there against a local AWS."""

import asyncio
import re
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from docs.examples.storage_app import app, signed_in
from tests.storage_client.stand_ins import MEGABYTE, ROLE, Bucket, a_tenant, stream_of
from triflow_storage import storage

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]
FOLDER = f"dev/tenants/tenant-{a_tenant(1)}/uploads/"


@pytest.fixture
def task(bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """The environment of a task of dev; the bucket that it leads to."""
    monkeypatch.setenv("TRIFLOW_STORAGE_BUCKET", bucket.name)
    monkeypatch.setenv("TRIFLOW_STORAGE_TENANT_ROLE_ARN", ROLE)
    monkeypatch.setenv("TRIFLOW_STORAGE_ENVIRONMENT", "dev")
    monkeypatch.setattr(storage, "_made", [])
    return bucket


@pytest.mark.clause("S9")
@pytest.mark.parametrize("page", ["README.md", "triflow_storage/README.md"])
def test_the_ten_lines_of_the_readme_do_what_they_say(
    page: str, task: Bucket, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is stored and listed, and whoever has the link gets it under its name."""
    [code] = re.findall(
        r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL
    )
    names: dict[str, Any] = {}
    (tmp_path / "report.csv").write_bytes(b"a,b\n1,2\n")

    exec(code, names)  # noqa: S102 - our own page
    link = asyncio.run(names["keep"](str(a_tenant(1)), tmp_path / "report.csv"))
    storage.process_connection().close()

    assert capsys.readouterr().out == f"{FOLDER}report-1.csv 8\n"
    assert task.tags(f"{FOLDER}report-1.csv") == {"data-class": "upload"}
    with urllib.request.urlopen(link) as answer:  # noqa: S310 - the local AWS
        assert answer.read() == b"a,b\n1,2\n"
        assert "report.csv" in answer.headers["Content-Disposition"]
    assert len([line for line in code.splitlines() if line]) == 10


@asynccontextmanager
async def backend(tenant: int | None) -> AsyncIterator[httpx.AsyncClient]:
    """The example as a server runs it, with this tenant signed in, or nobody."""
    if tenant is not None:
        app.dependency_overrides[signed_in] = lambda: a_tenant(tenant)
    transport = httpx.ASGITransport(app)
    try:
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://backend") as client,
        ):
            yield client
    finally:
        app.dependency_overrides.clear()


@pytest.mark.clause("S9")
@pytest.mark.parametrize("size", [5, 12 * MEGABYTE])
@pytest.mark.usefixtures("task")
def test_a_body_streams_in_and_out_of_the_backend(size: int) -> None:
    """What a browser sends is what a browser gets, with its type and length."""

    async def there_and_back() -> tuple[httpx.Response, httpx.Response, httpx.Response]:
        async with backend(1) as client:
            headers = {"Content-Type": "text/csv"}
            sent = await client.put("/uploads/a.csv", content=stream_of(size), headers=headers)
            return sent, await client.get("/uploads"), await client.get("/uploads/a.csv")

    sent, listed, fetched = asyncio.run(there_and_back())

    assert (sent.status_code, sent.json()["key"]) == (201, f"{FOLDER}a.csv")
    assert listed.json()["files"] == [{"key": f"{FOLDER}a.csv", "size": size}]
    assert fetched.content == bytes(size)
    assert fetched.headers["content-type"].startswith("text/csv")
    assert fetched.headers["content-length"] == str(size)


@pytest.mark.clause("S4", "S6", "S9")
@pytest.mark.usefixtures("task")
def test_a_deleted_file_comes_back() -> None:
    """Gone for who reads, there again after a restore."""

    async def life() -> list[int]:
        async with backend(1) as client:
            return [
                (await client.request(method, path)).status_code
                for method, path in (
                    ("PUT", "/uploads/a.csv"),
                    ("DELETE", "/uploads/a.csv"),
                    ("GET", "/uploads/a.csv"),
                    ("POST", "/uploads/a.csv/restore"),
                    ("GET", "/uploads/a.csv"),
                    ("POST", "/uploads/never.csv/restore"),
                )
            ]

    assert asyncio.run(life()) == [201, 204, 404, 200, 200, 404]


@pytest.mark.clause("S8", "S9")
@pytest.mark.usefixtures("task")
def test_a_browser_sends_by_a_link_of_its_own_tenant() -> None:
    """The file arrives without passing through the backend, and another tenant does not see it."""

    async def by_link() -> tuple[int, int, int]:
        async with backend(1) as client:
            made = (await client.post("/uploads/a.csv/link", params={"size": 3})).json()
            request = urllib.request.Request(  # noqa: S310 - the local AWS
                made["url"], b"abc", made["headers"], method=made["method"]
            )
            await asyncio.to_thread(lambda: urllib.request.urlopen(request).close())  # noqa: S310
            own = await client.get("/uploads/a.csv")
        async with backend(2) as client:
            others = await client.get("/uploads/a.csv")
        return own.status_code, len(own.content), others.status_code

    assert asyncio.run(by_link()) == (200, 3, 404)


@pytest.mark.clause("S9")
@pytest.mark.parametrize(
    ("tenant", "method", "path", "status", "words"),
    [
        (None, "GET", "/uploads", 401, "Nobody is signed in."),
        (1, "PUT", "/uploads/..%2e.csv", 422, "path trick"),
        (1, "PUT", "/uploads/a%20b.csv", 422, "character"),
        (1, "GET", "/uploads/never.csv", 404, "There is no"),
        (1, "POST", "/uploads/a.csv/link?size=0", 413, "cannot be put by a URL"),
    ],
)
@pytest.mark.usefixtures("task")
def test_the_caller_is_told_what_the_caller_can_mend(
    tenant: int | None, method: str, path: str, status: int, words: str
) -> None:
    """A refusal has its status and one sentence."""

    async def ask() -> httpx.Response:
        async with backend(tenant) as client:
            return await client.request(method, path)

    answer = asyncio.run(ask())

    assert status == answer.status_code
    assert words in answer.json()["detail"]


@pytest.mark.clause("S9")
def test_the_caller_is_told_nothing_of_the_backends_own_trouble(
    task: Bucket, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Role and bucket go to the log, with the remedy; the caller hears that it is not now."""
    monkeypatch.setenv("TRIFLOW_STORAGE_BUCKET", f"{task.name}-gone")

    async def ask() -> httpx.Response:
        async with backend(1) as client:
            return await client.get("/uploads")

    answer = asyncio.run(ask())

    assert answer.status_code == 503
    assert answer.json() == {"detail": "Files cannot be reached just now."}
    assert "Fix: Compare TRIFLOW_STORAGE_BUCKET" in caplog.text
