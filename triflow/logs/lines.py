"""A line of a log as it may stand on a screen, and the span of time that is looked at."""

import re
from datetime import UTC, datetime, timedelta

from triflow.doctor import masking
from triflow.errors import TriflowError
from triflow.kst import KST

MOST_LETTERS = 4000  # of one line; CloudWatch takes a quarter of a megabyte
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
SPAN = re.compile(r"([1-9][0-9]{0,3})([smhd])")


def span(text: str) -> timedelta:
    """Return how far back 30m, 1h or 2d reach. TriflowError if it is no such text."""
    match = SPAN.fullmatch(text)
    if not match:
        raise TriflowError(
            f"{text!r} is no span of time.", "Nothing was asked.", "--since 30m   (or 1h, 2d)"
        )
    return timedelta(**{UNITS[match[2]]: int(match[1])})


def shown(message: str) -> str:
    """Return a line without secrets and without letters that would steer a terminal."""
    kept = "".join(letter if letter.isprintable() else " " for letter in message[:MOST_LETTERS])
    cut = "…" if len(message) > MOST_LETTERS else ""
    return masking.masked(kept.rstrip()) + cut


def moment(milliseconds: float) -> str:
    """Return a log's time to the second, in Korean time."""
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(KST):%m-%d %H:%M:%S}"
