"""Settings of the night stop: the one value that sets all of it (ADR E2)."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from components import kst
from program.sections.database import readable
from program.stack_config import Mistake, Section

USUAL_HOURS: Final = "08:00-20:00 Mon-Fri"


def _hours(text: str) -> str:
    kst.hours(text)
    return text


RunningHours = Annotated[str, AfterValidator(_hours)]


class Schedule(Section):
    """The hours in which dev and staging run, in Korean time; prod runs all day."""

    hours: RunningHours | None = Field(
        default=None,
        description=(
            "hours in Korean time that leave at least 2 of night, such as 08:00-20:00 Mon-Fri"
        ),
        examples=[USUAL_HOURS],
    )


def mistakes(stack: str, raw: Mapping[str, Any], database: Mapping[str, Any]) -> Iterable[Mistake]:
    """Name hours in prod, missing ones elsewhere, and windows of the database outside of them."""
    if stack == "prod":
        if "hours" in raw:
            fact = "has no place in prod, which runs all day (ADR E2)"
            yield Mistake("schedule.hours", fact, {"schedule.hours": None})
    elif raw.get("hours") is None:
        fact = f"is missing; allowed: hours in Korean time, such as {USUAL_HOURS}"
        yield Mistake("schedule.hours", fact, {"schedule.hours": USUAL_HOURS})
    elif hours := _readable(raw["hours"]):
        yield from _outside(hours, database)


def _outside(hours: kst.Hours, database: Mapping[str, Any]) -> Iterable[Mistake]:
    """A stopped database takes no backup and gets no maintenance."""
    half = kst.SHORTEST_WINDOW
    proposals = {
        "backupWindow": kst.Window(None, hours.start, half),
        "maintenanceWindow": kst.Window(hours.days[0], hours.start + half, half),
    }
    for key, proposal in proposals.items():
        window, full = readable(database.get(key)), f"database.{key}"
        if window and not hours.holds(window):
            fact = f"is {window.kst}, when the database is stopped (schedule.hours)"
            yield Mistake(full, fact, {full: proposal.kst})


def _readable(hours: object) -> kst.Hours | None:
    try:
        return kst.hours(hours) if isinstance(hours, str) else None
    except ValueError:
        return None
