"""`triflow destroy`: take the local stacks down so that nothing is left of them."""

import json
from typing import Any

from rich.console import Console

from triflow import progress, runner, screens, stacks
from triflow.errors import Exit, TriflowError
from triflow.runner import Runner
from triflow.stacks import Stack
from triflow.tally import Tally

BUCKET = "aws:s3/bucket:Bucket"


def destroy(name: str | None, console: Console) -> Exit:
    """Take down one stack or all, the last one first; protection is lifted, this being local."""
    chosen = tuple(reversed(stacks.chosen(name)))
    tallies = [Tally(stack.name) for stack in chosen]
    with progress.showing(console, tallies) as tell:
        running = runner.start(tell)
        _refuse_if_built_on(running, chosen)
        for stack, tally in zip(chosen, tallies, strict=True):
            tally.end(well=_take_down(running, stack, tally))
            if tally.phase == "failed":
                break
    for tally in tallies:
        screens.show_findings(console, tally)
    for tally in tallies:
        console.print(f"{tally.stack}: {tally.changed} ({tally.seconds:.1f} s)", highlight=False)
    return Exit.FAILED if any(tally.phase == "failed" for tally in tallies) else Exit.DONE


def _refuse_if_built_on(running: Runner, chosen: tuple[Stack, ...]) -> None:
    """TriflowError if a stack that stays up lives in one that is to go."""
    for stack in chosen:
        for other in stacks.built_on(stack):
            known = running.state(other)
            if other not in chosen and known and known.has_resources():
                raise TriflowError(
                    f"{other.name} is up and is built on {stack.name}.",
                    "Without it, it could be neither changed nor taken down.",
                    f"make destroy STACK={other.name}   (then this again, or all: make destroy)",
                )


def _take_down(running: Runner, stack: Stack, tally: Tally) -> bool:
    """Destroy one stack; True if there is nothing left of it."""
    known = running.state(stack)
    if known is None or not known.resources:
        return True
    if not running.settle(stack, tally):
        return False
    _lift_protection(running, stack)
    _empty_buckets(running, stack)
    return running.run(stack, ["destroy", "--yes", "--skip-preview"], ["destroying"], tally)


def _lift_protection(running: Runner, stack: Stack) -> None:
    """Take `protect` and `retainOnDelete` off the state; without them nothing would be deleted."""
    guarded = [r for r in _resources(running, stack) if r.get("protect") or r.get("retainOnDelete")]
    if not guarded:
        return
    running.tell(
        f"{stack.name}: protection of {len(guarded)} resources is lifted, "
        "only because this is the local AWS"
    )
    exported = json.loads(running.ask(stack, "stack", "export"))
    for resource in exported["deployment"]["resources"]:
        resource.pop("protect", None)
        resource.pop("retainOnDelete", None)
    running.ask(stack, "stack", "import", text=json.dumps(exported))


def _empty_buckets(running: Runner, stack: Stack) -> None:
    """Delete what is in the stack's buckets: AWS deletes only empty ones."""
    names = [r["id"] for r in _resources(running, stack) if r["type"] == BUCKET and r.get("id")]
    if not names:
        return
    import boto3  # noqa: PLC0415 - half a second, and most stacks own no bucket

    s3 = boto3.resource(
        "s3",
        endpoint_url=running.server.endpoint,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - no secret: the local AWS takes any
    )
    for name in names:
        s3.Bucket(name).object_versions.delete()


def _resources(running: Runner, stack: Stack) -> tuple[dict[str, Any], ...]:
    known = running.state(stack)
    return known.resources if known else ()
