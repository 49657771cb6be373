"""The night stop of dev and staging: what is asked about it, and only of a stack that has one."""

from typing import Any, Final

from triflow.deployed import Deployed
from triflow.doctor.answers import Facts, NotApplicable

SCHEDULE: Final = "aws:scheduler/schedule:Schedule"
ACTION: Final = "aws:appautoscaling/scheduledAction:ScheduledAction"
TARGET: Final = "compute-scaling-target"
MINUTES: Final = 24 * 60


def stops(deployed: Deployed) -> bool:
    """Return whether the stack's database is stopped at night."""
    return any(deployed.named(SCHEDULE))


def need(facts: Facts) -> None:
    """NotApplicable if the stack runs day and night."""
    if not stops(facts.deployed):
        raise NotApplicable(f"{facts.deployed.stack} has no night stop")


def group(deployed: Deployed) -> dict[str, str]:
    """Return the dimension of the schedules. NotDeployed if there is none."""
    return {"ScheduleGroup": str(deployed.inputs("schedule-group")["name"])}


def schedules(facts: Facts) -> dict[str, Any]:
    """Ask for those of the stack's own group."""
    need(facts)
    return {"GroupName": facts.declared("schedule-group")["name"].text}


def target(facts: Facts) -> dict[str, Any]:
    """Ask for the limits between which the service is scaled."""
    declared = facts.declared(TARGET)
    return {
        "ServiceNamespace": "ecs",
        "ResourceIds": [declared["resourceId"].text],
        "ScalableDimension": declared["scalableDimension"].text,
    }


def actions(facts: Facts) -> dict[str, Any]:
    """Ask for what changes those limits by the clock."""
    need(facts)
    declared = facts.declared(TARGET)
    return {"ServiceNamespace": "ecs", "ResourceId": declared["resourceId"].text}


def events(facts: Facts) -> dict[str, Any]:
    """Ask what happened to the database in the last 24 hours."""
    need(facts)
    return {
        "SourceType": "db-instance",
        "SourceIdentifier": facts.declared("database-instance")["identifier"].text,
        "Duration": MINUTES,
    }
