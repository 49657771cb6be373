"""The screen that the verbs write on."""

from rich.console import Console

COLUMNS_ELSEWHERE = 100  # in a log nobody's terminal says how wide a line may be


def console(*, stderr: bool = False) -> Console:
    """Return the terminal, or plain text of a fixed width where there is none."""
    found = Console(stderr=stderr)
    if not found.is_terminal:
        found = Console(stderr=stderr, width=COLUMNS_ELSEWHERE, color_system=None)
    return found
