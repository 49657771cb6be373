"""Settings of the database: its size, its version and its windows (ADR D1 to D5)."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, Literal

from pydantic import AfterValidator, Field

from components import kst
from program.stack_config import Mistake, Section

# GiB. From 400 on gp3 is striped over four volumes and has other figures than ADR D4 decides.
SMALLEST_GB, LARGEST_GB = 20, 399
HEADROOM: Final = 1.1  # RDS takes no limit for growth that is closer
LARGEST_START_GB = 362  # what leaves that headroom below the largest


def _daily(text: str) -> str:
    if kst.window(text).day is not None:
        raise ValueError("not a daily window")
    return text


def _weekly(text: str) -> str:
    if kst.window(text).day is None:
        raise ValueError("not a weekly window")
    return text


DailyWindow = Annotated[
    str,
    AfterValidator(_daily),
    Field(
        description="a daily window in Korean time of at least 30 minutes, such as 03:00-04:00",
        examples=["03:00-04:00"],
    ),
]
WeeklyWindow = Annotated[
    str,
    AfterValidator(_weekly),
    Field(
        description="a weekly window in Korean time of at least 30 minutes, as Mon 04:00-05:00",
        examples=["Mon 04:00-05:00"],
    ),
]


class Database(Section):
    """One PostgreSQL instance; windows are in Korean time."""

    instance_class: Literal["db.t4g.micro", "db.t4g.small", "db.t4g.medium", "db.t4g.large"] = (
        Field(
            description="db.t4g.micro, db.t4g.small, db.t4g.medium or db.t4g.large",
            examples=["db.t4g.medium"],
        )
    )
    multi_az: bool = Field(description="true or false", examples=["true"])
    storage_gb: int = Field(
        ge=SMALLEST_GB,
        le=LARGEST_START_GB,
        description="a whole number of GiB from 20 to 362",
        examples=["100"],
    )
    max_storage_gb: int = Field(
        ge=SMALLEST_GB,
        le=LARGEST_GB,
        description="a whole number of GiB from 20 to 399",
        examples=["200"],
    )
    backup_window: DailyWindow
    maintenance_window: WeeklyWindow
    major_version: Literal[14, 15, 16, 17] = Field(
        default=14, description="14, 15, 16 or 17", examples=["14"]
    )
    major_upgrade: bool = Field(default=False, description="true or false", examples=["false"])


def mistakes(raw: Mapping[str, Any]) -> Iterable[Mistake]:
    """Name what RDS would refuse: windows that overlap, and too little room to grow.

    Unreadable values are left to their type.
    """
    yield from _overlap(raw)
    storage, limit = raw.get("storageGb"), raw.get("maxStorageGb")
    if isinstance(storage, int) and isinstance(limit, int) and limit < storage * HEADROOM:
        proposal = str(min(storage * 2, LARGEST_GB))
        fact = f"is {limit}, which is not a tenth more than storageGb {storage}"
        yield Mistake("database.maxStorageGb", fact, {"database.maxStorageGb": proposal})


def _overlap(raw: Mapping[str, Any]) -> Iterable[Mistake]:
    backup, maintenance = readable(raw.get("backupWindow")), readable(raw.get("maintenanceWindow"))
    if backup and maintenance and backup.overlaps(maintenance):
        after = kst.Window(
            maintenance.day, (backup.begin + backup.length) % kst.DAY, kst.SHORTEST_WINDOW
        )
        fact = f"is {maintenance.kst}, which overlaps backupWindow {backup.kst}"
        yield Mistake("database.maintenanceWindow", fact, {"database.maintenanceWindow": after.kst})


def readable(window: object) -> kst.Window | None:
    """Return the window, or None where the text is none."""
    try:
        return kst.window(window) if isinstance(window, str) else None
    except ValueError:
        return None
