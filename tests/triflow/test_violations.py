"""The pack's messages, taken apart."""

from decimal import Decimal

import pytest

from tests.triflow.stage import a_count, a_judgement, a_price
from triflow import violations
from triflow.violations import Counts, Month, Violation


def test_a_message_of_the_pack_is_taken_apart() -> None:
    """Rule, clauses, severity, text and remedy are found behind the policy's description."""
    message = (
        "[nat-count] ADR N2, F1 (medium): prod has 2 (two) gateways. It costs twice.\nFix: one"
    )

    read = violations.read(a_judgement(message, resource="net-nat")["policyEvent"])

    assert read == Violation(
        rule="nat-count",
        clauses="N2, F1",
        severity="medium",
        level="mandatory",
        resource="net-nat",
        text="prod has 2 (two) gateways. It costs twice.",
        fix="one",
    )


def test_a_remedy_of_several_lines_is_kept_whole() -> None:
    """The remedy ends with the message, not with its first line."""
    message = "[a-b(c)] ADR S7 (high): open.\nFix: close it,\nthen lock it"

    read = violations.read(a_judgement(message)["policyEvent"])

    assert isinstance(read, Violation)
    assert (read.rule, read.fix) == ("a-b(c)", "close it,\nthen lock it")


@pytest.mark.parametrize(("level", "stops"), [("mandatory", True), ("advisory", False)])
def test_only_a_mandatory_violation_stops(level: str, stops: bool) -> None:  # noqa: FBT001
    """Advice is shown and does not stand in the way."""
    read = violations.read(a_judgement("[r] ADR N1 (low): x.\nFix: y", level)["policyEvent"])

    assert isinstance(read, Violation)
    assert read.stops is stops


def test_the_summary_is_a_count_and_no_violation() -> None:
    """A figure that the pack leaves out counts as none."""
    assert violations.read(a_count()["policyEvent"]) == Counts(40, 30, 0, 1, 4)


def test_the_estimate_is_a_month_and_no_violation() -> None:
    """In the pack's own words, and as dollars to reckon with."""
    assert violations.read(a_price("1,382.65")["policyEvent"]) == Month(
        "A month of prod: USD 1,382.65 (KRW 1), ceiling USD 440 (ADR F1).", Decimal("1382.65")
    )


def test_a_message_of_another_pack_is_shown_as_it_is() -> None:
    """What cannot be taken apart is not lost: name of the policy and the whole text."""
    read = violations.read(a_judgement("no format at all")["policyEvent"])

    assert isinstance(read, Violation)
    assert read.rule == "resource-mandatory"
    assert read.text.endswith("no format at all")
