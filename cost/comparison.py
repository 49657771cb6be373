"""The record's figures beside ours, line by line, with the reason where they differ."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from cost.book import read
from cost.errors import CostError
from cost.lines import Estimate, Line, total


@dataclass(frozen=True)
class Item:
    """A figure of the record in won for prod; None if the record does not have it."""

    name: str
    krw: Decimal | None
    in_total: bool
    prices: tuple[str, ...]
    why: str
    type: str = ""

    def holds(self, line: Line) -> bool:
        """Return whether a line is part of what this figure is about."""
        priced = any(fnmatchcase(line.price.key, pattern) for pattern in self.prices)
        return priced and self.type in {"", line.type}


@dataclass(frozen=True)
class Compared:
    """A figure of the record and the dollars of our lines for the same thing."""

    item: Item
    usd: Decimal


@cache
def items() -> tuple[Item, ...]:
    """Return the record's figures in the order in which lines are held against them."""
    return tuple(_item(row) for row in read("adr.yaml")["items"])


def _item(row: dict[str, Any]) -> Item:
    krw = None if row["krw"] is None else Decimal(row["krw"])
    prices, kind = tuple(row["prices"]), row.get("type", "")
    return Item(row["name"], krw, row["in_total"], prices, row["why"], kind)


def compare(estimate: Estimate) -> Sequence[Compared]:
    """Return every figure of the record with ours (ADR F1). CostError if a line has no place."""
    ours: dict[str, list[Line]] = {item.name: [] for item in items()}
    for line in estimate.lines:
        ours[item_of(line).name].append(line)
    return [Compared(item, total(ours[item.name])) for item in items()]


def item_of(line: Line) -> Item:
    """Return the figure of the record that a line belongs to. CostError if there is none."""
    for item in items():
        if item.holds(line):
            return item
    raise CostError(
        f"{line.resource}: {line.what} is held against no figure of the record.",
        "The comparison would leave it out.",
        f"name {line.price.key} in an item of cost/adr.yaml",
    )


def total_of(stack: str) -> Decimal | None:
    """Return the record's sum of a stack in won, None if it has none."""
    totals = read("adr.yaml")["totals"]
    return Decimal(totals[stack]) if stack in totals else None
