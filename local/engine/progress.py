"""A line that shows how far a long step has come: a share of what is known, else a count."""

import time
from collections.abc import Callable


class Progress:
    """Tells `title` with what has been done of `total`, at most every `SECONDS` seconds."""

    SECONDS = 2.0

    def __init__(
        self,
        tell: Callable[[str], None],
        title: str,
        total: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._tell, self._title, self._total, self._clock = tell, title, total, clock
        self._done = 0
        self._started = self._told = clock()

    def step(self) -> None:
        """Count one more thing done, and tell if the last telling was long enough ago."""
        self._done += 1
        now = self._clock()
        if now - self._told >= self.SECONDS:
            self._told = now
            self._tell(f"{self._title}: {self._share()}, {_span(now - self._started)}")

    def _share(self) -> str:
        # The linker's work follows after the last package, so the end is never claimed here.
        return f"{min(99, 100 * self._done // self._total)} %" if self._total else str(self._done)


def _span(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
