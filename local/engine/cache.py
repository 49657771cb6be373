"""The per-user cache of engines: it holds finished ones only, and one set-up at a time fills it."""

import contextlib
import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from local.errors import LocalError


def folder() -> Path:
    """Return the cache folder: below XDG_CACHE_HOME if that is absolute, else below ~/.cache."""
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    base = given if given.is_absolute() else Path.home() / ".cache"
    return base / "triflow-ai" / "engine"


@contextlib.contextmanager
def alone(tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the cache for one set-up; another waits and says so. A killed holder lets go at once."""
    with contextlib.ExitStack() as stack:
        try:
            folder().mkdir(parents=True, exist_ok=True)
            lock = stack.enter_context((folder() / "lock").open("a"))
        except OSError as error:
            raise _not_writable(error) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            tell("another set-up prepares the engine; waiting for it")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def beside(ready: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `ready` when the block ends well.

    What an interrupted block leaves is never used and is removed by the next one.
    The caller holds the cache alone.
    """
    partial = ready.with_name(f"{ready.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        yield partial
        # A power cut after the renaming must not find files that were never written.
        os.sync()
        shutil.rmtree(ready, ignore_errors=True)
        partial.rename(ready)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _not_writable(error: OSError) -> LocalError:
    return LocalError(
        f"{folder()} cannot be written: {error.strerror}.",
        "The Pulumi engine has no place to be kept.",
        "set XDG_CACHE_HOME to a folder that you may write, then run the command again",
    )
