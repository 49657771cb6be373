"""The doctor's commands. What they do is imported when it is done."""

# ruff: noqa: PLC0415 - a help text that imports the AWS SDK takes a second
from typing import Annotated

import typer

Stack = Annotated[str, typer.Option(metavar="STACK", help="prod, staging or dev")]
EXIT_CODES = (
    "Exit codes: 0 healthy; 1 a warning; 2 something critical; 3 nothing found, but not all could "
    "be checked; 4 could not start."
)

doctor = typer.Typer(
    help="What is wrong, and what to type: the troubleshooting guide.",
    epilog=EXIT_CODES,
    invoke_without_command=True,
    rich_markup_mode=None,
)


@doctor.callback()
def look(
    context: typer.Context,
    stack: Stack = "prod",
    *,
    problem: Annotated[
        list[str] | None,
        typer.Option(metavar="P01..P23|PX", help="only this, and all of it; may be repeated"),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="for scripts")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="again every 10 s, until Ctrl-C")] = False,
) -> None:
    """Look at a stack: what is wrong, what shows it, and what to type. Changes nothing."""
    if context.invoked_subcommand:
        return
    from triflow import screen
    from triflow.doctor import look

    code = look.doctor(stack, problem or [], screen.console(), as_json=json, watch=watch)
    raise typer.Exit(code)


# An error may begin with a dash, and is still no option.
@doctor.command(context_settings={"ignore_unknown_options": True})
def explain(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help="the error; - reads a pipe")],
    stack: Annotated[
        str, typer.Option(metavar="STACK", help="whose names to fill in: prod, staging or dev")
    ] = "prod",
    *,
    json: Annotated[bool, typer.Option("--json", help="for scripts")] = False,
    live: Annotated[
        bool | None,
        typer.Option(
            "--live/--no-live",
            help="look at the stack for these problems, too; unless told otherwise, if it answers",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Name the problem behind an error, and what to type."""
    from triflow import screen
    from triflow.doctor import explain

    raise typer.Exit(explain.explain(text, stack, screen.console(), as_json=json, live=live))


@doctor.command("list")
def list_() -> None:
    """List all findings, with what each asks AWS."""
    from triflow import screen
    from triflow.doctor import listing

    raise typer.Exit(listing.show(screen.console()))
