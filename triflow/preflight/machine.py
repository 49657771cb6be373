"""The checks of this machine and of the state: versions, backend, locks, the plan itself."""

import importlib.metadata
import json
import os
import pwd
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local.workspace import project_name
from triflow import stacks
from triflow.preflight.context import Context
from triflow.report import Line, some
from triflow.stacks import ROOT

# From there on every flag can be given as a variable, the policy pack too.
OLDEST = (3, 208, 0)
PROVIDER = "pulumi-aws"


def cli(context: Context) -> Iterator[Line]:
    """Say whether the engine is new enough to be told of the policy pack by a variable."""
    told = context.engine.ask("version")
    version = told.stdout.strip().removeprefix("v")
    found = tuple(int(part) for part in re.findall(r"\d+", version)[:3])
    if not found:
        yield Line("unknown", "Pulumi CLI", f"could not be checked: {told.stderr.strip()}")
        return
    oldest = ".".join(map(str, OLDEST))
    well = found >= OLDEST
    yield Line(
        "ok" if well else "failed",
        "Pulumi CLI",
        version if well else f"{version} takes no policy pack from a variable",
        "" if well else f"install {oldest} or newer: https://www.pulumi.com/docs/install/",
    )


def plugin(context: Context) -> Iterator[Line]:
    """Say whether the provider of the program's own version is here; its download is 200 MB."""
    wanted = importlib.metadata.version(PROVIDER)
    if context.asked.server:
        yield Line("ok", "AWS plugin", "the local AWS brings its own")
        return
    told = context.engine.ask("plugin", "ls", "--json")
    try:
        plugins = json.loads(told.stdout)
    except ValueError:
        yield Line("unknown", "AWS plugin", f"could not be checked: {told.stderr.strip()}")
        return
    there = [str(one.get("version")) for one in plugins if one.get("name") == "aws"]
    well = wanted in there
    fact = wanted if well else f"{wanted} is missing; here: {', '.join(some(there)) or 'none'}"
    fix = f"pulumi plugin install resource aws {wanted}"
    yield Line("ok" if well else "failed", "AWS plugin", fact, "" if well else fix)


def backend(context: Context) -> Iterator[Line]:
    """Say where the state is kept, and whether an update holds it."""
    told = context.engine.ask("whoami", "-v", "--json")
    try:
        url = str(json.loads(told.stdout)["url"])
    except (ValueError, KeyError):
        reason = told.stderr.strip().removeprefix("error: ") or "it does not say where it is"
        yield Line(
            "failed", "state", f"cannot be reached: {reason}", stacks.login(context.stack.name)
        )
        return
    on_this_machine = url.startswith("file://") and not context.asked.server
    fact = f"{url} is on this machine, where nobody else sees it" if on_this_machine else url
    yield Line(
        "failed" if on_this_machine else "ok",
        "state",
        fact,
        stacks.login(context.stack.name) if on_this_machine else "",
    )
    yield _lock(context, url)


def _lock(context: Context, url: str) -> Line:
    """Return whether the stack is locked, as each kind of backend tells it."""
    stack = context.stack.name
    if url.startswith("s3://"):
        held = _locks_in_bucket(context, url)
    elif url.startswith("file://"):
        held = _locks_in_folder(context, _folder(context, url))
    else:
        held = _updates(context)
    fix = f"wait for it; if it was killed: pulumi cancel -s {stack}"
    if held is None:
        return Line("unknown", "lock", "could not be checked: the backend does not say")
    if held:
        return Line("failed", "lock", f"an update of {stack} holds it: {held}", fix)
    return Line("ok", "lock", "held by nobody")


def _locks(context: Context) -> str:
    project = project_name(ROOT / context.stack.folder)
    return f".pulumi/locks/organization/{project}/{context.stack.name}/"


def _locks_in_bucket(context: Context, url: str) -> str | None:
    bucket, _, below = url.removeprefix("s3://").partition("?")[0].partition("/")
    prefix = f"{below.strip('/')}/{_locks(context)}".lstrip("/")
    answer: dict[str, Any] = context.asked.client("s3").list_objects_v2(
        Bucket=bucket, Prefix=prefix
    )
    return ", ".join(str(one.get("Key")).rpartition("/")[2] for one in answer.get("Contents") or ())


def _folder(context: Context, url: str) -> Path:
    """Return the folder of a backend on this machine, as the engine reads its address."""
    told = url.removeprefix("file://").partition("?")[0]
    if told.startswith("~"):  # the home of the user who runs it, whatever HOME says
        return Path(pwd.getpwuid(os.getuid()).pw_dir) / told[2:]
    return context.engine.folder / told


def _locks_in_folder(context: Context, folder: Path) -> str | None:
    # A lock is a minute old at most where an update is only about to begin or end.
    found = sorted((folder / _locks(context)).glob("*.json"))
    return ", ".join(f"{lock.stem} since {_age(lock)} minutes" for lock in found)


def _age(lock: Path) -> int:
    return int((time.time() - lock.stat().st_mtime) // 60)


def _updates(context: Context) -> str | None:
    told = context.engine.ask("stack", "ls", "--json")
    try:
        stacks = json.loads(told.stdout)
    except ValueError:
        return None
    names = {str(one.get("name")).rpartition("/")[2]: one for one in stacks}
    mine = names.get(context.stack.name) or {}
    return "an update is in progress" if mine.get("updateInProgress") else ""


def plan(context: Context) -> Iterator[Line]:
    """Say whether the program and the policy pack take the settings: a preview ran under both."""
    found, stack = context.plan, context.stack.name
    if found.refusal:
        fix = f"make preview STACK={stack}   (in an account: {stacks.in_account(stack, 'preview')})"
        yield Line("failed", "plan", f"the preview fails: {found.refusal}", fix)
        return
    yield Line("ok", "plan", f"{len(found.made)} resources to make; the policy pack holds")
