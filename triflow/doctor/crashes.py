"""Lines of the log by which a container says why it ended, and what to do about each."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from triflow.doctor.answers import Facts, NotApplicable

SINCE: Final = timedelta(hours=1)
MOST_LINES: Final = 50
HEALTHY: Final = "healthy"
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
    if not (_lacking(facts) or _ill(facts)):
        raise NotApplicable("all tasks that are wanted run, and each of them is healthy")
    return {
        "logGroupName": facts.deployed.output("log_group_name"),
        "startTime": int((facts.now - SINCE).timestamp() * 1000),
        "filterPattern": " ".join(f'?"{one}"' for one in SIGNATURES),
        "PaginationConfig": {"MaxItems": MOST_LINES},
    }


def _lacking(facts: Facts) -> bool:
    live = facts["service"]["services"].first()
    return live["runningCount"].number < live["desiredCount"].number


def _ill(facts: Facts) -> bool:
    targets = facts["targets"]["TargetHealthDescriptions"].each()
    return any(one["TargetHealth"]["State"].text == "unhealthy" for one in targets)
