"""The conditions of the rules are broken one by one, and the cases notice.

What this does not prove: that a condition is right. A breakage nobody notices stands in
unnoticed.yaml, with what is known of it; a new one fails here.
"""

from collections.abc import Callable

from tests.policy.break_rules import known, score


def test_a_broken_condition_is_noticed_or_known(
    record_property: Callable[[str, object], None],
) -> None:
    """`python -m tests.policy.break_rules` names the new ones."""
    found = score()

    noticed = found.total - len(found.unnoticed)
    record_property(
        "policy",
        f"conditions broken {found.total}: noticed {noticed}, not noticed and listed "
        f"{len(found.unnoticed)}",
    )
    listed = {key for keys in known().values() for key in keys}
    assert sorted(set(found.unnoticed) - listed) == []
