"""Recorded stacks as the estimate reads them."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from cost import book as price_book
from cost.book import Book
from cost.estimate import estimate
from cost.lines import Estimate
from cost.resources import UNKNOWN, Resource
from tests.program import recorder

# Everything that a setting can add to a stack.
ALL_OPTIONS: Mapping[str, Any] = {
    "cache": {"enabled": True},
    "waf": {"enabled": True},
    "network": {"flowLogs": True, "natGateways": "per-az"},
    "loadBalancer": {"accessLogs": True},
    "compute": {"canaryImage": "1.0.1", "canaryPercent": 5},
}


@cache
def a_stack(
    name: str, *, preview: bool = False, options: bool = False, over: str = ""
) -> tuple[Resource, ...]:
    """Return what the program registers for a stack; with `options` all that settings can add.

    `over` is JSON that is laid over its settings.
    """
    config = ALL_OPTIONS if options else json.loads(over or "null") or None
    recording = recorder.record(name, preview=preview, config=config)
    return tuple(
        Resource(
            urn=each.urn,
            type=each.type,
            inputs=_unknowns(dict(each.props)),
            parent=each.parent,
            custom=each.custom,
            feeds=each.property_dependencies,
        )
        for each in recording.resources
    )


def _unknowns(value: Any) -> Any:  # noqa: ANN401 - JSON
    if value is recorder.UNKNOWN:
        return UNKNOWN
    if isinstance(value, list):
        return [_unknowns(each) for each in value]
    if isinstance(value, dict):
        return {key: _unknowns(each) for key, each in value.items()}
    return value


def a_month_of(stack: str, book: Book | None = None) -> Estimate:
    """Return the estimate of a recorded stack on the day on which the prices were checked."""
    return estimate(stack, a_stack(stack), price_book.load().day, book)
