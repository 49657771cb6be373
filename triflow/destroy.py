"""`triflow destroy`: take the local stacks down so that nothing is left of them."""

from rich.console import Console

from triflow import progress, protection, runner, screens, stacks
from triflow.errors import Exit, TriflowError
from triflow.runner import Runner
from triflow.stacks import Stack
from triflow.tally import Tally


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
    screens.show_findings(console, tallies)
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
    protection.lift(running, stack)
    return running.run(stack, ["destroy", "--yes", "--skip-preview"], ["destroying"], tally)
