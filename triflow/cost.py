"""`triflow cost`: what a stack costs in a month, from the state that is up locally."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from cost import book, comparison, tables
from cost import estimate as month
from cost.errors import CostError
from cost.lines import Estimate, Line, total
from cost.resources import from_state
from local.workspace import Workspace
from triflow import stacks
from triflow.errors import Exit, TriflowError
from triflow.stacks import ROOT

# What one types for a layer, where it is not the layer's own name.
LAYERS = {"db": "data", "database": "data", "cache": "data", "alb": "edge", "waf": "edge"}


def cost(name: str, console: Console, *, form: str = "screen", explain: str = "") -> Exit:
    """Show a month of a stack; `form` is screen, json or md, `explain` a layer to take apart.

    TriflowError if the stack is not up locally, or if something in it has no price.
    """
    try:
        _tell(name, console, form, explain)
    except CostError as error:
        raise TriflowError(error.fact, error.consequence, error.fix) from error
    return Exit.DONE


def _tell(name: str, console: Console, form: str, explain: str) -> None:
    today = datetime.now(tz=UTC).date()
    told, most = _estimates(name, today)
    stale = tables.stale(book.load(), today)
    if form == "json":
        console.print_json(json.dumps(tables.as_json(told, most, stale)))
    elif form == "md":
        console.print(tables.as_markdown(told), markup=False, soft_wrap=True)
    elif explain:
        _explain(told, explain, console)
    else:
        _show(told, most, console)
        _tell_stale(stale, console)


def _estimates(name: str, today: date) -> tuple[Estimate, Estimate]:
    """Return the expected month and the one at the limits of scaling."""
    stack = stacks.chosen(name)[0]
    workspace = Workspace(ROOT)
    known = workspace.state(workspace.root / stack.folder, stack.name)
    if not known or not known.has_resources():
        raise TriflowError(
            f"{stack.name} is not up here, so there is nothing to price.",
            "A price is told of what is deployed, not of what might be.",
            f"make up STACK={stack.name}   (then this again; docs/cost.md has all stacks)",
        )
    resources = from_state(known.resources)
    return (
        month.estimate(stack.name, resources, today),
        month.at_most(stack.name, resources, today),
    )


def _show(told: Estimate, most: Estimate, console: Console) -> None:
    if not told.lines:
        console.print(f"Nothing that {told.stack} has so far costs anything.", highlight=False)
        return
    console.print(_layers(told))
    console.print()
    for sentence in (*_verdicts(told, most), *told.assumed):
        console.print(sentence, markup=False, highlight=False)
    dearest = sorted(told.lines, key=lambda line: line.usd, reverse=True)[:3]
    for line in dearest:
        console.print(f"  {_won(told, line.usd):>9}  {line.resource}: {line.what}", highlight=False)
    console.print(
        f"Line by line: triflow cost --stack {told.stack} --explain {dearest[0].layer}",
        highlight=False,
    )


def _layers(told: Estimate) -> Table:
    lines = _table("layer", "fixed KRW", "usage KRW", "KRW", "USD")
    for layer in told.layers:
        _add(lines, told, layer, told.of_layer(layer))
    lines.add_section()
    _add(lines, told, told.stack, told.lines)
    return lines


def _add(lines: Table, told: Estimate, name: str, listed: tuple[Line, ...]) -> None:
    fixed, by_usage = tables.split(listed)
    usd = fixed + by_usage
    figures = (_won(told, fixed), _won(told, by_usage), _won(told, usd), tables.dollars(usd))
    lines.add_row(name, *figures)


def _verdicts(told: Estimate, most: Estimate) -> list[str]:
    """Return what the sum means: its tax, its worst case, the budget, the record."""
    tax = told.usd * told.vat_percent / 100
    month_krw, tax_krw = _won(told, told.usd), _won(told, tax)
    rate = f"{told.krw_per_usd:,} won a dollar"
    sentences = [f"A month of {told.stack}: KRW {month_krw}, {tax_krw} VAT on top; {rate}."]
    if most.usd > told.usd:
        sentences.append(f"With all tasks that scaling allows: KRW {_won(told, most.usd)}.")
    if told.budget_usd is not None:
        side = "above" if told.usd > told.budget_usd else "below"
        apart = abs(told.usd - told.budget_usd)
        sentences.append(
            f"Its budget is USD {told.budget_usd}; the estimate is {tables.dollars(apart)} {side}."
        )
    record = comparison.total_of(told.stack)
    if record is not None:
        sentences.append(
            f"The record says KRW {tables.won(record)}; docs/cost.md says why line by line."
        )
    return [*sentences, "The largest lines:"]


def _explain(told: Estimate, asked: str, console: Console) -> None:
    layer = LAYERS.get(asked, asked)
    if layer not in told.layers:
        raise TriflowError(
            f"{told.stack} has no layer called {asked} that costs something.",
            "Nothing is explained.",
            f"name one of {', '.join(told.layers)}",
        )
    for group in tables.alike(told.of_layer(layer)):
        _explain_group(told, group, console)
    sum_of_layer = _won(told, total(told.of_layer(layer)))
    console.print(f"{sum_of_layer:>9}  {layer} in all, KRW a month\n", highlight=False)
    _name_sources(told.of_layer(layer), console)


def _explain_group(told: Estimate, group: tuple[Line, ...], console: Console) -> None:
    first = group[0]
    names = ", ".join(line.resource for line in group)
    mark = ", unverified" if first.unverified else ""
    times = f"{len(group)} x " if len(group) > 1 else ""
    for text in (
        f"{_won(told, total(group)):>9}  {first.what}: {names}",
        f"{'':>9}  {times}{first.formula}",
        f"{'':>9}  {', '.join(first.price.sources)}; checked {first.price.checked}{mark}",
    ):
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _name_sources(lines: tuple[Line, ...], console: Console) -> None:
    named = {key for line in lines for key in line.price.sources}
    for key, source in book.load().sources.items():
        if key in named:
            console.print(f"{key:>9}  {source}", markup=False, highlight=False, soft_wrap=True)


def _tell_stale(stale: tuple[str, ...], console: Console) -> None:
    if stale:
        console.print(
            f"{len(stale)} prices were checked more than {book.load().days_until_stale} days ago: "
            f"{', '.join(stale)}.\nFix: hold them against the price list, "
            "then write figure and day into cost/prices.yaml",
            markup=False,
            highlight=False,
        )


def _table(*headings: str) -> Table:
    lines = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    lines.add_column(headings[0], no_wrap=True)
    for heading in headings[1:]:
        lines.add_column(heading, justify="right", no_wrap=True)
    return lines


def _won(told: Estimate, usd: Decimal) -> str:
    return tables.won(told.krw(usd))
