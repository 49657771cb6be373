"""Windows and cron expressions as AWS reads them, on one clock: minutes of the week in Korea.

The week begins on Monday at midnight. The program has its own arithmetic of the same times.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from re import Pattern, compile, fullmatch  # noqa: A004  # of regular expressions
from typing import Final

HOUR: Final = 60
DAY: Final = 24 * HOUR
WEEK: Final = 7 * DAY
KOREA_IS_AHEAD: Final = 9 * HOUR
SEOUL: Final = "Asia/Seoul"

_CLOCK: Final = r"([01]\d|2[0-3]):([0-5]\d)"
_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY: Final = f"({'|'.join(_WEEKDAYS)})"
DAILY: Final = compile(f"{_CLOCK}-{_CLOCK}")
WEEKLY: Final = compile(f"{_WEEKDAY}:{_CLOCK}-{_WEEKDAY}:{_CLOCK}")


@dataclass(frozen=True)
class Span:
    """A stretch that begins every `period` minutes: DAY or WEEK; `begin` is Korean."""

    begin: int
    length: int
    period: int

    def overlaps(self, other: "Span") -> bool:
        """Whether the two ever share a minute; spans that touch do not."""
        period = min(self.period, other.period)
        apart = (other.begin - self.begin) % period
        return apart < self.length or (period - apart) % period < other.length

    def covers(self, moment: int) -> bool:
        """Whether a minute of the week lies within; the end does not."""
        return (moment - self.begin) % self.period < self.length

    def lies_in(self, begin: int, end: int) -> bool:
        """Whether one of its repetitions lies between two minutes, the end after the begin."""
        return (self.begin - begin) % self.period + self.length <= end - begin


def daily(text: str) -> Span | None:
    """Read RDS's backup window, in UTC: `18:00-19:00`; None where it is none."""
    found = DAILY.fullmatch(text)
    if not found:
        return None
    hour, minute, end_hour, end_minute = map(int, found.groups())
    return _span(hour * HOUR + minute, end_hour * HOUR + end_minute, DAY)


def weekly(text: str) -> Span | None:
    """Read RDS's maintenance window, in UTC: `sun:19:00-sun:20:00`; None where it is none."""
    found = WEEKLY.fullmatch(text.lower())
    if not found:
        return None
    first, hour, minute, last, end_hour, end_minute = found.groups()
    begin = _WEEKDAYS.index(first) * DAY + int(hour) * HOUR + int(minute)
    end = _WEEKDAYS.index(last) * DAY + int(end_hour) * HOUR + int(end_minute)
    return _span(begin, end, WEEK)


def _span(begin: int, end: int, period: int) -> Span:
    return Span((begin + KOREA_IS_AHEAD) % period, (end - begin) % period, period)


@dataclass(frozen=True)
class Field:
    """One field of a cron expression: least and greatest number, words for numbers, extras."""

    name: str
    least: int
    greatest: int
    words: tuple[str, ...] = ()
    extra: Pattern[str] | None = None

    def takes(self, text: str) -> bool:
        """Whether each part of a list is a star, a number, a range, or one of them with a step."""
        return all(self._takes_part(part) for part in text.upper().split(","))

    def _takes_part(self, part: str) -> bool:
        if self.extra and self.extra.fullmatch(part):
            return True
        span, _, step = part.partition("/")
        if "/" in part and not (step.isdecimal() and int(step) > 0):
            return False
        return span == "*" or all(self.number(end) is not None for end in span.split("-", 1))

    def number(self, text: str) -> int | None:
        """Return the number that a digit or a word stands for; None if it is neither."""
        if text in self.words:
            return self.words.index(text) + self.least
        legal = text.isdecimal() and self.least <= int(text) <= self.greatest
        return int(text) if legal else None


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
MINUTE: Final = Field("minutes", 0, 59)
HOURS: Final = Field("hours", 0, 23)
MONTH_DAY: Final = Field("day of month", 1, 31, extra=compile(r"\?|L|LW|\d+W"))
MONTH: Final = Field("month", 1, 12, _MONTHS)
WEEK_DAY: Final = Field("day of week", 1, 7, _DAYS, extra=compile(r"\?|L|[1-7]L|[1-7]#[1-5]"))
YEAR: Final = Field("year", 1970, 2199)
FIELDS: Final = (MINUTE, HOURS, MONTH_DAY, MONTH, WEEK_DAY, YEAR)


def fault(expression: str) -> str:
    """Say what AWS would refuse in a schedule expression; "" where it is legal."""
    if fullmatch(r"rate\([1-9]\d* (minute|hour|day)s?\)|at\(.+\)", expression):
        return ""
    fields = _fields(expression)
    if fields is None:
        return "it is neither rate(…), at(…) nor cron(…) with six fields"
    for form, text in zip(FIELDS, fields, strict=True):
        if not form.takes(text):
            return f'its {form.name} cannot be "{text}"'
    if (fields[2] == "?") == (fields[4] == "?"):
        return "exactly one of day of month and day of week must be a question mark"
    return ""


def moments(expression: str) -> frozenset[int]:
    """Return the minutes of the week at which a legal cron expression fires.

    Empty for what has no fixed time of a weekday: a rate, a day of the month, a step.
    """
    fields = _fields(expression)
    if fields is None or fields[3] != "*":
        return frozenset()
    minute, hour = MINUTE.number(fields[0]), HOURS.number(fields[1])
    by_date = fields[2] not in ("?", "*")
    if minute is None or hour is None or by_date:
        return frozenset()
    return frozenset(day * DAY + hour * HOUR + minute for day in _days(fields[4].upper()))


def _days(text: str) -> Iterable[int]:
    """Yield the weekdays of a field, Monday being 0; AWS counts from Sunday, 1."""
    if text in ("*", "?"):
        yield from range(7)
        return
    for part in text.split(","):
        ends = [WEEK_DAY.number(end) for end in part.split("-", 1)]
        if None not in ends:
            first, last = ends[0] or 0, ends[-1] or 0
            yield from ((first + step - 2) % 7 for step in range((last - first) % 7 + 1))


def _fields(expression: str) -> tuple[str, ...] | None:
    found = fullmatch(r"cron\((.*)\)", expression)
    fields = tuple(found.group(1).split()) if found else ()
    return fields if len(fields) == len(FIELDS) else None


@dataclass(frozen=True)
class Rhythm:
    """When something is switched on and off in the course of a week."""

    starts: frozenset[int]
    stops: frozenset[int]

    def is_up(self, minute: int) -> bool:
        """Whether the last switch, at this minute or before it, was a start; a stop wins a tie."""
        since = {moment: (minute - moment) % WEEK for moment in self.starts | self.stops}
        last = min(since, key=lambda moment: since[moment], default=None)
        return last in self.starts and last not in self.stops

    def runs(self) -> Iterable[tuple[int, int]]:
        """Yield begin and end of each run; the end may lie in the next week."""
        for start in sorted(self.starts):
            yield start, start + min(((stop - start) % WEEK for stop in self.stops), default=WEEK)
