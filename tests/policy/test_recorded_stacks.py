"""The pack over what the real programs register: not one false alarm.

What this does not prove: the provider's own check, which may convert inputs before a rule sees
them. That is seen with the real engine, in tests/end_to_end.
"""

from collections.abc import Callable

import pytest

from policy.tables import INVENTORY
from policy.tokens import SCHEDULE, SCHEDULE_GROUP, SCHEDULED_ACTION
from tests.policy.recorded import judged
from tests.program.recorder import STACKS, record

# Rules on what names a secret, whose ARN exists after the update only: documents, and containers.
WITH_SECRET_ARNS = {
    *("iam-least-privilege", "documents-well-formed", "iam-tenant-isolation"),
    *("no-plaintext-secret", "values-typed", "ecs-fargate-only", "ecs-image-pinned"),
    *("ecs-container-memory-fits-task", "ecs-logs-to-known-group", "ecs-roles-contract"),
    "ecs-port-contract",
}
PHASES = pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])


@pytest.mark.thorough
@PHASES
@pytest.mark.parametrize("stack", STACKS)
def test_the_real_stacks_raise_no_alarm(
    stack: str,
    preview: bool,  # noqa: FBT001
    record_property: Callable[[str, object], None],
) -> None:
    """Neither a first preview nor an update of any stack is reported by any rule."""
    outcome = judged(record(stack, preview=preview))

    raised = [v.message for v in outcome.verdicts if v.is_violation]
    record_property("policy false alarms", {"first preview" if preview else "update": len(raised)})
    assert raised == []


@pytest.mark.parametrize("stack", STACKS)
def test_a_first_preview_leaves_open_only_what_holds_a_managed_secrets_arn(stack: str) -> None:
    """The program writes plainly whatever a rule has to read; AWS alone names that secret."""
    outcome = judged(record(stack, preview=True))

    assert {check_id.split("(")[0] for check_id, _ in outcome.open} <= WITH_SECRET_ARNS


def test_production_has_everything_that_staging_has() -> None:
    """What is tried in staging exists in production, except what stops it at night (ADR E2)."""
    night_stop = {SCHEDULE, SCHEDULE_GROUP, SCHEDULED_ACTION}

    assert set(INVENTORY["staging"]) - night_stop <= set(INVENTORY["prod"])
