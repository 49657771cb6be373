"""`triflow cost`: whole screens, with the recorded stacks as the state that is up."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from local.aws.server import Server
from local.state import State
from local.workspace import Workspace
from tests.cost.recorded import a_stack
from tests.triflow.stage import a_screen, text_of
from triflow.cost import month, prices
from triflow.errors import Exit, TriflowError

A_SERVER = Server("http://127.0.0.1:5999", 1, "mark")
SOME_DAY = date(2026, 11, 22)
# Registered by the engine itself, for references to other stacks; no program shows it.
ENGINES_OWN = {
    "urn": "urn:pulumi:prod::triflow-ai::pulumi:providers:pulumi::default",
    "type": "pulumi:providers:pulumi",
    "custom": True,
}


def as_state(name: str) -> State:
    """Return a recorded stack as the engine's state file would list it."""
    listed: tuple[dict[str, Any], ...] = tuple(
        {
            "urn": each.urn,
            "type": each.type,
            "inputs": dict(each.inputs),
            "parent": each.parent,
            "custom": each.custom,
            "propertyDependencies": {key: list(urns) for key, urns in each.feeds.items()},
        }
        for each in a_stack(name)
    )
    return State((*listed, ENGINES_OWN), pending=0, salt="")


def set_day(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    """Make it that day."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Clock":  # noqa: ANN401 - the library's signature
            assert tz is UTC
            return cls(day.year, day.month, day.day, tzinfo=tz)

    for verb in (month, prices):
        monkeypatch.setattr(verb, "datetime", Clock)


@pytest.fixture(autouse=True)
def all_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """All stacks are up, on the day on which the prices were checked."""
    set_day(monkeypatch, SOME_DAY)
    monkeypatch.setattr(Workspace, "state", lambda _self, _project, stack: as_state(stack))
    monkeypatch.setattr(Workspace, "was_emptied", lambda *_: False)
    monkeypatch.setattr("triflow.aws.local_aws.find", lambda _home: A_SERVER)


def told(name: str, **options: Any) -> str:  # noqa: ANN401 - the options of the verb
    """Return the whole screen without blanks at line ends."""
    console = a_screen()
    assert month.cost(name, console, **options) == Exit.DONE
    return "\n".join(line.rstrip() for line in text_of(console).splitlines())


@pytest.mark.parametrize("stack", ["prod", "dev", "foundation"])
def test_a_month_fits_one_screen(stack: str, snapshot: SnapshotAssertion) -> None:
    """Layers, sum, tax, worst case, budget, record and the largest lines."""
    screen = told(stack)

    assert len(screen.splitlines()) < 24
    assert screen == snapshot


def test_a_layer_is_explained_line_by_line(snapshot: SnapshotAssertion) -> None:
    """Every line with its formula, its source and the day of its price; `db` means data."""
    assert told("prod", layer="db") == snapshot


def test_a_layer_that_does_not_exist_is_a_sentence() -> None:
    """It names the layers that there are."""
    with pytest.raises(TriflowError) as refused:
        told("prod", layer="backend")

    assert str(refused.value) == (
        "prod has no layer called backend that costs something. Nothing is explained.\n"
        "Fix: name one of compute, data, edge, monitoring, network, storage"
    )


def test_scripts_read_every_line() -> None:
    """The dollars of the lines are the sum, with all their places."""
    content: dict[str, Any] = json.loads(told("prod", form="json"))

    assert sum(float(line["usd"]) for line in content["lines"]) == pytest.approx(
        float(content["usd"])
    )
    assert all(line["unit"] and line["sources"] for line in content["lines"])
    assert content["stalePrices"] == []


def test_a_pull_request_reads_a_table() -> None:
    """The last row is the sum; no row is broken over two lines."""
    rows = told("dev", form="md").splitlines()

    assert all(row.startswith("|") and row.endswith("|") for row in rows)
    assert rows[-1].startswith("| **dev** |")


def test_prices_that_were_checked_long_ago_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """After 180 days a figure may be wrong; on the day itself it is not."""
    set_day(monkeypatch, date(2027, 5, 21))
    in_time = told("dev")
    set_day(monkeypatch, date(2027, 5, 22))
    late = told("dev")

    assert "checked more than" not in in_time
    assert "prices were checked more than 180 days ago: fargate_x86_vcpu," in late
    assert "Fix: hold them against the price list, then write figure and day into" in late


def test_a_stack_that_is_not_up_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty state would otherwise cost nothing."""
    monkeypatch.setattr(Workspace, "state", lambda *_: None)

    with pytest.raises(TriflowError) as refused:
        told("staging")

    assert str(refused.value) == (
        "staging is not up in the local AWS. There is nothing to look at.\n"
        "Fix: make up STACK=staging   (in an account: "
        "PULUMI_OPTION_POLICY_PACK=$PWD/policy pulumi up -s staging)"
    )


def test_a_stack_of_free_things_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after an update that stopped early: there is no largest line to name."""
    vpc = {"urn": "urn:pulumi:dev::p::aws:ec2/vpc:Vpc::v", "type": "aws:ec2/vpc:Vpc"}
    state = State(({**vpc, "custom": True},), pending=0, salt="")
    monkeypatch.setattr(Workspace, "state", lambda *_: state)

    assert told("dev") == "Nothing that dev has so far costs anything."


def test_a_type_without_a_price_is_no_sum_but_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a resource hears here that it has no price yet."""
    urn = "urn:pulumi:dev::triflow-ai::aws:redshift/cluster:Cluster::warehouse"
    unheard = {"urn": urn, "type": "aws:redshift/cluster:Cluster", "custom": True}
    state = State((*as_state("dev").resources, unheard), pending=0, salt="")
    monkeypatch.setattr(Workspace, "state", lambda *_: state)

    with pytest.raises(TriflowError, match="nothing says what aws:redshift/cluster:Cluster costs"):
        told("dev")


@pytest.mark.parametrize(
    ("day", "code", "words"),
    [
        (date(2026, 11, 23), Exit.DONE, "checked on 2026-11-22, 1 days ago"),
        (date(2027, 5, 21), Exit.DONE, "180 days ago"),
        (date(2027, 5, 22), Exit.FAILED, "62 prices were checked more than 180 days ago"),
    ],
)
def test_how_old_the_prices_are_is_a_command(
    monkeypatch: pytest.MonkeyPatch, day: date, code: Exit, words: str
) -> None:
    """Its exit code is for a scheduled run."""
    set_day(monkeypatch, day)
    console = a_screen()

    assert prices.prices(console) == code
    assert words in " ".join(text_of(console).split())
