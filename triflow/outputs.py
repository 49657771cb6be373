"""Reads what a stack has deployed, its outputs and its recorded resources, from its own backend."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from local.aws import server as local_aws
from local.aws.server import Server
from local.engine import locate
from local.errors import LocalError
from local.workspace import Workspace
from triflow import stacks
from triflow.aws import Aws
from triflow.deployed import Deployed, from_state
from triflow.errors import TriflowError
from triflow.stacks import ROOT, Stack

SECONDS_TO_EXPORT = 60


class NotUp(TriflowError):  # noqa: N818 - a fact about the stack, not a mistake
    """The backend was read, and the stack has nothing deployed."""


def read(aws: Aws, name: str, seconds: float = SECONDS_TO_EXPORT) -> Deployed:
    """Return what a stack has deployed in this AWS.

    NotUp if it has nothing deployed; TriflowError if its backend does not answer within the
    seconds, or if its state is about a local AWS that has been emptied since.
    """
    stack = stacks.chosen(name)[0]
    state = _local(aws.server, stack) if aws.server else _exported(stack, seconds)
    found = from_state(stack.name, state, aws.server.endpoint if aws.server else "")
    if not any(not one["type"].startswith("pulumi:") for one in found.resources):
        raise NotUp(
            f"{stack.name} is not up in {aws.place}.", "There is nothing to look at.", found.up
        )
    return found


def _local(server: Server, stack: Stack) -> Mapping[str, Any]:
    workspace = Workspace(ROOT)
    project = workspace.root / stack.folder
    known = workspace.state(project, stack.name)
    if known is None:
        return {}
    if workspace.was_emptied(server, project, stack.name):
        raise TriflowError(
            f"The local AWS was restarted, and what was up of {stack.name} is gone with it.",
            "There is nothing to look at.",
            f"make up STACK={stack.name}",
        )
    return {"resources": known.resources, "pending_operations": [None] * known.pending}


def _exported(stack: Stack, seconds: float) -> Mapping[str, Any]:
    """Ask the engine, in the reader's own backend; secrets stay encrypted."""
    try:
        pulumi = locate.ready().pulumi
    except LocalError as none:
        raise TriflowError(
            none.fact, f"What {stack.name} has deployed is not known.", none.fix
        ) from none
    try:
        answer = subprocess.run(  # noqa: S603 - the engine
            [pulumi, "stack", "export", "-s", stack.name, "--non-interactive"],
            cwd=ROOT / stack.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=seconds,
        )
    except subprocess.TimeoutExpired as late:
        raise _unreadable(stack, f"no answer in {seconds:g} s") from late
    if answer.returncode:
        reason = answer.stderr.strip().removeprefix("error: ")
        raise _unknown(stack) if "no stack named" in reason else _unreadable(stack, reason)
    try:
        return json.loads(answer.stdout)["deployment"] or {}
    except (ValueError, KeyError, TypeError) as error:
        raise _unreadable(stack, "what pulumi exports is no state") from error


def _unknown(stack: Stack) -> NotUp:
    return NotUp(
        f"The backend that pulumi is logged in to knows no stack {stack.name}.",
        "There is nothing to look at.",
        f"docs/first-deployment.md; or, if it is up: {stacks.login(stack.name)}{_or_here(stack)}",
    )


def _unreadable(stack: Stack, why: str) -> TriflowError:
    return TriflowError(
        f"The state of {stack.name} cannot be read: {why.rstrip('.')}.",
        "What it has deployed is not known.",
        f"{stacks.login(stack.name)}{_or_here(stack)}",
    )


def _or_here(stack: Stack) -> str:
    """Return what else may be meant: this clone has a local AWS, and it does not run now."""
    workspace = Workspace(ROOT)
    if not workspace.home.exists() or local_aws.find(workspace.aws):
        return ""
    return f"; the local AWS is not running: make up STACK={stack.name}"
