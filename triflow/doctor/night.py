"""When the schedule of dev or staging last stopped the tasks, if it has not started them since."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from triflow.doctor import night_stop
from triflow.doctor.answers import Facts, NotApplicable, Unknown
from triflow.kst import KST

ZONE: Final = "Asia/Seoul"
# Minute, hour, and days of the week or all of them: what the program writes.
CRON: Final = re.compile(r"cron\((\d{1,2}) (\d{1,2}) \? \* (\*|[A-Z,]{3,27}) \*\)")
DAYS: Final = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
A_WEEK: Final = 8  # days back, so that each day of the week has come by


def since(facts: Facts) -> datetime | None:
    """Return when the night began that is now; None by day. NotApplicable without a schedule."""
    names = [*facts.deployed.named(night_stop.ACTION)]
    if not names:
        raise NotApplicable(f"{facts.deployed.stack} runs all day")
    last = {most: _last(facts, most) for most in (True, False)}
    stopped, started = last[False], last[True]
    if stopped is None:
        raise Unknown("no scheduled action stops the tasks")
    return stopped if started is None or started < stopped else None


def _last(facts: Facts, starts: bool) -> datetime | None:  # noqa: FBT001 - which of the two
    """Return the last time that tasks were started, or stopped."""
    moments = [
        moment
        for name in facts.deployed.named(night_stop.ACTION)
        for one in [facts.declared(name)]
        if bool(one["scalableTargetAction"]["maxCapacity"].number) == starts
        for moment in _moments(one["schedule"].text, one["timezone"].text, facts.now)
    ]
    return max(moments, default=None)


def _moments(cron: str, zone: str, now: datetime) -> Iterator[datetime]:
    """Yield when an expression came true in the last days."""
    found = CRON.fullmatch(cron)
    if zone != ZONE or not found:
        raise Unknown(f"{cron} in {zone} is no schedule that the program writes")
    minute, hour, days = found.groups()
    today = now.astimezone(KST).replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    for back in range(A_WEEK):
        moment = today - timedelta(days=back)
        if moment <= now and (days == "*" or DAYS[moment.weekday()] in days.split(",")):
            yield moment.astimezone(now.tzinfo)
