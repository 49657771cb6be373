"""`triflow cost` with a wish, or beside another month: whole screens on recorded stacks."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from cost.resources import UNKNOWN, Resource
from tests.cost.recorded import a_stack
from tests.triflow.stage import a_screen, text_of
from triflow.cost import month, sources, whatif
from triflow.cost.whatif import WhatIf
from triflow.errors import TriflowError
from triflow.stacks import ROOT

MAIN = Path("main")
Asked = list[tuple[str, Mapping[str, Any], Path]]


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """All stacks are up; the program is previewed by its recorder, main as it is deployed."""
    previews: Asked = []

    def preview(name: str, settings: Mapping[str, Any], root: Path = ROOT) -> tuple[Resource, ...]:
        previews.append((name, settings, root))
        return a_stack(name, over=json.dumps(settings))

    @contextmanager
    def main(branch: str) -> Iterator[Path]:
        assert branch == "main"
        yield MAIN

    monkeypatch.setattr(sources, "deployed", a_stack)
    monkeypatch.setattr(sources, "previewed", preview)
    monkeypatch.setattr(sources, "committed", main)
    return previews


def told(name: str, **options: Any) -> str:  # noqa: ANN401 - the options of the verb
    """Return the whole screen without blanks at line ends."""
    console = a_screen()
    month.cost(name, console, **options)
    return "\n".join(line.rstrip() for line in text_of(console).splitlines())


@pytest.mark.clause("F2")
def test_a_reservation_stands_for_the_instance_once(snapshot: SnapshotAssertion) -> None:
    """The hourly line goes, a twelfth of the payment comes; the payment is told beside it."""
    assert told("prod", wish=WhatIf(reserve="1yr")) == snapshot


@pytest.mark.clause("F2")
def test_a_reservation_for_what_sleeps_at_night_is_a_loss(snapshot: SnapshotAssertion) -> None:
    """It is paid for all hours; staging's database runs 44 % of them."""
    assert told("staging", wish=WhatIf(reserve="1yr")) == snapshot


def test_a_second_gateway_cache_and_firewall_are_asked_of_the_program(
    asked: Asked, snapshot: SnapshotAssertion
) -> None:
    """Which resources they are made of, only the program knows."""
    screen = told("prod", wish=whatif.wished("", "per-az", "", 0, "cache,waf"))

    settings = {
        "network": {"natGateways": "per-az"},
        "cache": {"enabled": True},
        "waf": {"enabled": True},
    }
    assert asked == [("prod", settings, ROOT)]
    assert screen == snapshot


def test_shorter_hours_cost_less(asked: Asked, snapshot: SnapshotAssertion) -> None:
    """Of tasks and database; the gateway does not sleep."""
    screen = told("staging", wish=WhatIf(hours="09:00-19:00 Mon-Fri"))

    assert asked == [("staging", {"schedule": {"hours": "09:00-19:00 Mon-Fri"}}, ROOT)]
    assert screen == snapshot


def test_a_wish_about_a_stack_that_is_not_up_is_told_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The program can be asked before anything is there; only a comparison cannot be made."""

    def nothing(name: str) -> tuple[Resource, ...]:
        raise TriflowError(f"{name} is not up in the local AWS.", "x", "y")

    monkeypatch.setattr(sources, "deployed", nothing)

    screen = told("prod", wish=WhatIf(nat="per-az"))

    assert screen.startswith("prod, if: NAT gateways per-az\nlayer")
    assert "A month of prod: KRW 558," in screen
    with pytest.raises(TriflowError, match="prod is not up"):
        told("prod", wish=WhatIf(tasks=4))


def test_more_tasks_are_more_of_what_scaling_adds(asked: Asked) -> None:
    """A figure of the estimate: no program is asked."""
    screen = told("prod", wish=WhatIf(tasks=4))

    assert asked == []
    assert "+50.98  compute: vCPU, added by scaling" in screen
    assert "A month of prod: KRW 578,266, KRW 80,826 more than deployed." in screen


@pytest.mark.parametrize("tasks", [1, 6])
def test_tasks_that_scaling_would_not_run_are_refused(tasks: int) -> None:
    """They would be held at a limit, and the answer would be to another question."""
    with pytest.raises(TriflowError) as refused:
        told("prod", wish=WhatIf(tasks=tasks))

    assert str(refused.value) == (
        f"prod: scaling allows 2 to 5 tasks, not {tasks}. Nothing is priced.\n"
        f"Fix: pulumi config set --path triflow-ai:compute.maxTasks {tasks} -s prod"
        "   (or name a number within)"
    )


def test_limits_that_are_not_known_yet_refuse_nobody() -> None:
    """Before the first update a limit may come from AWS."""
    target = Resource("urn", whatif.TARGET, {"minCapacity": UNKNOWN, "maxCapacity": 5})

    assert whatif.book_for(WhatIf(tasks=9), "prod", (target,)).parameter("avg_tasks", "prod") == 9


@pytest.mark.parametrize(
    ("wish", "fix"),
    [
        (("", "two", "", 0, ""), "Fix: --nat per-az   (it knows single, per-az)"),
        (("", "", "", 0, "cache,redis"), "Fix: --enable waf   (it knows cache, waf)"),
    ],
)
def test_a_word_that_no_setting_knows_is_a_sentence(wish: Any, fix: str) -> None:  # noqa: ANN401
    """It says which words there are."""
    with pytest.raises(TriflowError) as refused:
        whatif.wished(*wish)

    assert str(refused.value).splitlines()[-1] == fix


@pytest.mark.parametrize(
    ("stack", "term", "reason"),
    [
        ("prod", "3yr", "A reservation for 3yr has no price here."),
        ("foundation", "1yr", "foundation has no database."),
    ],
)
def test_a_reservation_without_price_or_database_is_a_sentence(
    stack: str, term: str, reason: str
) -> None:
    """No other term's price is taken for it."""
    with pytest.raises(TriflowError, match=reason):
        told(stack, wish=WhatIf(reserve=term))


def test_two_stacks_are_compared_by_layer_and_by_line(snapshot: SnapshotAssertion) -> None:
    """The largest differences first, smaller ones counted."""
    assert told("prod", compare="staging") == snapshot


def test_this_checkout_is_compared_with_what_main_has_committed(asked: Asked) -> None:
    """Both programs are previewed, each with its own stack file."""
    screen = told("dev", compare="main")

    assert asked == [("dev", {}, ROOT), ("dev", {}, MAIN)]
    assert screen.endswith("A month of dev: KRW 76,396, no other cost than main.")


def test_this_checkout_is_compared_with_what_is_deployed(asked: Asked) -> None:
    """What `make up` would change of the cost."""
    screen = told("dev", compare="deployed")

    assert asked == [("dev", {}, ROOT)]
    assert screen.endswith("no other cost than deployed.")


def test_a_stack_that_does_not_exist_cannot_be_compared_with() -> None:
    """It is named, with those that there are."""
    with pytest.raises(TriflowError, match="There is no stack called qa"):
        told("prod", compare="qa")


def test_scripts_read_the_difference() -> None:
    """In dollars, with all places; null where nothing is compared."""
    apart = json.loads(told("prod", compare="staging", form="json"))
    alone = json.loads(told("prod", form="json"))

    assert round(float(apart["differenceUsd"]), 2) == 260.35
    assert alone["differenceUsd"] is None
