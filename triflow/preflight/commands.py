"""How `triflow preflight` is typed."""

# ruff: noqa: PLC0415 - importing a verb's work at the top would cost every --help a second
from typing import Annotated

import typer


def preflight(
    stack: Annotated[str, typer.Option(metavar="STACK", help="prod, staging or dev")] = "prod",
    *,
    json: Annotated[bool, typer.Option("--json", help="for scripts")] = False,
) -> None:
    """Check what a first deployment needs, and change nothing.

    Exit codes: 0 it can begin; 1 something is missing; 3 something could not be checked.
    """
    from triflow import screen
    from triflow.preflight import run

    raise typer.Exit(run.preflight(stack, screen.console(), as_json=json))
