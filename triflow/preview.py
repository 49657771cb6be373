"""`triflow preview`: what an update would change and what the policies say, changing nothing."""

from rich.console import Console

from triflow import progress, runner, screens, stacks
from triflow.cost import deployed
from triflow.errors import Exit
from triflow.tally import Tally


def preview(name: str | None, console: Console) -> Exit:
    """Preview one stack or all; one that fails does not keep the others from being judged."""
    chosen = stacks.chosen(name)
    tallies = [Tally(stack.name) for stack in chosen]
    with progress.showing(console, tallies) as tell:
        running = runner.start(tell)
        for stack, tally in zip(chosen, tallies, strict=True):
            emptied = running.was_emptied(stack)
            if emptied:
                tell(
                    f"{stack.name}: the local AWS was restarted and so emptied; comparing with that"
                )
            tally.deployed_usd = deployed.usd(stack.name, running.state(stack))
            wish = ["preview", "--refresh"] if emptied else ["preview"]
            tally.end(well=running.run(stack, wish, ["previewing"], tally))
    for tally in tallies:
        if len(tallies) > 1 and tally.steps:
            console.print(f"{tally.stack}:", style="bold")
        for step in screens.steps(tally):
            console.print(step, soft_wrap=True)
    screens.show_findings(console, tallies)
    console.print()
    console.print(screens.table(tallies, planned=True))
    screens.show_months(console, tallies)
    return _verdict(tallies)


def _verdict(tallies: list[Tally]) -> Exit:
    if any(tally.problems for tally in tallies):
        return Exit.FAILED
    return Exit.POLICY if any(tally.stopped_by_policy for tally in tallies) else Exit.DONE
