"""How `triflow alarms` is typed."""

# ruff: noqa: PLC0415 - importing a verb's work at the top would cost every --help a second
from enum import StrEnum
from typing import Annotated

import typer

app = typer.Typer(
    help="How the alarms are, and whether they reach anybody.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
StackName = Annotated[str, typer.Option("--stack", metavar="STACK", help="prod, staging or dev")]


class Severity(StrEnum):
    """Which of the two topics."""

    CRITICAL = "critical"
    WARNING = "warning"


@app.command("list")
def show(
    stack: StackName = "prod",
    *,
    json: Annotated[bool, typer.Option("--json", help="for scripts")] = False,
) -> None:
    """Show every alarm with its runbook page, and who has not confirmed.

    Exit codes: 0 nothing rings; 1 something does, or somebody hears nothing; 3 something could not
    be checked.
    """
    from triflow import screen
    from triflow.alarms import listing

    raise typer.Exit(listing.show(stack, screen.console(), as_json=json))


@app.command("test")
def trial(
    stack: StackName = "prod",
    *,
    severity: Annotated[Severity, typer.Option(help="through which topic")] = Severity.CRITICAL,
    wait: Annotated[int, typer.Option(min=1, max=900, help="seconds")] = 90,
) -> None:
    """Send a marked message the way alarms go, and wait until it arrived.

    Exit codes: 0 it arrived; 1 it did not; 3 whether it arrived could not be checked.
    """
    from triflow import screen
    from triflow.alarms import trial as a_trial

    raise typer.Exit(a_trial.run(stack, severity.value, screen.console(), wait))
