"""How `triflow logs` is typed."""

# ruff: noqa: PLC0415 - importing a verb's work at the top would cost every --help a second
from enum import StrEnum
from typing import Annotated

import typer


class What(StrEnum):
    """The saved queries of the guide, and the live tail."""

    ERRORS = "errors"
    SLOW = "slow"
    SERVER_ERRORS = "5xx"
    TAIL = "tail"


class Writer(StrEnum):
    """Who writes the log that is tailed."""

    SERVICE = "service"
    DATABASE = "database"


def logs(
    what: Annotated[What, typer.Argument(help="errors, slow, 5xx or tail")] = What.ERRORS,
    stack: Annotated[
        str, typer.Option("--stack", metavar="STACK", help="prod, staging or dev")
    ] = "prod",
    *,
    since: Annotated[str, typer.Option(metavar="TIME", help="how far back: 30m, 1h, 2d")] = "1h",
    of: Annotated[Writer, typer.Option(help="whose log to tail")] = Writer.SERVICE,
    containing: Annotated[
        str, typer.Option("--filter", metavar="PATTERN", help="tail only such lines: ERROR")
    ] = "",
    follow: Annotated[bool, typer.Option(help="tail on until Ctrl-C")] = True,
) -> None:
    """Run one of the guide's queries over the logs, or follow them."""
    from triflow import screen
    from triflow.logs import queries, tail

    if what is What.TAIL:
        tail.run(stack, screen.console(), of.value, since, containing, follow=follow)
    else:
        queries.run(stack, screen.console(), what.value, since)
