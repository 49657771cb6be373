"""Rules of the night stop (ADR E2): what stops, never in production, in the right order."""

import json
from collections.abc import Iterator
from typing import Final, Literal

from policy import clock, tables
from policy.clock import Rhythm
from policy.documents import statements
from policy.findings import Finding, Judgement, Lack, must_be
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.rules.scaling import targets_of
from policy.tokens import (
    BACKUP_PLAN,
    DB_INSTANCE,
    ECS_SERVICE,
    EVENT_RULE,
    ROLE,
    SCALING_TARGET,
    SCHEDULE,
    SCHEDULED_ACTION,
)
from policy.values import Answer, MistypedError

Verb = Literal["start", "stop"]
SDK: Final = "arn:aws:scheduler:::aws-sdk:"
SCHEDULER: Final = "scheduler.amazonaws.com"
DAYS_OF_A_WEEK: Final = 7
LEAD_MINUTES: Final = 30  # what a stopped database is given to start before the tasks

NIGHT_STOP = rule(
    id="night-stop-outside-prod",
    clause=("E2",),
    kind="stack",
    tokens=(SCALING_TARGET, SCHEDULED_ACTION, SCHEDULE, DB_INSTANCE, ECS_SERVICE, ROLE),
    levels="M/M/-",
    severity="medium",
    aim="Dev and staging run in working hours only.",
    otherwise="They would cost three times as much, for nobody.",
    fix="use the schedule component with its one value hours.",
)


@check(NIGHT_STOP, "a", each=(SCALING_TARGET,))
def tasks_stop_and_start(target: Resource, stack: StackView) -> Iterator[Judgement]:
    """One action sets both limits to zero, one sets them back to the target's own.

    A target that leaves its limits to the schedule shows those of its first day: any will do.
    """
    limits = [_limits(action) for action in _actions(stack, target)]
    usual = (target["minCapacity"].number(), target["maxCapacity"].number())
    left_to_it = {"minCapacity", "maxCapacity"} <= set(target.options.ignore_changes)
    if (0, 0) not in limits:
        yield Lack("no scheduled action sets its minimum and maximum to 0")
    if not (usual in limits or (left_to_it and set(limits) - {(0, 0)})):
        yield Lack(f"no scheduled action sets its limits back to {usual[0]} and {usual[1]}")


@check(NIGHT_STOP, "a", each=(ECS_SERVICE,))
def every_service_can_be_stopped(service: Resource, stack: StackView) -> Iterator[Judgement]:
    """A service without a scaling target has nothing that a scheduled action could set.

    One beside a scaled one is a canary, which lives for hours: that is a notice.
    """
    if not targets_of(stack, service):
        yield Lack(
            "no scaling target belongs to it, so nothing stops it at night",
            level="advisory" if stack.of(SCALING_TARGET) else None,
        )


@check(NIGHT_STOP, "b", each=(DB_INSTANCE,))
def database_stops_and_starts(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """Both are enabled, and the stop comes daily: after seven days AWS starts it by itself."""
    starts, stops = (_switches(stack, instance, verb) for verb in ("start", "stop"))
    for schedule in (*starts, *stops):
        yield from must_be(schedule["state"], "ENABLED", absent=True, about=schedule)
        yield from _role_of(schedule, stack)
    if not starts:
        yield Lack("no schedule calls startDBInstance for it")
    days = {moment // clock.DAY for moment in _moments(stops, "scheduleExpression")}
    if len(days) < DAYS_OF_A_WEEK:
        yield Lack(f"schedules call stopDBInstance for it on {len(days)} days, it must be all 7")


def _role_of(schedule: Resource, stack: StackView) -> Iterator[Judgement]:
    """The target's role is one of the stack that Scheduler may assume."""
    roles = stack.dependencies(schedule, "target", ROLE)
    if not any(_trusts_scheduler(role) for role in roles):
        yield Lack(f"target.roleArn is of {names(roles)}, no role for Scheduler", schedule)


def _trusts_scheduler(role: Resource) -> bool:
    trust = statements(role["assumeRolePolicy"])
    return any(("Service", SCHEDULER) in statement.principals() for statement in trust)


NEVER_IN_PROD = rule(
    id="night-stop-never-in-prod",
    clause=("E2",),
    kind="resource",
    tokens=(SCHEDULED_ACTION, SCHEDULE),
    levels="-/-/M",
    severity="critical",
    aim="Production runs all day.",
    otherwise="The service would be gone one evening, as planned.",
    fix="remove the schedule; prod has no hours.",
)
STOPS: Final = ("rds:stop", "rds:delete", "ecs:updateService", "ecs:deleteService", "ecs:stop")


@check(NEVER_IN_PROD, each=(SCHEDULED_ACTION,))
def tasks_are_never_scaled_down(action: Resource) -> Iterator[Judgement]:
    """Scaling up for a busy hour is fine; below two tasks a zone is missing."""
    for key in ("minCapacity", "maxCapacity"):
        asked = action["scalableTargetAction"][key]
        number = asked.number()
        if number is not None and number < tables.LEAST_PROD_TASKS:
            yield Finding(f"{asked.path} is {number}, below {tables.LEAST_PROD_TASKS}")


@check(NEVER_IN_PROD, each=(SCHEDULE,))
def nothing_is_stopped_by_the_clock(schedule: Resource) -> Iterator[Judgement]:
    """No call that stops a database or a service."""
    call = schedule["target"]["arn"].text().removeprefix(SDK)
    if call.startswith(STOPS):
        yield Finding(f"target.arn calls {call}")


SCHEDULES_LEGAL = rule(
    id="schedules-legal-and-in-kst",
    clause=("E2", "D5"),
    kind="stack",
    tokens=(SCHEDULE, SCHEDULED_ACTION, BACKUP_PLAN, EVENT_RULE, DB_INSTANCE),
    levels="M/M/M",
    severity="medium",
    aim="Every time of day is a Korean one, and the database is up whenever the tasks are.",
    otherwise="Things would stop at five in the afternoon, or tasks start without a database.",
    fix="set the zone Asia/Seoul, start the database 30 minutes before the tasks, stop it after.",
)
WHERE: Final = {
    SCHEDULE: ("scheduleExpression", "scheduleExpressionTimezone"),
    SCHEDULED_ACTION: ("schedule", "timezone"),
}


@check(SCHEDULES_LEGAL, "a", each=tuple(WHERE))
def times_are_korean(schedule: Resource, stack: StackView) -> Iterator[Judgement]:
    """The zone is written, since the default is UTC; Scheduler wants its window mode as well."""
    del stack
    _, zone = WHERE[schedule.token]
    yield from must_be(schedule[zone], clock.SEOUL)
    if schedule.token == SCHEDULE and schedule["flexibleTimeWindow"]["mode"].is_missing:
        yield Finding("flexibleTimeWindow.mode is not set")


@check(SCHEDULES_LEGAL, "a", each=(BACKUP_PLAN,))
def snapshots_are_korean(plan: Resource, stack: StackView) -> Iterator[Judgement]:
    """Each rule of a plan has its own zone."""
    del stack
    for entry in plan["rules"].items():
        yield from must_be(entry["scheduleExpressionTimezone"], clock.SEOUL)


@check(SCHEDULES_LEGAL, "a", each=(EVENT_RULE,))
def events_have_no_time_of_day(event: Resource, stack: StackView) -> Iterator[Judgement]:
    """A rule of EventBridge knows UTC only: what has a time of day belongs to Scheduler."""
    del stack
    expression = event["scheduleExpression"].text("rate(1 day)")
    if not expression.startswith("rate("):
        yield Finding(f'scheduleExpression is "{expression}", only a rate has no time zone')


@check(SCHEDULES_LEGAL, "b")
def expressions_are_legal(stack: StackView) -> Iterator[Judgement]:
    """AWS finds the fault in the middle of an update; the local AWS never does."""
    for resource in stack.of(*WHERE, EVENT_RULE, BACKUP_PLAN):
        for asked in _expressions(resource):
            if not asked.is_missing and (fault := clock.fault(asked.text())):
                yield Finding(f'{asked.path} is "{asked.text()}": {fault}', resource)


def _expressions(resource: Resource) -> Iterator[Answer]:
    if resource.token == BACKUP_PLAN:
        yield from (entry["schedule"] for entry in resource["rules"].items())
    else:
        key, _ = WHERE.get(resource.token, ("scheduleExpression", ""))
        yield resource[key]


@check(SCHEDULES_LEGAL, "c", each=(DB_INSTANCE,))
def database_is_up_for_the_tasks(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """Half an hour before they start, and until they have stopped."""
    tasks, database = _tasks(stack), _database(stack, instance)
    if not database.stops:
        return
    if any(not database.is_up(start - LEAD_MINUTES) for start in tasks.starts):
        yield Finding(f"it is not up {LEAD_MINUTES} minutes before the tasks start")
    if any(tasks.is_up(stop) for stop in database.stops):
        yield Finding("it is stopped while the tasks still run")


@check(SCHEDULES_LEGAL, "d", each=(DB_INSTANCE,))
def windows_lie_in_running_hours(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """A stopped database takes no backup on any of its days, and gets no maintenance."""
    database = _database(stack, instance)
    if not database.stops:
        return
    backup = clock.daily(instance["backupWindow"].text())
    if backup and not all(backup.lies_in(*run) for run in database.runs()):
        yield Finding("backupWindow lies outside of its running hours")
    maintenance = clock.weekly(instance["maintenanceWindow"].text())
    if maintenance and not any(maintenance.lies_in(*run) for run in database.runs()):
        yield Finding("maintenanceWindow lies outside of its running hours")


def _limits(action: Resource) -> tuple[int | None, int | None]:
    asked = action["scalableTargetAction"]
    return asked["minCapacity"].number(), asked["maxCapacity"].number()


def _actions(stack: StackView, target: Resource) -> list[Resource]:
    """The scheduled actions of a target: by dependency, or by the same resource id."""
    return list(stack.referring(SCHEDULED_ACTION, "resourceId", target, name="resourceId"))


def _switches(stack: StackView, instance: Resource, verb: Verb) -> list[Resource]:
    """The schedules that start or stop one instance, by the name in their input."""
    wanted = {"DbInstanceIdentifier": instance["identifier"].text()}
    return [
        schedule
        for schedule in stack.of(SCHEDULE)
        if schedule["target"]["arn"].text() == f"{SDK}rds:{verb}DBInstance"
        and _input(schedule["target"]["input"]) == wanted
    ]


def _input(asked: Answer) -> object:
    try:
        return json.loads(asked.text())
    except ValueError:
        raise MistypedError(asked.path, "JSON") from None


def _tasks(stack: StackView) -> Rhythm:
    actions = stack.of(SCHEDULED_ACTION)
    down = [action for action in actions if _limits(action)[1] == 0]
    up = [action for action in actions if action not in down]
    return Rhythm(_moments(up, "schedule"), _moments(down, "schedule"))


def _database(stack: StackView, instance: Resource) -> Rhythm:
    starts, stops = (_switches(stack, instance, verb) for verb in ("start", "stop"))
    key, _ = WHERE[SCHEDULE]
    return Rhythm(_moments(starts, key), _moments(stops, key))


def _moments(resources: list[Resource], key: str) -> frozenset[int]:
    found = (clock.moments(resource[key].text()) for resource in resources)
    return frozenset(moment for moments in found for moment in moments)
