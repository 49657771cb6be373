"""`triflow up`: bring the stacks up in the local AWS, each judged by the policies first."""

from rich.console import Console

from triflow import gate, progress, runner, screens, stacks
from triflow.cost import deployed
from triflow.errors import Exit, TriflowError
from triflow.runner import Runner
from triflow.stacks import Stack
from triflow.tally import Tally

NEXT = (
    ("make preview STACK=prod", "what an update would change"),
    (".venv/bin/triflow status", "prod on one screen"),
    (".venv/bin/triflow doctor", "what is wrong with it, and what to type"),
    (".venv/bin/triflow cost", "the month's bill, line by line"),
    (".venv/bin/triflow local pulumi stack export -s prod", "its resources with their inputs"),
    (".venv/bin/triflow local status", "how to ask the local AWS itself"),
)


def up(name: str | None, console: Console) -> Exit:
    """Bring up one stack or all, in the order in which they build on each other."""
    chosen = stacks.chosen(name)
    tallies = [Tally(stack.name) for stack in chosen]
    with progress.showing(console, tallies) as tell:
        running = runner.start(tell)
        _refuse_without_network(running, chosen)
        worked_on = _bring_up(running, chosen, tallies)
    screens.show_findings(console, worked_on)
    console.print()
    console.print(screens.table(worked_on))
    screens.show_months(console, worked_on)
    console.print()
    if worked_on[-1].phase == "failed":
        return _stopped(console, worked_on[-1], len(chosen) - len(worked_on))
    screens.show_outputs(console, {stack.name: running.outputs(stack) for stack in chosen})
    console.print()
    screens.show_next(console, NEXT)
    return Exit.DONE


def _refuse_without_network(running: Runner, chosen: tuple[Stack, ...]) -> None:
    """TriflowError if the network that a stack lives in went with an earlier local AWS."""
    for stack in chosen:
        for other in stacks.chosen(stack.inside) if stack.inside else ():
            if other not in chosen and running.was_emptied(other):
                raise TriflowError(
                    f"{stack.name} lives in the network of {other.name}, which is gone: the local "
                    "AWS was restarted and so emptied.",
                    "Nothing was changed.",
                    "make up   (all stacks, in their order)",
                )


def _bring_up(running: Runner, chosen: tuple[Stack, ...], tallies: list[Tally]) -> list[Tally]:
    """Bring the stacks up until one fails; return the tallies of those that were tried."""
    for number, (stack, tally) in enumerate(zip(chosen, tallies, strict=True), 1):
        tally.deployed_usd = deployed.usd(stack.name, running.state(stack))
        done = (
            running.settle(stack, tally)
            # The preview that comes first stops at a mandatory rule, before anything changes.
            and running.run(stack, ["up", "--yes"], ["previewing", "updating"], tally)
            and _holds(running, stack, tally)
        )
        tally.end(well=done)
        if not done:
            return tallies[:number]
    return tallies


def _holds(running: Runner, stack: Stack, tally: Tally) -> bool:
    known = running.state(stack)
    return gate.passes(known.resources if known else (), tally)


def _stopped(console: Console, failed: Tally, left: int) -> Exit:
    """Say where it stopped, and return whether a policy was the reason."""
    others = f"; {left} stacks after it were not touched" if left else ""
    console.print(f"Stopped at {failed.stack}{others}.", highlight=False)
    return Exit.POLICY if failed.stopped_by_policy else Exit.FAILED
