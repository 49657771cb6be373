"""The record's own arithmetic, and its figures beside ours."""

from decimal import Decimal
from fnmatch import fnmatchcase

import pytest

from cost import book, comparison
from cost.book import Book, read
from cost.estimate import estimate
from cost.lines import plain
from cost.page import _other_sums, _sleepless
from cost.tables import record_as_markdown
from tests.cost.recorded import a_month_of, a_stack
from tests.program import recorder

# The record's rates: us-east-1's, though it builds in Seoul.
RATES = {
    "fargate_x86_vcpu": "0.04048",
    "fargate_x86_gb": "0.004445",
    "nat_hour": "0.045",
    "nat_gb": "0.045",
    "s3_standard": "0.023",
    "s3_glacier_ir": "0.004",
    "s3_put": "0.005",
    "s3_get": "0.0004",
    "log_ingest": "0.50",
}
# Its quantities, where ours are others.
QUANTITIES = {
    "avg_tasks": "2",
    "nat_gb": "1",
    "s3_version_overhead": "1",
    "s3_retrieval_gb": "0",
    "logs_rds_gb": "0",
    "logs_insights_gb": "0",
    "logs_exec_gb": "0",
    "logs_lambda_gb": "0",
    "logs_firehose_gb": "0",
}
ROUNDING = Decimal("0.0005")  # it rounds to cents before it turns them into won


def the_records_book() -> Book:
    """Our price book with the record's rates and quantities."""
    rates = {key: Decimal(figure) for key, figure in RATES.items()}
    quantities = {key: Decimal(figure) for key, figure in QUANTITIES.items()}
    return book.load().with_prices(rates).with_usage("prod", quantities)


@pytest.mark.clause("F1")
@pytest.mark.parametrize(
    "name",
    [
        "Fargate, 2 tasks of 1 vCPU and 2 GB",
        "S3 storage",
        "S3 requests",
        "NAT gateway, hours",
        "NAT gateway, data of 1 GB",
        "Load balancer, hours",
        "Logs, written",
    ],
)
def test_our_rules_with_the_records_rates_give_the_records_figures(name: str) -> None:
    """So what differs are rates and quantities, not the way of counting."""
    month = a_month_of("prod", the_records_book())
    (row,) = [each for each in comparison.compare(month) if each.item.name == name]
    said = row.item.krw

    assert said is not None
    assert abs(month.krw(row.usd) - said) <= max(said * ROUNDING, Decimal("0.5"))


@pytest.mark.parametrize(
    ("name", "usd"),
    [
        # 0.025 + 0.1 + 0.04 + 0.1: it adds up dimensions of which AWS bills the largest.
        ("Load balancer, LCUs", Decimal("0.265") * Decimal("0.008") * 730),
        ("Logs, kept", Decimal(10) * Decimal("0.03")),
        ("Alarms, 10", Decimal(10) * Decimal("0.10")),
        # 0.50 a thousand, where AWS asks 0.50 a million.
        ("Notices, 1,000", Decimal(1000) * Decimal("0.0005")),
    ],
)
def test_the_records_other_figures_are_what_it_multiplied(name: str, usd: Decimal) -> None:
    """To the cent, as it rounds, and then in won."""
    (item,) = [each for each in comparison.items() if each.name == name]

    assert item.krw is not None
    assert abs(round(usd, 2) * 1300 - item.krw) <= 1


def test_the_records_lines_add_up_to_its_sum() -> None:
    """504,256 on demand; with its reserved price 128,000 less."""
    summed = sum(item.krw or 0 for item in comparison.items() if item.in_total)

    assert summed == comparison.total_of("prod") == 504_256
    assert summed - (320_000 - 192_000) == 376_256


@pytest.mark.clause("F1")
@pytest.mark.parametrize("stack", recorder.STACKS)
def test_every_line_is_held_against_the_record(stack: str) -> None:
    """Each of our lines is in exactly one row beside the record's, so the rows are the sum."""
    month = a_month_of(stack)

    rows = sum(row.usd for row in comparison.compare(month))
    assert round(rows - month.usd, 20) == 0


def test_every_price_has_a_place_beside_the_record() -> None:
    """A price of tomorrow's resource is not left out of the comparison."""
    placed = {
        key
        for key in book.load().prices
        for item in comparison.items()
        if any(fnmatchcase(key, pattern) for pattern in item.prices)
    }

    assert set(book.load().prices) - placed == set()


def test_every_figure_of_the_record_has_a_reason_beside_it() -> None:
    """Where ours differs it says why; the page shows all of them."""
    page = record_as_markdown(a_month_of("prod"))

    for item in comparison.items():
        assert len(item.why) > 15, item.name
        assert f"| {item.name} |" in page


def test_the_reserved_instance_is_in_no_sum() -> None:
    """The record counts it twice; here the instance is on demand, once."""
    lines = [line for line in a_month_of("prod").lines if line.price.key.startswith("rds_db.")]

    assert [plain(line.quantity) for line in lines] == ["730"]


@pytest.mark.clause("F1", "F2")
def test_every_other_sum_of_the_record_has_ours_beside_it() -> None:
    """Figures that the specification of the prices worked out by hand."""
    told = {name: a_month_of(name) for name in ("prod", "staging", "dev")}
    ours = _other_sums(told, told)

    rows = read("adr.yaml")["other_totals"]
    assert {row["ours"] for row in rows} == set(ours)
    assert round(told["prod"].krw(ours["payment"])) == 1_525_764
    assert round(told["prod"].krw(ours["saved"]), -2) == 786_000


def test_without_its_night_a_stack_costs_what_runs_all_hours() -> None:
    """Tasks and database only; everything else was never stopped."""
    month = a_month_of("staging")
    awake = estimate("staging", _sleepless(a_stack("staging")), book.load().day)

    hours = {line.factors[0].value for line in awake.lines if line.price.key.startswith("fargate")}
    assert hours == {730}
    assert awake.usd > month.usd
