"""Compares two IAM documents by what they grant, not by how they are written; and judges one.

Judged is what can be without knowing a request: a statement under a condition makes it unknown.
"""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

from triflow.doctor.answers import Seen, Unknown

ANYBODY: Final = ("*", {"AWS": "*"}, {"AWS": ["*"]})


def missing(declared: Seen, live: Seen) -> list[str]:
    """Return the statements that are declared and not live, each as its actions in words."""
    there = {_plain(one) for one in _statements(live)}
    return [
        ", ".join(sorted(_list(one.get("Action"))))
        for one in _statements(declared)
        if _plain(one) not in there
    ]


def added_denials(declared: Seen, live: Seen) -> list[str]:
    """Return what the live document refuses and the declared one does not."""
    wanted = {_plain(one) for one in _statements(declared)}
    return [
        ", ".join(sorted(_list(one.get("Action"))))
        for one in _statements(live)
        if one.get("Effect") == "Deny" and _plain(one) not in wanted
    ]


def added_grants(declared: Seen, live: Seen) -> list[str]:
    """Return what the live document allows and the declared one does not."""
    wanted = {_plain(one) for one in _statements(declared)}
    return [
        ", ".join(sorted(_list(one.get("Action", "all but some actions"))))
        for one in _statements(live)
        if one.get("Effect") == "Allow" and _plain(one) not in wanted
    ]


def allows(document: Seen, action: str, resource: str) -> bool:
    """Return whether the document lets everybody do this. Unknown if that depends on a request."""
    speaking = [one for one in _statements(document) if _speaks_of(one, action, resource)]
    for one in speaking:
        if "Condition" in one or one.get("Principal", "*") not in ANYBODY:
            raise Unknown(f"{document.place} has a statement for some requests only")
    effects = {one.get("Effect") for one in speaking}
    return effects == {"Allow"}


def _speaks_of(statement: Mapping[str, Any], action: str, resource: str) -> bool:
    return _named(statement, "Action", action.lower()) and _named(statement, "Resource", resource)


def _named(statement: Mapping[str, Any], key: str, word: str) -> bool:
    """Return whether a statement means the word, by its key or by the Not that turns it around."""
    if key in statement:
        return _among(statement[key], word, key)
    return f"Not{key}" in statement and not _among(statement[f"Not{key}"], word, key)


def _among(patterns: Any, word: str, key: str) -> bool:  # noqa: ANN401 - JSON
    """Actions are compared in small letters, as IAM does; * and ? stand for what they do there."""
    words = [str(one) for one in _list(patterns)]
    return any(fnmatchcase(word, one.lower() if key == "Action" else one) for one in words)


def _statements(document: Seen) -> Iterator[Mapping[str, Any]]:
    """Yield the statements; boto3 decodes some services' documents and hands on others as text."""
    content = document.value
    try:
        parsed = json.loads(content) if isinstance(content, str) else content
    except json.JSONDecodeError as wrong:
        raise Unknown(f"{document.place} is no IAM document") from wrong
    for one in Seen(parsed, document.place)["Statement"].each():
        if not isinstance(one.value, Mapping):
            raise Unknown(f"{one.place} is no statement")
        yield one.value


def _plain(statement: Mapping[str, Any]) -> str:
    """Return the statement in one spelling: lists sorted, a single word as a list of one."""
    return json.dumps({k: _sorted(v) for k, v in statement.items() if k != "Sid"}, sort_keys=True)


def _sorted(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, Mapping):
        return {key: _sorted(below) for key, below in value.items()}
    return sorted(str(one) for one in _list(value))


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else [value]
