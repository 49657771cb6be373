"""The gate behind an update: what is recorded is judged when nothing is unknown any more."""

from typing import Any

import pytest

from tests.policy.recorded_state import a_state, the
from tests.triflow.stage import (
    StagedRunner,
    a_count,
    a_judgement,
    a_screen,
    a_step,
    a_summary,
    text_of,
)
from tests.triflow.stage import a_state as a_local_state
from triflow import gate, runner, up
from triflow.errors import Exit
from triflow.tally import Tally


def recorded(*, public: bool) -> list[dict[str, Any]]:
    """Return what production has recorded, its database public or not."""
    records = a_state("prod")
    the(records, "database-instance")["publiclyAccessible"] = public
    return records


def staged(*, public: bool) -> StagedRunner:
    """Return an engine that has brought production up, its database public or not."""
    made = a_step("create", "aws:rds/instance:Instance", "database-instance")
    events = [*made, a_summary(create=1), a_count(judged=5, unknown=3)]
    return StagedRunner({"prod": events}, states={"prod": a_local_state(*recorded(public=public))})


def test_an_update_is_done_when_what_it_left_behind_holds() -> None:
    """The counts are those of the gate: every rule answered, nothing left for later."""
    tally = Tally("prod")
    tally.feed(a_count(judged=5, unknown=3))

    assert gate.passes(recorded(public=False), tally)
    assert tally.counts is not None
    assert tally.counts.rules == 40
    assert tally.counts.judged > 1000
    assert tally.counts.unknown == 0


def test_an_update_that_left_a_broken_rule_behind_is_not_done(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A rule on the whole stack may first be answered here: the command fails and says which."""
    monkeypatch.setattr(runner, "start", lambda _tell: staged(public=True))
    console = a_screen()

    code = up.up("prod", console)

    screen = text_of(console)
    assert code == Exit.POLICY
    assert "✗ ADR D8  rds-not-public  prod  (critical, mandatory)" in screen
    assert "1 created" in screen
    assert "Stopped at prod." in screen


def test_what_update_and_gate_both_find_is_told_once() -> None:
    """They judge the same resource by the same rule."""
    tally = Tally("prod")
    gate.passes(recorded(public=True), tally)
    (found,) = [one for one in tally.violations if one.rule == "rds-not-public"]
    message = (
        f"[{found.rule}] ADR {found.clauses} ({found.severity}): {found.text}\nFix: {found.fix}"
    )

    tally.feed(a_judgement(message, found.level, found.resource))

    assert [one.rule for one in tally.violations].count("rds-not-public") == 1


def test_a_stack_without_a_state_has_nothing_to_be_judged() -> None:
    """A first update that made nothing."""
    assert gate.passes((), Tally("prod"))


def test_the_gate_sees_what_no_preview_shows() -> None:
    """Retain-on-delete stands in the recorded state only (ADR D7)."""
    records = a_state("prod")
    (database,) = [one for one in records if one["urn"].endswith("::database-instance")]
    tally = Tally("prod")

    database["retainOnDelete"] = False

    assert not gate.passes(records, tally)
    assert [one.rule for one in tally.violations if one.stops] == ["stateful-survives-removal(c)"]
