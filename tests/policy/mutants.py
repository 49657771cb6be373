"""Everything that can be wrong with one resource: each place of its inputs, changed in each way.

A place is a path into the inputs; a document written as JSON text is walked like an object.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from policy.resources import Resource
from policy.tokens import AWS_PROVIDER
from policy.values import UNKNOWN

Path = tuple[str | int, ...]
GONE: Final = object()  # stands where a place is taken away
# Words whose opposite is just as legal; any other text becomes one that means nothing.
OPPOSITE: Final = {
    "Allow": "Deny",
    "Deny": "Allow",
    "HTTP": "HTTPS",
    "HTTPS": "HTTP",
    "Enabled": "Disabled",
    "GreaterThanThreshold": "LessThanThreshold",
    "LessThanThreshold": "GreaterThanThreshold",
}
# What an archive or a file is known by in the protocol: its content is no property.
ASSET: Final = "4dabf18193072939515e22adb298388d"
NAMES: Final = ("name", "identifier", "bucket", "family")


@dataclass(frozen=True)
class Mutant:
    """A resource with one place changed: `path` is where, `kind` in which way."""

    resource: Resource
    path: Path
    kind: str

    @property
    def place(self) -> str:
        """The path as survivors.yaml writes it: every index of a list is a star."""
        return ".".join("*" if isinstance(step, int) else step for step in self.path)

    @property
    def type(self) -> str:
        """The kind of resource, in short: "rds/instance"."""
        return short(self.resource.token)


def short(token: str) -> str:
    """Shorten a token: "aws:rds/instance:Instance" is "rds/instance"."""
    parts = token.split(":")
    return token if parts[0] != "aws" else parts[1]


def changed(resource: Resource, known_as: Mapping[str, frozenset[str]]) -> Iterator[Mutant]:
    """Yield a mutant for every place whose value is known and every way to change it.

    `known_as` says by which words each resource of the stack is referred to.
    """
    for path, value in _places(dict(resource.inputs), ()):
        for kind, other in _others(value):
            yield _mutant(resource, path, kind, other, known_as)
        if value is not UNKNOWN:
            yield _mutant(resource, path, "removed", GONE, known_as)


def words_for(resource: Resource) -> frozenset[str]:
    """Return what a value that refers to a resource holds: its logical or its physical name."""
    physical = (resource.inputs.get(key) for key in NAMES)
    return frozenset({resource.name, *(name for name in physical if isinstance(name, str))})


def waiting(resource: Resource) -> Iterator[Mutant]:
    """Yield a mutant for every property: nobody knows it before the update."""
    for key in resource.inputs:
        yield _mutant(resource, (key,), "unknown", UNKNOWN, {})


def retied(resource: Resource, alike: Mapping[str, list[str]]) -> Iterator[Mutant]:
    """Yield a mutant for every reference whose value waits: gone, or to another of its kind.

    `alike` has the URNs of each token's resources.
    """
    for key, urns in resource.dependencies.items():
        if resource.inputs.get(key) is not UNKNOWN:
            continue
        yield _mutant(resource, (key,), "removed", GONE, {})
        for urn in urns:
            others = [each for each in alike.get(urn.split("::")[2], ()) if each not in urns]
            for other in others[:1]:
                ties = tuple(other if one == urn else one for one in urns)
                tied = dict(resource.dependencies) | {key: ties}
                yield Mutant(replace(resource, dependencies=tied), (key,), "other target")


def optional(resource: Resource) -> Iterator[Mutant]:
    """Yield a mutant for every option that a policy can see, and one on the default provider."""
    options, provider = resource.options, resource.provider
    if options.protect:
        bare = replace(resource, options=replace(options, protect=False))
        yield Mutant(bare, ("(protect)",), "removed")
    for one in options.ignore_changes:
        left = tuple(other for other in options.ignore_changes if other != one)
        bare = replace(resource, options=replace(options, ignore_changes=left))
        yield Mutant(bare, (f"(ignoreChanges {one})",), "removed")
    if provider:
        other = replace(provider, name="default_7_0_0", properties={})
        yield Mutant(replace(resource, provider=other), ("(provider)",), "default")


def provided(resources: tuple[Resource, ...]) -> Iterator[tuple[Mutant, tuple[Resource, ...]]]:
    """Yield a mutant for every property of the provider, and the stack that is handed to it."""
    for resource in resources:
        if resource.token != AWS_PROVIDER:
            continue
        for mutant in changed(resource, {}):
            properties = mutant.resource.inputs
            yield (
                mutant,
                tuple(
                    replace(one, provider=replace(one.provider, properties=properties))
                    if one.provider and one.provider.urn == resource.urn
                    else (mutant.resource if one is resource else one)
                    for one in resources
                ),
            )


def _places(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:  # noqa: ANN401  # a tree
    """Yield every place with its value, the outer ones first."""
    if path:
        yield path, value
    inner = _opened(value)
    if isinstance(inner, dict) and ASSET not in inner:
        for key, below in inner.items():
            yield from _places(below, (*path, key))
    elif isinstance(inner, list):
        for index, below in enumerate(inner):
            yield from _places(below, (*path, index))


def _opened(value: object) -> object:
    """Return the content of JSON text, and anything else as it is."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _others(value: object) -> Iterator[tuple[str, object]]:
    """Yield what else could stand in a place."""
    if isinstance(value, bool):
        yield "flipped", not value
    elif isinstance(value, int | float):
        yield from (("+1", value + 1), ("-1", value - 1), ("x2", value * 2), ("zero", 0))
    elif isinstance(value, str) and _is_number(value):
        yield from (("+1", str(int(value) + 1)), ("-1", str(int(value) - 1)), ("emptied", ""))
    elif isinstance(value, str) and value:
        yield "other", OPPOSITE.get(value) or f"{value[:-1]}{'y' if value[-1] == 'x' else 'x'}"
        yield "emptied", ""
    elif isinstance(value, dict | list) and value:
        yield "emptied", type(value)()


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and not text.startswith("0")


def _mutant(
    resource: Resource,
    path: Path,
    kind: str,
    other: object,
    known_as: Mapping[str, frozenset[str]],
) -> Mutant:
    inputs = _with(dict(resource.inputs), path, other)
    key = str(path[0])
    ties = dict(resource.dependencies)
    if len(path) == 1:
        ties.pop(key, None)  # what is written plainly was computed from nothing
    elif key in ties:
        before, after = (str(given[key]) for given in (resource.inputs, inputs))
        ties[key] = tuple(
            urn for urn in ties[key] if _still_there(known_as.get(urn, ()), before, after)
        )
    return Mutant(replace(resource, inputs=inputs, dependencies=ties), path, kind)


def _still_there(words: Iterable[str], before: str, after: str) -> bool:
    """Whether a value still refers to a resource after one place in it has changed."""
    return before.count("UNKNOWN") == after.count("UNKNOWN") and all(
        before.count(word) == after.count(word) for word in words
    )


def _with(value: Any, path: Path, other: object) -> Any:  # noqa: ANN401  # a tree
    """Return a copy of a tree with one place changed."""
    opened = _opened(value)
    step, *below = path
    copied: Any = list(opened) if isinstance(opened, list) else dict(opened)  # type: ignore[call-overload]
    if below:
        copied[step] = _with(copied[step], tuple(below), other)
    elif other is GONE:
        del copied[step]
    else:
        copied[step] = other
    return json.dumps(copied) if isinstance(value, str) else copied
