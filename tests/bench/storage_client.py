"""Prints what the storage client costs over plain boto3, side by side on a local AWS (guide 19).

Run: python -m tests.bench.storage_client [ROUNDS]. Nothing is asserted: clocks of shared machines
differ. A local AWS has no network, so what multipart gains on the way to S3 does not show here.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import boto3
from boto3.s3.transfer import TransferConfig

from local.aws import server
from triflow_storage import Connection, TenantStorage
from triflow_storage.keys import Upload
from triflow_storage.transfer import PART_BYTES, THREADS

BUCKET = "triflow-bench"
REGION = "ap-northeast-2"
ROLE = "arn:aws:iam::123456789012:role/triflow-ai-dev-tenant-role"
TENANT = UUID(int=1)
FOLDER = f"dev/tenants/tenant-{TENANT}/uploads/"
LARGE_BYTES = 10 * 1024 * 1024
SMALL_BYTES = 10 * 1024
SMALL_FILES = 1000
SENT_WITH = {
    "Tagging": "data-class=upload",
    "ContentType": "application/octet-stream",
    "ChecksumAlgorithm": "CRC32",
}
BY_PARTS = TransferConfig(
    multipart_threshold=PART_BYTES,
    multipart_chunksize=PART_BYTES,
    max_concurrency=THREADS,
)
IN_ONE = TransferConfig(multipart_threshold=2 * LARGE_BYTES)


class Bench:
    """The two clients on one bucket, and the two files they send."""

    def __init__(self, folder: Path, loop: asyncio.AbstractEventLoop) -> None:
        self._s3 = _tenant_client()
        self._s3.create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        self._loop = loop
        self.connection = Connection(BUCKET, ROLE, "dev", region=REGION)
        self._storage = TenantStorage(TENANT, self.connection)
        self._large, self._small = folder / "large", folder / "small"
        self._large.write_bytes(os.urandom(LARGE_BYTES))
        self._small.write_bytes(os.urandom(SMALL_BYTES))

    def large_by_boto3(self, config: TransferConfig) -> None:
        """10 MB by boto3's upload_file."""
        self._s3.upload_file(
            str(self._large), BUCKET, f"{FOLDER}large.bin", SENT_WITH, Config=config
        )

    def large_by_client(self) -> None:
        """10 MB by the storage client."""
        self._loop.run_until_complete(self._storage.put(Upload("large", "bin"), self._large))

    def small_by_boto3(self) -> None:
        """1,000 files one after the other by boto3's upload_file."""
        for number in range(SMALL_FILES):
            self._s3.upload_file(str(self._small), BUCKET, f"{FOLDER}small-{number}.bin", SENT_WITH)

    def small_by_client(self) -> None:
        """1,000 files one after the other by the storage client."""
        self._loop.run_until_complete(self._one_by_one())

    async def _one_by_one(self) -> None:
        for number in range(SMALL_FILES):
            await self._storage.put(Upload(f"small-{number}", "bin"), self._small)


def _tenant_client() -> Any:  # noqa: ANN401 - boto3 makes its classes as it runs
    # Signed like the storage client's calls: the server takes longer over a session's key.
    tags = [{"Key": "tenant_id", "Value": str(TENANT)}]
    sts: Any = boto3.client("sts", REGION)
    session = sts.assume_role(RoleArn=ROLE, RoleSessionName="bench", Tags=tags)["Credentials"]
    return boto3.client(
        "s3",
        REGION,
        aws_access_key_id=session["AccessKeyId"],
        aws_secret_access_key=session["SecretAccessKey"],
        aws_session_token=session["SessionToken"],
    )


def compare(title: str, rounds: int, **ways: Callable[[], None]) -> None:
    """Time each way in turn, round by round, and print medians; the first way is 100 %."""
    times: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds + 1):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            times[name].append(time.perf_counter() - began)
    print(f"{title}, median of {rounds}")  # noqa: T201 - a bench prints
    base = 0.0
    for name, taken in times.items():
        median = statistics.median(taken[1:])  # the first round warms up
        base = base or median
        line = f"  {name.replace('_', ' '):<28}{median * 1000:>9.0f} ms{median / base:>8.0%}"
        print(line)  # noqa: T201 - likewise


def main(rounds: int) -> None:
    """Start a local AWS, compare on it, and take it away."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ |= {
            "AWS_ENDPOINT_URL": server.start(folder / "aws").endpoint,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
        }
        loop = asyncio.new_event_loop()
        try:
            bench = Bench(folder, loop)
            compare(
                "10 MB",
                rounds,
                boto3_by_parts=lambda: bench.large_by_boto3(BY_PARTS),
                boto3_in_one_request=lambda: bench.large_by_boto3(IN_ONE),
                triflow_storage=bench.large_by_client,
            )
            compare(
                "1,000 files of 10 KB",
                max(1, rounds // 10),
                boto3=bench.small_by_boto3,
                triflow_storage=bench.small_by_client,
            )
            bench.connection.close()
        finally:
            loop.close()
            server.stop(folder / "aws")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
