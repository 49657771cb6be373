"""One layer of a month, line by line: formula, price, source and the day it was checked."""

from typing import Final

from rich.console import Console

from cost import book, tables
from cost.lines import Estimate, Line, total
from triflow.cost.show import won
from triflow.errors import TriflowError

# What one types for a layer, where it is not the layer's own name.
LAYERS: Final = {"db": "data", "database": "data", "cache": "data", "alb": "edge", "waf": "edge"}


def layer(told: Estimate, asked: str, console: Console) -> None:
    """Print every line of a layer. TriflowError if the stack has none of that name."""
    named = LAYERS.get(asked, asked)
    if named not in told.layers:
        raise TriflowError(
            f"{told.stack} has no layer called {asked} that costs something.",
            "Nothing is explained.",
            f"name one of {', '.join(told.layers)}",
        )
    for group in tables.alike(told.of_layer(named)):
        _explain_group(told, group, console)
    sum_of_layer = won(told, total(told.of_layer(named)))
    console.print(f"{sum_of_layer:>9}  {named} in all, KRW a month\n", highlight=False)
    _name_sources(told.of_layer(named), console)


def _explain_group(told: Estimate, group: tuple[Line, ...], console: Console) -> None:
    first = group[0]
    names = ", ".join(line.resource for line in group)
    mark = ", unverified" if first.unverified else ""
    times = f"{len(group)} x " if len(group) > 1 else ""
    for text in (
        f"{won(told, total(group)):>9}  {first.what}: {names}",
        f"{'':>9}  {times}{first.formula}",
        f"{'':>9}  {', '.join(first.price.sources)}; checked {first.price.checked}{mark}",
    ):
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _name_sources(lines: tuple[Line, ...], console: Console) -> None:
    named = {key for line in lines for key in line.price.sources}
    for key, source in book.load().sources.items():
        if key in named:
            console.print(f"{key:>9}  {source}", markup=False, highlight=False, soft_wrap=True)
