"""What a check answers: findings, questions that have to wait for the update, and notes."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from policy.resources import Resource
from policy.values import Answer, Known, Missing, NotYetError

SHOWN_CHARACTERS: Final = 60


@dataclass(frozen=True)
class Finding:
    """Something is not as decided. `fact` is one clause without a full stop.

    about: the resource, where it is not the one the check was asked about.
    level, otherwise, fix: set where they differ from the rule's, such as in a warning in advance.
    """

    fact: str
    about: Resource | None = None
    level: Literal["mandatory", "advisory"] | None = None
    otherwise: str = ""
    fix: str = ""


@dataclass(frozen=True)
class Lack(Finding):
    """The stack lacks something: not said in a run limited to targets, which leaves things out."""


@dataclass(frozen=True)
class BrokenRule(Finding):
    """The rule raised instead of answering: it blocks, and says nothing of the resource."""


@dataclass(frozen=True)
class NotJudged:
    """The answer depends on the value at `path`, which is unknown before the update."""

    path: str
    about: Resource | None = None


@dataclass(frozen=True)
class Note:
    """A line that every run prints: no finding, it neither counts nor stops anything."""

    text: str


Answered = Finding | NotJudged
Judgement = Answered | Note


def shown(value: object) -> str:
    """Write a value as a message may show it: short, JSON's words, no inside of containers."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        short = value if len(value) <= SHOWN_CHARACTERS else value[: SHOWN_CHARACTERS - 1] + "…"
        return f'"{short}"'
    if isinstance(value, list):
        return "[" + ", ".join(shown(item) for item in value) + "]"
    return "an object" if isinstance(value, dict) else str(value)


def must_be(
    asked: Answer, *allowed: object, absent: bool = False, about: Resource | None = None
) -> Iterator[Answered]:
    """Find the answer unless it is one of `allowed`; `absent` says whether missing is fine.

    True and 1 are told apart, as are 8000 and "8000".
    """
    try:
        value = asked.known()
    except NotYetError as not_yet:
        yield NotJudged(not_yet.path, about)
        return
    if isinstance(asked, Missing):
        if not absent:
            yield Finding(f"{asked.path} is not set, it must be {_one_of(allowed)}", about)
    elif not any(type(value) is type(one) and value == one for one in allowed):
        yield Finding(f"{asked.path} is {shown(value)}, it must be {_one_of(allowed)}", about)


def must_be_on(
    asked: Answer, *, absent: bool = False, about: Resource | None = None
) -> Iterator[Answered]:
    """Find the answer unless it is true; `absent` says whether its default is true as well."""
    return must_be(asked, *(True,), absent=absent, about=about)


def must_be_off(asked: Answer, *, absent: bool = True) -> Iterator[Answered]:
    """Find the answer unless it is false; `absent` says whether its default is false as well."""
    return must_be(asked, *(False,), absent=absent)


def must_be_absent(asked: Answer, about: Resource | None = None) -> Iterator[Answered]:
    """Find the answer if anything is set there, even an empty list or an unknown."""
    if not asked.is_missing:
        what = shown(asked.value) if isinstance(asked, Known) else "set"
        yield Finding(f"{asked.path} is {what}, it must not be set", about)


def _one_of(allowed: tuple[object, ...]) -> str:
    return " or ".join(shown(one) for one in allowed)
