"""How `triflow deploy` is typed."""

# ruff: noqa: PLC0415 - importing a verb's work at the top would cost every --help a second
from typing import Annotated

import typer


def deploy(
    tag: Annotated[str, typer.Argument(metavar="TAG", help="a tag or digest in ECR")],
    stack: Annotated[str, typer.Option(metavar="STACK", help="prod, staging or dev")] = "prod",
    *,
    canary: Annotated[
        int,
        typer.Option(min=0, max=50, metavar="PERCENT", help="try it on so many visitors first"),
    ] = 0,
    minutes: Annotated[
        int, typer.Option(min=1, max=120, help="how long a canary's visitors are watched")
    ] = 10,
    wait: Annotated[bool, typer.Option("--wait", help="until ECS has ended the rollout")] = False,
) -> None:
    """Bring another image to a stack, or tell why it did not stay.

    Exit codes: 0 deployed; 1 not, the one from before runs; 3 a mandatory policy does not hold,
    before the update, which is then not made, or after it.
    """
    from triflow import screen
    from triflow.deploy import verb

    wish = verb.Wish(image=tag, percent=canary, minutes=minutes, wait=wait)
    raise typer.Exit(verb.deploy(wish, stack, screen.console()))
