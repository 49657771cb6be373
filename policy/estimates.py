"""What a stack would cost in a month, as far as a run of the engine shows it.

The prices and the rules for them are the room `cost`'s, which reads neither program nor settings:
what is judged here are the resources that the engine is about to make.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from cost.errors import CostError
from cost.estimate import estimate
from cost.lines import Estimate
from cost.resources import UNKNOWN as NOT_KNOWN
from cost.resources import Resource as Priced
from policy import monitoring_figures as figures
from policy.relations import StackView
from policy.resources import Resource
from policy.values import UNKNOWN

MOST_NAMED: Final = 3
# What triflow looks for; everything after it is for a reader.
MARK: Final = "triflow-cost-estimate"


def of(stack: StackView, today: dt.date) -> Estimate:
    """Return a month of the stack. CostError if something in it has no price."""
    return estimate(stack.environment, map(_priced, stack.resources), today)


def ceiling(environment: str) -> int | None:
    """Return the dollars that a month may cost, None where nothing is decided."""
    if environment not in figures.CEILING_USD:
        return None
    cache = figures.CACHE_USD if figures.CACHE_DECIDED else 0
    firewall = figures.FIREWALL_USD if figures.FIREWALL_DECIDED else 0
    has_them = environment != "foundation"
    return figures.CEILING_USD[environment] + (cache + firewall if has_them else 0)


def sentence(told: Estimate, most: int) -> str:
    """Return the line that every run prints: the month, its ceiling, and what is not known yet."""
    line = (
        f"{MARK} A month of {told.stack}: {dollars(told, told.usd)}, ceiling USD {most} (ADR F1)."
    )
    return " ".join([line, *(f"{each}." for each in told.assumed)])


def largest(told: Estimate) -> str:
    """Return the largest lines by name and what they come to."""
    dearest = sorted(told.lines, key=lambda line: line.usd, reverse=True)[:MOST_NAMED]
    return "; ".join(f"{each.resource}, {each.what}: USD {each.usd:,.2f}" for each in dearest)


def fact(error: CostError) -> str:
    """Return what has no price as a finding says it, without a full stop."""
    return error.fact.removesuffix(".")


def dollars(told: Estimate, usd: Decimal) -> str:
    """Return dollars with the won beside them."""
    return f"USD {usd:,.2f} (KRW {told.krw(usd):,.0f})"


def _priced(resource: Resource) -> Priced:
    """Return a resource as a price is told of it; a component has no provider and no price."""
    is_component = resource.provider is None and not resource.token.startswith("pulumi:")
    return Priced(
        urn=resource.urn,
        type=resource.token,
        inputs=_Inputs(resource.inputs),
        parent=resource.options.parent,
        custom=not is_component,
        feeds=resource.dependencies,
    )


class _Inputs(Mapping[str, object]):
    """Inputs in the words of the room `cost`, put so as they are read: most never are."""

    def __init__(self, content: Mapping[str, object]) -> None:
        self._content = content

    def __getitem__(self, key: str) -> object:
        return _value(self._content[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)


def _value(value: object) -> object:
    if value is UNKNOWN:
        return NOT_KNOWN
    if isinstance(value, dict):
        return {key: _value(inner) for key, inner in value.items()}
    return [_value(inner) for inner in value] if isinstance(value, list) else value
