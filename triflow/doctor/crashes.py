"""Lines of the log by which a container says why it ended, and what to do about each."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from triflow.doctor import symptoms
from triflow.doctor.answers import Facts

SINCE: Final = timedelta(hours=1)
MOST_LINES: Final = 50
REBUILD: Final = "docker build --platform linux/amd64 -t IMAGE ."
DATABASE: Final = "triflow doctor --problem P09 --stack {stack}"
# What the line holds, and what to type.
SIGNATURES: Final[Mapping[str, str]] = {
    "ModuleNotFoundError": REBUILD,
    "exec format error": REBUILD,
    "Address already in use": "triflow logs tail --stack {stack}",
    "password authentication failed": DATABASE,
    "could not connect to server": DATABASE,
    "connection to server at": DATABASE,
}


def asks(facts: Facts) -> dict[str, Any]:
    """Ask for such lines, if tasks are lacking or ill: a line of the log alone is no crash."""
    symptoms.in_tasks(facts)
    return {
        "logGroupName": facts.deployed.output("log_group_name"),
        "startTime": int((facts.now - SINCE).timestamp() * 1000),
        "filterPattern": " ".join(f'?"{one}"' for one in SIGNATURES),
        "PaginationConfig": {"MaxItems": MOST_LINES},
    }
