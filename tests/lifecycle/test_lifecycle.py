"""How long each kind of file lives (ADR S2 to S5, M3), night by night from day 0 to day 400.

The rules are those that the programs register; the days are those of the decision record, plus the
rest of the day on which a file came: S3 counts from midnight to midnight.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.lifecycle.bucket import DAY_0, SMALLEST_MOVED, Bucket, Rule
from tests.lifecycle.registered import rules_of

DAYS = 400
LARGE, SMALL = SMALLEST_MOVED, SMALLEST_MOVED - 1
MORNING = timedelta(hours=10, minutes=30)
FOLDERS = {"prod": ("",), "staging": ("staging/", "dev/")}
UPLOADS = "tenants/tenant-7f3c2f6e-7b0a-4a52-9f0e-0d7f7f1c9a11/uploads/"
Timeline = Mapping[int, Sequence[str]]
Event = Callable[[Bucket, str, datetime], None]


def put(data_class: str | None, size: int = LARGE, **others: str) -> Event:
    """Write the object with its class, if it has one, and perhaps other tags."""
    tags = {"data-class": data_class} if data_class else {}
    return lambda bucket, key, at: bucket.put(key, at, size, tags | others)


def delete(bucket: Bucket, key: str, at: datetime) -> None:
    """Delete the object as a user does, without naming a version."""
    bucket.delete(key, at)


def begin(bucket: Bucket, key: str, at: datetime) -> None:
    """Begin to send the object by parts, and be killed."""
    bucket.begin(key, at)


@dataclass(frozen=True)
class Life:
    """What happens to an object on which days, and what there is of it from which day on."""

    events: Mapping[int, Event]
    timeline: Timeline
    place: str = UPLOADS


COLD, OLD_COLD = "live GLACIER_IR", "old GLACIER_IR"
FOREVER = ["live"]
LOG_ENDS = {366: ["marker", "old"], 368: ["marker"], 369: []}

LIVES: dict[str, Life] = {
    # S2: workflows and exports to Glacier after 90 days; S6: with all their versions, which stay.
    **{
        f"{kind}, {words}": Life(events, timeline)
        for kind in ("workflow", "export")
        for words, events, timeline in (
            ("kept", {0: put(kind)}, {0: FOREVER, 91: [COLD]}),
            ("kept, under 128 KB", {0: put(kind, SMALL)}, {0: FOREVER}),
            ("with other tags", {0: put(kind, owner="x")}, {0: FOREVER, 91: [COLD]}),
            (
                "replaced on day 10",
                {0: put(kind), 10: put(kind)},
                {0: FOREVER, 10: ["live", "old"], 101: [COLD, OLD_COLD]},
            ),
            (
                "replaced when cold",
                {0: put(kind), 100: put(kind)},
                {0: FOREVER, 91: [COLD], 100: ["live", OLD_COLD], 191: [COLD, OLD_COLD]},
            ),
            (
                "deleted on day 10",
                {0: put(kind), 10: delete},
                {0: FOREVER, 10: ["marker", "old"], 101: ["marker", OLD_COLD]},
            ),
        )
    },
    # S3: logs are gone after 365 days, and no version of them stays.
    "log, kept": Life({0: put("log")}, {0: FOREVER, **LOG_ENDS}),
    "log, under 128 KB": Life({0: put("log", SMALL)}, {0: FOREVER, **LOG_ENDS}),
    "log, replaced on day 10": Life(
        {0: put("log"), 10: put("log")},
        {
            0: FOREVER,
            10: ["live", "old"],
            12: FOREVER,
            **{day + 10: state for day, state in LOG_ENDS.items()},
        },
    ),
    "log, deleted on day 10": Life(
        {0: put("log"), 10: delete}, {0: FOREVER, 10: ["marker", "old"], 12: ["marker"], 13: []}
    ),
    # S4: deleted uploads are gone after 30 days; live ones stay as they are.
    "upload, kept": Life({0: put("upload")}, {0: FOREVER}),
    "upload, deleted on day 10": Life(
        {0: put("upload"), 10: delete},
        {0: FOREVER, 10: ["marker", "old"], 41: ["marker"], 42: []},
    ),
    "upload, replaced on day 10": Life(
        {0: put("upload"), 10: put("upload")},
        {0: FOREVER, 10: ["live", "old"], 41: FOREVER},
    ),
    "upload, deleted and sent again": Life(
        {0: put("upload"), 10: delete, 20: put("upload")},
        {
            0: FOREVER,
            10: ["marker", "old"],
            20: ["live", "old marker", "old"],
            41: ["live", "old marker"],  # a marker has no tag; it weighs nothing
        },
    ),
    # S5: what was left of an upload by parts is gone after 7 days, wherever it would have gone.
    **{
        f"unfinished in {place or 'the root'}": Life({0: begin}, {0: ["parts"], 8: []}, place)
        for place in ("", UPLOADS, UPLOADS.replace("uploads", "exports"), "shared/", "backups/")
    },
    "unfinished beside a live one": Life(
        {0: put("upload"), 3: begin}, {0: FOREVER, 3: ["live", "parts"], 11: FOREVER}
    ),
    # Without a class, or with one that nobody knows, nothing happens by itself.
    "no class, kept": Life({0: put(None)}, {0: FOREVER}),
    "no class, deleted": Life({0: put(None), 5: delete}, {0: FOREVER, 5: ["marker", "old"]}),
    "no class, replaced": Life({0: put(None), 5: put(None)}, {0: FOREVER, 5: ["live", "old"]}),
    "unknown class": Life({0: put("Workflow"), 5: put("logs")}, {0: FOREVER, 5: ["live", "old"]}),
    "another tag": Life({0: put(None, owner="log")}, {0: FOREVER}),
    "shared": Life({0: put(None)}, {0: FOREVER}, "shared/templates/"),
    "backup": Life({0: put(None)}, {0: FOREVER}, "backups/2026-11-22/"),
}

# M3: the archive of the log groups, at the bucket's root: a year, cold from the next day on.
ARCHIVE = {
    "logs-archive/app/2026/11/22/x.gz": Life(
        {0: put(None)},
        {0: FOREVER, 2: [COLD], 366: ["marker", OLD_COLD], 368: ["marker"], 369: []},
    ),
    "logs-archive/app/2026/11/22/small.gz": Life({0: put(None, SMALL)}, {0: FOREVER, **LOG_ENDS}),
    "logs-archived/x.gz": Life({0: put(None)}, {0: FOREVER}),
    "dev/logs-archive/x.gz": Life({0: put(None)}, {0: FOREVER}),
}


def lives(folders: Sequence[str]) -> dict[str, Life]:
    """Every life of the table in each folder, by a key of its own, and the archive's."""
    below = {
        f"{folder}{life.place}{number}": life
        for folder in folders
        for number, life in enumerate(LIVES.values())
    }
    return below | ARCHIVE


def observed(rules: Sequence[Rule], all_lives: Mapping[str, Life]) -> dict[str, Timeline]:
    """What becomes of all the objects in one bucket: for each the days on which it changes."""
    bucket = Bucket(rules)
    found: dict[str, dict[int, list[str]]] = {key: {} for key in all_lives}
    before: dict[str, list[str]] = {}
    for day in range(DAYS + 1):
        midnight = DAY_0 + timedelta(days=day)
        bucket.night(midnight)
        for key, life in all_lives.items():
            if day in life.events:
                life.events[day](bucket, key, midnight + MORNING)
            if (content := bucket.content(key)) != before.get(key):
                found[key][day] = before[key] = content
    return dict(found)


@pytest.mark.clause("S2", "S3", "S4", "S5", "S6", "M3")
@pytest.mark.parametrize("stack", FOLDERS)
def test_every_object_changes_on_its_day_and_no_other_changes(stack: str) -> None:
    """All lives side by side in one bucket, each environment's in its folder."""
    expected = lives(FOLDERS[stack])

    found = observed(rules_of(stack), expected)

    assert found == {key: life.timeline for key, life in expected.items()}


def _spoiled() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The rules with one slip each: a rule left out, switched off or one of its days later."""
    rules = rules_of("prod")
    for number, rule in enumerate(rules):
        yield f"{rule['id']} left out", rules[:number] + rules[number + 1 :]
        yield f"{rule['id']} off", [*rules[:number], {**rule, "status": "Disabled"}]
        for path, days in _numbers(rule):
            changed = deepcopy(rules)
            place: Any = changed[number]
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = days + 1
            yield f"{rule['id']} {path[0]}", changed


def _numbers(value: Any, *path: str | int) -> Iterator[tuple[tuple[str | int, ...], int]]:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping | list):
        for key, below in value.items() if isinstance(value, Mapping) else enumerate(value):
            yield from _numbers(below, *path, key)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, int(value)


@pytest.mark.thorough
@pytest.mark.clause("S2", "S3", "S4", "S5", "M3")
def test_every_rule_and_every_number_of_days_shows_in_the_table() -> None:
    """A rule that is lost or late by a day would be noticed."""
    expected = lives([""])
    timelines = {key: life.timeline for key, life in expected.items()}

    noticed = {name: observed(rules, expected) != timelines for name, rules in _spoiled()}

    assert len(noticed) == 23
    assert all(noticed.values()), noticed
