"""The stacks of the platform, in the order in which they are brought up."""

import re
from dataclasses import dataclass
from pathlib import Path

from triflow.errors import TriflowError

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Stack:
    """One stack: its project's folder below the root, and the stacks whose outputs it reads.

    `inside` is the one of these whose network it lives in.
    """

    name: str
    folder: str
    after: tuple[str, ...] = ()
    inside: str = ""


STACKS = (
    Stack("foundation", "foundation"),
    Stack("staging", ".", after=("foundation",)),
    Stack("prod", ".", after=("foundation",)),
    Stack("dev", ".", after=("foundation", "staging"), inside="staging"),
)
NAMES = tuple(stack.name for stack in STACKS)
# Without the pack the program refuses an update of staging and prod. $PWD, since -C moves.
PACK = "PULUMI_OPTION_POLICY_PACK=$PWD/policy"


def chosen(name: str | None) -> tuple[Stack, ...]:
    """Return the stack of that name, all of them without one. TriflowError if there is no such."""
    if not name:
        return STACKS
    found = tuple(stack for stack in STACKS if stack.name == name)
    if not found:
        raise TriflowError(
            f"There is no stack called {name}.",
            "Nothing was changed.",
            f"name one of {', '.join(NAMES)}",
        )
    return found


def in_account(name: str, verb: str = "up") -> str:
    """Return the engine's own line for a stack in an account, to be pasted in the clone."""
    folder = chosen(name)[0].folder
    moved = f" -C {folder}" if folder != "." else ""
    return f"{PACK} pulumi {verb}{moved} -s {name}"


def up(name: str) -> str:
    """Return what to type where something of a stack is missing."""
    return f"make up STACK={name}   (in an account: {in_account(name)})"


def login(name: str) -> str:
    """Return the line that leads to an account's state: a bucket named after the account."""
    file = ROOT / chosen(name)[0].folder / f"Pulumi.{name}.yaml"
    account = re.search(r'accountId: "?(\d{12})', file.read_text()) if file.exists() else None
    bucket = f"triflow-ai-state-{account[1]}" if account else "BUCKET"
    return (
        f"pulumi login 's3://{bucket}?region=ap-northeast-2'   (the foundation makes that bucket)"
    )


def built_on(stack: Stack) -> tuple[Stack, ...]:
    """Return the stacks that read this one's outputs."""
    return tuple(other for other in STACKS if stack.name in other.after)
