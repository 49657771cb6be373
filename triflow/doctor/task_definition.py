"""The backend's containers as the program declares them.

A revision of a task definition never changes, so the state has it as AWS has.
"""

import json
from typing import Any, Final

from triflow.doctor.answers import Facts

BACKEND: Final = "compute-backend-task"


def containers(facts: Facts) -> list[dict[str, Any]]:
    """Return them with ECS's own keys, the backend first."""
    found: list[dict[str, Any]] = json.loads(facts.declared(BACKEND)["containerDefinitions"].text)
    return found
