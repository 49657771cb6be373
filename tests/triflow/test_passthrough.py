"""`triflow local pulumi`: whether a stack's state is about the local AWS that runs."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from local.aws.server import Server
from local.engine.locate import Engine
from local.workspace import Workspace
from tests.triflow.stage import a_screen
from triflow import passthrough, runner, stacks
from triflow.errors import Exit, TriflowError
from triflow.runner import Runner

(PROD,) = stacks.chosen("prod")
HERE = Server("http://127.0.0.1:5000", 1, "this one")
LATER = Server("http://127.0.0.1:5001", 2, "a later one")
BROKEN = 255
VPC = {"type": "aws:ec2/vpc:Vpc", "urn": "urn:pulumi:prod::triflow-ai::aws:ec2/vpc:Vpc::vpc"}


@pytest.fixture
def clone(tmp_path: Path) -> Workspace:
    """Give a clone that has a project, and nothing of it up."""
    (tmp_path / "Pulumi.yaml").write_text("name: triflow-ai\nruntime: python\n")
    return Workspace(tmp_path)


@pytest.fixture
def pulumi(
    clone: Workspace, monkeypatch: pytest.MonkeyPatch
) -> Callable[[Server, Sequence[str], int], int]:
    """Give the verb, on a local AWS, with an engine that records a VPC and ends with a code."""

    def records(running: Runner, _stack: object, _arguments: Sequence[str]) -> int:
        file = running.workspace.states / ".pulumi" / "stacks" / "triflow-ai" / "prod.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps({"checkpoint": {"latest": {"resources": [VPC]}}}))
        return codes[-1]

    def run(server: Server, arguments: Sequence[str], code: int) -> int:
        codes.append(code)
        engine = Engine(Path("/engine/pulumi"), "3.259.0", "built")
        running = Runner(engine=engine, server=server, workspace=clone, tell=lambda _: None)
        monkeypatch.setattr(runner, "start", lambda _tell: running)
        return passthrough.pulumi([*arguments, "-s", "prod"], a_screen())

    codes: list[int] = []
    monkeypatch.setattr(passthrough, "_run", records)
    return run


def test_what_a_failing_first_update_made_is_in_this_local_aws(
    pulumi: Callable[[Server, Sequence[str], int], int],
) -> None:
    """The next command goes on from there; nobody restarted anything."""
    assert pulumi(HERE, ["up", "--yes"], BROKEN) == BROKEN

    assert pulumi(HERE, ["up", "--yes"], Exit.DONE) == Exit.DONE


def test_a_state_of_an_earlier_local_aws_is_refused(
    pulumi: Callable[[Server, Sequence[str], int], int],
) -> None:
    """What it lists is gone; a comparison with it would be about nothing."""
    pulumi(HERE, ["up", "--yes"], Exit.DONE)

    with pytest.raises(TriflowError, match="The local AWS was restarted"):
        pulumi(LATER, ["up", "--yes"], Exit.DONE)


def test_a_refresh_makes_it_true_again_and_only_if_it_went_through(
    pulumi: Callable[[Server, Sequence[str], int], int],
) -> None:
    """Half a refresh leaves things in the state that are gone."""
    pulumi(HERE, ["up", "--yes"], Exit.DONE)

    pulumi(LATER, ["refresh", "--yes"], BROKEN)
    with pytest.raises(TriflowError, match="The local AWS was restarted"):
        pulumi(LATER, ["preview"], Exit.DONE)
    pulumi(LATER, ["refresh", "--yes"], Exit.DONE)

    assert pulumi(LATER, ["preview"], Exit.DONE) == Exit.DONE


def test_a_look_does_not_make_a_state_true(
    pulumi: Callable[[Server, Sequence[str], int], int],
) -> None:
    """A preview with a refresh compares with what is there and records nothing."""
    pulumi(HERE, ["up", "--yes"], Exit.DONE)
    pulumi(LATER, ["preview", "--refresh"], Exit.DONE)

    with pytest.raises(TriflowError, match="The local AWS was restarted"):
        pulumi(LATER, ["up", "--yes"], Exit.DONE)
