"""The estimate of a stack: every resource through its rule."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from cost import book as price_book
from cost import rules
from cost.book import Book
from cost.lines import Estimate, Line
from cost.registry import rule_of
from cost.resources import UNKNOWN, Resource
from cost.stack import Stack

BUDGET: Final = "aws:budgets/budget:Budget"
ANY: Final = Decimal(10_000)  # tasks; the scaling target holds the number below its own limit


def estimate(
    stack: str, resources: Iterable[Resource], today: date, book: Book | None = None
) -> Estimate:
    """Return a month of these resources (ADR F1). CostError if there is one that nothing prices.

    Prices and usage are the repository's unless a book is given.
    """
    rules.load()
    used = book or price_book.load()
    seen = Stack(stack, {each.urn: each for each in resources}, used, today, [])
    # A program registers its resources in an order that differs from run to run.
    ordered = sorted(seen.resources.values(), key=lambda each: (seen.layer(each), each.urn))
    lines = tuple(line for each in ordered for line in _lines(seen, each))
    return Estimate(
        stack=stack,
        lines=lines,
        assumed=tuple(seen.assumed),
        budget_usd=_budget(seen),
        krw_per_usd=used.figure("krw_per_usd"),
        vat_percent=used.figure("vat_percent"),
    )


def at_most(
    stack: str, resources: Iterable[Resource], today: date, book: Book | None = None
) -> Estimate:
    """Return the month in which all tasks that scaling allows run all the time."""
    used = book or price_book.load()
    return estimate(stack, resources, today, used.with_usage(stack, {"avg_tasks": ANY}))


def _lines(stack: Stack, resource: Resource) -> Iterable[Line]:
    """Return the lines of a resource; a component is nothing in AWS, its children are priced."""
    if not resource.custom and not resource.type.startswith("pulumi:"):
        return ()
    rule = rule_of(resource.type, resource.urn)
    return tuple(rule(stack.inputs(resource), stack)) if rule else ()


def _budget(stack: Stack) -> Decimal | None:
    """Return the least monthly budget in dollars, None if there is none. CostError if no figure."""
    known = (b for b in stack.of(BUDGET) if b.inputs.get("limitAmount", UNKNOWN) is not UNKNOWN)
    return min((stack.inputs(each).number("limitAmount") for each in known), default=None)
