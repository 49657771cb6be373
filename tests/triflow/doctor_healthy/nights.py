"""The night stop, the scaling that it moves, and the weekly snapshot of who has none."""

from datetime import timedelta

from tests.triflow.doctor_stack import NOW, Json
from triflow.deployed import Deployed
from triflow.doctor import night_stop, snapshots
from triflow.doctor.answers import Answer


def answers(stack: Deployed) -> Json:
    """Return them by the read's name; a stack has the one or the other, and is asked of no more."""
    stops = night_stop.stops(stack)
    always = Answer("not needed", reason=f"{stack.stack} has no night stop")
    never = Answer("not needed", reason=f"{stack.stack} takes no weekly snapshot")
    return {
        "scaling_target": _target(stack),
        "scheduled_actions": _actions(stack) if stops else always,
        "schedules": _schedules(stack) if stops else always,
        "database_events": {"Events": [_event()]} if stops else always,
        "backup_jobs": _jobs() if any(stack.named(snapshots.PLAN)) else never,
    }


def _limits(wish: Json) -> Json:
    return {"MinCapacity": wish["minCapacity"], "MaxCapacity": wish["maxCapacity"]}


def _target(stack: Deployed) -> Json:
    wish = dict(stack.inputs(night_stop.TARGET))
    words = ("DynamicScalingIn", "DynamicScalingOut", "ScheduledScaling")
    off = {f"{word}Suspended": False for word in words}
    return {"ScalableTargets": [_limits(wish) | {"SuspendedState": off}]}


def _actions(stack: Deployed) -> Json:
    rows = []
    for name in stack.named(night_stop.ACTION):
        wish = stack.inputs(name)
        row = {"ScheduledActionName": wish["name"], "Schedule": wish["schedule"]}
        limits = _limits(wish["scalableTargetAction"])
        rows.append(row | {"Timezone": wish["timezone"], "ScalableTargetAction": limits})
    return {"ScheduledActions": rows}


def _schedules(stack: Deployed) -> Json:
    names = [stack.inputs(name)["name"] for name in stack.named(night_stop.SCHEDULE)]
    return {"Schedules": [{"Name": one, "State": "ENABLED"} for one in names]}


def _event() -> Json:
    return {"Date": NOW - timedelta(hours=9), "Message": "DB instance started"}


def _jobs() -> Json:
    rows = [
        {"State": "COMPLETED", "CreationDate": NOW - timedelta(days=1)},
        {"State": "RUNNING", "CreationDate": NOW - timedelta(hours=1)},
    ]
    return {"BackupJobs": rows}
