"""Decisions about the database that are taken in the pack's tables: growth and a new major."""

import pytest

from policy import tables
from tests.policy.stand import World, change, judge_alone
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
