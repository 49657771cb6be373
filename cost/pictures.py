"""The two pictures of docs/cost.md: months by layer, and a month of prod against its traffic.

Each file says in its own description what is drawn in it, so that a test can tell an old picture
from a current one without comparing pixels, which differ with every version of a font.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cost import bill, book, drawing
from cost.comparison import total_of
from cost.estimate import estimate
from cost.lines import Estimate, total
from cost.resources import Resource
from cost.traffic import busier

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STACKS: Final = ("prod", "staging", "dev")
KINDS: Final = ("svg", "png")
SHOWN_APART: Final = 6  # services of the second picture; the rest is one band
BUSY: Final = "prod"
REST: Final = "the rest"
LEAST_DRAWN: Final = 2  # dollars; a layer that has less in every stack is in the rest


@dataclass(frozen=True)
class Picture:
    """Dollars to draw: a row per name, a figure per place on the axis. `draw` puts them down."""

    name: str
    title: str
    places: tuple[str, ...]
    rows: Mapping[str, tuple[float, ...]]
    marks: Mapping[str, tuple[float, ...]]
    draw: Callable[["Picture", "Axes"], None]

    @property
    def description(self) -> str:
        """Return all that is drawn, as the files carry it."""
        lines = [f"{self.title}: {', '.join(self.places)}"]
        for name, figures in (*self.rows.items(), *self.marks.items()):
            lines.append(f"{name} {', '.join(f'{figure:.2f}' for figure in figures)}")
        return "; ".join(lines)

    def files(self, folder: Path) -> tuple[Path, ...]:
        """Return where it is written, as SVG and as PNG."""
        return tuple(folder / f"{self.name}.{kind}" for kind in KINDS)

    def is_current(self, folder: Path) -> bool:
        """Return whether both files are there and show these figures."""
        told = self.description.encode("ascii")
        return all(file.exists() and told in file.read_bytes() for file in self.files(folder))

    def write(self, folder: Path) -> None:
        """Draw it anew."""
        drawing.write(self, self.files(folder))


def pictures(
    stack: Callable[[str], Iterable[Resource]], ceilings: Mapping[str, int]
) -> tuple[Picture, ...]:
    """Return both; `stack` gives what the program registers, `ceilings` the dollars allowed."""
    day = book.load().day
    months = {name: estimate(name, stack(name), day) for name in STACKS}
    return (_by_layer(months, ceilings), _by_traffic(stack(BUSY)))


def _by_layer(months: Mapping[str, Estimate], ceilings: Mapping[str, int]) -> Picture:
    layers = {layer for month in months.values() for layer in month.layers}
    sums = {
        layer: tuple(total(month.of_layer(layer)) for month in months.values()) for layer in layers
    }
    large = sorted(layer for layer in layers if max(sums[layer]) >= LEAST_DRAWN)
    rest = zip(*(sums[layer] for layer in layers if layer not in large), strict=True)
    rate = book.load().figure("krw_per_usd")
    records = [total_of(name) or Decimal(0) for name in months]
    return Picture(
        name="cost-by-layer",
        title="A month of each environment by layer, in US dollars",
        places=tuple(months),
        rows={layer: tuple(map(float, sums[layer])) for layer in large}
        | {REST: tuple(float(sum(each)) for each in rest)},
        marks={
            "ceiling": tuple(float(ceilings[name]) for name in months),
            "record": tuple(float(krw / rate) for krw in records),
        },
        draw=drawing.bars,
    )


def _by_traffic(resources: Iterable[Resource]) -> Picture:
    months = busier(BUSY, resources, book.load().day)
    sums = [bill.by_service(busy.month) for busy in months]
    dearest = sorted(sums[-1], key=lambda name: sums[-1][name], reverse=True)[:SHOWN_APART]
    labels = {service.name: service.label for service in bill.services()}
    rows = {
        labels[name]: tuple(float(each.get(name, 0)) for each in sums)
        for name in sorted(dearest, key=lambda name: sums[0].get(name, Decimal(0)), reverse=True)
    }
    others = (sum(usd for name, usd in each.items() if name not in dearest) for each in sums)
    rows[REST] = tuple(float(usd) for usd in others)
    return Picture(
        name="cost-by-traffic",
        title="A month of prod against its traffic, in US dollars",
        places=tuple(str(busy.times) for busy in months),
        rows=rows,
        marks={},
        draw=drawing.areas,
    )
