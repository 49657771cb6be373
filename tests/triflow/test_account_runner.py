"""The engine on an account, and the script of the guide: what they are called with."""

import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest

from local.engine.found import Engine
from tests.triflow.aws_stand_in import AwsStandIn
from triflow import account_runner, stacks
from triflow.account_runner import AccountRunner
from triflow.runner import Runner
from triflow.stacks import ROOT
from triflow.tally import Tally

PROD = stacks.chosen("prod")[0]
SCRIPT = ROOT / "scripts" / "deploy-aws.sh"


@pytest.fixture
def on_account(monkeypatch: pytest.MonkeyPatch) -> AccountRunner:
    """Give the runner of an account, whose engine is somewhere."""
    engine = SimpleNamespace(pulumi=Path("/engine/pulumi"))
    monkeypatch.setattr("triflow.account_runner.locate.ready", lambda: engine)
    found = account_runner.find(AwsStandIn({}, local=False).aws, lambda _line: None)
    assert isinstance(found, AccountRunner)
    return found


def test_an_update_of_an_account_has_the_shells_backend_and_always_the_pack(
    on_account: AccountRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Credentials and backend are the shell's; the pack is there even if the shell forgets it."""
    monkeypatch.setenv("AWS_PROFILE", "triflow-production")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://triflow-ai-state-123456789012")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PULUMI_OPTION_POLICY_PACK", raising=False)

    given = on_account.environment(PROD)

    assert given["AWS_PROFILE"] == "triflow-production"
    assert given["PULUMI_BACKEND_URL"] == "s3://triflow-ai-state-123456789012"
    assert given["PULUMI_STACK"] == "prod"
    assert given["PULUMI_OPTION_POLICY_PACK"] == str(ROOT / "policy")
    assert "PYTHONDONTWRITEBYTECODE" not in given
    assert "AWS_ENDPOINT_URL" not in given


def test_locks_and_state_of_an_account_are_left_alone(
    on_account: AccountRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They may be another's update under way; and an account is never gone."""
    monkeypatch.setattr(subprocess, "Popen", None)
    monkeypatch.setattr(subprocess, "run", None)

    assert on_account.settle(PROD, Tally("prod"))
    assert not on_account.aws_is_gone()


def test_the_local_aws_has_the_runner_of_the_clone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same verb, on the same state as `make up`."""
    engine = Engine(Path("/engine/pulumi"), "3.259.0", "built")
    monkeypatch.setattr("triflow.account_runner.locate.ready", lambda: engine)
    asked = AwsStandIn({}, local=True).aws

    found = account_runner.find(asked, lambda _line: None)

    assert isinstance(found, Runner)
    assert (found.engine, found.server, found.workspace.root) == (engine, asked.server, ROOT)


def scripted(root: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the guide's script in a project whose command line repeats what it is told."""
    command = root / ".venv" / "bin" / "triflow"
    command.parent.mkdir(parents=True)
    command.write_text('#!/bin/sh\necho "$@"\n')
    command.chmod(0o755)
    (root / "scripts").mkdir()
    script = shutil.copy2(SCRIPT, root / "scripts")
    return subprocess.run(  # noqa: S603 - our own script
        [script, *arguments], cwd="/", capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("environment", "stack"), [("production", "prod"), ("prod", "prod"), ("staging", "staging")]
)
def test_the_guides_script_is_a_line_over_the_verb(
    tmp_path: Path, environment: str, stack: str
) -> None:
    """The guide calls production what the stacks call prod (problem 11)."""
    done = scripted(tmp_path, environment, "1.0.1")

    assert done.stdout == f"deploy 1.0.1 --stack {stack} --wait\n"


def test_the_guides_script_without_a_tag_says_how_it_is_called(tmp_path: Path) -> None:
    """And exit code 2."""
    done = scripted(tmp_path, "production")

    assert done.returncode == 2
    assert done.stderr.startswith("usage: ")
    assert done.stderr.endswith("production|staging|dev TAG\n")
