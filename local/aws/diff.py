"""Diff: which inputs changed, and whether each change updates the resource or replaces it."""

# ruff: noqa: ANN401 - a property is of any JSON kind

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from local.aws import schema
from local.aws.catalogue import ROWS
from local.aws.requests import changeable
from local.aws.row import Row
from local.aws.templates import Text, reads
from local.aws.values import Secret, is_empty, same

Kind = Literal["ADD", "DELETE", "UPDATE"]


@dataclass(frozen=True)
class Change:
    """One input at one path; `replaces` where no call can change it in place."""

    path: str
    kind: Kind
    replaces: bool

    @property
    def name(self) -> str:
        """Return the top-level input in which the change lies."""
        return self.path.split(".", maxsplit=1)[0].split("[", maxsplit=1)[0]


@dataclass(frozen=True)
class Difference:
    """All changes of one resource."""

    changes: tuple[Change, ...]
    delete_first: bool

    @property
    def names(self) -> list[str]:
        """Return the changed inputs, each once."""
        return list(dict.fromkeys(change.name for change in self.changes))


def diff(
    token: str, olds: Mapping[str, Any], news: Mapping[str, Any], ignored: Sequence[str] = ()
) -> Difference:
    """Compare old inputs with new ones."""
    row = ROWS[token]
    found = tuple(_changes(token, row, olds, news, ignored))
    replaced = any(change.replaces for change in found)
    return Difference(found, replaced and _must_delete_first(row, olds, news))


def _changes(
    token: str,
    row: Row,
    olds: Mapping[str, Any],
    news: Mapping[str, Any],
    ignored: Sequence[str],
) -> Iterator[Change]:
    kind, in_place = schema.resource(token), changeable(token)
    for name in sorted(olds.keys() | news.keys()):
        old, new = olds.get(name), news.get(name)
        left_to_aws = new is None and kind.computed(name) and name not in row.defaults
        if name in ("__defaults", "timeouts") or name in ignored or left_to_aws or same(old, new):
            continue
        replaces = name not in in_place
        for path, what in _paths(name, old, new):
            if path not in ignored:
                yield Change(path, what, replaces)


def _paths(path: str, old: Any, new: Any) -> Iterator[tuple[str, Kind]]:
    """Yield the deepest paths at which the two values differ."""
    if isinstance(old, Secret) or isinstance(new, Secret):
        yield path, "UPDATE"
    elif is_empty(old) or is_empty(new):
        if is_empty(old) != is_empty(new):
            yield path, "ADD" if is_empty(old) else "DELETE"
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for name in sorted(old.keys() | new.keys()):
            if not same(old.get(name), new.get(name)):
                yield from _paths(f"{path}{_member(name)}", old.get(name), new.get(name))
    elif isinstance(old, list) and isinstance(new, list):
        yield from _paths_in_lists(path, old, new)
    else:
        yield path, "UPDATE"


def _member(name: str) -> str:
    return f".{name}" if name.isidentifier() else f'["{name}"]'


def _paths_in_lists(path: str, old: list[Any], new: list[Any]) -> Iterator[tuple[str, Kind]]:
    for index in range(max(len(old), len(new))):
        before = old[index] if index < len(old) else None
        after = new[index] if index < len(new) else None
        if not same(before, after):
            yield from _paths(f"{path}[{index}]", before, after)


def _must_delete_first(row: Row, olds: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Return whether the replacement would meet the old one: same name, same place."""
    names = {*row.identity}
    if isinstance(row.id, Text):
        names |= set(reads(row.id))
    if row.name:
        names.add(row.name.property)
    if not names or (row.name and row.name.property in news.get("__defaults", [])):
        return False
    return all(same(olds.get(name), news.get(name)) for name in names)
