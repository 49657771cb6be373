"""Room on disk for a build, asked for before minutes are spent on it."""

import shutil
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from local.errors import LocalError

MEGABYTE = 1_000_000


def require(megabytes: Mapping[Path, int]) -> None:
    """Raise LocalError if a file system has less room than the folders on it need together.

    Folders that do not exist yet count where they will be made.
    """
    needed: dict[int, int] = defaultdict(int)
    place: dict[int, Path] = {}
    for folder, size in megabytes.items():
        existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
        device = existing.stat().st_dev
        needed[device] += size
        place.setdefault(device, existing)
    for device, size in needed.items():
        free = shutil.disk_usage(place[device]).free // MEGABYTE
        if free < size:
            raise no_space(f"{place[device]} has {free:,} MB free and the build needs {size:,} MB.")


def no_space(fact: str) -> LocalError:
    """Return the error of a build that has no room; `fact` says where and how much, if known."""
    return LocalError(
        fact,
        "The Pulumi engine cannot be built.",
        "free some space, or set XDG_CACHE_HOME (and GOPATH, GOCACHE) to folders on a "
        "larger disk, then run the command again",
    )
