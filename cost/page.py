"""The page docs/cost.md: the estimates of all stacks, beside the record, with all they rest on."""

from collections.abc import Callable, Iterable

from cost import book, comparison, tables
from cost.book import read
from cost.estimate import at_most, estimate
from cost.lines import Estimate
from cost.resources import Resource
from cost.tables import dollars, won

STACKS = ("prod", "staging", "dev", "foundation")
INTRODUCTION = """\
What a month costs, from list prices in Seoul before tax; `triflow cost --stack prod` tells the
same of what is up. Fixed is what is deployed, usage what is assumed to be used: `avg_tasks` in a
formula is a row of the table of usage below. At most is with all tasks that scaling allows.
The record is the architecture decision record; its budgets are what the stack files hold."""


def page(stack: Callable[[str], Iterable[Resource]]) -> str:
    """Return the page; `stack` gives what the program registers for a stack."""
    day = book.load().day
    told = {name: estimate(name, stack(name), day) for name in STACKS}
    parts = [
        "# What a month costs",
        INTRODUCTION,
        _totals(told, {name: at_most(name, stack(name), day) for name in STACKS}),
        "## prod against the record",
        tables.record_as_markdown(told["prod"]),
        "## Other sums of the record",
        _other_totals(told),
    ]
    for name, month in told.items():
        parts += [f"## {name}, line by line", tables.as_markdown(month)]
    return "\n\n".join([*parts, "## Usage", _usage(), "## Prices", _prices(), _sources()]) + "\n"


def _totals(told: dict[str, Estimate], most: dict[str, Estimate]) -> str:
    rows = [
        "| stack | fixed USD | usage USD | USD | KRW | at most KRW | record KRW | budget USD |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, month in told.items():
        fixed, by_usage = tables.split(month.lines)
        record = comparison.total_of(name)
        rows.append(
            tables.row(
                name,
                dollars(fixed),
                dollars(by_usage),
                dollars(month.usd),
                won(month.krw(month.usd)),
                won(month.krw(most[name].usd)),
                "-" if record is None else won(record),
                "-" if month.budget_usd is None else str(month.budget_usd),
            )
        )
    return "\n".join(rows)


def _other_totals(told: dict[str, Estimate]) -> str:
    together = sum(round(month.krw(month.usd)) for month in told.values())
    rows = ["| sum | record KRW | why ours is another |", "|---|---:|---|"]
    rows += [
        tables.row(row["name"], f"{row['krw']:,}", row["why"])
        for row in read("adr.yaml")["other_totals"]
    ]
    rows.append("")
    rows.append(f"Ours, all four stacks, staging and dev off at night: KRW {together:,}.")
    return "\n".join(rows)


def _usage() -> str:
    rows = ["| parameter | unit | foundation | dev | staging | prod | why |"]
    rows.append("|---|---|---:|---:|---:|---:|---|")
    for name, row in book.load().usage["parameters"].items():
        figures = (str(row.get(stack, "-")) for stack in ("foundation", "dev", "staging", "prod"))
        rows.append(tables.row(name, row["unit"], *figures, row["why"]))
    return "\n".join(rows)


def _prices() -> str:
    rows = ["| price | figure | sources | sure | checked |", "|---|---|---|---|---|"]
    for price in book.load().prices.values():
        sources = ", ".join(price.sources)
        rows.append(tables.row(price.key, price.text, sources, price.sure, str(price.checked)))
    return "\n".join(rows)


def _sources() -> str:
    legend = "C2: two independent sources agree. C1: one source. D: derived. M: unverified."
    listed = [f"- {key}: {source}" for key, source in book.load().sources.items()]
    return "\n".join([legend, "", *listed])
