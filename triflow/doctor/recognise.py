"""Which problems a pasted text tells of, with the line that shows each.

In a line the longest sign wins, since it knows most of it; different lines may tell of different
problems. Signs that only hint are heard when no other is found.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from triflow.doctor import signs
from triflow.doctor.problems import Problem

WRAPPED_LINES = 3  # over so many lines a narrow terminal may have broken one
MOST_WRAPPED = 2_000  # lines; a longer text is a log file, which nobody copied from a terminal


@dataclass(frozen=True)
class Recognised:
    """A problem by the sign that tells of it, in the line that has it; `number` counts from 1."""

    sign: signs.Sign
    number: int
    line: str

    @property
    def problem(self) -> Problem:
        """The problem that the sign belongs to."""
        return self.sign.problem


def recognise(text: str) -> list[Recognised]:
    """Return the problems that the text tells of, the likeliest first; empty if there is none."""
    lines = signs.without_colours(text).splitlines()
    found = _in_lines(lines)
    if not any(one.sign.sure for one in found) and 1 < len(lines) <= MOST_WRAPPED:
        found += _in_lines(
            [" ".join(lines[start : start + WRAPPED_LINES]) for start in range(len(lines))]
        )
    sure = any(one.sign.sure for one in found)
    return _best(one for one in found if one.sign.sure == sure)


def _in_lines(lines: list[str]) -> list[Recognised]:
    page = "\n".join(map(signs.plain, lines))
    hits: dict[int, list[signs.Sign]] = defaultdict(list)
    for sign in signs.signs():
        for number in signs.lines_with(sign, page):
            hits[number].append(sign)
    return [
        Recognised(sign, number + 1, lines[number])
        for number, here in hits.items()
        for sign in _strongest(here)
    ]


def _strongest(here: Iterable[signs.Sign]) -> list[signs.Sign]:
    """Return the signs that know most of a line; two that know the same amount are both told."""
    here = list(here)
    most = max((sign.sure, sign.weight) for sign in here)
    return [sign for sign in here if (sign.sure, sign.weight) == most]


def _best(found: Iterable[Recognised]) -> list[Recognised]:
    """Return each problem once, by its longest sign, and of equal ones by its first line."""
    best: dict[str, Recognised] = {}
    for one in sorted(found, key=lambda one: (-one.sign.weight, one.number)):
        best.setdefault(one.problem.id, one)
    return list(best.values())
