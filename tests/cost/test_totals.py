"""Sums and sizes: what must hold for every estimate, whatever is in it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cost import book
from cost.lines import total
from cost.tables import split
from tests.cost.parts import (
    TODAY,
    a,
    a_database,
    a_load_balancer,
    a_service,
    an_alarm,
    usd,
)
from tests.cost.recorded import a_month_of, a_stack
from tests.program import recorder

LARGER_DATABASES = ("db.t4g.micro", "db.t4g.small", "db.t4g.medium", "db.t4g.large")
PLACES = 20  # of a dollar: sums in another order differ in the last of 28 digits
VCPU = (256, 512, 1024, 2048, 4096)

amounts = some.integers(min_value=0, max_value=10_000)
pairs = some.tuples(amounts, amounts).map(sorted)


@pytest.mark.parametrize("stack", recorder.STACKS)
def test_a_sum_is_the_sum_of_its_lines(stack: str) -> None:
    """By layer, by fixed and used, and in all: nothing is added or lost on the way."""
    month = a_month_of(stack)

    by_layer = sum(total(month.of_layer(layer)) for layer in month.layers)
    assert month.usd == total(month.lines)
    assert round(month.usd - by_layer, PLACES) == 0
    assert round(month.usd - sum(split(month.lines)), PLACES) == 0
    assert month.krw(month.usd) == month.usd * 1300


@pytest.mark.parametrize("stack", recorder.STACKS)
def test_every_line_has_a_unit_a_formula_and_a_source(stack: str) -> None:
    """A figure that nobody can follow is not told."""
    named = book.load().sources

    for line in a_month_of(stack).lines:
        assert line.factors, line
        assert line.price.unit, line
        assert f"x {line.price.usd.normalize():f} USD per " in line.formula
        assert line.price.sources, line
        assert all(named[source] for source in line.price.sources)
        assert line.usd >= 0


@pytest.mark.parametrize("stack", recorder.STACKS)
def test_no_unverified_price_carries_much_money(stack: str) -> None:
    """A price without a public source may stand for up to KRW 3,000 a line, not more."""
    month = a_month_of(stack)

    dear = [line for line in month.lines if line.unverified and month.krw(line.usd) > 3000]
    assert dear == []


def test_every_price_and_every_parameter_says_where_it_comes_from() -> None:
    """A price has figure, unit, known sources and a day; a parameter a unit and a reason."""
    content = book.load()

    for price in content.prices.values():
        assert price.usd > 0
        assert price.sure in {"C2", "C1", "D", "M"}
        assert (price.sure == "M") == (price.sources in {("memory",), ("S22",)})
        assert set(price.sources) <= set(content.sources)
        assert price.checked <= TODAY
    for name, row in content.usage["parameters"].items():
        assert row["unit"], name
        assert len(row["why"]) > 5, name


def test_every_database_that_has_a_price_has_its_vcpu() -> None:
    """Extended Support is asked for by vCPU, long after the class was added."""
    keys = [key for key in book.load().prices if key.startswith("rds_db.")]
    priced = {key.removeprefix("rds_").rpartition("_")[0] for key in keys}

    assert priced == set(book.load().usage["vcpu"])


@given(pairs, some.booleans())
def test_a_larger_disk_never_costs_less(sizes: list[int], multi: bool) -> None:  # noqa: FBT001
    """Although a larger disk makes more backups free."""
    smaller, larger = (usd(a_database(allocatedStorage=gb, multiAz=multi)) for gb in sizes)

    assert smaller <= larger


@pytest.mark.parametrize("multi", [False, True])
def test_a_larger_database_costs_more_and_a_pair_more_than_one(*, multi: bool) -> None:
    """The four sizes that the settings allow."""
    told = [usd(a_database(instanceClass=size, multiAz=multi)) for size in LARGER_DATABASES]

    assert told == sorted(set(told))
    if multi:
        alone = [usd(a_database(instanceClass=size, multiAz=False)) for size in LARGER_DATABASES]
        assert all(one < two for one, two in zip(alone, told, strict=True))


@given(
    some.tuples(some.sampled_from(VCPU), some.sampled_from(VCPU)).map(sorted),
    some.tuples(*[some.integers(512, 30_720)] * 2).map(sorted),
    some.tuples(*[some.integers(0, 10)] * 2).map(sorted),
    some.tuples(*[some.integers(0, 200)] * 2).map(sorted),
)
def test_a_service_with_more_of_anything_never_costs_less(
    cpu: list[int], memory: list[int], least: list[int], disk: list[int]
) -> None:
    """vCPU, memory, tasks, disk."""
    smaller, larger = (
        usd(
            *a_service(
                cpu[way],
                memory[way],
                least[way],
                least[way] + 5,
                ephemeralStorage={"sizeInGib": disk[way]},
            )
        )
        for way in (0, 1)
    )

    assert smaller <= larger


@given(some.tuples(*[some.integers(1, 6)] * 2).map(sorted))
def test_more_nodes_zones_metrics_rules_or_secrets_never_cost_less(counts: list[int]) -> None:
    """Whatever is counted counts upwards."""

    def month(number: int) -> Decimal:
        cache = "aws:elasticache/replicationGroup:ReplicationGroup"
        return usd(
            a(cache, engine="redis", nodeType="cache.t4g.small", numCacheClusters=number),
            a_load_balancer(subnets=["zone"] * number),
            an_alarm(metricQueries=[{"metric": {"period": 60}}] * number),
            a("aws:wafv2/webAcl:WebAcl", rules=[{}] * number),
            a("aws:secretsmanager/secret:Secret", replicas=[{}] * number),
        )

    assert month(counts[0]) <= month(counts[1])


@given(some.sampled_from(sorted(book.load().usage["parameters"])), pairs)
def test_more_usage_never_costs_less(parameter: str, figures: list[int]) -> None:
    """Whatever of usage.yaml grows."""
    if parameter == "egress_free_gb":
        figures.reverse()
    resources = a_stack("prod")
    less, more = (
        usd(*resources, book=book.load().with_usage("prod", {parameter: Decimal(figure)}))
        for figure in figures
    )

    assert less <= more
