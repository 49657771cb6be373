"""Decisions that are taken in the pack's tables: growth, a new major version, a second gateway."""

import pytest

from policy import tables
from policy import tokens as t
from tests.policy.stand import World, add, change, judge_alone, of
from tests.policy.worlds import in_dev, in_prod


def found(world: World, rule_id: str) -> list[str]:
    """Return what a rule finds in a stack."""
    return [verdict.finding.fact for verdict in judge_alone(world, rule_id).verdicts]


@pytest.mark.clause("D2")
def test_growth_is_let_in_where_it_was_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """One size up in prod (guide, problem 10); dev does not grow with it."""
    monkeypatch.setattr(tables, "DB_MAY_GROW", frozenset({"prod"}))
    prod, dev = in_prod(), in_dev()
    for world in (prod, dev):
        change("database", instanceClass="db.t4g.large")(world)

    assert found(prod, "rds-class-per-env") == []
    assert found(dev, "rds-class-per-env") == [
        'instanceClass is "db.t4g.large", it must be "db.t4g.micro"'
    ]


@pytest.mark.clause("D1", "D5")
def test_an_upgrade_is_let_in_where_it_was_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """A step to another major version cannot wait: the old parameter group would be in use."""
    monkeypatch.setattr(tables, "DB_MAY_UPGRADE", frozenset({"prod"}))
    prod = in_prod()
    change("database", allowMajorVersionUpgrade=True, applyImmediately=True)(prod)

    assert found(prod, "rds-windows-and-changes") == []


@pytest.mark.clause("N2")
def test_a_gateway_per_zone_is_let_in_where_it_was_decided(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second stands in the second zone; without the decision it is one too many."""
    prod = in_prod()
    add("eip-c", t.EIP, domain="vpc")(prod)
    add("nat-c", t.NAT_GATEWAY, subnetId=of("public-2c"), allocationId=of("eip-c"))(prod)

    undecided = found(prod, "nat-single-zonal")
    monkeypatch.setattr(tables, "NAT_GATEWAYS", {"prod": 2})

    assert undecided == [
        "NAT gateways: triflow-ai-production-nat, triflow-ai-production-nat-c; there must be 1",
        "subnetId is triflow-ai-production-public-2c; gateways belong to ap-northeast-2a",
    ]
    assert found(prod, "nat-single-zonal") == []
