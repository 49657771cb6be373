"""Lines of an estimate: a quantity times a price, with everything that explains it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import prod
from typing import Final

from cost.book import Price

UNVERIFIED: Final = "M"


@dataclass(frozen=True)
class Factor:
    """One figure of a product, in words; `assumed` if it comes from usage.yaml."""

    value: Decimal
    label: str
    assumed: bool = False


@dataclass(frozen=True)
class Line:
    """One line of a month: the product of its factors, at one price."""

    layer: str
    resource: str
    type: str
    what: str
    factors: tuple[Factor, ...]
    price: Price

    @property
    def quantity(self) -> Decimal:
        """Return how many of the price's unit a month has."""
        return prod((factor.value for factor in self.factors), start=Decimal(1))

    @property
    def usd(self) -> Decimal:
        """Return dollars a month, not rounded."""
        return self.quantity * self.price.usd / self.price.per

    @property
    def by_usage(self) -> bool:
        """Return whether the line follows what is used; else it is fixed by what is deployed."""
        return any(factor.assumed for factor in self.factors)

    @property
    def unverified(self) -> bool:
        """Return whether no public source for the price was found."""
        return self.price.sure == UNVERIFIED

    @property
    def formula(self) -> str:
        """Return the product as it would be typed into a calculator, in words."""
        figures = " x ".join(f"{plain(factor.value)} {factor.label}" for factor in self.factors)
        return f"{figures} x {self.price.text}"


@dataclass(frozen=True)
class Estimate:
    """A month of one stack. `assumed` names each value that is not known yet, and its price."""

    stack: str
    lines: tuple[Line, ...]
    assumed: tuple[str, ...]
    budget_usd: Decimal | None
    krw_per_usd: Decimal
    vat_percent: Decimal

    @property
    def usd(self) -> Decimal:
        """Return dollars a month before tax, not rounded."""
        return total(self.lines)

    def krw(self, usd: Decimal) -> Decimal:
        """Return the won for these dollars, not rounded."""
        return usd * self.krw_per_usd

    @property
    def layers(self) -> tuple[str, ...]:
        """Return the layers in the order of their first line."""
        return tuple(dict.fromkeys(line.layer for line in self.lines))

    def of_layer(self, layer: str) -> tuple[Line, ...]:
        """Return the lines of a layer, in order."""
        return tuple(line for line in self.lines if line.layer == layer)


def total(lines: Iterable[Line]) -> Decimal:
    """Return the dollars of these lines, not rounded."""
    return sum((line.usd for line in lines), start=Decimal(0))


def grouped(
    lines: Iterable[Line], key: Callable[[Line], str]
) -> Sequence[tuple[str, tuple[Line, ...]]]:
    """Return the lines by a key, in the order in which the keys come up."""
    found: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        found[key(line)].append(line)
    return [(name, tuple(members)) for name, members in found.items()]


def plain(value: Decimal) -> str:
    """Return a figure with at most four places and no trailing zeros."""
    short = value if value == value.to_integral() else value.quantize(Decimal("0.0001"))
    return f"{short:,f}".rstrip("0").rstrip(".") if "." in f"{short:f}" else f"{short:,f}"
