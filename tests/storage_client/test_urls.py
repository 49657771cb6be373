"""Presigned URLs (ADR S9): for one object, one size, one type, and at most an hour.

moto takes any signature, so these tests look at what is signed; that S3 refuses the rest is AWS's
word: a header named in X-Amz-SignedHeaders must arrive as it was signed.
"""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta
from http.client import HTTPMessage
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest

from tests.storage_client.stand_ins import AN_UPLOAD, ROLE, Bucket, a_tenant
from triflow_storage import Connection, TenantStorage
from triflow_storage.errors import LimitError
from triflow_storage.keys import Upload
from triflow_storage.urls import Presigned

run = asyncio.run


def _query(url: Presigned) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url.url).query).items()}


def _use(url: Presigned, body: bytes | None = None) -> tuple[bytes, HTTPMessage]:
    asked = Request(url.url, body, dict(url.headers), method=url.method)  # noqa: S310 - the local AWS
    with urlopen(asked) as answer:  # noqa: S310 - likewise
        return answer.read(), answer.headers


@pytest.mark.clause("S2", "S9")
def test_a_browser_can_put_and_get_by_url(storage: TenantStorage, bucket: Bucket) -> None:
    """What a browser puts has its tag and its type; what it gets is saved and never shown."""

    async def urls() -> tuple[Presigned, Presigned]:
        put = await storage.presigned_put(AN_UPLOAD, size=5, content_type="text/csv")
        return put, await storage.presigned_get(AN_UPLOAD, file_name='월간 "1".csv')

    put, get = run(urls())
    _use(put, b"a,b,c")
    content, headers = _use(get)

    key = f"dev/tenants/tenant-{a_tenant(1)}/uploads/report.bin"
    assert content == b"a,b,c"
    assert bucket.tags(key) == {"data-class": "upload"}
    assert headers["Content-Type"] == "text/csv"
    assert headers["Content-Disposition"] == (
        "attachment; filename*=UTF-8''%EC%9B%94%EA%B0%84%20%221%22.csv"
    )


@pytest.mark.clause("S8", "S9")
def test_the_signature_covers_size_type_and_tag(storage: TenantStorage) -> None:
    """Each of them is a signed header, and so is a checksum when it is given."""
    digest = hashlib.sha256(b"a,b,c").digest()

    put = run(storage.presigned_put(AN_UPLOAD, size=5, content_type="text/csv", sha256=digest))

    assert _query(put)["X-Amz-SignedHeaders"] == (
        "content-length;content-type;host;x-amz-checksum-sha256;x-amz-tagging"
    )
    assert put.headers == {
        "Content-Length": "5",
        "Content-Type": "text/csv",
        "x-amz-tagging": "data-class=upload",
        "x-amz-checksum-sha256": "IFgwylsju+OatRDP3cHf8tmELji1+nt8SM1Mp+RPkqE=",
    }


@pytest.mark.clause("S8")
def test_a_url_leads_into_the_tenants_folder_only(bucket: Bucket, connection: Connection) -> None:
    """Each tenant's URL is signed by its own session, for a key below its own folder."""
    tenants = [TenantStorage(a_tenant(number), connection) for number in (1, 2)]

    one, two = (run(t.presigned_get(AN_UPLOAD, file_name="x")) for t in tenants)

    assert f"/{bucket.name}/dev/tenants/tenant-{a_tenant(1)}/" in one.url
    assert _query(one)["X-Amz-Credential"] != _query(two)["X-Amz-Credential"]


@pytest.mark.clause("S9")
@pytest.mark.parametrize("minutes", [1, 15, 60])
def test_a_url_says_when_it_ends(storage: TenantStorage, minutes: int) -> None:
    """The end is that of the URL or of the session, whichever is first."""
    lifetime = timedelta(minutes=minutes)

    before = datetime.now(UTC).replace(microsecond=0)

    url = run(storage.presigned_get(AN_UPLOAD, file_name="x", lifetime=lifetime))

    assert _query(url)["X-Amz-Expires"] == str(minutes * 60)
    assert before <= url.expires_at - lifetime <= datetime.now(UTC)


@pytest.mark.clause("S9")
@pytest.mark.parametrize("seconds", [0, -1, 0.5, 3601])
def test_a_url_holds_for_a_second_to_an_hour(storage: TenantStorage, seconds: float) -> None:
    """Nothing longer can be asked for, and nothing that has ended."""
    with pytest.raises(LimitError, match="1 second to 1 hour is allowed"):
        run(storage.presigned_get(AN_UPLOAD, file_name="x", lifetime=timedelta(seconds=seconds)))


@pytest.mark.clause("S9")
@pytest.mark.parametrize("size", [0, -1, 5 * 1024**3 + 1])
def test_a_put_by_url_has_a_size_that_s3_takes(storage: TenantStorage, size: int) -> None:
    """One PUT carries at most 5 GB."""
    with pytest.raises(LimitError, match="cannot be put by a URL"):
        run(storage.presigned_put(AN_UPLOAD, size=size))


@pytest.mark.clause("S9")
def test_a_checksum_of_another_kind_is_refused(storage: TenantStorage) -> None:
    """An MD5 in the place of the SHA-256 would be found by S3 only, and by the user."""
    with pytest.raises(LimitError, match=r"A SHA-256 has 32 bytes; this one has 16\."):
        run(storage.presigned_put(AN_UPLOAD, size=1, sha256=bytes(16)))


@pytest.mark.clause("S9")
def test_a_url_does_not_show_in_a_log(storage: TenantStorage) -> None:
    """Whoever reads it could use it, so printing the object leaves it out."""
    url = run(storage.presigned_get(Upload("a", "csv"), file_name="x"))

    assert "X-Amz-Signature" in url.url
    assert "X-Amz" not in repr(url)


@pytest.mark.clause("S9")
def test_on_aws_a_url_names_the_region(monkeypatch: pytest.MonkeyPatch, bucket: Bucket) -> None:
    """The global address answers a new bucket's PUT with a redirect that browsers do not follow."""
    connection = Connection(bucket.name, ROLE, "prod")
    with connection.sessions._lock:
        monkeypatch.delenv("AWS_ENDPOINT_URL")
        client = connection.sessions._home.client("s3", "ap-northeast-2")
    connection.close()

    url = client.generate_presigned_url(  # type: ignore[attr-defined]
        "get_object", Params={"Bucket": "triflow-ai-prod-1", "Key": "k"}
    )

    assert urlsplit(url).hostname == "triflow-ai-prod-1.s3.ap-northeast-2.amazonaws.com"
