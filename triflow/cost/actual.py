"""`triflow cost actual`: the bill of the last days beside the estimate (guide, problems 22, 23)."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final

from rich.console import Console

from cost import bill
from cost.bill import Days, Outlier, Row
from cost.errors import CostError
from cost.estimate import estimate
from cost.tables import dollars
from triflow import aws, stacks
from triflow.cost import explorer, show, sources
from triflow.cost.explorer import Question, Reservations
from triflow.errors import Exit, TriflowError

MOST_USAGE_TYPES: Final = 3
MOST_OUTLIERS: Final = 5
WORTH_A_QUESTION: Final = Decimal(1)  # dollar; each one to Cost Explorer costs a cent
USED_UP: Final = Decimal(95)  # percent; below that a reservation is paid and not used


def actual(name: str, console: Console, *, days: int = 30) -> Exit:
    """Show bill and estimate by service, what is apart most, days that stand out, reservations.

    TriflowError if Cost Explorer refuses, or knows no cost of the stack yet.
    """
    today = datetime.now(tz=UTC).date()
    asked = Question(stacks.chosen(name)[0].name, today - timedelta(days=days), today)
    place = aws.find()
    billed = explorer.by_day(place, asked)
    if not billed:
        raise _nothing_yet(asked, place.place)
    try:
        rows = bill.compare(estimate(name, sources.deployed(name), today), billed)
    except CostError as error:
        raise TriflowError(error.fact, error.consequence, error.fix) from error
    _show_rows(asked, rows, billed, console)
    dearer = next((row for row in rows if row.more >= WORTH_A_QUESTION), None)
    if dearer:
        _show_dearer(dearer, explorer.by_usage(place, asked, dearer.service), asked, console)
    _show_outliers(bill.outliers(billed), console)
    _show_reservations(explorer.reservations(place, asked), asked, console)
    return Exit.DONE


def _nothing_yet(asked: Question, place: str) -> TriflowError:
    return TriflowError(
        f"Cost Explorer knows no cost of {asked.stack} from {asked.start} to {asked.end} in "
        f"{place}.",
        "A bill is a day behind, and the tag Environment counts only once it is activated; the "
        "local AWS sends none.",
        "aws ce update-cost-allocation-tags-status --cost-allocation-tags-status "
        "TagKey=Environment,Status=Active   (then again tomorrow)",
    )


def _show_rows(asked: Question, rows: Sequence[Row], days: Days, console: Console) -> None:
    first, last = min(days), max(days)
    console.print(
        f"{asked.stack}, {len(days)} days from {first} to {last}, before tax:", highlight=False
    )
    lines = show.table("service", "billed USD", "estimate USD", "difference")
    for row in rows:
        lines.add_row(row.service, dollars(row.billed), dollars(row.told), show.signed(row.more))
    everything = Row(
        "in all",
        sum((row.billed for row in rows), Decimal(0)),
        sum((row.told for row in rows), Decimal(0)),
    )
    lines.add_section()
    lines.add_row(
        everything.service,
        dollars(everything.billed),
        dollars(everything.told),
        show.signed(everything.more),
    )
    console.print(lines)


def _show_dearer(row: Row, usage: Mapping[str, Decimal], asked: Question, console: Console) -> None:
    """Say what most of the largest excess was used for, and where to look."""
    dearest = list(usage.items())[:MOST_USAGE_TYPES]
    what = ", ".join(f"{kind} {dollars(usd)}" for kind, usd in dearest)
    for sentence in (
        f"{row.service} is {dollars(row.more)} above the estimate; most of it: {what}.",
        f"{bill.pointer(row.service, asked.stack)}.",
        "Look: docs/runbook/p22.md",
    ):
        console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def _show_outliers(found: Sequence[Outlier], console: Console) -> None:
    for each in found[:MOST_OUTLIERS]:
        console.print(
            f"{each.day} stands out: {each.service} {dollars(each.usd)}, "
            f"usually {dollars(each.usual)}.",
            highlight=False,
        )
    if not found:
        console.print("No day stands out.")


def _show_reservations(found: Reservations | None, asked: Question, console: Console) -> None:
    if found is None:
        console.print("The account has no reservation of a database.")
        return
    console.print(
        f"Of the reserved database hours {found.used:.0f} % were used; they covered "
        f"{found.covered:.0f} % of what ran in the account.",
        highlight=False,
    )
    if found.used < USED_UP:
        console.print(
            "What is not used is paid all the same: class, zones or region do not fit.\n"
            f"Fix: docs/runbook/p23.md says how to compare them with {asked.stack}'s database",
            highlight=False,
            soft_wrap=True,
        )
