"""The conditions of the rules are broken one by one, and the cases notice each.

What this does not prove: that a condition is right.
"""

from collections.abc import Callable

import pytest

from tests.policy.break_rules import HALVES, score

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("half", HALVES)
def test_a_broken_condition_is_noticed(
    half: str, record_property: Callable[[str, object], None]
) -> None:
    """`python -m tests.policy.break_rules WORD` tries those whose name begins with a word.

    What no case notices wants a case; where no case could tell, the code can do without it.
    """
    found = score(HALVES[half])

    record_property(
        "policy conditions broken",
        {"noticed": found.total - len(found.unnoticed), "not noticed": len(found.unnoticed)},
    )
    assert found.unnoticed == ()
