"""`triflow cost prices`: whether the prices are still those of today."""

from datetime import UTC, datetime

from rich.console import Console

from cost import book, tables
from triflow.cost import show
from triflow.errors import Exit


def prices(console: Console) -> Exit:
    """Say how many prices there are and how old; FAILED if one is older than the book allows."""
    told = book.load()
    today = datetime.now(tz=UTC).date()
    oldest = min(told.prices.values(), key=lambda price: (price.checked, price.key))
    unverified = sum(price.sure == "M" for price in told.prices.values())
    console.print(
        f"{len(told.prices)} prices of Seoul, {unverified} of them unverified; the oldest was "
        f"checked on {oldest.checked}, {(today - oldest.checked).days} days ago: {oldest.key}.",
        markup=False,
        highlight=False,
    )
    stale = tables.stale(told, today)
    show.stale_prices(stale, console)
    return Exit.FAILED if stale else Exit.DONE
