"""The pictures of the cost page: their figures, and that an old one is told from a current one."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from cost.pictures import Picture, pictures
from cost.traffic import FACTORS
from policy.monitoring_figures import CEILING_USD
from tests.cost.recorded import a_month_of, a_stack

CENT = 0.01


@pytest.fixture(scope="module")
def drawn() -> tuple[Picture, ...]:
    """Both pictures."""
    return pictures(a_stack, CEILING_USD)


def sums(picture: Picture) -> list[float]:
    """Return the height of the whole pile at each place."""
    return [sum(each) for each in zip(*picture.rows.values(), strict=True)]


@pytest.mark.clause("F1")
def test_a_bar_is_as_long_as_the_month(drawn: tuple[Picture, ...]) -> None:
    """However few its layers are, those that are too small to see are in the rest."""
    bars, _ = drawn

    for stack, length in zip(bars.places, sums(bars), strict=True):
        assert abs(length - float(a_month_of(stack).usd)) < CENT
    assert list(bars.marks["ceiling"]) == [440, 140, 68]
    assert [round(usd) for usd in bars.marks["record"]] == [388, 92, 54]


def test_traffic_begins_at_the_estimate_and_grows(drawn: tuple[Picture, ...]) -> None:
    """Every place has its figure, and what is told beside the picture is so."""
    _, areas = drawn
    heights, logs = sums(areas), areas.rows["logs and metrics"]

    assert areas.places == tuple(map(str, FACTORS))
    assert abs(heights[0] - float(a_month_of("prod").usd)) < CENT
    assert heights == sorted(heights)
    assert logs[areas.places.index("10")] > areas.rows["load balancer"][areas.places.index("10")]
    assert logs[-1] > heights[-1] - logs[-1]


@pytest.mark.thorough
def test_a_picture_is_the_same_file_whenever_it_is_drawn(
    drawn: tuple[Picture, ...], tmp_path: Path
) -> None:
    """So that a page written anew shows no change where there is none."""
    folders = (tmp_path / "one", tmp_path / "two")
    for folder in folders:
        folder.mkdir()
        for picture in drawn:
            picture.write(folder)

    for picture in drawn:
        first, second = (picture.files(folder) for folder in folders)
        assert [file.read_bytes() for file in first] == [file.read_bytes() for file in second]
        assert picture.is_current(folders[0])
        assert not replace(picture, title="Another").is_current(folders[0])


def test_a_picture_that_is_not_there_is_not_current(
    drawn: tuple[Picture, ...], tmp_path: Path
) -> None:
    """One that was never drawn, or one of whose two files is gone."""
    bars, _ = drawn
    bars.files(tmp_path)[0].write_text(bars.description)

    assert not bars.is_current(tmp_path)


def test_a_price_that_changes_makes_a_picture_old() -> None:
    """The description carries every figure with its cents."""
    bars, _ = pictures(a_stack, CEILING_USD)
    spoilt, _ = pictures(a_stack, {**CEILING_USD, "prod": 441})

    assert bars.description != spoilt.description
    assert f"{Decimal(440):.2f}" in bars.description
