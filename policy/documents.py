"""IAM, bucket and lifecycle documents, whether they arrive as an object or as a JSON string."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from policy.values import Answer, Known, MistypedError, answer


def document(asked: Answer) -> Answer:
    """Return the document at a path as an object; MistypedError where it is no JSON object.

    A string is unknown as a whole as soon as one part of it is; an object in its parts.
    """
    if not isinstance(asked, Known) or isinstance(asked.value, dict):
        return asked
    try:
        content = json.loads(asked.value) if isinstance(asked.value, str) else None
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise MistypedError(asked.path, "a JSON object")
    return answer(content, asked.path)


@dataclass(frozen=True)
class Statement:
    """One statement of an IAM document."""

    content: Answer

    @property
    def label(self) -> str:
        """Where it stands, and its Sid where it has one."""
        sid = self.content["Sid"].known()
        return f"{self.content.path} ({sid})" if sid else self.content.path

    @property
    def allows(self) -> bool:
        """Whether its effect is Allow."""
        return self.content["Effect"].text() == "Allow"

    def strings(self, key: str) -> tuple[str, ...]:
        """Return one string or a list of them; () where missing."""
        return strings(self.content[key])

    def conditions(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Return {(operator, key): values}, keys in lower case: IAM ignores theirs."""
        return {
            (operator, key.lower()): strings(values)
            for operator, keys in self.content["Condition"].entries().items()
            for key, values in keys.entries().items()
        }

    def principals(self) -> tuple[tuple[str, str], ...]:
        """Return (kind, name) of each principal; a bare "*" is ("AWS", "*")."""
        asked = self.content["Principal"]
        if isinstance(asked, Known) and isinstance(asked.value, str):
            return (("AWS", asked.value),)
        return tuple(
            (kind, name) for kind, names in asked.entries().items() for name in strings(names)
        )


def statements(asked: Answer) -> Iterator[Statement]:
    """Yield the statements of an IAM document; a single one need not stand in a list."""
    found = document(asked)["Statement"]
    if isinstance(found, Known) and isinstance(found.value, dict):
        yield Statement(found)
    else:
        yield from map(Statement, found.items())


def strings(asked: Answer) -> tuple[str, ...]:
    """Return a string, or a list of strings and numbers, as strings; () where missing."""
    value = asked.known()
    if value is None:
        return ()
    return tuple(map(_text, value)) if isinstance(value, list) else (_text(value),)


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
