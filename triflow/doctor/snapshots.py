"""What is asked about the weekly snapshot, and only of a stack that takes one (ADR D6)."""

from datetime import timedelta
from typing import Any, Final

from triflow.doctor.answers import Facts, NotApplicable

PLAN: Final = "aws:backup/plan:Plan"
LOOK_BACK: Final = timedelta(days=8)  # a week, and a day for a job that starts late


def asks(facts: Facts) -> dict[str, Any]:
    """Ask for the jobs of the last eight days over the database."""
    if not any(facts.deployed.named(PLAN)):
        raise NotApplicable(f"{facts.deployed.stack} takes no weekly snapshot")
    return {
        "ByResourceArn": facts.deployed.arn("database-instance"),
        "ByCreatedAfter": facts.now - LOOK_BACK,
    }
