"""How `triflow policy` is typed."""

# ruff: noqa: PLC0415 - importing a verb's work at the top would cost every --help a second
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="What the rules say of what is deployed.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
StackName = Annotated[
    str, typer.Option("--stack", metavar="STACK", help="foundation, staging, prod or dev")
]


@app.command()
def report(
    stack: StackName = "prod",
    *,
    json: Annotated[bool, typer.Option("--json", help="for scripts")] = False,
    md: Annotated[bool, typer.Option("--md", help="for a pull request")] = False,
    sarif: Annotated[bool, typer.Option("--sarif", help="for GitHub's code scanning")] = False,
) -> None:
    """Show clause by clause what holds, what is waived and what is not so."""
    from triflow import screen
    from triflow.policy import show

    form = "json" if json else "md" if md else "sarif" if sarif else "screen"
    raise typer.Exit(show.tell(stack, screen.console(), form))


@app.command()
def check(
    file: Annotated[
        Path | None, typer.Argument(metavar="[FILE]", help="an exported state, of any program")
    ] = None,
    stack: StackName = "prod",
) -> None:
    """Judge what a stack has recorded, or an exported state, without an update.

    Exit codes: 0 every mandatory rule holds; 1 nothing could be judged; 3 one does not hold.
    """
    from triflow import screen
    from triflow.policy import show

    raise typer.Exit(show.check(stack, file, screen.console()))


@app.command()
def explain(
    name: Annotated[str, typer.Argument(metavar="RULE|CLAUSE", help="such as vpc-plan or D3")],
) -> None:
    """Tell what a rule or a clause asks for, why, and what to type."""
    from triflow import screen
    from triflow.policy import show

    raise typer.Exit(show.explain(name, screen.console()))
