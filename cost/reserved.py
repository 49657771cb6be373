"""What if the database were reserved: a choice that no resource shows, so it is applied to a month.

All upfront is one payment and nothing monthly for the instance; disk, backups and support stay.
Spread over its months it stands in the estimate once, never beside an hourly price (ADR F2).
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from cost import book
from cost.errors import CostError
from cost.lines import UNVERIFIED, Estimate, Factor, Line

INSTANCE: Final = "rds_db."


@dataclass(frozen=True)
class Reservation:
    """A month with the reservation in it, and the dollars that are paid once for the term."""

    month: Estimate
    upfront_usd: Decimal
    months: int


def reserved(estimate: Estimate, term: str) -> Reservation:
    """Return the month with every database reserved for a term: 1yr.

    A reservation is paid for all hours, also those in which a schedule stops the instance.
    CostError for another term, or if the stack has no database.
    """
    terms = book.load().usage["reserved"]
    if term not in terms:
        raise CostError(
            f"A reservation for {term} has no price here.",
            "It would be priced as another one.",
            f"choose {', '.join(terms)}",
        )
    share, months = Decimal(str(terms[term]["share"])), int(terms[term]["months"])
    lines = tuple(
        _reserved(line, share, term) if line.price.key.startswith(INSTANCE) else line
        for line in estimate.lines
    )
    monthly = sum((line.usd for line in lines if line.price.key.startswith(INSTANCE)), Decimal(0))
    if not monthly:
        raise CostError(
            f"{estimate.stack} has no database.",
            "There is nothing to reserve.",
            "name a stack that has one: --stack prod",
        )
    return Reservation(replace(estimate, lines=lines), monthly * months, months)


def _reserved(line: Line, share: Decimal, term: str) -> Line:
    hours = Factor(book.load().figure("hours_per_month"), "h")
    part = Factor(share, f"of on demand, {term} all upfront")
    price = replace(line.price, sure=UNVERIFIED, sources=(*line.price.sources, "memory"))
    what = line.what.replace("instance", "reserved instance", 1)
    return replace(line, what=what, factors=(hours, part), price=price)
