"""The conditions of the rules are broken one by one, and the cases notice.

What this does not prove: that a condition is right. A breakage nobody notices stands in
unnoticed.yaml, with what is known of it; a new one fails here.
"""

from collections.abc import Callable

import pytest

from tests.policy.break_rules import HALVES, known, score

pytestmark = pytest.mark.thorough


@pytest.mark.parametrize("half", HALVES)
def test_a_broken_condition_is_noticed_or_known(
    half: str, record_property: Callable[[str, object], None]
) -> None:
    """`python -m tests.policy.break_rules` names the new ones, and those noticed by now.

    One that is noticed must leave the list: it would hide the next hole.
    """
    found = score(HALVES[half])

    noticed = found.total - len(found.unnoticed)
    record_property(
        "policy conditions broken",
        {"noticed": noticed, "not noticed and listed": len(found.unnoticed)},
    )
    listed = {key for keys in known().values() for key in keys if key.startswith(HALVES[half])}
    assert sorted(set(found.unnoticed) - listed) == []
    assert sorted(listed - set(found.unnoticed)) == []
