"""Reading values whose shape nobody promised: whatever arrives, a text, mapping or time results.

Owns: the narrowing. Leaves alone: what the values mean.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime

# Slack refuses a payload with control characters; a lone surrogate cannot be encoded at all.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def text(value: object) -> str:
    """Return `value` as clean text; missing values, mappings and lists give the empty text."""
    if value is None or isinstance(value, Mapping | list):
        return ""
    paired = str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return _CONTROL.sub("", paired).strip()


def mapping(value: object) -> Mapping[str, object]:
    """Return `value` if it is a mapping, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[object]:
    """Return `value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def number(value: object) -> float | None:
    """Return `value` as a number, None when it is not one."""
    try:
        return float(text(value))
    except ValueError:
        return None


def moment(value: object) -> datetime | None:
    """Return an ISO 8601 time with its zone (UTC when it names none), None for anything else."""
    try:
        read = datetime.fromisoformat(text(value))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def at(value: object, path: str) -> object:
    """Return what lies at a dotted path such as `eventDescription.0.service`, else None."""
    for step in path.split("."):
        if isinstance(value, list):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        else:
            value = mapping(value).get(step)
    return value
