"""How `triflow db` is typed."""

# ruff: noqa: PLC0415 - importing a verb's work at the top would cost every --help a second
from typing import Annotated

import typer

app = typer.Typer(
    help="Extensions, a way into the database, a restore, its sessions.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
StackName = Annotated[str, typer.Option("--stack", metavar="STACK", help="prod, staging or dev")]


@app.command()
def extensions(stack: StackName = "prod") -> None:
    """Create the extensions that are missing, by a task in the VPC."""
    from triflow import screen
    from triflow.db import extensions

    raise typer.Exit(extensions.extensions(stack, screen.console()))


@app.command()
def sessions(stack: StackName = "prod") -> None:
    """Show who is at work, who waits for whom, and what ends it."""
    from triflow import screen
    from triflow.db import sessions

    raise typer.Exit(sessions.sessions(stack, screen.console()))


@app.command()
def connect(
    stack: StackName = "prod",
    port: Annotated[int, typer.Option(min=1024, max=65535, help="of this machine")] = 15432,
    *,
    print_: Annotated[bool, typer.Option("--print", help="the command line only")] = False,
) -> None:
    """Run psql here on the database there, through a running task."""
    from triflow import screen
    from triflow.db import connect

    raise typer.Exit(connect.connect(stack, port, screen.console(), only_print=print_))


@app.command()
def restore(
    to: Annotated[str, typer.Option(metavar="TIME", help='"2026-01-20 15:04" in Korea, or latest')],
    stack: StackName = "prod",
) -> None:
    """Restore to a new instance, and tell how long it took."""
    from triflow import screen
    from triflow.db import restore

    raise typer.Exit(restore.restore(stack, to, screen.console()))
