"""Windows and cron expressions as AWS reads them, on Korea's clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import kst
from policy import clock
from policy.clock import DAY, WEEK, Rhythm, Span

ONE_MARK = "exactly one of day of month and day of week must be a question mark"
NO_FORM = "it is neither rate(…), at(…) nor cron(…) with six fields"
MON, TUE, SAT, SUN = (day * DAY for day in (0, 1, 5, 6))

begins = st.integers(0, DAY - 1)
lengths = st.integers(30, DAY - 1)
days = st.sampled_from(kst.DAYS)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("18:00-19:00", Span(3 * 60, 60, DAY)),
        ("23:45-00:15", Span(8 * 60 + 45, 30, DAY)),
        ("15:00-15:30", Span(0, 30, DAY)),
        ("9:00-10:00", None),
        ("24:00-01:00", None),
        ("sun:19:00-sun:20:00", None),
    ],
)
def test_a_backup_window_is_read(text: str, span: Span | None) -> None:
    """From UTC to Korea, over midnight too; anything else is none."""
    assert clock.daily(text) == span


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("sun:19:00-sun:20:00", Span(MON + 4 * 60, 60, WEEK)),
        ("SUN:23:30-Mon:00:30", Span(MON + 8 * 60 + 30, 60, WEEK)),
        ("sat:15:00-sat:15:30", Span(SUN, 30, WEEK)),
        ("19:00-20:00", None),
        ("sunday:19:00-sunday:20:00", None),
    ],
)
def test_a_maintenance_window_is_read(text: str, span: Span | None) -> None:
    """Sunday evening in UTC is Monday morning in Korea."""
    assert clock.weekly(text) == span


@given(st.none() | days, begins, lengths)
def test_the_program_and_the_pack_agree_on_windows(
    day: str | None, begin: int, length: int
) -> None:
    """Two hands wrote the same conversion; what one writes the other reads."""
    written = kst.Window(day, begin, length).utc

    read = clock.weekly(written) if day else clock.daily(written)

    first = kst.DAYS.index(day) * DAY if day else 0
    assert read == Span(first + begin, length, WEEK if day else DAY)


@given(st.integers(-DAY, 2 * DAY), st.sets(days, min_size=1))
def test_the_program_and_the_pack_agree_on_cron(minute: int, on: set[str]) -> None:
    """An expression that the program writes is legal, and fires when it meant."""
    expression = kst.cron(minute, on)

    assert clock.fault(expression) == ""
    assert clock.moments(expression) == {(kst.DAYS.index(day) * DAY + minute) % WEEK for day in on}


@pytest.mark.parametrize(
    ("expression", "fault"),
    [
        ("cron(0 8 ? * MON-FRI *)", ""),
        ("cron(0/15 8-18 * * ? 2027)", ""),
        ("cron(0 8 L * ? *)", ""),
        ("cron(0 8 ? JAN,JUL 6#1 *)", ""),
        ("rate(1 hour)", ""),
        ("at(2027-01-01T00:00:00)", ""),
        ("cron(60 8 ? * * *)", 'its minutes cannot be "60"'),
        ("cron(0 24 ? * * *)", 'its hours cannot be "24"'),
        ("cron(0 8 32 * ? *)", 'its day of month cannot be "32"'),
        ("cron(0 8 ? 13 * *)", 'its month cannot be "13"'),
        ("cron(0 8 ? * 0 *)", 'its day of week cannot be "0"'),
        ("cron(0 8 ? * * 1969)", 'its year cannot be "1969"'),
        ("cron(*/0 8 ? * * *)", 'its minutes cannot be "*/0"'),
        ("cron(0 8 * * * *)", ONE_MARK),
        ("cron(0 8 ? * ? *)", ONE_MARK),
        ("cron(0 8 * * *)", NO_FORM),
        ("rate(0 hours)", NO_FORM),
    ],
)  # fmt: skip
def test_what_aws_would_refuse_is_said(expression: str, fault: str) -> None:
    """The first field that is wrong, or the two for days."""
    assert clock.fault(expression) == fault


@pytest.mark.parametrize(
    ("expression", "moments"),
    [
        ("cron(0 8 ? * SAT-MON *)", {MON + 480, SAT + 480, SUN + 480}),
        ("cron(0 8 ? * 1,2 *)", {MON + 480, SUN + 480}),
        ("cron(0 8 * * ? *)", {day * DAY + 480 for day in range(7)}),
        ("cron(0 8 1 * ? *)", set()),
        ("cron(0 8 ? JAN * *)", set()),
        ("cron(0/5 8 ? * * *)", set()),
        ("cron(0 8 ? * 6L *)", set()),
        ("rate(1 day)", set()),
    ],
)
def test_only_fixed_moments_of_the_week_count(expression: str, moments: set[int]) -> None:
    """What depends on the date, or comes often, says nothing about an order."""
    assert clock.moments(expression) == moments


def test_something_is_up_from_a_start_to_the_next_stop() -> None:
    """The week is a circle: before the first start of it counts the last stop."""
    rhythm = Rhythm(frozenset({MON + 480}), frozenset({MON + 1200, SAT + 1200}))

    assert [rhythm.is_up(minute) for minute in (MON, MON + 480, MON + 1199, MON + 1200, TUE)] == [
        False, True, True, False, False,
    ]  # fmt: skip
    assert list(rhythm.runs()) == [(MON + 480, MON + 1200)]


def test_what_is_never_switched_is_never_up() -> None:
    """Without a start there is nothing to say."""
    assert not Rhythm(frozenset(), frozenset()).is_up(MON)
