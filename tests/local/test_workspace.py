"""The local room of a clone: the engine's environment, and what is never written where."""

import json
import os
import stat
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from local.aws.server import Server
from local.engine.locate import Engine
from local.errors import LocalError
from local.workspace import Workspace

SERVER = Server("http://127.0.0.1:5000", 1, "epoch-of-today")
ENGINE = Engine(Path("/engine/bin/pulumi"), "3.259.0", "built")
COMMITTED = "# why\nconfig:\n  shop:size: 3 # a comment\n"


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Give a clone with one project; the engine's `stack init` writes a state with a salt."""
    (tmp_path / "Pulumi.yaml").write_text("name: shop\nruntime: python\n")
    (tmp_path / "Pulumi.prod.yaml").write_text(COMMITTED)
    room = Workspace(tmp_path)

    def init(command: Sequence[str], cwd: Path, **_: object) -> "subprocess.CompletedProcess[str]":
        assert command[1:3] == ["stack", "init"]
        assert cwd.is_relative_to(room.home), "the committed settings would get the salt"
        write_state(room, command[3])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(subprocess, "run", init)
    return room


def write_state(room: Workspace, stack: str, *resources: dict[str, Any]) -> None:
    """Write a state file as the engine's file backend does."""
    folder = room.states / ".pulumi" / "stacks" / "shop"
    folder.mkdir(parents=True, exist_ok=True)
    secrets = {"type": "passphrase", "state": {"salt": f"v1:salt-of-{stack}"}}
    latest = {"resources": list(resources), "secrets_providers": secrets}
    state = {"version": 3, "checkpoint": {"latest": latest}}
    (folder / f"{stack}.json").write_text(json.dumps(state))


def environment(room: Workspace, stack: str | None = "prod") -> dict[str, str]:
    """Return the environment of a command in the clone's project."""
    return room.environment(ENGINE, SERVER, room.root, stack)


def test_the_engine_finds_the_local_provider_before_any_other(clone: Workspace) -> None:
    """The provider's folder stands first on PATH, the engine's own second."""
    first, second, *rest = environment(clone)["PATH"].split(os.pathsep)

    assert first.endswith("local/aws/bin")
    assert second == "/engine/bin"
    assert rest == os.environ["PATH"].split(os.pathsep)


def test_no_real_account_or_backend_reaches_a_local_command(
    clone: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A profile, a token, a selected stack of the user's: none is handed on."""
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "real")
    monkeypatch.setenv("PULUMI_STACK", "somebody/else/prod")
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://real")

    given = environment(clone)

    assert {name: value for name, value in given.items() if name.startswith("AWS_")} == {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    assert "PULUMI_ACCESS_TOKEN" not in given
    assert given["PULUMI_BACKEND_URL"] == f"file://{clone.states}?metadata=skip"
    assert given["PULUMI_STACK"] == "prod"


def test_bytecode_is_written_even_where_the_shell_forbids_it(
    clone: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without bytecode every preview takes twice as long."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")

    assert "PYTHONDONTWRITEBYTECODE" not in environment(clone)


def test_an_option_of_the_users_for_the_engine_stays(
    clone: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PULUMI_OPTION_PARALLEL is a wish about the engine, not a way to a real account."""
    monkeypatch.setenv("PULUMI_OPTION_PARALLEL", "4")

    assert environment(clone)["PULUMI_OPTION_PARALLEL"] == "4"


def test_the_engine_reads_a_copy_of_the_settings_with_the_local_salt(clone: Workspace) -> None:
    """The committed file stays as it was, to the comment."""
    copy = Path(environment(clone)["PULUMI_OPTION_CONFIG_FILE"])

    assert copy.is_relative_to(clone.home)
    assert yaml.safe_load(copy.read_text()) == {
        "encryptionsalt": "v1:salt-of-prod",
        "config": {"shop:size": 3},
    }
    assert (clone.root / "Pulumi.prod.yaml").read_text() == COMMITTED


def test_the_copy_follows_the_committed_settings(clone: Workspace) -> None:
    """A changed setting counts from the next command on."""
    environment(clone)
    (clone.root / "Pulumi.prod.yaml").write_text("config:\n  shop:size: 5\n")

    copy = Path(environment(clone)["PULUMI_OPTION_CONFIG_FILE"])

    assert yaml.safe_load(copy.read_text())["config"] == {"shop:size": 5}


def test_the_keys_of_a_real_account_stay_out_of_the_copy(clone: Workspace) -> None:
    """A stack whose secrets KMS guards in AWS runs locally under the local passphrase."""
    (clone.root / "Pulumi.prod.yaml").write_text(
        "secretsprovider: awskms://alias/x\nencryptedkey: abc\nconfig:\n  shop:size: 3\n"
    )

    copy = Path(environment(clone)["PULUMI_OPTION_CONFIG_FILE"])

    assert set(yaml.safe_load(copy.read_text())) == {"encryptionsalt", "config"}


def test_a_stack_without_settings_of_its_own_runs(clone: Workspace) -> None:
    """No Pulumi.<stack>.yaml is no mistake for the engine, and so none here."""
    copy = Path(environment(clone, "foundation")["PULUMI_OPTION_CONFIG_FILE"])

    assert yaml.safe_load(copy.read_text())["config"] == {}


def test_broken_settings_are_told_with_file_and_line(clone: Workspace) -> None:
    """A tab or a missing quote is one sentence."""
    path = clone.root / "Pulumi.prod.yaml"
    path.write_text("config:\n  shop:size: '3\n")

    with pytest.raises(LocalError) as failure:
        environment(clone)

    assert str(failure.value) == (
        "Pulumi.prod.yaml is not valid YAML, line 3. "
        f"Its settings are not known, so nothing was changed.\nFix: mend {path}"
    )


def test_a_project_without_a_name_is_told(clone: Workspace) -> None:
    """The state of a stack is kept under the project's name."""
    (clone.root / "Pulumi.yaml").write_text("runtime: python\n")

    with pytest.raises(LocalError, match=r"Pulumi\.yaml gives no project name"):
        environment(clone)


def test_the_passphrase_is_random_kept_and_private(clone: Workspace, tmp_path: Path) -> None:
    """Made once, readable by its owner only, different in each clone, never in the environment."""
    given = environment(clone)
    path = Path(given["PULUMI_CONFIG_PASSPHRASE_FILE"])
    first = path.read_text()
    other = Workspace(tmp_path / "other")
    other.root.mkdir()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Path(environment(clone)["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text() == first
    assert Path(environment(other, None)["PULUMI_CONFIG_PASSPHRASE_FILE"]).read_text() != first
    assert first not in given.values()


def test_a_missing_passphrase_is_told_while_there_is_state(clone: Workspace) -> None:
    """A new one would not open the old state: no silent replacement."""
    environment(clone)
    path = clone.home / "passphrase"
    path.unlink()

    with pytest.raises(LocalError) as failure:
        environment(clone)

    assert str(failure.value) == (
        f"The passphrase of the local stacks is missing ({path}). "
        "Without it their state cannot be decrypted.\n"
        "Fix: put the file back, or start from nothing: triflow local reset"
    )


def test_a_stack_that_cannot_be_made_is_told_in_the_engines_words(
    clone: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk while the stack is made is no traceback."""
    failed = subprocess.CompletedProcess("pulumi", 255, "", "error: no space left on device\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: failed)

    with pytest.raises(LocalError, match="could not be made: no space left on device"):
        environment(clone)


VPC = {"type": "aws:ec2/vpc:Vpc", "urn": "urn::vpc"}
ROOT = {"type": "pulumi:pulumi:Stack", "urn": "urn::stack"}


def test_a_state_that_was_made_in_an_earlier_server_is_known(clone: Workspace) -> None:
    """The epoch noted with the state is no longer the server's: what it lists is gone."""
    write_state(clone, "prod", ROOT, VPC)
    clone.remember_epoch(SERVER, clone.root, "prod")
    later = Server("http://127.0.0.1:5001", 2, "epoch-of-tomorrow")

    assert not clone.was_emptied(SERVER, clone.root, "prod")
    assert clone.was_emptied(later, clone.root, "prod")


def test_a_state_of_unknown_epoch_counts_as_made_earlier(clone: Workspace) -> None:
    """Refreshing once too often is harmless; trusting once too often is not."""
    write_state(clone, "prod", ROOT, VPC)

    assert clone.was_emptied(SERVER, clone.root, "prod")


@pytest.mark.parametrize("resources", [(), (ROOT, {"type": "pulumi:providers:aws", "urn": "p"})])
def test_a_stack_with_nothing_deployed_has_nothing_to_lose(
    clone: Workspace, resources: tuple[dict[str, str], ...]
) -> None:
    """The stack itself and its providers live in the state only."""
    write_state(clone, "prod", *resources)

    assert not clone.was_emptied(SERVER, clone.root, "prod")
    assert not clone.was_emptied(SERVER, clone.root, "never-made")
