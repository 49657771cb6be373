"""Prints what the storage client costs over plain boto3, side by side on a local AWS (guide 19).

Part of `make bench`; alone: python -m tests.bench.storage_client [ROUNDS]. Nothing is asserted:
clocks of shared machines differ, so what counts is the ratio within a round, of wall clock and of
this process's CPU. A local AWS has no network: what multipart gains on the way to S3 does not show.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import boto3
from boto3.s3.transfer import TransferConfig

from local.aws import server
from tests.bench.measure import Seconds, ratio, rounds, spread
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
OURS, AIM = "triflow_storage", "aim: at most 1.05"
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


def compare(title: str, number: int, ways: Mapping[str, Callable[[], None]]) -> None:
    """Take each way in turn, round by round, and print how the others compare to the first."""
    found = rounds({name: partial(_timed, way) for name, way in ways.items()}, number)
    first, *others = found
    for name, runs in found.items():
        print(f"{title}, {name}: {spread([run.wall for run in runs])} s")  # noqa: T201 - the report
    for name in others:
        wall = ratio([run.wall for run in found[name]], [run.wall for run in found[first]])
        cpu = ratio([run.cpu for run in found[name]], [run.cpu for run in found[first]])
        aim = f"   ({AIM})" if name == OURS else ""
        print(f"{title}, {name} / {first}: wall {wall}, CPU {cpu}{aim}")  # noqa: T201 - likewise


def _timed(way: Callable[[], None]) -> Seconds:
    wall, cpu = time.perf_counter(), time.process_time()
    way()
    return Seconds(time.perf_counter() - wall, time.process_time() - cpu)


def main(rounds_of_it: int) -> None:
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
                4 * rounds_of_it,
                {
                    "boto3 by parts": partial(bench.large_by_boto3, BY_PARTS),
                    "boto3 in one request": partial(bench.large_by_boto3, IN_ONE),
                    OURS: bench.large_by_client,
                },
            )
            compare(
                "1,000 files of 10 KB",
                rounds_of_it,
                {"boto3": bench.small_by_boto3, OURS: bench.small_by_client},
            )
            bench.connection.close()
        finally:
            loop.close()
            server.stop(folder / "aws")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
