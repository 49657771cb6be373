"""The stacks of the platform, in the order in which they are brought up."""

from dataclasses import dataclass
from pathlib import Path

from triflow.errors import TriflowError

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Stack:
    """One stack: its project's folder below the root, and the stacks whose outputs it reads."""

    name: str
    folder: str
    after: tuple[str, ...] = ()


STACKS = (
    Stack("foundation", "foundation"),
    Stack("staging", ".", after=("foundation",)),
    Stack("prod", ".", after=("foundation",)),
    Stack("dev", ".", after=("foundation", "staging")),
)
NAMES = tuple(stack.name for stack in STACKS)


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


def built_on(stack: Stack) -> tuple[Stack, ...]:
    """Return the stacks that read this one's outputs."""
    return tuple(other for other in STACKS if stack.name in other.after)
