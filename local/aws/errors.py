"""What can go wrong while a resource is looked after, worded for the person who reads it."""

import re
from collections.abc import Iterable
from typing import Any

GONE = re.compile(r"NotFound|NoSuch|DoesNotExist|Nonexistent|NonExistent|NotExist|^404$")


class AwsError(Exception):
    """AWS refused a call; the text is `Operation: Code: message`, as its provider words it."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation}: {code}: {message}")
        self.operation = operation
        self.code = code

    def means_gone(self, codes: Iterable[str] = ()) -> bool:
        """Return whether the refusal says that the thing is not there."""
        return bool(GONE.search(self.code)) or self.code in codes


class LostAnswerError(Exception):
    """The local AWS did not answer a call: it may have been carried out or not."""

    def __init__(self, operation: str, why: str) -> None:
        super().__init__(f"{operation}: the local AWS did not answer ({why})")
        self.operation = operation


class InputError(Exception):
    """Inputs that no call can be made of: pairs of property path and reason."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(
            "; ".join(f"{path}: {reason}" if path else reason for path, reason in problems)
        )
        self.problems = problems


class PartlyDoneError(Exception):
    """The resource exists, but a later step failed: `inputs` holds what has been done."""

    def __init__(
        self, cause: Exception, identity: str, inputs: dict[str, Any], outputs: dict[str, Any]
    ) -> None:
        super().__init__(str(cause))
        self.cause = cause
        self.identity = identity
        self.inputs = inputs
        self.outputs = outputs
