"""How many hours a month something runs that a schedule starts and stops."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
DAY: Final = 24 * 60
WEEK: Final = 7 * DAY
# "cron(30 7 ? * MON,TUE *)": minute, hour, any day of the month, any month, days, any year.
CRON: Final = re.compile(r"cron\((\d+) (\d+) [?*] \* ([A-Z,*?-]+) \*\)")


def running_share(starts: Sequence[str], stops: Sequence[str]) -> Decimal | None:
    """Return which part of a week lies between starts and stops; both are cron expressions.

    Without any schedule it is all of it. None if one of them cannot be read, or never ends in
    the other: the caller then has to take the whole week.
    """
    if not starts and not stops:
        return Decimal(1)
    on, off = _minutes(starts), _minutes(stops)
    if not on or not off:
        return None
    runs = sum(_until_off(minute, on, off) for minute in on)
    return Decimal(runs) / WEEK


def _until_off(start: int, on: Sequence[int], off: Sequence[int]) -> int:
    """Return the minutes from a start to the next stop or, if that comes first, the next start."""
    return min((other - start) % WEEK or WEEK for other in (*off, *on))


def _minutes(crons: Sequence[str]) -> tuple[int, ...]:
    """Return the minutes of the week at which these fire; none if one cannot be read."""
    found: set[int] = set()
    for cron in crons:
        read = CRON.fullmatch(cron)
        if not read:
            return ()
        minute, hour, days = read.groups()
        found |= {day * DAY + int(hour) * 60 + int(minute) for day in _days(days)}
    return tuple(sorted(found))


def _days(text: str) -> set[int]:
    if text in {"*", "?"}:
        return set(range(7))
    days: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        begin, end = DAYS.index(first), DAYS.index(last or first)
        days |= {(begin + step) % 7 for step in range((end - begin) % 7 + 1)}
    return days
