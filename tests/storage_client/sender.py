"""A process of its own that stores a file as the backend would.

Run: python -m tests.storage_client.sender WHAT BUCKET [FILE]. `whole` stores the file and prints
by how many bytes the process has grown at most. `endless` stores a stream that says `midway` after
three parts and then never goes on.
"""

import asyncio
import json
import resource
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from tests.storage_client.stand_ins import AN_UPLOAD, MEGABYTE, ROLE, a_tenant, stream_of
from triflow_storage import Connection, TenantStorage

THREE_PARTS = 15 * MEGABYTE


async def whole(storage: TenantStorage, file: Path) -> None:
    """Store the file, once everything is loaded that is loaded once."""
    await storage.put(AN_UPLOAD, bytes(THREE_PARTS))
    before = peak()
    stored = await storage.put(AN_UPLOAD, file)
    print(json.dumps({"etag": stored.etag, "grown": peak() - before}))  # noqa: T201 - the answer


async def endless(storage: TenantStorage) -> None:
    """Store what never ends."""

    async def stalled() -> AsyncIterator[bytes]:
        async for chunk in stream_of(THREE_PARTS):
            yield chunk
        print("midway", flush=True)  # noqa: T201 - the sign
        await asyncio.Event().wait()

    await storage.put(AN_UPLOAD, stalled())


def peak() -> int:
    """The most memory that this process has held so far, in bytes."""
    status = Path("/proc/self/status")
    if not status.exists():  # elsewhere than on Linux
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # Not ru_maxrss: on Linux it begins with that of the process which started this one.
    [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(line.split()[1]) * 1024


def main(what: str, bucket: str, *file: str) -> None:
    """Store, and close the connection."""
    connection = Connection(bucket, ROLE, "dev")
    storage = TenantStorage(a_tenant(1), connection)
    asyncio.run(whole(storage, Path(file[0])) if what == "whole" else endless(storage))
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
