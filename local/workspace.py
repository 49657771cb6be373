"""The room in which an unchanged Pulumi project runs locally: state, settings and environment.

Everything lies in `.local/` of the clone. The project's own files are only read: the engine is
given a copy of a stack's settings, into which it may write the key of the local secrets.
"""

import contextlib
import fcntl
import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from local import state
from local.errors import LocalError

if TYPE_CHECKING:
    from local.aws.server import Server
    from local.engine.locate import Engine

PROVIDER = Path(__file__).parent / "aws" / "bin"
# What would lead a local command to a real account, another backend or another stack.
FOREIGN = ("AWS_", "PULUMI_")
OPTION = "PULUMI_OPTION_"


@dataclass(frozen=True)
class Workspace:
    """The local room of one clone; `root` is the clone's folder, `home` its `.local`."""

    root: Path

    @property
    def home(self) -> Path:
        """Return the folder that holds all local state."""
        return self.root / ".local"

    @property
    def aws(self) -> Path:
        """Return the folder of the local AWS."""
        return self.home / "aws"

    @property
    def states(self) -> Path:
        """Return the folder of the engine's file backend."""
        return self.home / "state"

    def state(self, project: Path, stack: str) -> state.State | None:
        """Return what is recorded of a stack; None if it was never brought up."""
        return state.read(self.states, project_name(project), stack)

    def was_emptied(self, server: "Server", project: Path, stack: str) -> bool:
        """Return whether what the stack's state lists was made in an earlier, emptied local AWS."""
        known = self.state(project, stack)
        marked = self._epoch_file(project, stack)
        if known is None or not known.has_resources():
            return False
        return not marked.exists() or marked.read_text() != server.epoch

    def remember_epoch(self, server: "Server", project: Path, stack: str) -> None:
        """Note that from now on the stack's state is about this server."""
        path = self._epoch_file(project, stack)
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, server.epoch)

    def _epoch_file(self, project: Path, stack: str) -> Path:
        return self.home / "epochs" / project_name(project) / stack

    def environment(
        self, engine: "Engine", server: "Server", project: Path, stack: str | None
    ) -> dict[str, str]:
        """Return the whole environment of an engine command, for a stack that is made if need be.

        The copy of the stack's settings is renewed by each call. LocalError if they cannot be read,
        or if the passphrase is gone while there are secrets under it.
        """
        shared = self._shared(engine, server)
        if stack is None:
            return shared
        salt = self._salt(engine, shared, project, stack)
        settings = self._copy_settings(project, stack, salt)
        return shared | {"PULUMI_STACK": stack, f"{OPTION}CONFIG_FILE": str(settings)}

    def _shared(self, engine: "Engine", server: "Server") -> dict[str, str]:
        self.states.mkdir(parents=True, exist_ok=True)
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(FOREIGN) or name.startswith(OPTION)
        }
        # Where this is set Python leaves no bytecode, and every preview takes twice as long.
        inherited.pop("PYTHONDONTWRITEBYTECODE", None)
        return inherited | {
            "PATH": os.pathsep.join([str(PROVIDER), str(engine.pulumi.parent), os.environ["PATH"]]),
            "PULUMI_HOME": str(self.home / "pulumi"),
            # Without the files of attributes beside the state: one that a killed engine has left
            # half written ends every later command with "failed to load checkpoint: EOF".
            "PULUMI_BACKEND_URL": f"file://{self.states}?metadata=skip",
            "PULUMI_CONFIG_PASSPHRASE_FILE": str(self._passphrase()),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "LOCAL_AWS_HOME": str(self.aws),
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ACCESS_KEY_ID": "local",
            "AWS_SECRET_ACCESS_KEY": "local",
            # Never a profile of the user's, nor a question to an instance's metadata address.
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def _passphrase(self) -> Path:
        """Return the file with the passphrase, a random one made once."""
        path = self.home / "passphrase"
        with self._locked("passphrase"):
            if path.exists():
                return path
            if state.any_exists(self.states):
                raise LocalError(
                    f"The passphrase of the local stacks is missing ({path}).",
                    "Without it their state cannot be decrypted.",
                    "put the file back, or start from nothing: triflow local reset",
                )
            _write(path, secrets.token_urlsafe(24))
        return path

    def _salt(self, engine: "Engine", shared: dict[str, str], project: Path, stack: str) -> str:
        """Return the salt of the stack's secrets, which the engine makes with the stack."""
        name = project_name(project)
        with self._locked(f"init-{name}-{stack}"):
            known = state.read(self.states, name, stack)
            if known is None:
                self._init(engine, shared, name, stack)
                known = state.read(self.states, name, stack)
        return known.salt if known else ""

    def _init(self, engine: "Engine", shared: dict[str, str], name: str, stack: str) -> None:
        """Make the stack from a generated folder.

        In the project's own the engine would write the salt into the committed settings.
        """
        folder = self.home / "init" / name
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / "Pulumi.yaml", yaml.safe_dump({"name": name, "runtime": "python"}))
        (folder / f"Pulumi.{stack}.yaml").unlink(missing_ok=True)
        made = subprocess.run(  # noqa: S603 - the engine
            [engine.pulumi, "stack", "init", stack, "--non-interactive", "--no-select"],
            env=shared,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            reason = made.stderr.strip().removeprefix("error: ")
            raise LocalError(
                f"The stack {stack} could not be made: {reason}.",
                "Nothing was changed.",
                "mend that, or start from nothing: triflow local reset",
            )

    def _copy_settings(self, project: Path, stack: str, salt: str) -> Path:
        """Write the committed settings of the stack, with the local salt, where the engine looks.

        Other ways to guard secrets, which need an account, are left out.
        """
        committed = _load(project / f"Pulumi.{stack}.yaml")
        copy = {
            "encryptionsalt": committed.get("encryptionsalt", salt),
            "config": committed.get("config") or {},
        }
        path = self.home / "config" / project_name(project) / f"Pulumi.{stack}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        _write(path, yaml.safe_dump(copy, sort_keys=False, allow_unicode=True))
        return path

    @contextlib.contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        folder = self.home / "locks"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def project_name(project: Path) -> str:
    """Return the name that the project's Pulumi.yaml gives. LocalError if it gives none."""
    name = _load(project / "Pulumi.yaml").get("name")
    if not isinstance(name, str):
        raise LocalError(
            f"{project / 'Pulumi.yaml'} gives no project name.",
            "The engine does not know whose stacks to run.",
            f"write `name: ...` into {project / 'Pulumi.yaml'}",
        )
    return name


def _load(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file, an empty one if there is no such file."""
    try:
        content = yaml.safe_load(path.read_text()) or {}
    except FileNotFoundError:
        return {}
    except yaml.YAMLError as damage:
        mark = getattr(damage, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        raise LocalError(
            f"{path.name} is not valid YAML{place}.",
            "Its settings are not known, so nothing was changed.",
            f"mend {path}",
        ) from damage
    return content if isinstance(content, dict) else {}


def _write(path: Path, text: str) -> None:
    """Replace a file whole, readable by its owner only: a reader sees the old or the new one."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False) as beside:
        beside.write(text)
    Path(beside.name).replace(path)
