"""The one error of this package: something has no price, so no total is given."""


class CostError(Exception):
    """A failure as three sentences: what is so, what follows from it, what to do."""

    def __init__(self, fact: str, consequence: str, fix: str) -> None:
        super().__init__(fact, consequence, fix)
        self.fact = fact
        self.consequence = consequence
        self.fix = fix

    def __str__(self) -> str:
        """Return the sentences in the order in which a reader asks for them."""
        return f"{self.fact} {self.consequence}\nFix: {self.fix}"
