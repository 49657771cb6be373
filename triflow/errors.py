"""What ends a command: the one error that reaches a user, and the exit codes."""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ends; scripts may rely on these numbers."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    POLICY = 3
    INTERRUPTED = 130


class TriflowError(Exception):
    """A failure as three sentences: what is so, what follows from it, what to type."""

    def __init__(self, fact: str, consequence: str, fix: str) -> None:
        super().__init__(fact, consequence, fix)
        self.fact = fact
        self.consequence = consequence
        self.fix = fix

    def __str__(self) -> str:
        """Return the sentences in the order in which a reader asks for them."""
        return f"{self.fact} {self.consequence}\nFix: {self.fix}"
