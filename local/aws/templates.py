"""Templates: how a row of the catalogue writes the arguments of a call as data.

A text "{path}" alone stands for the whole value at that JMESPath in the scope; inside a longer text
it stands for its text. A member whose value is absent is left out. The scope holds the resource's
inputs by their Pulumi names and besides `id`, `region`, `account`, `seed` (random, fixed for one
create), `old` (inputs before an update), `live` (what AWS last answered), `tagKeysGone`.
"""

# ruff: noqa: ANN401 - a property is of any JSON kind

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jmespath
import jmespath.functions

from local.aws.values import UNKNOWN, Unknown, text

RESERVED = frozenset({"id", "region", "account", "seed", "old", "live", "tagKeysGone"})
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
SIMPLE = re.compile(r"^\w+(\[\d+\])*(\.\w+(\[\d+\])*)*$")


class Absent:
    """The value of a template that names something which is not there."""


ABSENT = Absent()


@dataclass(frozen=True)
class Text:
    """A template where a bare text would be read as JMESPath over AWS's answer."""

    template: str


@dataclass(frozen=True)
class Given:
    """`then`, if the value at `path` is there and is not false, empty or zero; else absent."""

    path: str
    then: Any


@dataclass(frozen=True)
class Choice:
    """What `values` says for the value at `path`; absent if it says nothing."""

    path: str
    values: Mapping[Any, Any]


@dataclass(frozen=True)
class Pairs:
    """A list of key and value members, one for each entry whose value is there."""

    values: Mapping[str, Any]
    key: str = "Key"
    value: str = "Value"


@dataclass(frozen=True)
class Added:
    """The members of the list input `name` which are new; absent if none is."""

    name: str
    gone: bool = False


def removed(name: str) -> Added:
    """Return the template of the members which the list input `name` has lost."""
    return Added(name, gone=True)


@dataclass(frozen=True)
class Made:
    """What `make` returns for the scope; `reads` names the inputs it uses."""

    make: Callable[[Mapping[str, Any]], Any]
    reads: tuple[str, ...] = ()


def render(template: Any, scope: Mapping[str, Any]) -> Any:
    """Return the template's value in the scope, ABSENT or UNKNOWN where it has none."""
    if isinstance(template, str):
        return _render_text(template, scope)
    if isinstance(template, Mapping):
        return _render_members(template, scope)
    if isinstance(template, list):
        items = [render(item, scope) for item in template]
        return [item for item in items if not isinstance(item, Absent)] or ABSENT
    return _render_special(template, scope)


def _render_special(template: Any, scope: Mapping[str, Any]) -> Any:
    if isinstance(template, Text):
        return _render_text(template.template, scope)
    if isinstance(template, Given):
        found = find(template.path, scope)
        return render(template.then, scope) if found else ABSENT
    if isinstance(template, Choice):
        found = find(template.path, scope)
        if isinstance(found, Unknown):
            return UNKNOWN
        return render(template.values[found], scope) if found in template.values else ABSENT
    if isinstance(template, Pairs):
        members = _render_members(template.values, scope)
        return [
            {template.key: name, template.value: value if value is UNKNOWN else text(value)}
            for name, value in ({} if isinstance(members, Absent) else members).items()
        ] or ABSENT
    if isinstance(template, Added):
        return _render_added(template, scope)
    if isinstance(template, Made):
        made = template.make(scope)
        return ABSENT if made is None else made
    return template


def _render_added(template: Added, scope: Mapping[str, Any]) -> Any:
    now, before = scope.get(template.name), scope["old"].get(template.name)
    if isinstance(now, Unknown):
        return UNKNOWN
    here, there = (before, now) if template.gone else (now, before)
    return [item for item in here or [] if item not in (there or [])] or ABSENT


def _render_members(template: Mapping[str, Any], scope: Mapping[str, Any]) -> Any:
    members = {name: render(value, scope) for name, value in template.items()}
    present = {name: value for name, value in members.items() if not isinstance(value, Absent)}
    return present if present or not template else ABSENT


def _render_text(template: str, scope: Mapping[str, Any]) -> Any:
    whole = PLACEHOLDER.fullmatch(template)
    if whole:
        found = find(whole.group(1), scope)
        return ABSENT if found is None else found
    values = [find(path, scope) for path in PLACEHOLDER.findall(template)]
    if any(isinstance(value, Unknown) for value in values):
        return UNKNOWN
    if any(value is None for value in values):
        return ABSENT
    filled = iter(values)
    return PLACEHOLDER.sub(lambda _: text(next(filled)), template)


def find(path: str, document: Any) -> Any:
    """Return what JMESPath `path` finds; UNKNOWN if the way to it passes through an unknown."""
    if SIMPLE.match(path):
        found = document
        for step in path.replace("[", ".").replace("]", "").split("."):
            found = _step(found, step)
        return found
    if isinstance(document, Mapping) and any(
        isinstance(document.get(root), Unknown) for root in roots(path)
    ):
        return UNKNOWN
    return jmespath.compile(path).search(document, OPTIONS)


def _step(found: Any, step: str) -> Any:
    if isinstance(found, Unknown):
        return found
    if isinstance(found, list):
        index = int(step) if step.isdigit() else len(found)
        return found[index] if index < len(found) else None
    return found.get(step) if isinstance(found, Mapping) else None


def roots(path: str) -> set[str]:
    """Return the first names of the members which a JMESPath reads, those in quotes left out."""
    bare = re.sub(r"'[^']*'|`[^`]*`|\"[^\"]*\"", " ", path)
    return set(re.findall(r"(?<![\w.@])([A-Za-z_]\w*)(?!\w*\()", bare))


def reads(template: Any) -> Iterator[str]:
    """Yield the inputs which a template reads."""
    if isinstance(template, str):
        for path in PLACEHOLDER.findall(template):
            yield from roots(path) - RESERVED
    elif isinstance(template, Mapping):
        for value in template.values():
            yield from reads(value)
    elif isinstance(template, list):
        for value in template:
            yield from reads(value)
    else:
        yield from _reads_special(template)


def _reads_special(template: Any) -> Iterator[str]:
    if isinstance(template, Text):
        yield from reads(template.template)
    elif isinstance(template, Given):
        yield from roots(template.path) - RESERVED
        yield from reads(template.then)
    elif isinstance(template, Choice):
        yield from roots(template.path) - RESERVED
    elif isinstance(template, Pairs):
        yield from reads(template.values)
    elif isinstance(template, Added):
        yield template.name
    elif isinstance(template, Made):
        yield from template.reads


class _Functions(jmespath.functions.Functions):  # type: ignore[misc]  # untyped base
    """JMESPath with what AWS's answers need besides."""

    @jmespath.functions.signature({"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_tail(self, value: str) -> str:
        """Return what stands behind the last slash: the id in "/hostedzone/Z1"."""
        return value.rpartition("/")[2]

    @jmespath.functions.signature({"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_split(self, mark: str, value: str) -> list[str]:
        """Return the parts of a text between marks."""
        return value.split(mark)

    @jmespath.functions.signature({"types": ["string"]}, {"types": ["string"]})  # type: ignore[untyped-decorator]
    def _func_without_end(self, end: str, value: str) -> str:
        """Return a text without the given end: a domain without its last dot."""
        return value.removesuffix(end)

    @jmespath.functions.signature(  # type: ignore[untyped-decorator]
        {"types": ["array", "null"]}, {"types": ["string"]}, {"types": ["string"]}
    )
    def _func_pairs(self, items: list[dict[str, str]] | None, key: str, value: str) -> object:
        """Return a list of key and value members as one object."""
        return {item[key]: item.get(value) for item in items or []}


OPTIONS = jmespath.Options(custom_functions=_Functions())
