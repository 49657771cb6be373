"""Which rule guards which property: kept in guarded.txt, and what nobody guards, with the reason.

python -m tests.policy.guarded     judges every mutant, writes guarded.txt, names new survivors
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
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
# mutant of it, and which ones: all of a kind, or (~) only some, where a figure leaves room or an
# environment decides otherwise. "@" names where it is reported, if not at the mutant itself.
"""


@dataclass(frozen=True)
class Told:
    """The fate of a mutant in words alone."""

    stack: str
    type: str
    place: str
    kind: str
    reporters: frozenset[str]
    is_told: bool
    broken: tuple[str, ...]

    @classmethod
    def of(cls, fate: Fate) -> "Told":
        """Put a fate into words; an unknown value is told of when it is named as not judged."""
        one = fate.mutant
        told = bool(fate.reporters) or (one.kind == "unknown" and fate.named)
        return cls(fate.stack, one.type, one.place, one.kind, fate.reporters, told, fate.broken)


Change = tuple[str, str, str]  # kind of resource, place, change


@dataclass(frozen=True)
class Matrix:
    """What became of all mutants: how many there are, who reports them, which ones survive."""

    total: int
    reported: int
    guarded: str  # what guarded.txt should hold
    survivors: Mapping[Change, frozenset[str]]  # the stacks in which one survives
    broken: tuple[str, ...]  # messages of rules that raised

    def unlisted(self) -> list[str]:
        """Name the survivors without a reason."""
        listed = reasons()
        return sorted(
            f"{' '.join(change)} in {', '.join(sorted(left))}"
            for change, stacks in self.survivors.items()
            if (left := stacks - set(listed.get(change, ())))
        )

    def stale(self) -> list[str]:
        """Name the reasons for survivors that are none any more."""
        return sorted(
            " ".join(change)
            for change, stacks in reasons().items()
            if not (found := self.survivors.get(change)) or (stacks != STACKS and stacks - found)
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


def matrix() -> Matrix:
    """Judge the mutants of all stacks."""
    found = [Told.of(fate) for stack in recorder.STACKS for fate in fates(stack)]
    guarded = _guarded(found)
    read = {(one.type, one.place.split(".")[0]) for one in found if one.reporters}
    counted = [one for one in found if one.kind != "unknown" or (one.type, one.place) in read]
    survivors: defaultdict[Change, set[str]] = defaultdict(set)
    for one in counted:
        if not one.is_told:
            survivors[one.type, one.place, one.kind].add(one.stack)
    return Matrix(
        len(counted),
        sum(one.is_told for one in counted),
        guarded,
        {change: frozenset(stacks) for change, stacks in survivors.items()},
        tuple(message for one in counted for message in one.broken),
    )


def _guarded(found: list[Told]) -> str:
    """Write a line for each place and reporter: all changes of a kind, or (~) only some."""
    told: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    there: Counter[tuple[str, str]] = Counter()
    for one in found:
        there[f"{one.type} {one.place}", one.kind] += 1
        for reporter in one.reporters:
            told[f"{one.type} {one.place}", reporter][one.kind] += 1
    lines = [
        f"{place}  {reporter}: "
        + ", ".join(
            f"{kind}{'' if count == there[place, kind] else '~'}"
            for kind, count in sorted(kinds.items())
        )
        for (place, reporter), kinds in sorted(told.items())
    ]
    return HEAD + "\n".join(lines) + "\n"


def main() -> int:
    """Write guarded.txt, and name what survivors.yaml does not know, or knows in vain."""
    found = matrix()
    GUARDED.write_text(found.guarded, encoding="utf-8")
    for line in (*(f"survives: {one}" for one in found.unlisted()), *found.broken):
        sys.stdout.write(f"{line}\n")
    for one in found.stale():
        sys.stdout.write(f"reported by now: {one}\n")
    sys.stdout.write(f"mutants {found.total}: reported {found.reported}\n")
    return 1 if found.unlisted() or found.stale() or found.broken else 0


if __name__ == "__main__":
    sys.exit(main())
