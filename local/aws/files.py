"""Small files shared by the provider's processes: locked while changed, bound to one epoch."""

import contextlib
import fcntl
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_THREADS = threading.Lock()


class EpochFile:
    """A JSON object in a file; what an earlier server's epoch wrote counts as not there."""

    def __init__(self, file: Path, epoch: str) -> None:
        self._file = file
        self._epoch = epoch

    def read(self) -> dict[str, Any]:
        """Return a copy of what is stored; empty if nothing is, or if the server was restarted."""
        with _locked(self._file):
            return self._load()

    @contextlib.contextmanager
    def changing(self) -> Iterator[dict[str, Any]]:
        """Give what is stored to change, and store it again, unless the change fails."""
        with _locked(self._file):
            stored = self._load()
            yield stored
            beside = self._file.with_suffix(".new")
            beside.touch(mode=0o600)
            beside.write_text(json.dumps({"epoch": self._epoch, "entries": stored}))
            beside.replace(self._file)

    def _load(self) -> dict[str, Any]:
        try:
            document = json.loads(self._file.read_text())
        except (FileNotFoundError, ValueError):
            return {}
        entries = document.get("entries") if document.get("epoch") == self._epoch else None
        return entries if isinstance(entries, dict) else {}


@contextlib.contextmanager
def _locked(file: Path) -> Iterator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with _THREADS, file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
