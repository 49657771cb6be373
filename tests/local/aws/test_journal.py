"""What an interrupted run made is found again, and what the engine knows is never touched."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.aws.journal import Journal
from tests.local.aws.driver import Engine, configured

GROUP = "aws:ec2/securityGroup:SecurityGroup"
URN = "urn:pulumi:test::project::aws:ec2/vpc:Vpc::main"


def _groups(aws: Callable[[str], Any]) -> list[str]:
    filters = [{"Name": "description", "Values": ["journalled"]}]
    found = aws("ec2").describe_security_groups(Filters=filters)["SecurityGroups"]
    return [group["GroupId"] for group in found]


def test_a_killed_run_leaves_nothing_behind(
    engine: Engine, moto: str, aws: Callable[[str], Any]
) -> None:
    """Made, but never noted in the state: the next create of that URN deletes it first."""
    engine.up(GROUP, "group", {"description": "journalled"})
    lost = engine.state.pop("group")
    engine.provider = configured(moto)

    engine.up(GROUP, "group", {"description": "journalled"})

    assert _groups(aws) == [engine.state["group"].identity]
    assert engine.state["group"].identity != lost.identity


def test_create_before_delete_keeps_the_old_one(
    engine: Engine, moto: str, aws: Callable[[str], Any]
) -> None:
    """Diff has named the old id: the create of its replacement does not take it for a left-over."""
    engine.up(GROUP, "group", {"description": "journalled"})
    old = engine.state["group"]
    engine.provider = configured(moto)
    engine.diff(GROUP, "group", {**old.inputs, "description": "changed"})
    engine.state.clear()

    engine.up(GROUP, "group", {"description": "journalled"})

    assert sorted(_groups(aws)) == sorted([old.identity, engine.state["group"].identity])
    engine.state["old"], engine.tokens["old"] = old, GROUP


def test_a_line_is_open_until_the_engine_names_the_id(tmp_path: Path) -> None:
    """Intended, created, confirmed: only the last closes it, and only with the right id."""
    journal = Journal(tmp_path, "epoch")

    journal.intend(URN, "token")
    intended = journal.left(URN)
    journal.created(URN, "vpc-1")
    journal.confirm(URN, "vpc-2")
    created = Journal(tmp_path, "epoch").left(URN)
    journal.confirm(URN, "vpc-1")

    assert intended is not None
    assert intended.identity is None
    assert created is not None
    assert created.identity == "vpc-1"
    assert journal.left(URN) is None
    assert journal.known() == {"vpc-1"}


def test_a_restarted_server_has_an_empty_journal(tmp_path: Path) -> None:
    """Lines of another epoch tell of things that are gone with it."""
    Journal(tmp_path, "before").intend(URN, "token")

    assert Journal(tmp_path, "after").left(URN) is None
