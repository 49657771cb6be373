"""Korean times as the stack files write them, and what AWS takes in their place.

RDS takes its windows in UTC only; Scheduler, Application Auto Scaling and AWS Backup take cron
expressions with a time zone. Korea has no summer time: the two are nine hours apart all year.
Times of day are minutes after midnight in Korea.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

TIMEZONE: Final = "Asia/Seoul"
DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOUR: Final = 60
DAY: Final = 24 * HOUR
AHEAD_OF_UTC: Final = 9 * HOUR
SHORTEST_WINDOW: Final = 30  # minutes, the least that RDS takes
SHORTEST_DAY: Final = 1 * HOUR  # so that both windows of the database find room in it
SHORTEST_NIGHT: Final = 2 * HOUR  # a database takes minutes to stop, and cannot start meanwhile

_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"  # 00:00 to 23:59
_SPAN = f"{_CLOCK}-{_CLOCK}"
_DAY = f"({'|'.join(DAYS)})"
WINDOW: Final = re.compile(f"(?:{_DAY} )?{_SPAN}")  # "03:00-04:00", "Mon 04:00-05:00"
HOURS: Final = re.compile(f"{_SPAN} {_DAY}(?:-{_DAY})?")  # "08:00-20:00 Mon-Fri"


@dataclass(frozen=True)
class Window:
    """A stretch of time that begins each day, or each week on `day`, and is shorter than a day."""

    day: str | None
    begin: int
    length: int

    @property
    def kst(self) -> str:
        """The window as a stack file writes it."""
        day = f"{self.day} " if self.day else ""
        return f"{day}{_clock(self.begin)}-{_clock(self.begin + self.length)}"

    @property
    def utc(self) -> str:
        """The window as RDS takes it: `18:00-19:00`, or `sun:19:00-sun:20:00` for a week's."""
        begin = self.begin - AHEAD_OF_UTC
        return "-".join(self._utc_end(minute) for minute in (begin, begin + self.length))

    def _utc_end(self, minute: int) -> str:
        day = f"{_shifted(self.day, minute).lower()}:" if self.day else ""
        return day + _clock(minute)

    def overlaps(self, other: "Window") -> bool:
        """Whether the two share a minute on some day; windows that touch do not."""
        apart = (other.begin - self.begin) % DAY
        return apart < self.length or (DAY - apart) % DAY < other.length


@dataclass(frozen=True)
class Hours:
    """The hours in which something runs, on some days of the week; it is down in between."""

    start: int
    stop: int
    days: tuple[str, ...]

    def holds(self, window: Window) -> bool:
        """Whether the window lies within the hours, and on a day that has any."""
        within = self.start <= window.begin and window.begin + window.length <= self.stop
        return within and (window.day is None or window.day in self.days)


def window(text: str) -> Window:
    """Read `03:00-04:00` or `Mon 04:00-05:00`; an end before its begin lies on the next day.

    Raises:
        ValueError: the text is neither, or the window is shorter than 30 minutes.
    """
    found = WINDOW.fullmatch(text)
    if not found:
        raise ValueError(f"not a window: {text}")
    day, *clocks = found.groups()
    begin, end = _minutes(clocks)
    length = (end - begin) % DAY
    if length < SHORTEST_WINDOW:
        raise ValueError(f"shorter than {SHORTEST_WINDOW} minutes: {text}")
    return Window(day, begin, length)


def hours(text: str) -> Hours:
    """Read `08:00-20:00 Mon-Fri` or `08:00-20:00 Sat`; the hours end on the day they begin.

    Raises:
        ValueError: the text is neither, the day is under an hour or the night under two.
    """
    found = HOURS.fullmatch(text)
    if not found:
        raise ValueError(f"not hours: {text}")
    *clocks, first, last = found.groups()
    start, stop = _minutes(clocks)
    if not SHORTEST_DAY <= stop - start <= DAY - SHORTEST_NIGHT:
        raise ValueError(f"no day of at least 1 hour and night of at least 2: {text}")
    count = (DAYS.index(last or first) - DAYS.index(first)) % len(DAYS) + 1
    return Hours(start, stop, tuple(_shifted(first, DAY * day) for day in range(count)))


def cron(minute: int, days: Iterable[str] = DAYS) -> str:
    """Return an expression for TIMEZONE that fires at one minute of these days.

    The minute counts from each day's midnight and may lie before it or after its end. AWS demands
    a question mark in one of the two fields for days, and has no field for the zone.
    """
    shifted = {_shifted(day, minute) for day in days}
    named = ",".join(day.upper() for day in DAYS if day in shifted)
    hour, minute = divmod(minute % DAY, HOUR)
    return f"cron({minute} {hour} ? * {'*' if len(shifted) == len(DAYS) else named} *)"


def _minutes(clocks: Iterable[str]) -> tuple[int, int]:
    hour, minute, end_hour, end_minute = map(int, clocks)
    return hour * HOUR + minute, end_hour * HOUR + end_minute


def _clock(minute: int) -> str:
    hour, minute = divmod(minute % DAY, HOUR)
    return f"{hour:02}:{minute:02}"


def _shifted(day: str, minute: int) -> str:
    """Name the day on which a minute falls that is counted from a day's midnight."""
    return DAYS[(DAYS.index(day) + minute // DAY) % len(DAYS)]
