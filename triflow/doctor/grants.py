"""Compares two IAM documents by what they grant, not by how they are written."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from triflow.doctor.answers import Seen, Unknown


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
