"""The bill beside the estimate: which service bills what, and which day stands out."""

from datetime import date, timedelta
from decimal import Decimal
from fnmatch import fnmatchcase

import pytest

from cost import bill, book
from cost.bill import Outlier
from cost.errors import CostError
from tests.cost.recorded import a_month_of
from tests.program import recorder

FIRST = date(2026, 11, 1)


def days(*figures: str) -> dict[date, dict[str, Decimal]]:
    """Return days on which one service cost these dollars."""
    return {FIRST + timedelta(days=n): {"S": Decimal(usd)} for n, usd in enumerate(figures)}


@pytest.mark.parametrize("stack", recorder.STACKS)
def test_every_dollar_of_an_estimate_is_billed_by_one_service(stack: str) -> None:
    """The services are the sum."""
    month = a_month_of(stack)

    assert round(sum(bill.by_service(month).values()) - month.usd, 20) == 0


def test_every_price_belongs_to_one_service() -> None:
    """A price in two would make the order of the file decide; one in none would be left out."""
    for key in book.load().prices:
        fits = [s.name for s in bill.services() if any(fnmatchcase(key, p) for p in s.prices)]
        assert len(fits) == 1, (key, fits)


def test_a_price_of_no_service_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It names the file to write."""
    monkeypatch.setattr(bill, "services", lambda: ())
    with pytest.raises(CostError, match=r"in a service of cost/services\.yaml"):
        bill.service_of(a_month_of("dev").lines[0])


def test_a_bill_of_some_days_is_held_against_as_many_days_of_a_month() -> None:
    """365 days are twelve months."""
    month = a_month_of("prod")

    rows = bill.compare(month, days(*["1"] * 73))

    told = sum(row.told for row in rows)
    assert round(told - month.usd * 73 * 12 / 365, 20) == 0
    assert {row.service: row.billed for row in rows}["S"] == 73


def test_what_is_apart_most_comes_first() -> None:
    """Whether it is more or less."""
    apart = [
        abs(round(row.more, 2)) for row in bill.compare(a_month_of("prod"), days("1", "2", "3"))
    ]

    assert apart == sorted(apart, reverse=True)


@pytest.mark.parametrize(
    ("figures", "found"),
    [
        (["2"] * 6, []),
        (["2", "2", "2", "2", "3"], []),
        (["2", "2", "2", "2", "3.01"], [4]),
        (["0.1", "0.1", "0.1", "0.1", "0.9"], []),
        (["20", "20", "20", "20", "29"], []),
        (["20", "31", "20", "20", "32"], [4, 1]),
        (["2", "2", "2", "9"], []),
    ],
)
def test_a_day_stands_out_by_half_and_by_a_dollar(figures: list[str], found: list[int]) -> None:
    """Cents double every night, and on the fourth day nothing is usual yet."""
    assert [each.day for each in bill.outliers(days(*figures))] == [
        FIRST + timedelta(days=number) for number in found
    ]


def test_a_day_without_a_service_is_a_day_of_nothing() -> None:
    """So what appears once is seen, and its usual day is zero."""
    few = {**days("0", "0", "0", "0"), FIRST + timedelta(days=9): {"New": Decimal(5)}}

    assert bill.outliers(few) == [Outlier(FIRST + timedelta(days=9), "New", Decimal(5), Decimal(0))]


def test_a_service_that_nothing_here_prices_points_beside_the_program() -> None:
    """The program made nothing of it, so somebody did by hand."""
    assert "beside the program" in bill.pointer("AWS Glue", "prod")
    assert "triflow cost --stack dev --explain compute" in bill.pointer(
        "Amazon Elastic Container Service", "dev"
    )
