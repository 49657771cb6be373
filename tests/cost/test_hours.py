"""How long something runs between its starts and stops."""

from fractions import Fraction

import pytest

from cost.hours import running_share

WEEKDAYS = "cron(0 8 ? * MON-FRI *)"
EVERY_DAY = "cron(0 20 ? * * *)"


@pytest.mark.parametrize(
    ("starts", "stops", "hours"),
    [
        ([], [], 168),
        ([WEEKDAYS], [EVERY_DAY], 60),
        (["cron(0 8 ? * MON,TUE,WED,THU,FRI *)"], [EVERY_DAY], 60),
        (["cron(0 22 ? * SUN *)"], ["cron(0 6 ? * MON *)"], 8),
        (["cron(0 8 ? * SAT-MON *)"], ["cron(0 9 ? * * *)"], 3),
        (["cron(0 8 * * ? *)", "cron(0 9 * * ? *)"], ["cron(0 10 * * ? *)"], 14),
    ],
)
def test_hours_are_counted_from_each_start_to_the_next_stop(
    starts: list[str], stops: list[str], hours: int
) -> None:
    """Over midnight and over the end of the week too; a second start adds nothing twice."""
    share = running_share(starts, stops)

    assert share is not None
    assert Fraction(share).limit_denominator(10_080) == Fraction(hours, 168)


@pytest.mark.parametrize(
    ("starts", "stops"),
    [
        ([WEEKDAYS], []),
        ([], [EVERY_DAY]),
        (["rate(1 day)"], [EVERY_DAY]),
        ([WEEKDAYS], ["UNKNOWN"]),
    ],
)
def test_hours_that_cannot_be_read_are_not_guessed(starts: list[str], stops: list[str]) -> None:
    """The caller takes the whole month and says so."""
    assert running_share(starts, stops) is None
