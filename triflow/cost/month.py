"""`triflow cost`: what a month of a stack costs, would cost, and how it differs from another."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime

from rich.console import Console

from cost import book, tables
from cost.errors import CostError
from cost.estimate import at_most, estimate
from cost.lines import Estimate
from cost.reserved import Reservation, reserved
from triflow import stacks
from triflow.cost import explain, show, sources, whatif
from triflow.cost.whatif import WhatIf
from triflow.errors import Exit, TriflowError

NOTHING = WhatIf()
DEPLOYED, MAIN = "deployed", "main"


@dataclass(frozen=True)
class Words:
    """What was asked for, as the screen names it."""

    stack: str
    wish: WhatIf
    against: str


@dataclass(frozen=True)
class Month:
    """What is shown: the expected month, the one at the limits of scaling, and a reservation."""

    told: Estimate
    most: Estimate
    reservation: Reservation | None = None


def cost(
    name: str,
    console: Console,
    *,
    form: str = "screen",
    layer: str = "",
    wish: WhatIf = NOTHING,
    compare: str = "",
) -> Exit:
    """Show a month of a stack; `form` is screen, json or md, `layer` one to take apart.

    A wish is compared with what is deployed, if nothing else is named and the stack is up.
    TriflowError if it is not up and there is no wish that a preview could answer, if the program
    refuses the wish, or if something has no price.
    """
    today = datetime.now(tz=UTC).date()
    against = compare or (DEPLOYED if wish != NOTHING and sources.is_up(name) else "")
    try:
        of_program = bool(wish.settings) or compare in {DEPLOYED, MAIN}
        month = _month(name, wish, today, of_program=of_program)
        other = _other(name, against, today) if against else None
    except CostError as error:
        raise TriflowError(error.fact, error.consequence, error.fix) from error
    stale = tables.stale(book.load(), today)
    if form == "json":
        console.print_json(json.dumps(tables.as_json(month.told, month.most, stale, other)))
    elif form == "md":
        console.print(tables.as_markdown(month.told), markup=False, soft_wrap=True)
    elif layer:
        explain.layer(month.told, layer, console)
    else:
        _show(month, other, Words(name, wish, against), console)
        show.stale_prices(stale, console)
    return Exit.DONE


def _month(name: str, wish: WhatIf, today: date, *, of_program: bool) -> Month:
    """Return the month of what is deployed, or of what the program would deploy."""
    found = sources.previewed(name, wish.settings) if of_program else sources.deployed(name)
    priced = whatif.book_for(wish, name, found)
    told, most = estimate(name, found, today, priced), at_most(name, found, today, priced)
    if not wish.reserve:
        return Month(told, most)
    reservation = reserved(told, wish.reserve)
    return Month(reservation.month, reserved(most, wish.reserve).month, reservation)


def _other(name: str, against: str, today: date) -> Estimate:
    """Return the month that is compared with: deployed, committed on main, or another stack's."""
    if against == MAIN:
        with sources.committed(MAIN) as root:
            return estimate(name, sources.previewed(name, {}, root), today)
    other = name if against == DEPLOYED else stacks.chosen(against)[0].name
    return estimate(other, sources.deployed(other), today)


def _show(month: Month, other: Estimate | None, words: Words, console: Console) -> None:
    told = month.told
    if words.wish.words:
        console.print(f"{words.stack}, if: {words.wish.words}", markup=False, highlight=False)
    if other is None:
        show.month(told, month.most, console)
        return
    show.difference(told, other, words.against, console)
    if month.reservation:
        console.print()
        show.reservation(month.reservation, other, console)
    for sentence in told.assumed:
        console.print(sentence, markup=False, highlight=False)
