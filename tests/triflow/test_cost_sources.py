"""Where the resources come from that `triflow cost` prices: previews and what is committed."""

import json
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from tests.triflow.stage import StagedRunner
from triflow import aws
from triflow.cost import sources
from triflow.errors import TriflowError
from triflow.stacks import ROOT

VPC = {"urn": "urn:pulumi:prod::p::aws:ec2/vpc:Vpc::v", "type": "aws:ec2/vpc:Vpc", "custom": True}
STEPS = {"steps": [{"op": "same", "newState": VPC}, {"op": "delete", "oldState": VPC}]}
REFUSED = {
    "diagnostics": [
        {"severity": "warning", "message": "using pulumi-resource-aws from PATH"},
        {
            "severity": "error",
            "message": "error: Pulumi.prod.yaml has 1 mistake.\n  natGateways is two.\nFix: single",
        },
    ]
}


class Engine:
    """Stands in for subprocess: keeps what it was asked, answers what it was told to."""

    def __init__(self, code: int, stdout: Any, stderr: Any = "") -> None:  # noqa: ANN401
        self.answer = subprocess.CompletedProcess([], code, stdout, stderr)
        self.settings: dict[str, Any] = {}
        self.environment: dict[str, str] = {}
        self.command: list[str] = []

    def __call__(self, command: list[str], **given: Any) -> Any:  # noqa: ANN401
        """Read the settings while they are there."""
        self.command = [str(word) for word in command]
        self.environment = given.get("env", {})
        if sources.CONFIG_FILE in self.environment:
            copy = Path(self.environment[sources.CONFIG_FILE])
            self.settings = yaml.safe_load(copy.read_text())
        return self.answer


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one stack file."""
    settings = {"config": {"triflow-ai:network": {"vpcCidr": "10.0.0.0/16", "natGateways": 1}}}
    (tmp_path / "Pulumi.prod.yaml").write_text(yaml.safe_dump(settings))
    return tmp_path


@pytest.fixture
def local(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> StagedRunner:
    """The local AWS runs, and keeps a stack's key in a copy of its settings."""
    copy = tmp_path / "copy.yaml"
    copy.write_text("encryptionsalt: v1:salt")
    staged = StagedRunner({})
    staged.engine = SimpleNamespace(pulumi="pulumi")  # type: ignore[attr-defined]
    staged.environment = lambda _stack: {  # type: ignore[attr-defined]
        sources.CONFIG_FILE: str(copy),
        sources.PACK: "policy",
    }
    monkeypatch.setattr(aws, "find", lambda: SimpleNamespace(server="here"))
    monkeypatch.setattr("triflow.account_runner.find", lambda _aws, _tell: staged)
    return staged


def asked(monkeypatch: pytest.MonkeyPatch, engine: Engine) -> Engine:
    """Put the stand-in where a command would be run."""
    monkeypatch.setattr("triflow.cost.sources.subprocess.run", engine)
    return engine


@pytest.mark.usefixtures("local")
def test_a_preview_gives_what_there_would_be(
    monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    """Settings are laid over a copy; the policies, which judge what is done, are not asked."""
    engine = asked(monkeypatch, Engine(0, json.dumps(STEPS)))

    found = sources.previewed("prod", {"network": {"natGateways": "per-az"}}, project)

    assert [each.type for each in found] == ["aws:ec2/vpc:Vpc"]
    assert engine.settings == {
        "config": {"triflow-ai:network": {"vpcCidr": "10.0.0.0/16", "natGateways": "per-az"}},
        "encryptionsalt": "v1:salt",
    }
    assert sources.PACK not in engine.environment
    assert engine.command[1:] == [
        *("preview", "--json", "--show-sames", "--non-interactive", "-s", "prod")
    ]
    assert "natGateways: 1" in (project / "Pulumi.prod.yaml").read_text()


@pytest.mark.usefixtures("local")
@pytest.mark.parametrize(
    ("stdout", "stderr", "reason"),
    [
        (json.dumps(REFUSED), "", "Pulumi.prod.yaml has 1 mistake. natGateways is two."),
        ("", "error: no stack named prod", "no stack named prod"),
        ("{}", "error: nothing", "nothing"),
    ],
)
def test_what_the_program_refuses_is_told_in_its_words(
    monkeypatch: pytest.MonkeyPatch, project: Path, stdout: str, stderr: str, reason: str
) -> None:
    """Without its advice, which is about the stack file."""
    asked(monkeypatch, Engine(255, stdout, stderr))

    with pytest.raises(TriflowError) as refused:
        sources.previewed("prod", {}, project)

    assert str(refused.value) == (
        f"prod cannot be so: {reason} Nothing is priced.\n"
        "Fix: wish for something that the program takes"
    )


def test_a_preview_against_an_emptied_aws_is_refused(local: StagedRunner, project: Path) -> None:
    """It would compare with what is not there any more."""
    local.emptied = {"prod"}

    with pytest.raises(TriflowError, match="The local AWS was restarted"):
        sources.previewed("prod", {}, project)


def test_in_an_account_the_stacks_own_file_and_backend_are_used(
    monkeypatch: pytest.MonkeyPatch, project: Path
) -> None:
    """Its key is in the stack file; the shell says which backend and which account."""
    monkeypatch.setattr(aws, "find", lambda: SimpleNamespace(server=None))
    monkeypatch.setattr("triflow.account_runner.locate.ready", lambda: SimpleNamespace(pulumi="p"))
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://state")
    monkeypatch.delenv(sources.CONFIG_FILE, raising=False)
    engine = asked(monkeypatch, Engine(0, json.dumps(STEPS)))

    sources.previewed("prod", {}, project)

    assert engine.environment["PULUMI_BACKEND_URL"] == "s3://state"
    assert "encryptionsalt" not in engine.settings


def test_what_is_committed_is_unpacked_beside_this_checkouts_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The other program runs on its own files and on the same libraries."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("Pulumi.yaml", "name: triflow-ai")
    asked(monkeypatch, Engine(0, packed.getvalue(), b""))

    with sources.committed("main") as root:
        found = {entry.name for entry in root.iterdir()}
        leads_to = (root / ".venv").readlink()

    assert found == {"Pulumi.yaml", ".venv"}
    assert leads_to == ROOT / ".venv"
    assert not root.exists()


def test_a_checkout_without_that_branch_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a shallow clone of a pull request."""
    asked(monkeypatch, Engine(128, b"", b"fatal: not a valid object name: main"))

    with pytest.raises(TriflowError) as refused, sources.committed("main"):
        pass

    assert str(refused.value) == (
        "What main has committed cannot be read: not a valid object name: main. "
        "There is nothing to compare with.\n"
        "Fix: git fetch origin main:main   (or: --compare deployed)"
    )


def test_a_machine_without_git_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a container that holds the files only."""

    def missing(*_: object, **__: object) -> None:
        raise FileNotFoundError

    monkeypatch.setattr("triflow.cost.sources.subprocess.run", missing)

    with pytest.raises(TriflowError, match="git is not installed"), sources.committed("main"):
        pass
