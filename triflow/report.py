"""What a look at AWS found, line by line: the form that status, preflight and alarms share."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from rich.console import Console
from rich.text import Text

from triflow.aws import Refusal
from triflow.errors import Exit

if TYPE_CHECKING:
    from local.aws.server import Server

UNKNOWN = 3  # the exit code of a look in which nothing failed and something could not be checked
State = Literal["ok", "failed", "unknown"]
TOLD_AT_MOST = 3
MARKS: dict[State, tuple[str, str]] = {
    "ok": ("✓", "green"),
    "failed": ("✗", "bold red"),
    "unknown": ("?", "yellow"),
}


@dataclass(frozen=True)
class Line:
    """One thing looked at: `unknown` means that it could not be checked, never that it is well."""

    state: State
    subject: str
    fact: str
    fix: str = ""


def unanswered(subject: str, why: Refusal) -> Line:
    """Return the line of something that AWS did not tell."""
    return Line("unknown", subject, f"could not be checked: {why.fact}", why.fix)


def some(named: Sequence[str]) -> list[str]:
    """Return the first three of things that are alike, and how many more there are."""
    rest = len(named) - TOLD_AT_MOST
    return [*named[:TOLD_AT_MOST], *([f"and {rest} more"] if rest > 0 else [])]


def show(console: Console, lines: Iterable[Line]) -> None:
    """Print the lines, each fix below its own; long ones are left to the terminal to fold."""
    told = list(lines)
    width = max((len(line.subject) for line in told), default=0)
    for line in told:
        mark, style = MARKS[line.state]
        text = Text.assemble("  ", (mark, style), f" {line.subject:<{width}}  {line.fact}")
        console.print(text, soft_wrap=True, highlight=False)
        if line.fix:
            console.print(
                f"{'':{width + 6}}Fix: {line.fix}", markup=False, soft_wrap=True, highlight=False
            )


def show_limits(console: Console, server: "Server | None") -> None:
    """Say what every stack in the local AWS lacks; nothing of an account."""
    if server:
        console.print(
            "The local AWS starts no tasks and holds no image (docs/local-aws.md): what needs one "
            "is rightly missed.",
            markup=False,
            soft_wrap=True,
            highlight=False,
        )


def show_where(console: Console, server: "Server | None", fixes: Iterable[str]) -> None:
    """Say how a line of the aws command line reaches the local AWS: by itself it asks an account.

    Nothing is said of an account, or where no such line was printed.
    """
    if server and any(fix.startswith("aws ") for fix in fixes):
        console.print(
            "A line that begins with aws asks an account. To ask the local AWS, in its own shell:\n"
            f"  export AWS_ENDPOINT_URL={server.endpoint} AWS_ACCESS_KEY_ID=local "
            "AWS_SECRET_ACCESS_KEY=local AWS_REGION=ap-northeast-2",
            markup=False,
            soft_wrap=True,
            highlight=False,
        )


def as_json(stack: str, lines: Iterable[Line]) -> str:
    """Return the lines for scripts."""
    return json.dumps(
        {"stack": stack, "lines": [asdict(line) for line in lines]}, indent=2, ensure_ascii=False
    )


def exit_code(lines: Sequence[Line]) -> int:
    """Return 1 if anything failed, else 3 if anything is unknown, else 0."""
    states = {line.state for line in lines}
    if "failed" in states:
        return Exit.FAILED
    return UNKNOWN if "unknown" in states else Exit.DONE
