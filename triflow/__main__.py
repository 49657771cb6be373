"""The command line `triflow`. Each verb's work is a module of its own, imported when it is used."""

# ruff: noqa: PLC0415 - importing a verb's work at the top would cost every --help a second
import sys
from typing import Annotated

import typer

from local.errors import LocalError
from triflow.alarms.commands import app as alarms
from triflow.cost.commands import app as cost
from triflow.db.commands import app as db
from triflow.deploy.commands import deploy
from triflow.doctor.commands import doctor
from triflow.errors import Exit, TriflowError
from triflow.logs.commands import logs
from triflow.policy.commands import app as policy
from triflow.preflight.commands import preflight
from triflow.status.commands import status as status_of_a_stack

EXIT_CODES = (
    "Exit codes: 0 done; 1 failed; 2 the command was not understood; "
    "3 a mandatory policy does not hold and nothing was changed, or something that was looked at "
    "could not be checked; 130 interrupted. The verbs that look at what runs ask the local AWS "
    "while it runs, else the account of your credentials; TRIFLOW_AWS=local or account decides."
)
StackName = Annotated[
    str | None,
    typer.Argument(metavar="[STACK]", help="foundation, staging, prod or dev; all without it"),
]

app = typer.Typer(
    help="The platform of TriFlow AI: brought up, judged and taken down, here on a local AWS.",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
local = typer.Typer(
    help="The local AWS, and the engine in its environment.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(local, name="local")
app.add_typer(doctor, name="doctor")
app.add_typer(cost, name="cost")


@app.command()
def up(stack: StackName = None) -> None:
    """Bring the stacks up; stop at a policy that does not hold."""
    from triflow import screen, up

    raise typer.Exit(up.up(stack, screen.console()))


@app.command()
def preview(stack: StackName = None) -> None:
    """Show what up would change, and what the policies say."""
    from triflow import preview, screen

    raise typer.Exit(preview.preview(stack, screen.console()))


@app.command()
def destroy(stack: StackName = None) -> None:
    """Take the stacks down, protected resources included."""
    from triflow import destroy, screen

    raise typer.Exit(destroy.destroy(stack, screen.console()))


@app.command("exec", context_settings={"ignore_unknown_options": True})
def exec_in_task(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND]", help="a shell without it")
    ] = None,
    stack: Annotated[
        str, typer.Option("--stack", metavar="STACK", help="prod, staging or dev")
    ] = "prod",
) -> None:
    """Run a command inside a healthy running task.

    Exit code: that of the session; ECS Exec does not tell how the command in it ended.
    """
    from triflow import ecs_exec

    raise typer.Exit(ecs_exec.run(stack, words or []))


app.command()(preflight)
app.command("status")(status_of_a_stack)
app.command()(logs)
app.add_typer(alarms, name="alarms")
app.add_typer(policy, name="policy")
app.command("deploy")(deploy)
app.add_typer(db, name="db")


@local.command()
def start() -> None:
    """Start the local AWS, or say that it runs."""
    from triflow import local_aws, screen

    raise typer.Exit(local_aws.start(screen.console()))


@local.command()
def stop() -> None:
    """End the local AWS, and with it all that is in it."""
    from triflow import local_aws, screen

    raise typer.Exit(local_aws.stop(screen.console()))


@local.command()
def status() -> None:
    """Say where the local AWS is and what is up in it."""
    from triflow import local_aws, screen

    raise typer.Exit(local_aws.status(screen.console()))


@local.command()
def reset() -> None:
    """Forget all that is local: the AWS and the state."""
    from triflow import local_aws, screen

    raise typer.Exit(local_aws.reset(screen.console()))


@local.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    add_help_option=False,
)
def pulumi(context: typer.Context) -> None:
    """Run the engine itself: pulumi stack export -s prod."""
    from triflow import passthrough, screen

    raise typer.Exit(passthrough.pulumi(context.args, screen.console(stderr=True)))


def main() -> None:
    """Run the command line; what goes wrong is told in sentences, never in a traceback."""
    try:
        app()
    except (TriflowError, LocalError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command line speaks here
        sys.exit(Exit.FAILED)


if __name__ == "__main__":
    main()
