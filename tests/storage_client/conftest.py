"""A local AWS for these tests alone, a fresh bucket for each test, and a connection to it."""

import uuid
from collections.abc import Iterator

import boto3
import pytest
from botocore.loaders import create_loader

from local.aws import server
from tests.storage_client.stand_ins import ROLE, Bucket, a_tenant
from triflow_storage import Connection, TenantStorage


@pytest.fixture(scope="session")
def _local_aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("aws")
    yield server.start(home).endpoint
    server.stop(home)


@pytest.fixture(scope="session", autouse=True)
def _aws_described_once() -> Iterator[None]:
    """Read AWS's description of S3 once for all tests; a process does so once anyway."""
    loader = create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.session.create_loader", lambda *_: loader)
        yield


@pytest.fixture
def bucket(_local_aws: str, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """An empty, versioned bucket, and an environment that leads to it."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", _local_aws)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "local")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "local")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    bucket = Bucket(f"triflow-{uuid.uuid4()}", boto3.client("s3", "ap-northeast-2"))
    where = {"LocationConstraint": "ap-northeast-2"}
    bucket.s3.create_bucket(Bucket=bucket.name, CreateBucketConfiguration=where)
    bucket.s3.put_bucket_versioning(
        Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"}
    )
    return bucket


@pytest.fixture
def connection(bucket: Bucket) -> Iterator[Connection]:
    """A connection of dev to the bucket."""
    connection = Connection(bucket.name, ROLE, "dev")
    yield connection
    connection.close()


@pytest.fixture
def storage(connection: Connection) -> TenantStorage:
    """The storage of tenant 1."""
    return TenantStorage(a_tenant(1), connection)
