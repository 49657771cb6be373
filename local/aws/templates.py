"""Templates: how a row of the catalogue writes the arguments of a call as data.

A text "{path}" alone stands for the whole value at that JMESPath in the scope; inside a longer text
it stands for its text. A member whose value is absent is left out. The scope holds the resource's
inputs by their Pulumi names and besides `id`, `region`, `account`, `seed` (random, fixed for one
create), `old` (inputs before an update), `live` (what AWS last answered), `tagKeysGone`.
"""

# ruff: noqa: ANN401 - a property is of any JSON kind

import re
from abc import ABC, abstractmethod
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


class Template(ABC):
    """What a row writes where a plain text, list or mapping cannot say it."""

    @abstractmethod
    def render(self, scope: Mapping[str, Any]) -> Any:
        """Return the value in the scope, ABSENT or UNKNOWN where it has none."""

    @abstractmethod
    def reads(self) -> Iterator[str]:
        """Yield the names of the scope that it reads."""


@dataclass(frozen=True)
class Text(Template):
    """A template where a bare text would be read as JMESPath over AWS's answer."""

    template: str

    def render(self, scope: Mapping[str, Any]) -> Any:
        """Return the text with its placeholders filled."""
        return _render_text(self.template, scope)

    def reads(self) -> Iterator[str]:
        """Yield what its placeholders name."""
        yield from reads(self.template)


@dataclass(frozen=True)
class Given(Template):
    """`then`, if the value at `path` is there and is not false, empty or zero; else absent."""

    path: str
    then: Any

    def render(self, scope: Mapping[str, Any]) -> Any:
        """Return what `then` says, or ABSENT."""
        return render(self.then, scope) if find(self.path, scope) else ABSENT

    def reads(self) -> Iterator[str]:
        """Yield what the condition and the value read."""
        yield from roots(self.path)
        yield from reads(self.then)


@dataclass(frozen=True)
class Choice(Template):
    """What `values` says for the value at `path`; absent if it says nothing."""

    path: str
    values: Mapping[Any, Any]

    def render(self, scope: Mapping[str, Any]) -> Any:
        """Return the chosen value, or ABSENT."""
        found = find(self.path, scope)
        if isinstance(found, Unknown):
            return UNKNOWN
        return render(self.values[found], scope) if found in self.values else ABSENT

    def reads(self) -> Iterator[str]:
        """Yield what decides."""
        yield from roots(self.path)


@dataclass(frozen=True)
class Pairs(Template):
    """A list of Key and Value members, one for each entry whose value is there."""

    values: Mapping[str, Any]

    def render(self, scope: Mapping[str, Any]) -> Any:
        """Return the list, or ABSENT if no value is there."""
        members = _render_members(self.values, scope)
        if isinstance(members, Absent):
            return ABSENT
        return [
            {"Key": name, "Value": value if value is UNKNOWN else text(value)}
            for name, value in members.items()
        ]

    def reads(self) -> Iterator[str]:
        """Yield what the values read."""
        yield from reads(self.values)


@dataclass(frozen=True)
class Added(Template):
    """The members of the list input `name` which are new, or with `gone` lost; absent if none."""

    name: str
    gone: bool = False

    def render(self, scope: Mapping[str, Any]) -> Any:
        """Return the members, or ABSENT if there are none."""
        now, before = scope.get(self.name), scope["old"].get(self.name)
        if isinstance(now, Unknown):
            return UNKNOWN
        here, there = (before, now) if self.gone else (now, before)
        return [item for item in here or [] if item not in (there or [])] or ABSENT

    def reads(self) -> Iterator[str]:
        """Yield the list's name."""
        yield self.name


def removed(name: str) -> Added:
    """Return the template of the members which the list input `name` has lost."""
    return Added(name, gone=True)


@dataclass(frozen=True)
class Made(Template):
    """What `make` returns for the scope, None being absent; `uses` names the inputs it reads."""

    make: Callable[[Mapping[str, Any]], Any]
    uses: tuple[str, ...] = ()

    def render(self, scope: Mapping[str, Any]) -> Any:
        """Return what the function makes."""
        made = self.make(scope)
        return ABSENT if made is None else made

    def reads(self) -> Iterator[str]:
        """Yield what the function is said to read."""
        yield from self.uses


def render(template: Any, scope: Mapping[str, Any]) -> Any:
    """Return the template's value in the scope, ABSENT or UNKNOWN where it has none."""
    if isinstance(template, Template):
        return template.render(scope)
    if isinstance(template, str):
        return _render_text(template, scope)
    if isinstance(template, Mapping):
        return _render_members(template, scope)
    if isinstance(template, list):
        items = [render(item, scope) for item in template]
        return [item for item in items if not isinstance(item, Absent)] or ABSENT
    return template


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
    yield from (name for name in _names(template) if name not in RESERVED)


def _names(template: Any) -> Iterator[str]:
    if isinstance(template, Template):
        yield from template.reads()
    elif isinstance(template, str):
        for path in PLACEHOLDER.findall(template):
            yield from roots(path)
    elif isinstance(template, Mapping | list):
        for value in template.values() if isinstance(template, Mapping) else template:
            yield from _names(value)


class _Functions(jmespath.functions.Functions):
    """JMESPath with what AWS's answers need besides."""

    @jmespath.functions.signature({"types": ["string"]})
    def _func_tail(self, value: str) -> str:
        """Return what stands behind the last slash: the id in "/hostedzone/Z1"."""
        return value.rpartition("/")[2]

    @jmespath.functions.signature({"types": ["string"]}, {"types": ["string"]})
    def _func_split(self, mark: str, value: str) -> list[str]:
        """Return the parts of a text between marks."""
        return value.split(mark)

    @jmespath.functions.signature({"types": ["string"]}, {"types": ["string"]})
    def _func_without_end(self, end: str, value: str) -> str:
        """Return a text without the given end: a domain without its last dot."""
        return value.removesuffix(end)

    @jmespath.functions.signature(
        {"types": ["array", "null"]}, {"types": ["string"]}, {"types": ["string"]}
    )
    def _func_pairs(self, items: list[dict[str, str]] | None, key: str, value: str) -> object:
        """Return a list of key and value members as one object."""
        return {item[key]: item.get(value) for item in items or []}


OPTIONS = jmespath.Options(custom_functions=_Functions())
