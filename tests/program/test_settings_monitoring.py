"""Mistakes in the settings of monitoring, budget, cache and firewall."""

import pytest

from tests.program.test_settings import refusal


@pytest.mark.clause("M7")
def test_production_has_somebody_who_reads_e_mail() -> None:
    """When the relay is broken, e-mail is what is left."""
    assert refusal("prod", {"monitoring": None}) == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:monitoring.email is missing; without it nobody hears that the relay to Slack "
        "is broken (ADR M7).\n"
        "  Fix: pulumi config set --path 'triflow-ai:monitoring.email' "
        "tech-lead@triflow-ai.com -s prod"
    )


@pytest.mark.clause("M7")
@pytest.mark.parametrize(
    "email", ["tech-lead", "a@b", "tech-lead@company.com", "me@example.com", "a b@triflow-ai.com"]
)
def test_an_address_is_somebodys(email: str) -> None:
    """The record's own example belongs to another company."""
    assert refusal("prod", {"monitoring": {"email": email}}) == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        f"triflow-ai:monitoring.email is {email!r}; allowed: an e-mail address that somebody "
        "reads, such as tech-lead@triflow-ai.com.\n"
        "  Fix: pulumi config set --path 'triflow-ai:monitoring.email' "
        "tech-lead@triflow-ai.com -s prod"
    )


@pytest.mark.clause("F3")
@pytest.mark.parametrize("limit", [0, 10_001, "much"])
def test_a_budget_is_whole_dollars(limit: object) -> None:
    """A budget of nothing would warn every day."""
    assert "triflow-ai:budget.monthlyUsd is " in refusal("dev", {"budget": {"monthlyUsd": limit}})


@pytest.mark.clause("F3")
def test_a_budget_has_no_default() -> None:
    """Each environment has its own."""
    assert "triflow-ai:budget.monthlyUsd is missing" in refusal("dev", {"budget": None})


@pytest.mark.clause("X1", "X2")
@pytest.mark.parametrize("feature", ["cache", "waf"])
def test_a_switch_is_true_or_false(feature: str) -> None:
    """And nothing that reads like it."""
    assert refusal("prod", {feature: {"enabled": "on"}}) == (
        "Pulumi.prod.yaml has 1 mistake, so nothing was planned.\n"
        f"triflow-ai:{feature}.enabled is 'on'; allowed: true or false.\n"
        f"  Fix: pulumi config set --path 'triflow-ai:{feature}.enabled' false -s prod"
    )
