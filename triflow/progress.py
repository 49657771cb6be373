"""One display of how far the stacks are: live on a terminal, plain lines elsewhere."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence

from rich.console import Console, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from triflow.tally import Tally

SECONDS_BETWEEN_LINES = 5.0  # where nobody can redraw, a line now and then shows that it is alive
SECONDS_BETWEEN_LOOKS = 0.2
RESTING = {"waiting": "·", "done": "✓", "failed": "✗"}


def words(tally: Tally) -> str:
    """Return how far the stack is: "updating 12 of 83"."""
    if tally.phase in RESTING:
        return tally.phase
    if not tally.done:
        return tally.phase
    of = f" of {tally.total}" if tally.total >= tally.done else ""
    return f"{tally.phase} {tally.done}{of}"


@contextlib.contextmanager
def showing(console: Console, tallies: Sequence[Tally]) -> Iterator[Callable[[str], None]]:
    """Show the tallies while the block runs; the value tells the reader something besides."""
    shown = _live if console.is_terminal else _lines
    with shown(console, tallies) as tell:
        yield tell


@contextlib.contextmanager
def _live(console: Console, tallies: Sequence[Tally]) -> Iterator[Callable[[str], None]]:
    spinner = Spinner("dots")
    started = time.monotonic()

    def picture() -> Table:
        grid = Table.grid(padding=(0, 2))
        for tally in tallies:
            mark: RenderableType = Text(RESTING.get(tally.phase, ""))
            grid.add_row(
                mark if tally.phase in RESTING else spinner,
                Text(tally.stack, style="bold"),
                Text(words(tally)),
            )
        grid.add_row("", "", Text(f"{time.monotonic() - started:.0f} s", style="dim"))
        return grid

    with Live(get_renderable=picture, console=console, transient=True) as live:
        yield lambda text: live.console.print(text, markup=False, highlight=False)


@contextlib.contextmanager
def _lines(console: Console, tallies: Sequence[Tally]) -> Iterator[Callable[[str], None]]:
    over = threading.Event()
    started = time.monotonic()

    def tell(text: str) -> None:
        seconds = f"[{time.monotonic() - started:3.0f} s]"
        console.print(f"{seconds} {text}", markup=False, highlight=False, soft_wrap=True)

    phases = {tally.stack: tally.phase for tally in tallies}
    last = started

    def look() -> None:
        nonlocal last
        late = time.monotonic() - last > SECONDS_BETWEEN_LINES
        for tally in tallies:
            turned = phases[tally.stack] != tally.phase
            if turned or (late and tally.phase not in RESTING):
                tell(f"{tally.stack}: {words(tally)}")
                phases[tally.stack], last = tally.phase, time.monotonic()

    def watch() -> None:
        while not over.wait(SECONDS_BETWEEN_LOOKS):
            look()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield tell
    finally:
        over.set()
        watcher.join()
        look()
