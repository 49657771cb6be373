"""Whole processes (ADR S5, S9, guide 19): one that stores a gigabyte, one that is killed over it.

The local AWS keeps what it is sent, so the gigabyte is a sparse file here and a real one there.
"""

import json
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from tests.lifecycle.bucket import Bucket as BucketInTime
from tests.lifecycle.registered import rules_of
from tests.storage_client.stand_ins import AN_UPLOAD, MEGABYTE, Bucket, a_tenant

pytestmark = pytest.mark.thorough

GIGABYTE = 1024 * MEGABYTE
KEY = f"dev/tenants/tenant-{a_tenant(1)}/uploads/{AN_UPLOAD.file_id}.{AN_UPLOAD.ext}"
SENDER = [sys.executable, "-m", "tests.storage_client.sender"]
SECONDS_TO_ARRIVE = 120


@pytest.mark.clause("S9")
def test_a_gigabyte_takes_the_memory_of_ten_parts(bucket: Bucket, tmp_path: Path) -> None:
    """205 parts arrive as one object; the process grows by a small part of the file."""
    file = tmp_path / "gigabyte"
    with file.open("wb") as sparse:
        sparse.truncate(GIGABYTE)

    done = subprocess.run(  # noqa: S603 - our own command
        [*SENDER, "whole", bucket.name, str(file)], check=True, capture_output=True, text=True
    )

    answer = json.loads(done.stdout)
    assert answer["etag"].strip('"').endswith("-205")
    stored = bucket.head(KEY)
    bucket.s3.delete_object(Bucket=bucket.name, Key=KEY, VersionId=stored["VersionId"])  # its disk
    assert stored["ContentLength"] == GIGABYTE
    assert answer["grown"] < 120 * MEGABYTE  # ten parts of 5 MB, as often as each is copied


@pytest.mark.clause("S5", "S9")
def test_a_killed_process_leaves_only_what_the_lifecycle_removes(bucket: Bucket) -> None:
    """No object, but parts; the rules of the deployed bucket end them within eight nights."""
    with subprocess.Popen(  # noqa: S603 - our own command
        [*SENDER, "endless", bucket.name], stdout=subprocess.PIPE, text=True
    ) as sender:
        try:
            assert sender.stdout is not None
            assert sender.stdout.readline() == "midway\n"
            _wait_for_parts(bucket)
        finally:
            sender.kill()
    assert sender.returncode == -signal.SIGKILL

    [upload] = bucket.s3.list_multipart_uploads(Bucket=bucket.name)["Uploads"]
    assert (bucket.keys(), upload["Key"]) == ([], KEY)

    in_time = BucketInTime(rules_of("staging"))  # whose bucket is dev's too
    in_time.begin(upload["Key"], upload["Initiated"])
    midnight = upload["Initiated"].replace(hour=0, minute=0, second=0, microsecond=0)
    left = []
    for night in range(1, 9):
        in_time.night(midnight + timedelta(days=night))
        left.append(len(in_time.unfinished))

    assert left == [1, 1, 1, 1, 1, 1, 1, 0]


def _wait_for_parts(bucket: Bucket) -> None:
    """The source has been read; that parts have arrived is another thread's news."""
    deadline = time.monotonic() + SECONDS_TO_ARRIVE
    while time.monotonic() < deadline:
        for upload in bucket.s3.list_multipart_uploads(Bucket=bucket.name).get("Uploads", []):
            place = {"Bucket": bucket.name, "Key": upload["Key"], "UploadId": upload["UploadId"]}
            if bucket.s3.list_parts(**place).get("Parts"):
                return
        time.sleep(0.05)
    pytest.fail(f"no part arrived within {SECONDS_TO_ARRIVE} s")
