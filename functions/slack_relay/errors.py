"""The one error of the relay. Lambda writes it to the log, so it never holds a secret."""


class RelayError(Exception):
    """A fact, its consequence and what to type, as one readable text."""

    def __init__(self, fact: str, consequence: str, fix: str) -> None:
        super().__init__(f"{fact} {consequence}\nFix: {fix}")
