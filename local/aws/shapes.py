"""Pulumi's properties as botocore's shapes and back: pure functions over models, no network."""

# ruff: noqa: ANN401 - a property is of any JSON kind

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeAlias

from botocore.model import ListShape, MapShape, Shape, StructureShape

from local.aws.values import Asset, Unknown, parse_json, text

PAIR_MEMBERS = (("key", "value"), ("name", "value"), ("Key", "Value"), ("Name", "Value"))
Rename: TypeAlias = Mapping[str, str]


@dataclass
class Problems:
    """What is wrong with the inputs: property path and sentence."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, path: str, reason: str) -> None:
        """Note one problem."""
        self.found.append((path, reason))


@cache
def bare(name: str) -> str:
    """Return a name as names are compared: lower-case letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


@cache
def likely(name: str) -> tuple[str, ...]:
    """Return the spellings under which AWS may know a property, best first."""
    word = bare(name)
    single = word.removesuffix("s")
    forms = [word, single, word + "s", single + "list", single + "set", single + "ids"]
    forms += [word + "list", word + "set"]
    if word.endswith("ies"):
        forms.append(word[:-3] + "y")
    if word.endswith("y"):
        forms.append(word[:-1] + "ies")
    return tuple(forms)


def match(name: str, members: Iterable[str]) -> str | None:
    """Return the member that a property is called by AWS; None if there is no like name."""
    known = {bare(member): member for member in members}
    if name in known.values():
        return name
    return next((known[form] for form in likely(name) if form in known), None)


def build(value: Any, shape: Shape, path: str, rename: Rename, problems: Problems) -> Any:
    """Return the value as the shape wants it; an unknown becomes a type-right stand-in."""
    if isinstance(value, Unknown):
        return stand_in(shape)
    if isinstance(shape, StructureShape):
        return _build_structure(value, shape, path, rename, problems)
    if isinstance(shape, ListShape):
        return _build_list(value, shape, path, rename, problems)
    if isinstance(shape, MapShape):
        return _build_map(value, shape, path, rename, problems)
    return _build_scalar(value, shape, path, problems)


def _build_structure(
    value: Any, shape: StructureShape, path: str, rename: Rename, problems: Problems
) -> Any:
    if isinstance(value, list) and len(value) <= 1:
        value = value[0] if value else {}
    parsed = parse_json(value)
    value = value if parsed is None else parsed
    if not isinstance(value, Mapping):
        problems.add(path, f"expected an object, got {text(value)!r}")
        return value
    built: dict[str, Any] = {}
    for name, item in value.items():
        # An empty list or nothing means absent; only a row's own template may insist on a [].
        if item is None or (item == [] and path):
            continue
        _build_member(built, name, item, shape, path, rename=rename, problems=problems)
    return built


def _build_member(
    built: dict[str, Any],
    name: str,
    item: Any,
    shape: StructureShape,
    path: str,
    *,
    rename: Rename,
    problems: Problems,
) -> None:
    inside = f"{path}.{name}"
    steps = rename.get(_unindexed(inside), name).split(".")
    target: dict[str, Any] = built
    here: Any = shape
    for step in steps[:-1]:
        target = target.setdefault(step, {})
        here = here.members[step]
    member = match(steps[-1], here.members)
    if member is None:
        known = ", ".join(sorted(here.members))
        problems.add(inside, f"AWS has no such member here; there are: {known}")
        return
    target[member] = build(item, here.members[member], inside, rename, problems)


def _unindexed(path: str) -> str:
    return re.sub(r"\[\d+\]", "", path)


def _build_list(
    value: Any, shape: ListShape, path: str, rename: Rename, problems: Problems
) -> list[Any]:
    parsed = parse_json(value)
    value = value if parsed is None else parsed
    if isinstance(value, Mapping):
        pair = _pair_of(shape.member)
        value = [{pair[0]: k, pair[1]: v} for k, v in value.items()] if pair else [value]
    if not isinstance(value, list):
        value = [value]
    return [
        build(item, shape.member, f"{path}[{index}]", rename, problems)
        for index, item in enumerate(value)
    ]


def _pair_of(shape: Shape) -> tuple[str, str] | None:
    """Return the names of the members if the shape is one key with one value."""
    members = shape.members if isinstance(shape, StructureShape) else {}
    found = (pair for pair in PAIR_MEMBERS if pair[0] in members and pair[1] in members)
    named = next(found, None)
    if named or len(members) != 2:  # noqa: PLR2004 - a key and a value
        return named
    key = next((m for m in members if m.lower().endswith("key")), None)
    value = next((m for m in members if m.lower().endswith("value")), None)
    return (key, value) if key and value else None


def _build_map(
    value: Any, shape: MapShape, path: str, rename: Rename, problems: Problems
) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        problems.add(path, f"expected a map, got {text(value)!r}")
        return {}
    return {
        name: build(item, shape.value, f"{path}.{name}", rename, problems)
        for name, item in value.items()
        if item is not None
    }


def _build_scalar(value: Any, shape: Shape, path: str, problems: Problems) -> Any:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    kind = shape.type_name
    if kind in NUMBERS:
        return _build_number(value, kind, path, problems)
    if kind == "boolean":
        return value if isinstance(value, bool) else text(value).lower() == "true"
    if kind == "blob":
        return value if isinstance(value, bytes | Asset) else text(value).encode()
    if isinstance(value, Mapping | list):
        return json.dumps(value, separators=(",", ":"))
    return value if kind == "timestamp" else text(value)


NUMBERS = frozenset({"integer", "long", "float", "double"})


def _build_number(value: Any, kind: str, path: str, problems: Problems) -> int | float:
    try:
        return int(float(value)) if kind in ("integer", "long") else float(value)
    except (TypeError, ValueError):
        problems.add(path, f"expected a number, got {text(value)!r}")
        return 0


def stand_in(shape: Shape, depth: int = 0) -> Any:
    """Return a value of the shape's type that every check accepts, in place of an unknown."""
    if isinstance(shape, StructureShape):
        wanted = shape.required_members if depth < 5 else []  # noqa: PLR2004 - shapes may recur
        return {name: stand_in(shape.members[name], depth + 1) for name in wanted}
    least = shape.metadata.get("min", 0)
    if isinstance(shape, ListShape):
        return [stand_in(shape.member, depth + 1)] * max(1, least)
    if isinstance(shape, MapShape):
        return {}
    kind = shape.type_name
    if kind == "string":
        legal = getattr(shape, "enum", None)
        return legal[0] if legal else "x" * max(1, least)
    return {"integer": max(least, 0), "long": max(least, 0), "boolean": True, "blob": b"x"}.get(
        kind, "2020-01-01T00:00:00Z" if kind == "timestamp" else float(max(least, 0))
    )


def illegal(value: Any, shape: Shape, path: str, open_enums: Iterable[str]) -> list[str]:
    """Return a sentence for each text in a request which its enumeration does not list.

    botocore carries the enumerations but does not check them.
    """
    if isinstance(shape, StructureShape) and isinstance(value, Mapping):
        return [
            line
            for name, item in value.items()
            if name in shape.members and name not in open_enums
            for line in illegal(item, shape.members[name], f"{path}.{name}".strip("."), open_enums)
        ]
    if isinstance(shape, ListShape) and isinstance(value, list):
        return [
            line
            for index, item in enumerate(value)
            for line in illegal(item, shape.member, f"{path}[{index}]", open_enums)
        ]
    legal = getattr(shape, "enum", None)
    if not legal or not isinstance(value, str) or value in legal:
        return []
    return [f"{path}: {value!r} is not one of [{', '.join(legal)}]"]


Objects: TypeAlias = Mapping[str, Mapping[str, str]]


def convert(live: Any, kind: str, objects: Objects) -> Any:
    """Return what AWS answered as the Pulumi type `kind`; None if it cannot be that."""
    kind = kind.rstrip("!~")
    if live is None or kind == "asset":
        return None
    if kind.startswith("["):
        items = live if isinstance(live, list) else [live]
        converted = [convert(item, kind[1:-1], objects) for item in items]
        return [item for item in converted if item is not None]
    if kind.startswith("{"):
        return _convert_map(live, kind[1:-1], objects)
    if kind.startswith("#"):
        return _convert_object(live, objects[kind[1:]], objects)
    if isinstance(live, list) and len(live) == 1 and not isinstance(live[0], Mapping):
        live = live[0] if kind != "any" else live
    return _convert_scalar(live, kind)


def _convert_map(live: Any, kind: str, objects: Objects) -> Any:
    if isinstance(live, Mapping):
        return {name: convert(item, kind, objects) for name, item in live.items()}
    if not isinstance(live, list) or not all(isinstance(item, Mapping) for item in live):
        return None
    pairs = {}
    for item in live:
        key = next((k for k in item if bare(k).endswith(("key", "name"))), None)
        value = next((k for k in item if bare(k).endswith("value")), None)
        if key is None:
            return None
        pairs[item[key]] = convert(item.get(value or ""), kind, objects) or ""
    return pairs


def _convert_object(live: Any, fields: Mapping[str, str], objects: Objects) -> Any:
    if isinstance(live, list):
        live = live[0] if len(live) == 1 else None
    if not isinstance(live, Mapping):
        return None
    found = {}
    for name, kind in fields.items():
        member = match(name, live)
        value = convert(live[member], kind, objects) if member else None
        if value is not None:
            found[name] = value
    return found


def _convert_scalar(live: Any, kind: str) -> Any:
    if isinstance(live, Mapping | list):
        if kind == "string":
            return json.dumps(live, separators=(",", ":"), default=str)
        return live if kind == "any" else None
    if kind == "boolean":
        return live if isinstance(live, bool) else _flag(text(live))
    if kind in ("integer", "number"):
        return _number(live, kind)
    if kind == "string":
        return live.isoformat() if hasattr(live, "isoformat") else text(live)
    return live


FLAGS = {"true": True, "enabled": True, "false": False, "disabled": False}


def _flag(word: str) -> bool | None:
    return FLAGS.get(word.lower())


def _number(live: Any, kind: str) -> int | float | None:
    try:
        return int(float(live)) if kind == "integer" else float(live)
    except (TypeError, ValueError):
        return None
