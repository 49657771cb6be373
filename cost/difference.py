"""Two months side by side: which layers and which lines make the difference."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from cost.lines import Estimate, Line

LEAST_SHOWN: Final = Decimal("0.005")  # of a dollar: what rounds to no cent is no difference


@dataclass(frozen=True)
class Apart:
    """Dollars of the same thing in two months; `what` is a layer, or a layer and its line."""

    what: str
    usd: Decimal
    other_usd: Decimal

    @property
    def more(self) -> Decimal:
        """Return how much more the first month has, below zero if it has less."""
        return self.usd - self.other_usd


def by_layer(month: Estimate, other: Estimate) -> Sequence[Apart]:
    """Return every layer of either month, in the first one's order."""
    ours, theirs = _summed(month.lines, _layer), _summed(other.lines, _layer)
    return [Apart(name, ours[name], theirs[name]) for name in dict.fromkeys((*ours, *theirs))]


def by_line(month: Estimate, other: Estimate) -> Sequence[Apart]:
    """Return what differs, the largest first; lines of the same words are put together."""
    ours, theirs = _summed(month.lines, _name), _summed(other.lines, _name)
    found = [Apart(name, ours[name], theirs[name]) for name in dict.fromkeys((*ours, *theirs))]
    differing = [each for each in found if abs(each.more) >= LEAST_SHOWN]
    return sorted(differing, key=lambda each: (-abs(each.more), each.what))


def _layer(line: Line) -> str:
    return line.layer


def _name(line: Line) -> str:
    return f"{line.layer}: {line.what}"


def _summed(lines: Iterable[Line], name: Callable[[Line], str]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[name(line)] += line.usd
    return sums
