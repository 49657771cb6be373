"""How `triflow status` is typed."""

# ruff: noqa: PLC0415 - importing a verb's work at the top would cost every --help a second
from typing import Annotated

import typer


def status(
    stack: Annotated[str, typer.Option(metavar="STACK", help="prod, staging or dev")] = "prod",
    *,
    watch: Annotated[bool, typer.Option("--watch", help="again every 5 s, until Ctrl-C")] = False,
    json: Annotated[bool, typer.Option("--json", help="for scripts")] = False,
) -> None:
    """Show what runs and how it is, on one screen.

    Exit codes: 0 all is well; 1 something is not; 3 something could not be checked.
    """
    from triflow import screen
    from triflow.status import show

    raise typer.Exit(show.status(stack, screen.console(), as_json=json, watch=watch))
