"""The form of a case, and what spoils the healthy world for one.

A row is (finding, how the answers are spoilt, what the evidence has to say), of prod if no other
stack is named. An empty evidence means that the finding has to stay silent. `spoil` changes the
answers that it is given in place.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.triflow.doctor_healthy import measures
from triflow.doctor.answers import Answer

Answers = dict[str, Any]


class Case(NamedTuple):
    """A row; `evidence` are words of what is told, empty for a near miss."""

    finding: str
    spoil: Callable[[Answers], object]
    evidence: str = ""
    stack: str = "prod"


def put(value: object, read: str, *path: str | int) -> Callable[[Answers], None]:
    """Return what sets a place in an answer to a value."""

    def spoil(answers: Answers) -> None:
        part = answers[read]
        for step in path[:-1]:
            part = part[step]
        part[path[-1]] = value

    return spoil


def gone(read: str, code: str = "not found") -> Callable[[Answers], None]:
    """Return what makes AWS say that there is no such thing."""
    return lambda answers: answers.update({read: Answer("gone", reason=f"answered with {code}")})


def counted(**series: list[float]) -> Callable[[Answers], None]:
    """Return what gives some measures these points, newest first."""
    return lambda answers: answers.update(metrics=measures.metrics(**series))


def without(read: str, key: str, number: int = 0) -> Callable[[Answers], object]:
    """Return what takes an entry out of a list."""
    return lambda answers: answers[read][key].pop(number)


DATABASE = ("database", "DBInstances", 0)
