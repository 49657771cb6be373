"""A versioned bucket whose days go by: what S3 does each night under given lifecycle rules.

It follows AWS's pages "Lifecycle configuration elements" (filters, the days since a version is no
longer current, rounding to the next midnight UTC), "Expiring objects" (in a versioned bucket an
expired object is hidden behind a delete marker) and "Constraints and considerations for
transitions" (since September 2024 nothing under 128 KB changes its class, unless asked for).

What it does not show: when S3 gets round to it. A rule's day is when S3 stops to bill what it is
about to do; the work itself may come days later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

DAY_0 = datetime(2026, 11, 22, tzinfo=UTC)
SMALLEST_MOVED = 128 * 1024  # bytes
ACTIONS = {
    "transitions",
    "expiration",
    "noncurrentVersionTransitions",
    "noncurrentVersionExpiration",
    "abortIncompleteMultipartUpload",
}
Rule = Mapping[str, Any]


@dataclass
class Version:
    """A version of an object, or the marker that a delete leaves."""

    key: str
    created: datetime
    size: int = 0
    tags: Mapping[str, str] = field(default_factory=dict)
    marker: bool = False
    replaced: datetime | None = None
    storage_class: str = "STANDARD"

    def __str__(self) -> str:
        """Return how a timeline names it: live, old, a marker, an old marker; cold in Glacier."""
        words = ["old" if self.replaced else "" if self.marker else "live"]
        words += ["marker" if self.marker else ""]
        words += ["" if self.storage_class == "STANDARD" else self.storage_class]
        return " ".join(filter(None, words))


@dataclass
class Unfinished:
    """The parts of a multipart upload that was neither completed nor aborted."""

    key: str
    begun: datetime

    def __str__(self) -> str:
        """Return how a timeline names it."""
        return "parts"


class Bucket:
    """What lies in the bucket, newest last."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [rule for rule in rules if rule["status"] == "Enabled"]
        for rule in rules:
            if unknown := set(rule) - ACTIONS - {"id", "status", "filter"}:
                raise ValueError(f"{unknown} in a rule")
        self.versions: list[Version] = []
        self.unfinished: list[Unfinished] = []

    def put(self, key: str, at: datetime, size: int, tags: Mapping[str, str]) -> None:
        """Write an object; what was current becomes an old version."""
        self._add(Version(key, at, size, tags))

    def delete(self, key: str, at: datetime) -> None:
        """Hide an object behind a marker."""
        self._add(Version(key, at, marker=True))

    def begin(self, key: str, at: datetime) -> None:
        """Begin a multipart upload that nobody will end."""
        self.unfinished.append(Unfinished(key, at))

    def content(self, key: str) -> list[str]:
        """What there is of an object, newest first, and then of its uploads."""
        found: list[Version | Unfinished] = [*reversed(self.versions), *self.unfinished]
        return [str(each) for each in found if each.key == key]

    def night(self, now: datetime) -> None:
        """Do what is due at this midnight, judged by how the bucket lay before it."""
        gone = [each for each in self.unfinished if self._given_up(each, now)]
        self.unfinished = [each for each in self.unfinished if each not in gone]
        expired = [each for each in self.versions if self._is_removed(each, now)]
        hidden = [each for each in self.versions if self._is_hidden(each, now)]
        for version in self.versions:
            self._move(version, now)
        self.versions = [each for each in self.versions if each not in expired]
        for version in hidden:
            self.delete(version.key, now)

    def _add(self, version: Version) -> None:
        for other in self.versions:
            if other.key == version.key and not other.replaced:
                other.replaced = version.created
        self.versions.append(version)

    def _given_up(self, upload: Unfinished, now: datetime) -> bool:
        return any(
            _due(upload.begun, rule["abortIncompleteMultipartUpload"]["daysAfterInitiation"], now)
            for rule in self._matching(upload.key, {})
            if "abortIncompleteMultipartUpload" in rule
        )

    def _is_removed(self, version: Version, now: datetime) -> bool:
        if version.replaced:
            return any(
                _due(version.replaced, rule["noncurrentVersionExpiration"]["noncurrentDays"], now)
                for rule in self._matching(version.key, version.tags)
                if "noncurrentVersionExpiration" in rule
            )
        alone = [each.key for each in self.versions].count(version.key) == 1
        return (
            version.marker
            and alone
            and any(
                rule.get("expiration", {}).get("expiredObjectDeleteMarker") is True
                for rule in self._matching(version.key, {})
            )
        )

    def _is_hidden(self, version: Version, now: datetime) -> bool:
        current = not version.replaced and not version.marker
        return current and any(
            _due(version.created, rule["expiration"]["days"], now)
            for rule in self._matching(version.key, version.tags)
            if "days" in rule.get("expiration", {})
        )

    def _move(self, version: Version, now: datetime) -> None:
        if version.marker or version.size < SMALLEST_MOVED:
            return
        kind, since, days = (
            ("noncurrentVersionTransitions", version.replaced, "noncurrentDays")
            if version.replaced
            else ("transitions", version.created, "days")
        )
        for rule in self._matching(version.key, version.tags):
            for transition in rule.get(kind, []):
                if _due(since, transition[days], now):
                    version.storage_class = transition["storageClass"]

    def _matching(self, key: str, tags: Mapping[str, str]) -> Iterator[Rule]:
        return (rule for rule in self._rules if _selects(rule["filter"], key, tags))


def _selects(chosen: Mapping[str, Any], key: str, tags: Mapping[str, str]) -> bool:
    if set(chosen) == {"prefix"}:
        return key.startswith(chosen["prefix"])
    if set(chosen) == {"tag"}:
        tag = chosen["tag"]
        return (tag["key"], tag["value"]) in tags.items()
    raise ValueError(f"filter {chosen}")


def _due(since: datetime, days: int, now: datetime) -> bool:
    """Whether so many days have passed, rounded up to the midnight that follows."""
    end = since + timedelta(days=days)
    return now >= end.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
