"""From a row and its inputs to the request of a call; pure, but for loading botocore's models."""

# ruff: noqa: ANN401 - a property is of any JSON kind

from collections.abc import Mapping
from functools import cache
from typing import Any

from botocore.model import Shape, StructureShape
from botocore.validate import ParamValidator

from local.aws import schema
from local.aws.catalogue import ROWS
from local.aws.client import models
from local.aws.row import Call, Row
from local.aws.shapes import Problems, build, illegal, match
from local.aws.templates import Absent, find, reads, render
from local.aws.values import UNKNOWN, Unknown

# Inputs which are about the engine's work and not about the resource.
OF_THE_ENGINE = frozenset({"__defaults", "region", "timeouts", "tagsAll"})


def service_of(row: Row, call: Call) -> str:
    """Return the service that a call goes to."""
    return call.service or row.service


@cache
def _matches(token: str, operation: str) -> dict[str, tuple[str, ...]]:
    """Return where each input that no template of the call reads goes by its name."""
    row = ROWS[token]
    call = next(c for c in (row.create, *row.updates) if c.operation == operation and c.auto)
    shape = models().input_shape(service_of(row, call), operation)
    given = set(reads(call.args)) | set(row.ignored) | OF_THE_ENGINE
    found = {}
    for name in schema.resource(token).inputs:
        place = None if name in given else _place(row, call, shape, name)
        if place and place[0] not in call.args:
            found[name] = place
    return found


def _place(row: Row, call: Call, shape: StructureShape, name: str) -> tuple[str, ...] | None:
    """Return the way to the member for an input: under `at`, else at the top."""
    steps = row.rename.get(name, name).split(".")
    for start in [call.at.split("."), []] if call.at else [[]]:
        way = _way(shape, [*start, *steps])
        if way:
            return way
    return None


def _way(shape: Shape, steps: list[str]) -> tuple[str, ...] | None:
    way: list[str] = []
    for step in steps:
        members = shape.members if isinstance(shape, StructureShape) else {}
        member = match(step, members)
        if member is None:
            return None
        way.append(member)
        shape = members[member]
    return tuple(way)


def carried(token: str, call: Call) -> set[str]:
    """Return the inputs which a call takes."""
    names = set(reads(call.args)) | set(call.carries)
    return names | (set(_matches(token, call.operation)) if call.auto else set())


def changeable(token: str) -> set[str]:
    """Return the inputs which can change without a replacement."""
    row = ROWS[token]
    named = {name for call in row.changing_calls() for name in carried(token, call)}
    tags = {"tags"} if row.tags else set()
    return (named | tags | set(row.ignored) | OF_THE_ENGINE) - set(row.force) - {"region"}


def taken(token: str) -> set[str]:
    """Return the inputs which the row does anything with at all."""
    row = ROWS[token]
    calls = (row.create, *row.updates, *row.delete)
    named = {name for call in calls for name in carried(token, call)}
    named |= set(row.ignored)
    return named | changeable(token) | OF_THE_ENGINE | ({row.name.property} if row.name else set())


def request(
    token: str,
    call: Call,
    scope: Mapping[str, Any],
    problems: Problems,
    only: set[str] | None = None,
) -> dict[str, Any]:
    """Return the request of a call; with `only`, of the changed inputs and what AWS requires."""
    row = ROWS[token]
    shape = models().input_shape(service_of(row, call), call.operation)
    rendered = render(call.args, scope)
    args = {} if isinstance(rendered, Absent) else rendered
    built: dict[str, Any] = build(args, shape, "", row.rename, problems)
    for name, way in (_matches(token, call.operation) if call.auto else {}).items():
        value = scope.get(name)
        required = way[0] in shape.required_members
        if value is not None and (only is None or name in only or required):
            member = _member(shape, way)
            _put(built, way, build(value, member, name, row.rename, problems))
    return built


def _member(shape: Any, way: tuple[str, ...]) -> Shape:
    """Return the shape at the end of a way which `_way` found, through structures only."""
    for step in way:
        shape = shape.members[step]
    found: Shape = shape
    return found


def _put(built: dict[str, Any], way: tuple[str, ...], value: Any) -> None:
    target = built
    for step in way[:-1]:
        target = target.setdefault(step, {})
    target[way[-1]] = value


def wanted(call: Call, scope: Mapping[str, Any]) -> bool | Unknown:
    """Return whether the call's condition holds; UNKNOWN before the update has decided it."""
    if not call.when:
        return True
    found = find(call.when, scope)
    return UNKNOWN if isinstance(found, Unknown) else bool(found)


def refusals(token: str, call: Call, built: dict[str, Any]) -> list[str]:
    """Return what botocore's model finds wrong with a request: a sentence each."""
    row = ROWS[token]
    shape = models().input_shape(service_of(row, call), call.operation)
    report = ParamValidator().validate(built, shape)
    lines = [line.strip() for line in report.generate_report().splitlines() if line.strip()]
    return lines + illegal(built, shape, "", row.open_enums)
