"""What if: wishes from the command line, as settings of the program and as figures of the estimate.

What changes resources goes through the program: its own preview with other settings says which
resources there would be, so that a setting which it refuses is refused here too. What changes a
price or a quantity only (a reservation, the number of tasks) is applied to the estimate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from cost import book as price_book
from cost.book import Book
from cost.resources import UNKNOWN, Resource
from triflow.errors import TriflowError

OPTIONS: Final = ("cache", "waf")
GATEWAYS: Final = ("single", "per-az")
TARGET: Final = "aws:appautoscaling/target:Target"


@dataclass(frozen=True)
class WhatIf:
    """What to change: `reserve` a term, `nat` and `hours` as the settings have them, or nothing."""

    reserve: str = ""
    nat: str = ""
    hours: str = ""
    tasks: float = 0
    enable: tuple[str, ...] = ()

    @property
    def settings(self) -> Mapping[str, Any]:
        """Return the settings that are laid over the stack file."""
        sections: dict[str, Any] = {name: {"enabled": True} for name in self.enable}
        if self.nat:
            sections["network"] = {"natGateways": self.nat}
        if self.hours:
            sections["schedule"] = {"hours": self.hours}
        return sections

    @property
    def words(self) -> str:
        """Return the wishes as a reader says them, "" if there are none."""
        said = [f"{name} on" for name in self.enable]
        said += [f"NAT gateways {self.nat}"] if self.nat else []
        said += [f"hours {self.hours}"] if self.hours else []
        said += [f"{self.tasks:g} tasks on average"] if self.tasks else []
        said += [f"database reserved for {self.reserve}"] if self.reserve else []
        return ", ".join(said)


def wished(reserve: str, nat: str, hours: str, tasks: float, enable: str) -> WhatIf:
    """Return the wishes. TriflowError for a word that the settings do not know."""
    options = tuple(name.strip() for name in enable.split(",") if name.strip())
    for said, known, flag in (
        *((option, OPTIONS, "--enable") for option in options),
        *([(nat, GATEWAYS, "--nat")] if nat else []),
    ):
        if said not in known:
            raise TriflowError(
                f"{flag} does not know {said}.",
                "Nothing is priced.",
                f"{flag} {known[-1]}   (it knows {', '.join(known)})",
            )
    return WhatIf(reserve, nat, hours, tasks, options)


def book_for(wish: WhatIf, stack: str, resources: tuple[Resource, ...]) -> Book:
    """Return the price book with the tasks that are wished for.

    TriflowError if scaling would not allow so many, or so few.
    """
    book = price_book.load()
    if not wish.tasks:
        return book
    targets = [each.inputs for each in resources if each.type == TARGET]
    for target in targets:
        least, most = target.get("minCapacity", UNKNOWN), target.get("maxCapacity", UNKNOWN)
        if UNKNOWN not in (least, most) and not least <= wish.tasks <= most:
            raise TriflowError(
                f"{stack}: scaling allows {least:g} to {most:g} tasks, not {wish.tasks:g}.",
                "Nothing is priced.",
                f"pulumi config set --path triflow-ai:compute.maxTasks {wish.tasks:g} -s {stack}"
                "   (or name a number within)",
            )
    return book.with_usage(stack, {"avg_tasks": Decimal(str(wish.tasks))})
