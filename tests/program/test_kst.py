"""Korean windows and hours, and what AWS is told instead."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import kst

SEOUL = ZoneInfo("Asia/Seoul")
MONDAY = datetime(2026, 11, 23, tzinfo=SEOUL)

days = st.sampled_from(kst.DAYS)
minutes = st.integers(0, kst.DAY - 1)
lengths = st.integers(kst.SHORTEST_WINDOW, kst.DAY - 1)
daily_windows = st.builds(kst.Window, st.none(), minutes, lengths)
windows = st.builds(kst.Window, st.none() | days, minutes, lengths)
any_days = st.sets(days, min_size=1)


@pytest.mark.clause("D5")
@pytest.mark.parametrize(
    ("korean", "utc"),
    [
        ("03:00-04:00", "18:00-19:00"),
        ("Mon 04:00-05:00", "sun:19:00-sun:20:00"),
        ("09:00-10:00", "00:00-01:00"),
        ("08:30-09:30", "23:30-00:30"),
        ("Mon 08:30-09:30", "sun:23:30-mon:00:30"),
        ("Mon 00:00-00:30", "sun:15:00-sun:15:30"),
        ("Mon 09:00-09:30", "mon:00:00-mon:00:30"),
        ("Sun 23:30-00:30", "sun:14:30-sun:15:30"),
        ("23:45-00:15", "14:45-15:15"),
    ],
)
def test_a_korean_window_becomes_one_in_utc(korean: str, utc: str) -> None:
    """Nine hours less, also over midnight and over the end of the week."""
    assert kst.window(korean).utc == utc


@given(windows)
def test_a_window_is_the_same_moments_in_both_zones(window: kst.Window) -> None:
    """The calendar agrees: both ends, said by a time zone database."""
    begin = MONDAY + timedelta(minutes=window.begin)
    if window.day:
        begin += timedelta(days=kst.DAYS.index(window.day))
    end = begin + timedelta(minutes=window.length)
    form = "%a:%H:%M" if window.day else "%H:%M"

    said = "-".join(moment.astimezone(UTC).strftime(form).lower() for moment in (begin, end))

    assert window.utc == said


@given(windows)
def test_a_window_survives_writing_and_reading(window: kst.Window) -> None:
    """What a stack file would say is read back as the same window."""
    assert kst.window(window.kst) == window


@pytest.mark.parametrize(
    "text",
    ["", "3:00-4:00", "24:00-01:00", "03:00-03:29", "03:00-03:00", "03:60-04:30", "mon 03:00-04:00",
     "03:00 - 04:00", "Mon 03:00-Mon 04:00", "03:00-04:00 Mon", "sun:19:00-sun:20:00"],
)  # fmt: skip
def test_what_is_no_window_is_refused(text: str) -> None:
    """A text in another form, or a window under 30 minutes, is not guessed at."""
    with pytest.raises(ValueError, match=r"not a window|shorter than 30 minutes"):
        kst.window(text)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("03:00-04:00", "Mon 04:00-05:00", False),
        ("03:00-04:00", "Mon 03:59-05:00", True),
        ("04:00-05:00", "Sun 03:30-04:00", False),
        ("23:30-00:30", "Sat 00:00-01:00", True),
        ("00:30-01:30", "Sun 23:45-00:31", True),
        ("03:00-04:00", "Wed 03:00-04:00", True),
        ("03:00-06:00", "Wed 04:00-04:30", True),
        ("04:00-04:30", "Wed 03:00-06:00", True),
    ],
)
def test_windows_that_share_a_minute_overlap(one: str, other: str, shared: bool) -> None:  # noqa: FBT001
    """Touching ends are apart; midnight and the weekday change nothing for a daily window."""
    assert kst.window(one).overlaps(kst.window(other)) is shared
    assert kst.window(other).overlaps(kst.window(one)) is shared


@given(daily_windows, daily_windows)
def test_overlap_is_a_shared_minute(one: kst.Window, other: kst.Window) -> None:
    """Counted minute by minute, the answer is the same."""

    def covered(window: kst.Window) -> set[int]:
        return {minute % kst.DAY for minute in range(window.begin, window.begin + window.length)}

    assert one.overlaps(other) is bool(covered(one) & covered(other))


@pytest.mark.clause("E2")
@pytest.mark.parametrize(
    ("text", "start", "stop", "on"),
    [
        ("08:00-20:00 Mon-Fri", 480, 1200, ("Mon", "Tue", "Wed", "Thu", "Fri")),
        ("09:30-18:00 Sat", 570, 1080, ("Sat",)),
        ("09:30-18:00 Sat-Mon", 570, 1080, ("Sat", "Sun", "Mon")),
        ("00:00-22:00 Mon-Sun", 0, 1320, kst.DAYS),
    ],
)
def test_hours_are_read(text: str, start: int, stop: int, on: tuple[str, ...]) -> None:
    """One value holds start, stop and days; a range of days may pass the week's end."""
    assert kst.hours(text) == kst.Hours(start, stop, on)


@pytest.mark.parametrize(
    "text",
    ["", "08:00-20:00", "20:00-08:00 Mon-Fri", "08:00-08:59 Mon", "00:00-22:01 Mon",
     "08:00-20:00 Mon,Tue", "08:00-20:00 Monday"],
)  # fmt: skip
def test_what_are_no_hours_is_refused(text: str) -> None:
    """Hours end on their day, and leave a night long enough to stop a database and start it."""
    with pytest.raises(ValueError, match=r"not hours|night of at least 2"):
        kst.hours(text)


@pytest.mark.clause("E2")
@pytest.mark.parametrize(
    ("window", "held"),
    [
        ("08:00-09:00", True),
        ("19:00-20:00", True),
        ("07:59-09:00", False),
        ("19:30-20:01", False),
        ("Fri 12:00-13:00", True),
        ("Sat 12:00-13:00", False),
        ("23:30-08:30", False),
    ],
)
def test_hours_hold_the_windows_that_lie_within_them(window: str, held: bool) -> None:  # noqa: FBT001
    """Both ends may touch; a window on a day without hours is outside."""
    assert kst.hours("08:00-20:00 Mon-Fri").holds(kst.window(window)) is held


@pytest.mark.clause("E2")
@pytest.mark.parametrize(
    ("minute", "on", "expression"),
    [
        (8 * 60, ("Mon", "Fri"), "cron(0 8 ? * MON,FRI *)"),
        (5, ("Sun",), "cron(5 0 ? * SUN *)"),
        (-15, ("Mon", "Tue"), "cron(45 23 ? * MON,SUN *)"),
        (24 * 60 + 10, ("Sun", "Fri"), "cron(10 0 ? * MON,SAT *)"),
        (20 * 60 + 15, kst.DAYS, "cron(15 20 ? * * *)"),
    ],
)
def test_a_moment_of_the_week_becomes_a_cron_expression(
    minute: int, on: tuple[str, ...], expression: str
) -> None:
    """A minute before midnight belongs to the day before, one after to the next."""
    assert kst.cron(minute, on) == expression


@given(st.integers(-kst.DAY, 2 * kst.DAY), any_days)
def test_a_cron_expression_fires_at_the_moments_it_was_made_of(minute: int, on: set[str]) -> None:
    """Read back from its fields, the expression names exactly the weekly moments asked for."""
    week = 7 * kst.DAY
    wanted = {(kst.DAYS.index(day) * kst.DAY + minute) % week for day in on}

    at, hour, _, _, named, _ = kst.cron(minute, on).removeprefix("cron(").removesuffix(")").split()

    fired = kst.DAYS if named == "*" else [day.title() for day in named.split(",")]
    assert {kst.DAYS.index(d) * kst.DAY + int(hour) * 60 + int(at) for d in fired} == wanted
