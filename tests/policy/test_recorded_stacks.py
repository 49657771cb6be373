"""The pack over what the real programs register: not one false alarm.

What this does not prove: the provider's own check, which may convert inputs before a rule sees
them. That is seen with the real engine, in tests/end_to_end.
"""

import pytest

from policy.tables import INVENTORY, TAGGABLE
from tests.policy.recorded import judged, resources
from tests.program.recorder import STACKS, record

PHASES = pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])


@PHASES
@pytest.mark.parametrize("stack", STACKS)
def test_the_real_stacks_raise_no_alarm(stack: str, preview: bool) -> None:  # noqa: FBT001
    """Neither a first preview nor an update of any stack is reported by any rule."""
    outcome = judged(record(stack, preview=preview))

    assert [v.message for v in outcome.verdicts if v.is_violation] == []


@pytest.mark.parametrize("stack", STACKS)
def test_nothing_is_left_open_by_a_first_preview(stack: str) -> None:
    """The program writes plainly whatever a rule has to read, so a preview judges everything."""
    outcome = judged(record(stack, preview=True))

    assert outcome.open == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_kind_that_carries_tags_is_asked_for_them(stack: str) -> None:
    """A kind that the program tags is in the table of kinds that need tags."""
    tagged = {r.token for r in resources(record(stack)) if not r["tags"].is_missing}

    assert tagged - TAGGABLE - {"pulumi:providers:aws"} == set()


def test_production_has_everything_that_staging_has() -> None:
    """What is tried in staging exists in production, which has its snapshots besides."""
    assert set(INVENTORY["staging"]) <= set(INVENTORY["prod"])
