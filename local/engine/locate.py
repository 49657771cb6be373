"""The way to a Pulumi engine: found on PATH, ready in the cache, installed, or built."""

import sys
from collections.abc import Callable, Sequence

from local.engine import build, cache, found, official
from local.engine.found import Engine
from local.errors import LocalError

__all__ = ["Engine", "ensure", "ready"]

READY = (official.ready, build.ready)


def ensure(tell: Callable[[str], None]) -> Engine:
    """Return an engine that runs Python programs, made ready first if the machine has none.

    `tell` gets a short line at each step and while a build goes on (six minutes, once per version).
    Raises LocalError if there is no way: no network, no disk, no compiler.
    """
    reasons: list[str] = []
    engine = _first([found.on_path], reasons) or _first(READY, [])
    if engine is not None:
        return engine
    with cache.alone(tell):
        # Another set-up may have finished while this one waited.
        engine = _first(READY, []) or _first([lambda: official.install(tell)], reasons)
        if engine is not None:
            return engine
        tell(
            f"{'; '.join(reasons)}; building {build.version()}, about {build.MINUTES} minutes once"
        )
        return build.build(tell)


def ready() -> Engine:
    """Return an engine that is there at once, on PATH or in the cache; nothing is downloaded.

    Raises LocalError if there is none.
    """
    reasons: list[str] = []
    engine = _first([found.on_path, *READY], reasons)
    if engine is None:
        raise LocalError(
            f"No Pulumi engine is ready: {'; '.join(reasons)}.",
            "Nothing was asked of it.",
            f"{sys.executable} -m local.engine   (makes one ready: about {build.MINUTES} minutes)",
        )
    return engine


def _first(ways: Sequence[Callable[[], Engine]], reasons: list[str]) -> Engine | None:
    for way in ways:
        try:
            return way()
        except found.Unavailable as closed:
            reasons.append(str(closed))
    return None
