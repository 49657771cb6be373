"""`triflow preflight`: everything that a first deployment needs, looked at and told."""

from functools import partial

from rich.console import Console

from triflow import aws, outputs, report, stacks
from triflow.aws import Aws
from triflow.deployed import Deployed
from triflow.errors import TriflowError
from triflow.preflight import account, context, engine, machine, needs, quotas
from triflow.preflight.context import Check, Context
from triflow.report import Line
from triflow.stacks import Stack

# What each check is called where it cannot be made; in the order of the screen.
CHECKS: tuple[tuple[str, Check], ...] = (
    ("credentials", account.credentials),
    ("region", account.region),
    ("Pulumi CLI", machine.cli),
    ("AWS plugin", machine.plugin),
    ("state", machine.backend),
    ("plan", machine.plan),
    ("zone", needs.zone),
    ("image", needs.image),
    ("secrets", needs.secrets),
    ("bucket", needs.bucket),
    *((quota.subject, quotas.check(quota)) for quota in quotas.QUOTAS),
    ("service roles", account.service_roles),
    ("subscriptions", needs.subscriptions),
    ("text messages", account.text_messages),
)


def preflight(name: str, console: Console, *, as_json: bool = False) -> int:
    """Make every check of a stack: 0 all well, 1 something failed, 3 something is unknown.

    TriflowError if there is no such stack or its settings cannot be read.
    """
    stack = stacks.chosen(name)[0]
    asked = aws.find()
    if as_json:
        told = lines(asked, stack)
        console.out(report.as_json(stack.name, told), highlight=False)
        return report.exit_code(told)
    console.print(f"Before an update of {stack.name} in {asked.place}", highlight=False)
    with console.status("previewing"):
        told = lines(asked, stack)
    report.show(console, told)
    report.show_where(console, asked.server, (line.fix for line in told))
    return report.exit_code(told)


def lines(asked: Aws, stack: Stack) -> list[Line]:
    """Return the lines of all checks, in the order of CHECKS."""
    looked_at = _context(asked, stack)
    told = aws.together(
        {name: partial(context.run, name, check, looked_at) for name, check in CHECKS}
    )
    return [line for name, _ in CHECKS for line in aws.given(told[name])]


def _context(asked: Aws, stack: Stack) -> Context:
    """Gather what the checks look at; what cannot be had is their business to tell."""
    known = context.settings(stack)
    found = engine.find(asked, stack)
    unread: dict[str, TriflowError] = {}
    recorded = _recorded(asked, stack.name, unread)
    foundation = _recorded(asked, "foundation", unread).outputs
    planned = engine.plan(found, stack, recorded.resources)
    return Context(asked, stack, found, known, planned, foundation, unread)


def _recorded(asked: Aws, name: str, unread: dict[str, TriflowError]) -> Deployed:
    """Return what a stack has deployed, or nothing; `unread` gets the reason if that is unknown."""
    try:
        return outputs.read(asked, name)
    except outputs.NotUp:
        pass
    except TriflowError as why:
        unread[name] = why
    return Deployed(name, ())
