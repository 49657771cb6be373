"""Times as the people of the platform read them: Korean time, which knows no summer time."""

from datetime import datetime, timedelta, timezone

KST = timezone(timedelta(hours=9), "KST")


def shown(moment: datetime) -> str:
    """Return a time of any zone to the minute, in Korean time."""
    return f"{moment.astimezone(KST):%Y-%m-%d %H:%M} KST"
