"""Which rule guards which property: kept in guarded.txt, and what nobody guards, with the reason.

python -m tests.policy.guarded     judges every mutant, writes guarded.txt, names new survivors
"""

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from tests.policy.matrix import Fate, fates
from tests.program import recorder

STACKS: Final = frozenset(recorder.STACKS)
HERE: Final = Path(__file__).parent
GUARDED: Final = HERE / "guarded.txt"
SURVIVORS: Final = HERE / "survivors.yaml"
HEAD: Final = """\
# Written by `python -m tests.policy.guarded`: every property that a rule guards, who reports a
# mutant of it, and which ones: all of a kind, or (~) only some, where a figure leaves room; and
# where not in all stacks, in which. "@" names where it is reported, if not at the mutant itself.
"""
SCORE: Final = re.compile(r"# (?P<stack>\w+): (?P<total>\d+) mutants, (?P<reported>\d+) reported")


Change = tuple[str, str, str]  # kind of resource, place, change


@dataclass(frozen=True)
class Told:
    """The fate of a mutant in words alone."""

    type: str
    place: str
    kind: str
    reporters: frozenset[str]
    is_told: bool
    broken: tuple[str, ...]

    @property
    def change(self) -> Change:
        """What it is called in survivors.yaml."""
        return self.type, self.place, self.kind

    @classmethod
    def of(cls, fate: Fate) -> "Told":
        """Put a fate into words; an unknown value is told of when it is named as not judged."""
        one = fate.mutant
        told = bool(fate.reporters) or (one.kind == "unknown" and fate.named)
        return cls(one.type, one.place, one.kind, fate.reporters, told, fate.broken)


@dataclass(frozen=True)
class Matrix:
    """What became of the mutants of one stack: who reports them, which ones survive."""

    stack: str
    total: int
    reported: int
    guarded: frozenset[str]  # the lines of guarded.txt that speak of it
    changes: frozenset[Change]
    survivors: frozenset[Change]
    broken: tuple[str, ...]  # messages of rules that raised

    def unlisted(self) -> list[str]:
        """Name the survivors without a reason."""
        listed = reasons()
        left = [one for one in self.survivors if self.stack not in listed.get(one, ())]
        return sorted(" ".join(change) for change in left)

    def stale(self) -> list[str]:
        """Name the reasons for survivors that are none any more, or were never there."""
        return sorted(
            " ".join(change)
            for change, stacks in reasons().items()
            if self.stack in stacks
            and change not in self.survivors
            and (stacks != STACKS or change in self.changes)
        )


def reasons() -> dict[Change, frozenset[str]]:
    """Read survivors.yaml: by reason and kind of resource, the changes of each place."""
    rows = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8"))
    return {
        (kind, place, change): stacks
        for kinds in rows.values()
        for kind, places in kinds.items()
        for place, text in places.items()
        for change, stacks in _changes(text)
    }


def _changes(text: str) -> Iterator[tuple[str, frozenset[str]]]:
    """Read "removed, zero; flipped in dev": each change with the stacks in which it survives."""
    for part in text.split("; "):
        changes, _, stacks = part.partition(" in ")
        for change in changes.split(", "):
            yield change, frozenset(stacks.split(", ")) if stacks else STACKS


def matrix(stack: str) -> Matrix:
    """Judge the mutants of a stack."""
    found = [Told.of(fate) for fate in fates(stack)]
    read = {(one.type, one.place.split(".")[0]) for one in found if one.reporters}
    counted = [one for one in found if one.kind != "unknown" or (one.type, one.place) in read]
    return Matrix(
        stack,
        len(counted),
        sum(one.is_told for one in counted),
        _guarded(found),
        frozenset(one.change for one in counted),
        frozenset(one.change for one in counted if not one.is_told),
        tuple(message for one in counted for message in one.broken),
    )


def _guarded(found: list[Told]) -> frozenset[str]:
    """Write a line for each place and reporter: all changes of a kind, or (~) only some."""
    told: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    there: Counter[tuple[str, str]] = Counter()
    for one in found:
        there[f"{one.type} {one.place}", one.kind] += 1
        for reporter in one.reporters:
            told[f"{one.type} {one.place}", reporter][one.kind] += 1
    return frozenset(
        f"{place}  {reporter}: "
        + ", ".join(
            f"{kind}{'' if count == there[place, kind] else '~'}"
            for kind, count in sorted(kinds.items())
        )
        for (place, reporter), kinds in told.items()
    )


def guarded(stack: str) -> frozenset[str]:
    """Read the lines of guarded.txt that speak of a stack, without the stacks' names."""
    lines = GUARDED.read_text(encoding="utf-8").splitlines()
    parts = (line.partition(" in ") for line in lines if not line.startswith("#"))
    return frozenset(text for text, _, stacks in parts if stack in (stacks or stack).split(", "))


def scores() -> dict[str, tuple[int, int]]:
    """Read how many mutants guarded.txt counts of each stack, and how many are reported."""
    lines = GUARDED.read_text(encoding="utf-8").splitlines()
    found = (SCORE.fullmatch(line) for line in lines)
    return {one["stack"]: (int(one["total"]), int(one["reported"])) for one in found if one}


def _written(found: list[Matrix]) -> str:
    told: defaultdict[str, list[str]] = defaultdict(list)
    for one in found:
        for line in one.guarded:
            told[line].append(one.stack)
    rows = (
        line if len(stacks) == len(STACKS) else f"{line} in {', '.join(sorted(stacks))}"
        for line, stacks in sorted(told.items())
    )
    counts = (f"# {one.stack}: {one.total} mutants, {one.reported} reported" for one in found)
    return HEAD + "".join(f"{row}\n" for row in (*counts, *rows))


def main() -> int:
    """Write guarded.txt, and name what survivors.yaml does not know, or knows in vain."""
    found = [matrix(stack) for stack in recorder.STACKS]
    GUARDED.write_text(_written(found), encoding="utf-8")
    wrong = [f"{one.stack}: survives: {line}" for one in found for line in one.unlisted()]
    wrong += [f"{one.stack}: reported by now: {line}" for one in found for line in one.stale()]
    wrong += [f"{one.stack}: raised: {line}" for one in found for line in one.broken]
    tried = frozenset().union(*(one.changes for one in found))
    wrong += [f"nowhere: {' '.join(change)}" for change in sorted(set(reasons()) - tried)]
    sys.stdout.write("".join(f"{line}\n" for line in wrong))
    total, reported = sum(one.total for one in found), sum(one.reported for one in found)
    sys.stdout.write(f"mutants {total}: reported {reported}\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
