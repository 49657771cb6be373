"""The page docs/cost.md: the estimates of all stacks, beside the record, with all they rest on."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Final

from cost import book, comparison, tables
from cost.book import read
from cost.estimate import at_most, estimate
from cost.lines import Estimate
from cost.pictures import Picture
from cost.reserved import reserved
from cost.resources import Resource
from cost.tables import dollars, won

NIGHT: Final = {
    "aws:appautoscaling/scheduledAction:ScheduledAction",
    "aws:scheduler/schedule:Schedule",
}
STACKS = ("prod", "staging", "dev", "foundation")
INTRODUCTION = """\
What a month costs, from list prices in Seoul before tax; `triflow cost --stack prod` tells the
same of what is up. Fixed is what is deployed, usage what is assumed to be used: `avg_tasks` in a
formula is a row of the table of usage below. At most is with all tasks that scaling allows.
The record is the architecture decision record. The budget, which AWS watches, is its amount; the
ceiling, above which a preview is stopped, is
[ours](decisions/0010-ceiling-beside-the-budget.md)."""
ASKING = """\
| type | to ask |
|---|---|
| `triflow cost --stack staging --explain compute` | where each won of a layer comes from |
| `triflow cost --ri 1yr` | what a reservation of the database saves, and what is paid once |
| `triflow cost --nat per-az --enable cache,waf` | what the program would cost with other settings |
| `triflow cost --stack dev --hours '09:00-19:00 Mon-Fri'` | likewise |
| `triflow cost --tasks 4` | what four tasks on average cost |
| `triflow cost --compare staging` | what makes the difference between two stacks |
| `triflow cost --compare deployed` | what this checkout would change of what is deployed |
| `triflow cost --compare main` | what this checkout would change of what main has committed |
| `triflow cost actual` | what AWS billed, service by service, and which day stands out |
| `triflow cost prices` | whether a price is older than 180 days |"""
TRAFFIC = """\
With the traffic grows what is used; the database keeps its size and the tasks end at the limit of
scaling. What grows most is logs: at ten times the traffic they cost more than the load balancer,
at a hundred times more than everything else. The figures are in the pictures' own descriptions."""


def page(
    stack: Callable[[str], Iterable[Resource]],
    ceilings: Mapping[str, int],
    pictures: Iterable[Picture],
) -> str:
    """Return the page; `stack` gives what the program registers for a stack."""
    day = book.load().day
    told = {name: estimate(name, stack(name), day) for name in STACKS}
    always = {name: estimate(name, _sleepless(stack(name)), day) for name in STACKS}
    shown = [f"![{each.title}]({each.name}.svg)" for each in pictures]
    parts = [
        "# What a month costs",
        INTRODUCTION,
        _totals(told, {name: at_most(name, stack(name), day) for name in STACKS}, ceilings),
        ASKING,
        *shown,
        TRAFFIC,
        "## prod against the record",
        tables.record_as_markdown(told["prod"]),
        "## Other sums of the record",
        _other_totals(told, always),
    ]
    for name, month in told.items():
        parts += [f"## {name}, line by line", tables.as_markdown(month)]
    return "\n\n".join([*parts, "## Usage", _usage(), "## Prices", _prices(), _sources()]) + "\n"


def _sleepless(resources: Iterable[Resource]) -> list[Resource]:
    """Return a stack without what stops it at night."""
    return [each for each in resources if each.type not in NIGHT]


def _totals(
    told: dict[str, Estimate], most: dict[str, Estimate], ceilings: Mapping[str, int]
) -> str:
    head = ("stack", "fixed USD", "usage USD", "USD", "KRW", "at most KRW", "record KRW")
    rows = [tables.row(*head, "budget USD", "ceiling USD"), "|---|" + "---:|" * 8]
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
                str(ceilings[name]),
            )
        )
    return "\n".join(rows)


def _other_totals(told: dict[str, Estimate], always: dict[str, Estimate]) -> str:
    ours = _other_sums(told, always)
    rows = ["| sum | record KRW | ours KRW | why ours is another |", "|---|---:|---:|---|"]
    for row in read("adr.yaml")["other_totals"]:
        krw = won(told["prod"].krw(ours[row["ours"]]))
        rows.append(tables.row(row["name"], f"{row['krw']:,}", krw, row["why"]))
    together = sum((month.usd for month in told.values()), Decimal(0))
    rows.append("")
    rows.append(
        "Ours, all four stacks, staging and dev off at night: "
        f"KRW {won(told['prod'].krw(together))}."
    )
    return "\n".join(rows)


def _other_sums(told: dict[str, Estimate], always: dict[str, Estimate]) -> dict[str, Decimal]:
    """Return dollars by the names that adr.yaml gives them; the reserved price is unverified."""
    prod, bought = told["prod"].usd, reserved(told["prod"], "1yr")
    with_it = bought.month.usd
    return {
        "reserved": with_it,
        "always on": with_it + always["staging"].usd + always["dev"].usd,
        "off at night": with_it + told["staging"].usd + told["dev"].usd,
        "year": 12 * prod,
        "year reserved": 12 * with_it,
        "payment": bought.upfront_usd,
        "saved": 12 * (prod - with_it),
    }


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
