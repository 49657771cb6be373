"""The three answers a property can give: known, missing, unknown, at every depth.

Owns the reading of properties. A rule never touches a raw dictionary: an unknown hidden in a
list would compare unequal to anything and be reported as a violation, or slip through.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from pulumi_policy.proxy import UnknownValueError


class _Unknown:
    """Stands in a tree of properties where the engine does not know the value yet."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()


class NotYetError(Exception):
    """The value at `path` is not known before the update: the check cannot be decided yet."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class MistypedError(Exception):
    """The value at `path` has a type that the property never takes."""

    def __init__(self, path: str, wanted: str) -> None:
        super().__init__(path, wanted)
        self.path = path
        self.wanted = wanted


def tree(properties: Mapping[str, object]) -> dict[str, object]:
    """Copy properties as the policy library hands them over into plain values and UNKNOWN.

    Nulls are left out, whole numbers become int: the protocol carries every number as a float.
    """
    return {key: value for key in properties if (value := _at(properties, key)) is not None}


def _at(container: Mapping[str, object] | Sequence[object], key: str | int) -> object:
    try:
        return _plain(container[key])  # type: ignore[index]
    except UnknownValueError:
        return UNKNOWN


def _plain(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return tree(value)
    if isinstance(value, Sequence):
        return [_at(value, index) for index in range(len(value))]
    return value


def first_unknown(value: object, path: str) -> str | None:
    """Return the path of the first unknown inside a tree, None where all is known."""
    if value is UNKNOWN:
        return path
    if isinstance(value, dict):
        steps: Iterator[tuple[str, object]] = ((f"{path}.{k}", v) for k, v in value.items())
    elif isinstance(value, list):
        steps = ((f"{path}[{i}]", v) for i, v in enumerate(value))
    else:
        return None
    return next((found for step, inner in steps if (found := first_unknown(inner, step))), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands at one path of a resource; one of Known, Missing and Unknown."""

    path: str

    def __getitem__(self, step: str | int) -> "Answer":
        """Go one step down; below what is missing all is missing, below an unknown unknown."""
        return self

    @property
    def is_missing(self) -> bool:
        """Whether the program did not set it; an unknown is not missing."""
        return isinstance(self, Missing)

    @property
    def is_unknown(self) -> bool:
        """Whether the value itself, not something inside it, waits for the update."""
        return isinstance(self, Unknown)

    def known(self, default: object = None) -> object:
        """Return the whole value, `default` where missing; NotYetError if any part is unknown."""
        return default

    def items(self) -> "list[Answer]":
        """Return the elements of a list, none where missing; MistypedError if it is no list."""
        return []

    def entries(self) -> "dict[str, Answer]":
        """Return the entries of an object, none where missing; MistypedError if it is none."""
        return {}

    def text(self, default: str = "") -> str:
        """Return a string, `default` where missing; MistypedError for anything else."""
        value = self.known(default)
        if not isinstance(value, str):
            raise MistypedError(self.path, "a string")
        return value

    def number(self) -> int | None:
        """Return a whole number, None where missing; MistypedError for anything else."""
        value = self.known()
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            raise MistypedError(self.path, "a whole number")
        return value

    def count(self) -> int:
        """Return a whole number, 0 where missing; MistypedError for anything else."""
        return self.number() or 0

    def is_true(self) -> bool:
        """Whether it is exactly true; missing and the string "true" are not."""
        return self.known() is True


@dataclass(frozen=True, slots=True)
class Missing(Answer):
    """The program does not set it: AWS or the provider decides."""

    def __getitem__(self, step: str | int) -> Answer:
        """Everything below what is missing is missing too."""
        return Missing(_below(self.path, step))


@dataclass(frozen=True, slots=True)
class Unknown(Answer):
    """The engine does not know it before the update."""

    def known(self, default: object = None) -> object:
        """Refuse: nothing is known of it."""
        del default
        raise NotYetError(self.path)

    def items(self) -> list[Answer]:
        """Refuse: not even the length is known."""
        raise NotYetError(self.path)

    def entries(self) -> dict[str, Answer]:
        """Refuse: not even the keys are known."""
        raise NotYetError(self.path)


@dataclass(frozen=True, slots=True)
class Known(Answer):
    """The value is there, though single parts inside it may be unknown."""

    value: object

    def __getitem__(self, step: str | int) -> Answer:
        """Go one step down into an object or a list."""
        path = _below(self.path, step)
        if isinstance(self.value, dict):
            return answer(self.value.get(step), path)
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            return answer(self.value[step], path)
        return Missing(path)

    def known(self, default: object = None) -> object:
        """Return the value once no part of it is unknown."""
        del default
        if (path := first_unknown(self.value, self.path)) is not None:
            raise NotYetError(path)
        return self.value

    def items(self) -> list[Answer]:
        """Return the elements, each with its own path."""
        if not isinstance(self.value, list):
            raise MistypedError(self.path, "a list")
        return [self[index] for index in range(len(self.value))]

    def entries(self) -> dict[str, Answer]:
        """Return the entries, each with its own path."""
        if not isinstance(self.value, dict):
            raise MistypedError(self.path, "an object")
        return {key: self[key] for key in cast("dict[str, object]", self.value)}


def answer(value: object, path: str) -> Answer:
    """Say what a place in a tree holds; null counts as missing."""
    if value is None:
        return Missing(path)
    return Unknown(path) if value is UNKNOWN else Known(path, value)


def _below(path: str, step: str | int) -> str:
    if isinstance(step, int):
        return f"{path}[{step}]"
    return f"{path}.{step}" if path else step
