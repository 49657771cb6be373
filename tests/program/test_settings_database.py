"""Mistakes in the settings of database, backup and schedule (ADR D1 to D6, E2)."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.program.test_settings import refusal


def told(stack: str, key: str, fact: str, value: str) -> str:
    """Return the message about one mistake that a value mends."""
    return (
        f"Pulumi.{stack}.yaml has 1 mistake, so nothing was planned.\n"
        f"triflow-ai:{key} {fact}.\n"
        f"  Fix: pulumi config set --path 'triflow-ai:{key}' {value} -s {stack}"
    )


@pytest.mark.clause("D5")
@pytest.mark.parametrize(
    ("key", "value", "allowed", "example"),
    [
        (
            "backupWindow",
            "3:00-4:00",
            "a daily window in Korean time of at least 30 minutes, such as 03:00-04:00",
            "03:00-04:00",
        ),
        (
            "backupWindow",
            "Mon 03:00-04:00",
            "a daily window in Korean time of at least 30 minutes, such as 03:00-04:00",
            "03:00-04:00",
        ),
        (
            "maintenanceWindow",
            "04:00-05:00",
            "a weekly window in Korean time of at least 30 minutes, as Mon 04:00-05:00",
            "'Mon 04:00-05:00'",
        ),
        (
            "maintenanceWindow",
            "Mon 04:00-04:29",
            "a weekly window in Korean time of at least 30 minutes, as Mon 04:00-05:00",
            "'Mon 04:00-05:00'",
        ),
    ],
)
def test_a_window_in_another_form_is_refused(
    key: str, value: str, allowed: str, example: str
) -> None:
    """RDS would refuse it half-way through the update."""
    assert refusal("prod", {"database": {key: value}}) == told(
        "prod", f"database.{key}", f"is '{value}'; allowed: {allowed}", example
    )


@pytest.mark.clause("D5")
def test_windows_that_overlap_are_refused_with_one_that_does_not() -> None:
    """The maintenance is proposed right after the backup; ends may touch."""
    assert refusal("prod", {"database": {"maintenanceWindow": "Mon 03:30-04:30"}}) == told(
        "prod",
        "database.maintenanceWindow",
        "is Mon 03:30-04:30, which overlaps backupWindow 03:00-04:00",
        "'Mon 04:00-04:30'",
    )


@pytest.mark.clause("D4")
@pytest.mark.parametrize(("storage", "limit", "proposed"), [(100, 109, 200), (300, 329, 399)])
def test_storage_needs_room_to_grow(storage: int, limit: int, proposed: int) -> None:
    """RDS takes no limit that is not a tenth above the size."""
    config = {"database": {"storageGb": storage, "maxStorageGb": limit}}

    assert refusal("prod", config) == told(
        "prod",
        "database.maxStorageGb",
        f"is {limit}, which is not a tenth more than storageGb {storage}",
        str(proposed),
    )


@pytest.mark.clause("D4")
@pytest.mark.parametrize("size", [19, 363])
def test_storage_stays_below_what_is_striped(size: int) -> None:
    """From 400 GiB on RDS gives gp3 other figures than the record decides."""
    message = refusal("prod", {"database": {"storageGb": size, "maxStorageGb": 399}})

    assert f"is {size}; allowed: a whole number of GiB from 20 to 362.\n" in message


@pytest.mark.clause("D1")
@pytest.mark.parametrize("version", ["14", 13, 14.1])
def test_the_version_is_a_supported_major(version: object) -> None:
    """A minor one is AWS's to choose; 14.10 can no longer be created."""
    assert refusal("dev", {"database": {"majorVersion": version}}) == told(
        "dev",
        "database.majorVersion",
        f"is {version!r}; allowed: 14, 15, 16 or 17",
        "14",
    )


@pytest.mark.clause("E2")
@pytest.mark.parametrize("stack", ["dev", "staging"])
def test_hours_are_asked_for_outside_of_prod(stack: str) -> None:
    """Without them nothing stops at night, at three times the price."""
    assert refusal(stack, {"schedule": None}) == told(
        stack,
        "schedule.hours",
        "is missing; allowed: hours in Korean time, such as 08:00-20:00 Mon-Fri",
        "'08:00-20:00 Mon-Fri'",
    )


@pytest.mark.clause("E2")
def test_prod_has_no_hours() -> None:
    """A line copied from staging would stop the service in the evening."""
    assert refusal("prod", {"schedule": {"hours": "08:00-20:00 Mon-Fri"}}) == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:schedule.hours has no place in prod, which runs all day (ADR E2).\n"
        "  Fix: pulumi config rm --path 'triflow-ai:schedule.hours' -s prod"
    )


@pytest.mark.clause("E2")
@pytest.mark.parametrize("hours", ["08:00-20:00", "20:00-08:00 Mon-Fri", "00:00-23:00 Mon-Sun"])
def test_hours_in_another_form_are_refused(hours: str) -> None:
    """So are hours that leave the database no time to stop and to start again."""
    assert refusal("dev", {"schedule": {"hours": hours}}) == told(
        "dev",
        "schedule.hours",
        f"is '{hours}'; allowed: hours in Korean time that leave at least 2 of night, "
        "such as 08:00-20:00 Mon-Fri",
        "'08:00-20:00 Mon-Fri'",
    )


@pytest.mark.clause("E2", "D5")
@pytest.mark.parametrize(
    ("database", "key", "shown", "proposed"),
    [
        ({"backupWindow": "03:00-04:00"}, "backupWindow", "03:00-04:00", "08:00-08:30"),
        ({"backupWindow": "19:30-20:30"}, "backupWindow", "19:30-20:30", "08:00-08:30"),
        (
            {"maintenanceWindow": "Sun 13:00-14:00"},
            "maintenanceWindow",
            "Sun 13:00-14:00",
            "'Mon 08:30-09:00'",
        ),
    ],
)
def test_windows_outside_the_hours_are_refused(
    database: Mapping[str, Any], key: str, shown: str, proposed: str
) -> None:
    """A stopped database takes no backup; windows at the beginning of the hours are proposed."""
    assert refusal("dev", {"database": database}) == told(
        "dev",
        f"database.{key}",
        f"is {shown}, when the database is stopped (schedule.hours)",
        proposed,
    )


def test_the_proposed_windows_do_not_collide() -> None:
    """Whoever moves the hours away from both windows pastes two lines, and is done."""
    message = refusal("staging", {"schedule": {"hours": "14:00-17:00 Tue-Thu"}})

    assert "'triflow-ai:database.backupWindow' 14:00-14:30 -s staging" in message
    assert "'triflow-ai:database.maintenanceWindow' 'Tue 14:30-15:00' -s staging" in message
