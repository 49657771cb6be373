"""The night stop as the program asks for it (ADR E2)."""

import json
from typing import Any

import pytest

from tests.program.recorder import Recording, record

ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction"
SCHEDULE = "aws:scheduler/schedule:Schedule"
GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

PREFIX = {"staging": "triflow-ai-staging", "dev": "triflow-ai-dev"}
TASKS_BY_DAY = {"staging": (1, 2), "dev": (1, 1)}
WEEKDAYS = "MON,TUE,WED,THU,FRI"


def actions(recording: Recording) -> dict[str, tuple[str, int, int]]:
    """Return each scheduled action by its name: when, and the limits it sets."""
    return {
        each.props["name"]: (
            each.props["schedule"],
            each.props["scalableTargetAction"]["minCapacity"],
            each.props["scalableTargetAction"]["maxCapacity"],
        )
        for each in recording.of(ACTION)
    }


def switches(recording: Recording) -> dict[str, str]:
    """Return when each schedule fires, by the call it makes."""
    return {
        each.props["target"]["arn"]: each.props["scheduleExpression"]
        for each in recording.of(SCHEDULE)
    }


def fires(expression: str) -> int:
    """Return the minute of the day at which an expression fires."""
    minute, hour = expression.removeprefix("cron(").split()[:2]
    return int(hour) * 60 + int(minute)


@pytest.mark.clause("E2", "C3")
@pytest.mark.parametrize("stack", PREFIX)
def test_no_task_runs_at_night(stack: str, mode: str) -> None:
    """Down to none at eight in the evening, back to the day's limits at eight on weekdays."""
    least, most = TASKS_BY_DAY[stack]

    assert actions(record(stack, preview=mode == "preview")) == {
        f"{PREFIX[stack]}-tasks-start": (f"cron(0 8 ? * {WEEKDAYS} *)", least, most),
        f"{PREFIX[stack]}-tasks-stop": ("cron(0 20 ? * * *)", 0, 0),
    }


@pytest.mark.clause("E2")
@pytest.mark.parametrize("stack", PREFIX)
def test_the_database_leads_in_the_morning_and_lags_in_the_evening(stack: str, mode: str) -> None:
    """Half an hour before the tasks, a quarter of an hour after them: none runs without it."""
    assert switches(record(stack, preview=mode == "preview")) == {
        "arn:aws:scheduler:::aws-sdk:rds:startDBInstance": f"cron(30 7 ? * {WEEKDAYS} *)",
        "arn:aws:scheduler:::aws-sdk:rds:stopDBInstance": "cron(15 20 ? * * *)",
    }


@pytest.mark.clause("E2")
@pytest.mark.parametrize("stack", PREFIX)
def test_what_aws_starts_on_the_seventh_day_is_stopped_that_evening(stack: str) -> None:
    """AWS starts a stopped database after seven days: both stops come on days off as well."""
    recording = record(stack)
    stops = [
        *(when for name, (when, _, _) in actions(recording).items() if name.endswith("-stop")),
        *(when for call, when in switches(recording).items() if "stop" in call),
    ]

    assert [when.split()[2:] for when in stops] == [["?", "*", "*", "*)"]] * 2


@pytest.mark.clause("E2")
def test_one_value_moves_all_four(mode: str) -> None:
    """Other hours in the stack file, and tasks and database follow, over midnight too."""
    config: dict[str, Any] = {
        "schedule": {"hours": "00:10-22:00 Tue-Sat"},
        "database": {"maintenanceWindow": "Fri 13:00-14:00"},
    }
    moved = record("dev", preview=mode == "preview", config=config)

    assert [when for when, _, _ in actions(moved).values()] == [
        "cron(10 0 ? * TUE,WED,THU,FRI,SAT *)",
        "cron(0 22 ? * * *)",
    ]
    assert list(switches(moved).values()) == [
        "cron(40 23 ? * MON,TUE,WED,THU,FRI *)",
        "cron(15 22 ? * * *)",
    ]


@pytest.mark.clause("E2")
def test_all_times_are_korean(staging: Recording) -> None:
    """Both services take UTC where no zone is written."""
    zones = [each.props["timezone"] for each in staging.of(ACTION)]
    zones += [each.props["scheduleExpressionTimezone"] for each in staging.of(SCHEDULE)]

    assert zones == ["Asia/Seoul"] * 4


@pytest.mark.clause("E2")
def test_the_schedules_name_this_database(staging: Recording) -> None:
    """And try for an hour: a database in the middle of a backup refuses to stop."""
    for schedule in staging.of(SCHEDULE):
        target = schedule.props["target"]

        assert json.loads(target["input"]) == {"DbInstanceIdentifier": "triflow-ai-staging-db"}
        assert target["retryPolicy"] == {
            "maximumEventAgeInSeconds": 3600,
            "maximumRetryAttempts": 30,
        }
        assert schedule.props["flexibleTimeWindow"] == {"mode": "OFF"}
        assert staging.depends_on(schedule, "groupName") == {"schedule-group"}


@pytest.mark.clause("E2")
def test_the_actions_are_the_scaling_targets(staging: Recording) -> None:
    """Without the target AWS refuses them, so they come after it."""
    for action in staging.of(ACTION):
        assert staging.depends_on(action, "resourceId") == {"compute-scaling-target"}
        assert action.props["scalableDimension"] == "ecs:service:DesiredCount"
        assert action.props["serviceNamespace"] == "ecs"


@pytest.mark.clause("E2", "C9")
def test_the_role_starts_and_stops_one_database_and_nothing_else(staging: Recording) -> None:
    """Scheduler alone takes it, for this account; a schedule gets it with its rights in place."""
    [trust] = json.loads(staging.one(ROLE, "schedule-role").props["assumeRolePolicy"])["Statement"]
    policy = staging.one(ROLE_POLICY, "schedule-role-policy")
    [right] = json.loads(policy.props["policy"])["Statement"]

    assert trust["Principal"] == {"Service": "scheduler.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert right == {
        "Effect": "Allow",
        "Action": ["rds:StartDBInstance", "rds:StopDBInstance"],
        "Resource": ["arn:aws:rds:ap-northeast-2:123456789012:db:triflow-ai-staging-db"],
    }
    assert all("schedule-role-policy" in staging.depends_on(each, "target")
               for each in staging.of(SCHEDULE))  # fmt: skip


@pytest.mark.clause("E2")
def test_production_runs_all_day(prod: Recording) -> None:
    """Nothing in it acts by the clock."""
    assert [each.name for kind in (ACTION, SCHEDULE, GROUP) for each in prod.of(kind)] == []


@pytest.mark.clause("E2", "D5")
@pytest.mark.parametrize("stack", PREFIX)
def test_the_windows_lie_in_the_hours(stack: str) -> None:
    """A stopped database takes no backup; both windows are between start and stop, in Korea."""
    asked = record(stack).one("aws:rds/instance:Instance").props
    start, stop = (fires(when) for when in switches(record(stack)).values())
    windows = [asked["backupWindow"], asked["maintenanceWindow"].replace("fri:", "")]

    for window in windows:
        begin, end = ((int(t[:2]) + 9) * 60 + int(t[3:]) for t in window.split("-"))

        assert start <= begin < end <= stop
    assert asked["maintenanceWindow"].startswith("fri:")
