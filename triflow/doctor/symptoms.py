"""What gives cause to ask further: a read `on_symptom` begins with one of these."""

from datetime import timedelta
from typing import Final

from triflow.doctor import metrics
from triflow.doctor.answers import Facts, NotApplicable

LATELY: Final = timedelta(minutes=15)
OF_TASKS: Final = ("service", "targets")
OF_THE_BACKEND: Final = (*OF_TASKS, "metrics")


def in_tasks(facts: Facts) -> None:
    """Go on if tasks are lacking or ill. Needs the reads `OF_TASKS`."""
    if not (_lacking(facts) or _ill(facts)):
        raise NotApplicable("all tasks that are wanted run, and each of them is healthy")


def in_the_backend(facts: Facts) -> None:
    """Go on if tasks are lacking or ill, or one has just failed to answer a request.

    Whoever names the problem has seen a symptom of his own.
    """
    if facts.requested:
        return
    if not (_lacking(facts) or _ill(facts) or metrics.counted(facts, "target_5xx", LATELY)):
        raise NotApplicable("all tasks that are wanted run and are healthy, and answer no 5xx")


def _lacking(facts: Facts) -> bool:
    live = facts["service"]["services"].first()
    return live["runningCount"].number < live["desiredCount"].number


def _ill(facts: Facts) -> bool:
    targets = facts["targets"]["TargetHealthDescriptions"].each()
    return any(one["TargetHealth"]["State"].text == "unhealthy" for one in targets)
