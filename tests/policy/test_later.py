"""What the record puts off (ADR X1, X2): on and decided, the whole pack lets it pass."""

import datetime as dt

import pytest

from policy import monitoring_figures
from tests.policy.recorded import judged
from tests.program.recorder import record

APRIL = dt.date(2026, 4, 1)
MAIN = ("prod", "staging", "dev")


@pytest.mark.clause("X1", "X2")
@pytest.mark.parametrize("stack", MAIN)
@pytest.mark.parametrize(
    ("feature", "decision"), [("cache", "CACHE_DECIDED"), ("waf", "FIREWALL_DECIDED")]
)
def test_a_day_of_decision_and_a_line_of_settings_are_enough(
    stack: str, feature: str, decision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The chain of security groups has its fourth link, and the inventory expects it."""
    monkeypatch.setattr(monitoring_figures, decision, APRIL)

    outcome = judged(record(stack, config={feature: {"enabled": True}}))

    assert [v.message for v in outcome.verdicts if v.is_violation] == []


@pytest.mark.clause("X1", "X2")
@pytest.mark.parametrize("feature", ["cache", "waf"])
def test_a_line_of_settings_alone_is_refused(feature: str) -> None:
    """A feature that costs money every month is a decision, not a switch."""
    outcome = judged(record("prod", config={feature: {"enabled": True}}))

    assert {v.check.id for v in outcome.verdicts if v.is_violation} == {"resource-type-covered(c)"}
