"""What a month costs, on the screen: by layer, its verdicts, its largest lines."""

from decimal import Decimal
from typing import Final

from rich.console import Console
from rich.table import Table

from cost import book, comparison, tables
from cost.difference import Apart, by_layer, by_line
from cost.lines import Estimate, Line
from cost.reserved import Reservation

MOST_LINES: Final = 8  # of a difference


def month(told: Estimate, most: Estimate, console: Console) -> None:
    """Print a month: its layers, what the sum means, the three largest lines."""
    if not told.lines:
        console.print(f"Nothing that {told.stack} has so far costs anything.", highlight=False)
        return
    console.print(_layers(told))
    console.print()
    for sentence in (*_verdicts(told, most), *told.assumed):
        console.print(sentence, markup=False, highlight=False)
    dearest = sorted(told.lines, key=lambda line: line.usd, reverse=True)[:3]
    for line in dearest:
        console.print(f"  {won(told, line.usd):>9}  {line.resource}: {line.what}", highlight=False)
    console.print(
        f"Line by line: triflow cost --stack {told.stack} --explain {dearest[0].layer}",
        highlight=False,
    )


def _layers(told: Estimate) -> Table:
    lines = table("layer", "fixed KRW", "usage KRW", "KRW", "USD")
    for layer in told.layers:
        _add(lines, told, layer, told.of_layer(layer))
    lines.add_section()
    _add(lines, told, told.stack, told.lines)
    return lines


def _add(lines: Table, told: Estimate, name: str, listed: tuple[Line, ...]) -> None:
    fixed, by_usage = tables.split(listed)
    usd = fixed + by_usage
    figures = (won(told, fixed), won(told, by_usage), won(told, usd), tables.dollars(usd))
    lines.add_row(name, *figures)


def _verdicts(told: Estimate, most: Estimate) -> list[str]:
    """Return what the sum means: its tax, its worst case, the budget, the record."""
    tax = told.usd * told.vat_percent / 100
    month_krw, tax_krw = won(told, told.usd), won(told, tax)
    rate = f"{told.krw_per_usd:,} won a dollar"
    sentences = [f"A month of {told.stack}: KRW {month_krw}, {tax_krw} VAT on top; {rate}."]
    if most.usd > told.usd:
        sentences.append(f"With all tasks that scaling allows: KRW {won(told, most.usd)}.")
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


def difference(told: Estimate, other: Estimate, name: str, console: Console) -> None:
    """Print how much more or less a month costs than another, by layer and by line."""
    layers = table("layer", "USD", name, "difference")
    for each in by_layer(told, other):
        layers.add_row(each.what, *_apart(each))
    layers.add_section()
    layers.add_row(told.stack, *_apart(Apart("", told.usd, other.usd)))
    console.print(layers)
    console.print()
    differing = by_line(told, other)
    for each in differing[:MOST_LINES]:
        console.print(f"{signed(each.more):>10}  {each.what}", markup=False, highlight=False)
    if len(differing) > MOST_LINES:
        console.print(f"{'':>10}  and {len(differing) - MOST_LINES} smaller ones", highlight=False)
    side = "more" if told.usd > other.usd else "less"
    apart = f"KRW {won(told, abs(told.usd - other.usd))} {side}" if differing else "no other cost"
    console.print(
        f"A month of {told.stack}: KRW {won(told, told.usd)}, {apart} than {name}.",
        highlight=False,
    )


def reservation(bought: Reservation, other: Estimate, console: Console) -> None:
    """Print what is paid once, when that has paid off, and that the price is not verified."""
    told = bought.month
    saved = other.usd - told.usd
    once = f"USD {tables.dollars(bought.upfront_usd)} (KRW {won(told, bought.upfront_usd)})"
    sentences = [f"Paid once for {bought.months} months: {once}, and nothing for the instance."]
    if saved > 0:
        sentences.append(f"Over the term it saves USD {tables.dollars(saved * bought.months)}.")
    else:
        lost = tables.dollars(-saved * bought.months)
        sentences.append(
            f"Over the term it loses USD {lost}: it is paid for all hours, and runs fewer."
        )
    sentences.append(
        "Its price is unverified: no Seoul figure is public.\n"
        "Fix: aws rds describe-reserved-db-instances-offerings --product-description postgresql, "
        "then write the share of on demand into `reserved` of cost/usage.yaml"
    )
    for sentence in sentences:
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def signed(usd: Decimal) -> str:
    """Return dollars with their sign; what rounds to nothing has a plus."""
    return f"{round(usd, 2) + 0:+,.2f}"  # the zero makes +0.00 of -0.00


def _apart(each: Apart) -> tuple[str, str, str]:
    return tables.dollars(each.usd), tables.dollars(each.other_usd), signed(each.more)


def stale_prices(stale: tuple[str, ...], console: Console) -> None:
    """Name the prices that were checked too long ago, and what to do."""
    if stale:
        console.print(
            f"{len(stale)} prices were checked more than {book.load().days_until_stale} days ago: "
            f"{', '.join(stale)}.\nFix: hold them against the price list, "
            "then write figure and day into cost/prices.yaml",
            markup=False,
            highlight=False,
        )


def table(*headings: str) -> Table:
    """Return an empty table; all but the first column are figures."""
    lines = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    lines.add_column(headings[0], no_wrap=True)
    for heading in headings[1:]:
        lines.add_column(heading, justify="right", no_wrap=True)
    return lines


def won(told: Estimate, usd: Decimal) -> str:
    """Return dollars of an estimate as its won."""
    return tables.won(told.krw(usd))
