"""A month with more traffic: what is used grows with it, what is deployed stays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from cost import book as price_book
from cost.estimate import estimate
from cost.lines import Estimate
from cost.resources import Resource

FACTORS: Final = (1, 2, 3, 4, 5, 7, 10, 15, 20, 30, 40, 50, 70, 100)


@dataclass(frozen=True)
class Busy:
    """A month with `times` the traffic that usage.yaml assumes."""

    times: int
    month: Estimate


def busier(stack: str, resources: Iterable[Resource], today: date) -> tuple[Busy, ...]:
    """Return months of 1 to 100 times the traffic.

    Tasks are held at the scaling target's limit and the database keeps its size, so at the upper
    end it is the bill of a platform that is too small: a price, not a promise.
    """
    listed = tuple(resources)
    return tuple(Busy(times, _month(stack, listed, today, times)) for times in FACTORS)


def _month(stack: str, resources: tuple[Resource, ...], today: date, times: int) -> Estimate:
    book = price_book.load()
    rows = book.usage["parameters"]
    grown = {
        name: book.parameter(name, stack) * times
        for name in book.usage["with_traffic"]
        if stack in rows[name]
    }
    return estimate(stack, resources, today, book.with_usage(stack, grown))
