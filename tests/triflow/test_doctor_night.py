"""When a night began, by the schedule of a stack that has one: 08:00 to 20:00, Monday to Friday."""

from dataclasses import replace
from datetime import datetime

import pytest

from tests.triflow import doctor_world
from tests.triflow.doctor_stack import a_stack
from triflow.deployed import Deployed
from triflow.doctor import night, night_stop
from triflow.doctor.answers import Facts, NotApplicable, Unknown
from triflow.kst import KST


def korean(day: int, clock: str) -> datetime:
    """Return a time in Korea in November 2026, of which the 23rd is a Monday."""
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, day, hour, minute, tzinfo=KST)


def at(moment: datetime, stack: Deployed | None = None) -> Facts:
    """Return what is known of dev at that time."""
    return replace(doctor_world.facts({}, stack or a_stack("dev")), now=moment)


@pytest.mark.parametrize(
    ("now", "began"),
    [
        (korean(23, "07:59"), korean(22, "20:00")),
        (korean(23, "08:00"), None),
        (korean(23, "19:59"), None),
        (korean(23, "20:00"), korean(23, "20:00")),
        (korean(24, "03:00"), korean(23, "20:00")),
        (korean(21, "12:00"), korean(20, "20:00")),
        (korean(22, "21:00"), korean(22, "20:00")),
    ],
    ids=str,
)
def test_a_night_begins_with_the_last_stop(now: datetime, began: datetime | None) -> None:
    """Each evening stops what somebody started on a day off; only a start ends the night."""
    assert night.since(at(now)) == began


def test_production_has_no_night() -> None:
    """Nothing stops it."""
    with pytest.raises(NotApplicable, match="prod runs all day"):
        night.since(at(korean(23, "03:00"), a_stack()))


@pytest.mark.parametrize(
    "changed",
    [{"schedule": "rate(1 day)"}, {"timezone": "UTC"}],
    ids=["not a clock", "another time zone"],
)
def test_a_schedule_that_the_program_does_not_write_is_unknown(changed: dict[str, str]) -> None:
    """It was made by an older program, or by hand."""
    stack = a_stack("dev")
    moved = tuple(
        one | {"inputs": one["inputs"] | changed} if one["type"] == night_stop.ACTION else one
        for one in stack.resources
    )

    with pytest.raises(Unknown, match="is no schedule that the program writes"):
        night.since(at(korean(23, "03:00"), replace(stack, resources=moved)))
