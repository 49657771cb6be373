"""Writes estimates down: as JSON for scripts, as Markdown for the page and for a pull request."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from cost import comparison
from cost.book import Book
from cost.lines import Estimate, Line, grouped, total

Group = tuple[Line, ...]


def won(value: Decimal) -> str:
    """Return won as they are printed: whole, with separators."""
    return f"{value:,.0f}"


def dollars(value: Decimal) -> str:
    """Return dollars as they are printed: two places, with separators."""
    return f"{value:,.2f}"


def alike(lines: Iterable[Line]) -> Sequence[Group]:
    """Return the lines of a layer with those put together that differ in their resource only."""
    return [group for _, group in grouped(lines, lambda line: f"{line.what} {line.formula}")]


def split(lines: Iterable[Line]) -> tuple[Decimal, Decimal]:
    """Return the dollars that are fixed and those that follow what is used."""
    listed = tuple(lines)
    by_usage = total(line for line in listed if line.by_usage)
    return total(listed) - by_usage, by_usage


def as_json(
    estimate: Estimate, most: Estimate, stale: Sequence[str], other: Estimate | None = None
) -> dict[str, Any]:
    """Return an estimate for scripts; dollars with all their places, won whole.

    `differenceUsd` is how much more it is than the other, null without one.
    """
    fixed, by_usage = split(estimate.lines)
    return {
        "stack": estimate.stack,
        "usd": str(estimate.usd),
        "krw": round(estimate.krw(estimate.usd)),
        "fixedUsd": str(fixed),
        "usageUsd": str(by_usage),
        "atMostUsd": str(most.usd),
        "differenceUsd": None if other is None else str(estimate.usd - other.usd),
        "budgetUsd": None if estimate.budget_usd is None else str(estimate.budget_usd),
        "assumed": list(estimate.assumed),
        "stalePrices": list(stale),
        "lines": [_line(estimate, line) for line in estimate.lines],
        "record": [
            {
                "name": each.item.name,
                "krw": None if each.item.krw is None else int(each.item.krw),
                "oursKrw": round(estimate.krw(each.usd)),
                "why": each.item.why,
            }
            for each in comparison.compare(estimate)
        ],
    }


def _line(estimate: Estimate, line: Line) -> dict[str, Any]:
    return {
        "layer": line.layer,
        "resource": line.resource,
        "type": line.type,
        "what": line.what,
        "quantity": str(line.quantity),
        "unit": line.price.unit,
        "price": line.price.text,
        "usd": str(line.usd),
        "krw": round(estimate.krw(line.usd)),
        "kind": "usage" if line.by_usage else "fixed",
        "formula": line.formula,
        "sources": list(line.price.sources),
        "checked": line.price.checked.isoformat(),
        "unverified": line.unverified,
    }


def as_markdown(estimate: Estimate) -> str:
    """Return the lines of a stack by layer; equal ones are put together and counted."""
    rows = [
        "| layer | resource | what | formula | kind | USD | KRW |",
        "|---|---|---|---|---|---:|---:|",
    ]
    for layer in estimate.layers:
        rows += [_group(estimate, group) for group in alike(estimate.of_layer(layer))]
        rows.append(_sum(estimate, f"**{layer}**", estimate.of_layer(layer)))
    rows.append(_sum(estimate, f"**{estimate.stack}**", estimate.lines))
    return "\n".join(rows)


def _group(estimate: Estimate, group: Group) -> str:
    first, usd = group[0], total(group)
    names = first.resource if len(group) == 1 else f"{first.resource} and {len(group) - 1} more"
    formula = first.formula if len(group) == 1 else f"{len(group)} x ({first.formula})"
    kind = "usage" if first.by_usage else "fixed"
    mark = " (unverified)" if first.unverified else ""
    cells = (first.layer, names, first.what, formula + mark, kind)
    return row(*cells, dollars(usd), won(estimate.krw(usd)))


def _sum(estimate: Estimate, name: str, lines: Sequence[Line]) -> str:
    fixed, by_usage = split(lines)
    kinds = f"fixed {dollars(fixed)}, usage {dollars(by_usage)}"
    usd = fixed + by_usage
    return row(name, "", "", kinds, "", f"**{dollars(usd)}**", f"**{won(estimate.krw(usd))}**")


def record_as_markdown(estimate: Estimate) -> str:
    """Return every figure of the record beside ours; those outside its sum are marked."""
    rows = ["| the record's line | record KRW | ours KRW | why |", "|---|---:|---:|---|"]
    for each in comparison.compare(estimate):
        said = "-" if each.item.krw is None else won(each.item.krw)
        mark = "" if each.item.in_total or each.item.krw is None else " (not in its sum)"
        rows.append(row(each.item.name, said + mark, won(estimate.krw(each.usd)), each.item.why))
    summed = comparison.total_of(estimate.stack)
    ours = won(estimate.krw(estimate.usd))
    rows.append(row("**sum**", f"**{won(summed) if summed else '-'}**", f"**{ours}**", ""))
    return "\n".join(rows)


def stale(book: Book, today: date) -> tuple[str, ...]:
    """Return the keys of the prices that were checked too long ago."""
    return tuple(price.key for price in book.stale(today))


def row(*cells: str) -> str:
    """Return a row of a Markdown table."""
    return f"| {' | '.join(cells)} |"
