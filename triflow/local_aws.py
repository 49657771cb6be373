"""`triflow local start|stop|status|reset`: the local AWS as a process."""

import shutil

from rich.console import Console

from local.aws import server
from local.workspace import Workspace
from triflow.errors import Exit
from triflow.stacks import ROOT, STACKS

# Kept by a reset: what belongs to the machine rather than to the stacks.
KEPT = {"uv", "pulumi"}


def start(console: Console) -> Exit:
    """Start the local AWS of this clone; one that runs is kept."""
    running = server.start(Workspace(ROOT).aws)
    console.print(f"The local AWS runs at {running.endpoint} (pid {running.pid}).", soft_wrap=True)
    return Exit.DONE


def stop(console: Console) -> Exit:
    """End it; ending it twice is no error."""
    server.stop(Workspace(ROOT).aws)
    console.print("The local AWS is stopped.")
    return Exit.DONE


def status(console: Console) -> Exit:
    """Say whether it runs, how to ask it, and how many resources each stack has in it."""
    workspace = Workspace(ROOT)
    running = server.find(workspace.aws)
    if not running:
        console.print("The local AWS is not running.\nFix: make up")
        return Exit.FAILED
    console.print(f"The local AWS runs at {running.endpoint} (pid {running.pid}).", soft_wrap=True)
    for stack in STACKS:
        project = workspace.root / stack.folder
        known = workspace.state(project, stack.name)
        if not known or not known.has_resources():
            told = "not up"
        elif workspace.was_emptied(running, project, stack.name):
            told = "was in an earlier local AWS; make up rebuilds it"
        else:
            told = f"{len(known.resources)} resources"
        console.print(f"  {stack.name:<12}{told}", highlight=False)
    console.print(
        "Ask it:  AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local "
        f"aws --endpoint-url {running.endpoint} --region ap-northeast-2 ec2 describe-vpcs",
        soft_wrap=True,
        highlight=False,
    )
    return Exit.DONE


def reset(console: Console) -> Exit:
    """Stop it and remove all local state; the next `triflow up` starts from nothing."""
    home = Workspace(ROOT).home
    server.stop(home / "aws")
    for entry in home.iterdir() if home.exists() else ():
        if entry.name not in KEPT:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    console.print("The local AWS and the local state are gone. make up starts from nothing.")
    return Exit.DONE
