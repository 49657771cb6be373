"""The commands of `triflow cost`; each verb's work is imported when it is used."""

# ruff: noqa: PLC0415 - importing the prices at the top would cost every --help a tenth of a second
from typing import Annotated

import typer

StackName = Annotated[str, typer.Option(metavar="STACK", help="foundation, staging, prod or dev")]

app = typer.Typer(
    help="What a month costs, would cost, and was billed.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def month(
    context: typer.Context,
    stack: StackName = "prod",
    *,
    json: Annotated[bool, typer.Option("--json", help="for scripts, line by line")] = False,
    md: Annotated[bool, typer.Option("--md", help="a table for a pull request")] = False,
    explain: Annotated[
        str, typer.Option(metavar="LAYER", help="each line of a layer with formula and source")
    ] = "",
    compare: Annotated[
        str,
        typer.Option(
            metavar="WITH",
            help="another stack; or this checkout with what is deployed, or with main: "
            "STACK, deployed, main",
        ),
    ] = "",
    ri: Annotated[
        str, typer.Option(metavar="TERM", help="what if: the database reserved, all upfront: 1yr")
    ] = "",
    nat: Annotated[
        str, typer.Option(metavar="COUNT", help="what if: NAT gateways single or per-az")
    ] = "",
    hours: Annotated[
        str, typer.Option(metavar="HOURS", help="what if: such as '09:00-18:00 Mon-Fri'")
    ] = "",
    tasks: Annotated[
        float,
        typer.Option(
            metavar="N", help="what if: that many tasks on average", min=0, show_default=False
        ),
    ] = 0,
    enable: Annotated[
        str, typer.Option(metavar="NAMES", help="what if: cache, waf, or cache,waf")
    ] = "",
) -> None:
    """Tell what a stack costs in a month, in won and dollars; what it would cost if ..."""
    if context.invoked_subcommand:
        return
    from triflow import screen
    from triflow.cost import month, whatif

    form = "json" if json else "md" if md else "screen"
    wish = whatif.wished(ri, nat, hours, tasks, enable)
    console = screen.console()
    raise typer.Exit(
        month.cost(stack, console, form=form, layer=explain, wish=wish, compare=compare)
    )


@app.command()
def actual(
    context: typer.Context,
    stack: StackName = "",
    days: Annotated[int, typer.Option(metavar="N", help="whole days back", min=1, max=365)] = 30,
) -> None:
    """Hold the last days' bill against the estimate."""
    from triflow import screen
    from triflow.cost import actual

    # Also where the stack is named before the verb: triflow cost --stack dev actual.
    before = context.parent.params["stack"] if context.parent else ""
    raise typer.Exit(actual.actual(stack or before, screen.console(), days=days))


@app.command()
def prices() -> None:
    """Say how old the prices are; fail if too old."""
    from triflow import screen
    from triflow.cost import prices

    raise typer.Exit(prices.prices(screen.console()))
