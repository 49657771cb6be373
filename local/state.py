"""What the local state files say of a stack, read without starting the engine.

The layout is that of Pulumi's file backend: `.pulumi/stacks/<project>/<stack>.json` and, while an
update runs, `.pulumi/locks/organization/<project>/<stack>/<id>.json`.
"""

import json
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.errors import LocalError
from local.processes import program_of

SECONDS_TO_FINISH = 20  # what an interrupted update may still need for operations in flight


@dataclass(frozen=True)
class State:
    """The state of one stack: its resources as recorded, and what was under way when it stopped."""

    resources: tuple[dict[str, Any], ...]
    pending: int
    salt: str

    def has_resources(self) -> bool:
        """Return whether anything is deployed beside the stack itself and its providers."""
        return any(
            not resource["type"].startswith(("pulumi:pulumi:", "pulumi:providers:"))
            for resource in self.resources
        )


def read(folder: Path, project: str, stack: str) -> State | None:
    """Return the state of a stack; None if it was never made. LocalError if it is damaged."""
    path = folder / ".pulumi" / "stacks" / project / f"{stack}.json"
    try:
        latest = json.loads(path.read_text())["checkpoint"].get("latest") or {}
        salt = (latest.get("secrets_providers") or {}).get("state", {}).get("salt", "")
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, AttributeError) as damage:
        raise LocalError(
            f"The state of {stack} cannot be read ({path}).",
            "What is deployed locally is not known any more.",
            f"copy the file back from {path.name}.bak beside it, or: triflow local reset",
        ) from damage
    pending = len(latest.get("pending_operations") or ())
    return State(tuple(latest.get("resources") or ()), pending, salt)


def any_exists(folder: Path) -> bool:
    """Return whether there is any stack whose secrets a passphrase guards."""
    return any((folder / ".pulumi" / "stacks").glob("*/*.json"))


def clear_locks(folder: Path, project: str, stack: str, tell: Callable[[str], None]) -> None:
    """Remove the locks of updates that are no longer running, and say so.

    A running one is given a moment, since it may have been interrupted; then LocalError names it.
    """
    locks = folder / ".pulumi" / "locks" / "organization" / project / stack
    deadline = time.monotonic() + SECONDS_TO_FINISH
    for lock in sorted(locks.glob("*.json")):
        holder = _holder(lock)
        if holder:
            tell(f"{stack}: waiting for an update that runs ({holder})")
        while holder and time.monotonic() < deadline:
            time.sleep(0.2)
            holder = _holder(lock)
        if holder:
            raise LocalError(
                f"Another update of {stack} is running ({holder}).",
                "Two at once would overwrite each other's state.",
                "wait until it has ended, then run this again",
            )
        if lock.exists():
            lock.unlink()
            tell(f"{stack}: an earlier update was killed; its lock is removed")


def _holder(lock: Path) -> str | None:
    """Return who holds the lock; None if that process has ended or the lock is gone or damaged."""
    try:
        content = json.loads(lock.read_text())
        pid, host = int(content["pid"]), str(content["hostname"])
        locked = datetime.fromisoformat(content["timestamp"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    if host != socket.gethostname():
        return f"pid {pid} on {host}, since {locked.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    # The pid may belong to something else by now, but hardly to another engine.
    return f"pid {pid}" if program_of(pid).startswith("pulumi") else None
