"""How the pictures of the cost page look. matplotlib is large, so only drawing imports it."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from cost import book

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from cost.pictures import Picture

DOTS_PER_INCH: Final = 160
INK, FAINT = "#22313f", "#d9dee3"
# A colour, and what is written on it.
COLOURS: Final = (
    ("#33658a", "white"),
    ("#f6ae2d", INK),
    ("#86bbd8", INK),
    ("#758e4f", "white"),
    ("#c8553d", "white"),
    ("#9b7ebd", "white"),
    ("#b8b8b8", INK),
)
MARKS: Final = (("v", 0.36), ("^", -0.36))  # above the bar and below it
LEAST_NAMED: Final = 12  # dollars; a narrower piece has no room for its figure
STYLE: Final[dict[Any, object]] = {
    "svg.hashsalt": "triflow-ai",  # else the ids in the file differ from run to run
    "font.family": "DejaVu Sans",  # matplotlib brings it along
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": FAINT,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def write(picture: "Picture", files: Sequence[Path]) -> None:
    """Draw a picture into an SVG and a PNG, the same bytes whenever the figures are the same."""
    import matplotlib as mpl  # noqa: PLC0415 - only who draws needs it
    from matplotlib.figure import Figure  # noqa: PLC0415 - likewise

    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(9, 4.6), layout="constrained")
        axes: Axes = figure.add_subplot()
        axes.set_title(picture.title, loc="left", fontsize=13, fontweight="bold", pad=16)
        picture.draw(picture, axes)
        about = {"Description": picture.description, "Title": picture.title}
        for file, undated in zip(files, ({"Date": None}, {}), strict=True):
            figure.savefig(file, dpi=DOTS_PER_INCH, metadata={**about, **undated})


def bars(picture: "Picture", axes: "Axes") -> None:
    """Put down a bar a stack, its layers one behind the other, ceiling and record as marks."""
    heights = list(range(len(picture.places) - 1, -1, -1))
    left = [0.0] * len(picture.places)
    for (layer, figures), (colour, ink) in zip(picture.rows.items(), COLOURS, strict=False):
        pieces = axes.barh(heights, figures, left=left, color=colour, label=layer, height=0.5)
        named = [f"{usd:,.0f}" if usd >= LEAST_NAMED else "" for usd in figures]
        axes.bar_label(pieces, named, label_type="center", color=ink, fontsize=9)
        left = [before + usd for before, usd in zip(left, figures, strict=True)]
    for height, usd in zip(heights, left, strict=True):
        axes.text(usd + 5, height, f"{usd:,.0f}", va="center", fontweight="bold", fontsize=11)
    for (name, figures), (marker, above) in zip(picture.marks.items(), MARKS, strict=True):
        for height, usd in zip(heights, figures, strict=True):
            at = height + above
            axes.plot([usd], [at], marker, color=INK, markersize=6, clip_on=False)
            axes.text(usd + 6, at, f"{name} {usd:,.0f}", va="center", fontsize=9)
    axes.set_yticks(heights, picture.places, fontsize=11)
    axes.tick_params(axis="y", length=0)
    axes.set_xlim(0, max(left) * 1.42)
    axes.set_ylim(-0.6, heights[0] + 0.5)
    axes.grid(axis="x", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.legend(loc="lower right", frameon=False, fontsize=9)
    _in_won(axes, "x")


def areas(picture: "Picture", axes: "Axes") -> None:
    """Put down bands over the traffic, which doubles in even steps."""
    times = [float(place) for place in picture.places]
    colours = [colour for colour, _ in COLOURS]
    axes.stackplot(times, list(picture.rows.values()), colors=colours, labels=list(picture.rows))
    sums = [sum(each) for each in zip(*picture.rows.values(), strict=True)]
    axes.set_xscale("log")
    shown = [1, 2, 5, 10, 20, 50, 100]
    axes.set_xticks(shown, [f"{each}x" for each in shown])
    axes.minorticks_off()
    axes.set_xlim(1, 100)
    axes.set_ylim(0, sums[-1] * 1.08)
    axes.set_xlabel("times the traffic that is assumed")
    axes.grid(axis="y", color=FAINT, linewidth=0.8)
    axes.set_axisbelow(True)
    full = _all_tasks(picture)
    axes.axvline(full, color=INK, linewidth=1, linestyle=(0, (4, 3)))
    axes.annotate(
        "from here on all tasks run that scaling allows:\n"
        "a price for the bill, no promise that it is enough",
        (full, sums[-1] * 0.49),
        xytext=(6, 0),
        textcoords="offset points",
        fontsize=9,
    )
    for each in (1, 10, 100):
        usd = sums[times.index(each)]
        axes.annotate(
            f"{usd:,.0f}",
            (each, usd),
            xytext=(4 if each == 1 else -4, 5),
            textcoords="offset points",
            ha="left" if each == 1 else "right",
            fontweight="bold",
        )
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(
        handles[::-1],
        labels[::-1],
        loc="upper left",
        bbox_to_anchor=(0.15, 1.0),
        frameon=False,
        fontsize=9,
    )
    axes.yaxis.set_major_formatter("{x:,.0f}")
    _in_won(axes, "y")


def _all_tasks(picture: "Picture") -> float:
    """Return the traffic from which on the tasks cost no more: scaling has come to its end."""
    tasks = picture.rows["tasks"]
    return float(picture.places[tasks.index(tasks[-1])])


def _in_won(axes: "Axes", way: str) -> None:
    """Put the won beside the dollars, in thousands."""
    rate = float(book.load().figure("krw_per_usd")) / 1000
    both = (lambda usd: usd * rate, lambda krw: krw / rate)
    if way == "x":
        second = axes.secondary_xaxis("bottom", functions=both)
        second.spines["bottom"].set_position(("outward", 26))
        second.set_xlabel("thousand won")
        second.spines["bottom"].set_visible(False)
    else:
        second = axes.secondary_yaxis("right", functions=both)
        second.set_ylabel("thousand won")
        second.yaxis.set_major_formatter("{x:,.0f}")
        second.spines["right"].set_visible(False)
