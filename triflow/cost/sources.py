"""Where the resources come from that are priced: what is deployed, or what a program would deploy.

A program is asked by the engine's own preview, without the policies: what is only asked about need
not be allowed. Its settings are a copy, so that asking changes no stack file.
"""

import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import yaml

from cost.resources import Resource, from_state
from triflow import account_runner, aws, outputs, stacks
from triflow.errors import TriflowError
from triflow.stacks import ROOT, Stack

PROJECT: Final = "triflow-ai"
CONFIG_FILE: Final = "PULUMI_OPTION_CONFIG_FILE"
PACK: Final = "PULUMI_OPTION_POLICY_PACK"


def deployed(name: str) -> tuple[Resource, ...]:
    """Return what a stack has deployed. TriflowError if it is not up."""
    return from_state(outputs.read(aws.find(), name).resources)


def is_up(name: str) -> bool:
    """Return whether a stack has anything deployed."""
    try:
        return bool(deployed(name))
    except TriflowError:
        return False  # a wish can still be answered by a preview, which says what is wrong


def previewed(name: str, settings: Mapping[str, Any], root: Path = ROOT) -> tuple[Resource, ...]:
    """Return what the program below `root` would deploy, with settings laid over its stack file.

    TriflowError with the program's own words if it refuses them.
    """
    stack = stacks.chosen(name)[0]
    project = root / stack.folder
    pulumi, environment = _engine(stack)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / f"Pulumi.{name}.yaml"
        copy.write_text(yaml.safe_dump(_laid_over(project, name, settings, environment)))
        answer = subprocess.run(  # noqa: S603 - the engine
            [pulumi, "preview", "--json", "--show-sames", "--non-interactive", "-s", name],
            env=environment | {CONFIG_FILE: str(copy)},
            cwd=project,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
    return _planned(name, answer)


@contextmanager
def committed(branch: str) -> Iterator[Path]:
    """Unpack what is committed on a branch, to be run in this checkout's Python environment.

    TriflowError if there is no such branch, or no git history at all.
    """
    git = shutil.which("git") or "git"
    pack = [git, "archive", "--format=zip", branch]
    try:
        packed = subprocess.run(pack, cwd=ROOT, capture_output=True, check=False)  # noqa: S603
        reason = packed.stderr.decode().strip().removeprefix("fatal: ")
    except FileNotFoundError:
        packed, reason = None, "git is not installed"
    if not packed or packed.returncode:
        raise TriflowError(
            f"What {branch} has committed cannot be read: {reason}.",
            "There is nothing to compare with.",
            f"git fetch origin {branch}:{branch}   (or: --compare deployed)",
        )
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(BytesIO(packed.stdout)) as archive:
            archive.extractall(folder)
        (Path(folder) / ".venv").symlink_to(ROOT / ".venv")
        yield Path(folder)


def _engine(stack: Stack) -> tuple[Path, dict[str, str]]:
    """Return the engine and its environment, for the AWS that is asked."""
    running = account_runner.find(aws.find(), _silent)
    if running.was_emptied(stack):
        raise TriflowError(
            f"The local AWS was restarted; what {stack.name}'s state lists is gone with it.",
            "A preview would compare with what is not there.",
            f"make up STACK={stack.name}",
        )
    environment = running.environment(stack)
    environment.pop(PACK, None)
    return running.engine.pulumi, environment


def _laid_over(
    project: Path, name: str, settings: Mapping[str, Any], environment: Mapping[str, str]
) -> dict[str, Any]:
    """Return the stack file with the settings over it, and the key of the stack's secrets."""
    content = _read(project / f"Pulumi.{name}.yaml")
    if CONFIG_FILE in environment:  # the local AWS keeps the salt in a copy
        content |= {"encryptionsalt": _read(Path(environment[CONFIG_FILE]))["encryptionsalt"]}
    config = content.setdefault("config", {})
    for section, values in settings.items():
        key = f"{PROJECT}:{section}"
        config[key] = {**config.get(key, {}), **values}
    return content


def _read(file: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(file.read_text(encoding="utf-8")) or {}) if file.exists() else {}


def _planned(name: str, answer: "subprocess.CompletedProcess[str]") -> tuple[Resource, ...]:
    try:
        plan = json.loads(answer.stdout)
    except ValueError:
        plan = {}
    if answer.returncode or "steps" not in plan:
        raise TriflowError(
            f"{name} cannot be so: {_reason(plan, answer.stderr)}",
            "Nothing is priced.",
            "wish for something that the program takes",
        )
    return from_state(step["newState"] for step in plan["steps"] if "newState" in step)


def _reason(plan: Mapping[str, Any], stderr: str) -> str:
    """Return the first error; what it advises is about the stack file, which is not changed."""
    errors = [each for each in plan.get("diagnostics", ()) if each["severity"] == "error"]
    said = " ".join((errors[0]["message"] if errors else stderr).split())
    return said.partition(" Fix: ")[0].removeprefix("error: ")


def _silent(_text: str) -> None:
    """Take what the engine tells while it starts; only the price is shown."""
