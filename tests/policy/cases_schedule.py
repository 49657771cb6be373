"""Cases of the night stop's rules."""

import json

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    GONE,
    WAITS,
    Spoil,
    Thing,
    World,
    add,
    both,
    change,
    change_options,
    of,
    remove,
)
from tests.policy.worlds import in_dev, in_prod, in_staging
from tests.policy.worlds_database import SDK, WEEKDAYS, night_stop, weekly

LIMITS = ("minCapacity", "maxCapacity")


def busy() -> World:
    """Return production with a service that is scaled up in the morning."""
    world = in_prod()
    world.things |= night_stop(world.prefix, (3, 5))
    for stopping in ("tasks-stop", "db-stop"):
        del world.things[stopping]
    return world


def again(short: str, **changed: str) -> Spoil:
    """Put a thing into the stack a second time, a little different."""

    def spoil(world: World) -> None:
        first = world.things[short]
        world.things[f"{short}-again"] = Thing(first.token, {**first.properties, **changed})

    return spoil


R = "night-stop-outside-prod"
broken(f"{R}(a)", "one task stays", change("tasks-stop", scalableTargetAction__maxCapacity=1), in_staging)  # noqa: E501  # fmt: skip
broken(f"{R}(a)", "the tasks' stop is gone", remove("tasks-stop"), in_staging)
broken(f"{R}(a)", "the tasks' start is gone", remove("tasks-start"), in_staging)
broken(
    f"{R}(a)",
    "fewer come back",
    both(
        change_options("scaling", ignore_changes=()),
        change("tasks-start", scalableTargetAction__maxCapacity=1),
    ),
    in_staging,
)
broken(f"{R}(a)", "a second service runs on", add("more", t.ECS_SERVICE, name="more"), in_staging, level="advisory")  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "the database's stop is gone", remove("db-stop"), in_staging)
broken(f"{R}(b)", "the database's start is gone", remove("db-start"), in_staging)
broken(f"{R}(b)", "dev has no night stop", remove("db-start", "db-stop"), in_dev)
broken(f"{R}(b)", "the stop is switched off", change("db-stop", state="DISABLED"), in_staging)
broken(
    f"{R}(b)",
    "the stop is another database's",
    change("db-stop", target__input=json.dumps({"DbInstanceIdentifier": "x"})),
    in_staging,
)
for text in ("x", GONE):
    broken(f"{R}(b)", f"the input is {'gone' if text is GONE else text}", change("db-stop", target__input=text), in_staging)  # noqa: E501  # fmt: skip
broken(
    f"{R}(b)",
    "it is stopped twice on each of five days",
    both(
        change("db-stop", scheduleExpression=f"cron(15 20 ? * {WEEKDAYS} *)"),
        again("db-stop", scheduleExpression=f"cron(15 22 ? * {WEEKDAYS} *)"),
    ),
    in_staging,
)
broken(
    f"{R}(b)",
    "nothing stops it again at the week's end",
    change("db-stop", scheduleExpression=f"cron(15 20 ? * {WEEKDAYS} *)"),
    in_staging,
)
broken(
    f"{R}(b)",
    "the role is for another service",
    change("night-role", assumeRolePolicy=json.dumps({"Statement": []})),
    in_staging,
)
SERVICE = "service/triflow-ai-staging-cluster/triflow-ai-staging-backend-service"
fine(R, "actions by the same id", both(*(change(short, resourceId=SERVICE) for short in ("tasks-stop", "tasks-start"))), in_staging)  # noqa: E501  # fmt: skip
fine(R, "the limits are the program's", change_options("scaling", ignore_changes=()), in_staging)
fine(R, "a second role in the call", change("db-stop", target__deadLetterConfig={"arn": of("execution-role")}), in_staging)  # noqa: E501  # fmt: skip
fine(
    R,
    "the week's end is off, with a stop every day",
    change("db-stop", state="ENABLED"),
    in_staging,
)
broken(f"{R}(a)", "nothing is scaled", remove("scaling", "tasks-start", "tasks-stop"), in_staging, level="mandatory")  # noqa: E501  # fmt: skip
broken(
    f"{R}(a)",
    "the limits are left to a schedule that never starts",
    both(change_options("scaling", ignore_changes=LIMITS), remove("tasks-start")),
    in_staging,
)
fine(
    R,
    "the limits are left to the schedule, which has new ones",
    both(
        change_options("scaling", ignore_changes=LIMITS),
        change("tasks-start", scalableTargetAction__maxCapacity=3),
    ),
    in_staging,
)
fine(
    R,
    "a third action for a busy hour",
    add("noon", t.SCHEDULED_ACTION, resourceId=of("scaling"),
        scalableTargetAction={"minCapacity": 2, "maxCapacity": 2}),
    in_staging,
)  # fmt: skip
open_question(
    R,
    "whose stop it is is not known",
    change("db-stop", target__input=WAITS),
    "target.input",
    in_staging,
)

R = "night-stop-never-in-prod"
broken(
    R,
    "the tasks go to zero",
    add("night", t.SCHEDULED_ACTION, scalableTargetAction={"minCapacity": 0, "maxCapacity": 0}),
)
broken(
    R,
    "one task stays",
    add("night", t.SCHEDULED_ACTION, scalableTargetAction={"minCapacity": 1, "maxCapacity": 5}),
)
broken(
    R, "one task at most", add("night", t.SCHEDULED_ACTION, scalableTargetAction={"maxCapacity": 1})
)
broken(R, "the database stops", add("night", t.SCHEDULE, target={"arn": f"{SDK}:stopDBInstance"}))
broken(
    R,
    "the service is changed by the clock",
    add("night", t.SCHEDULE, target={"arn": "arn:aws:scheduler:::aws-sdk:ecs:updateService"}),
)
fine(R, "the morning brings more tasks", change("tasks-start", timezone="Asia/Seoul"), busy)
fine(R, "only the minimum rises", change("tasks-start", scalableTargetAction={"minCapacity": 2}), busy)  # noqa: E501  # fmt: skip
fine(R, "staging stops at night", change("tasks-stop", timezone="Asia/Seoul"), in_staging)
open_question(
    R,
    "the call is not known",
    add("night", t.SCHEDULE, target={"arn": WAITS}),
    "target.arn",
)

R = "schedules-legal-and-in-kst"
broken(f"{R}(a)", "the tasks' zone is left out", change("tasks-stop", timezone=GONE), in_staging)
broken(
    f"{R}(a)",
    "the database's zone is UTC",
    change("db-stop", scheduleExpressionTimezone="UTC"),
    in_staging,
)
broken(f"{R}(a)", "no window mode", change("db-stop", flexibleTimeWindow=GONE), in_staging)
broken(
    f"{R}(a)", "the plan is in UTC", change("plan", rules=[weekly(scheduleExpressionTimezone=GONE)])
)
broken(
    f"{R}(a)",
    "an event at a time of day",
    add("event", t.EVENT_RULE, scheduleExpression="cron(0 3 * * ? *)"),
)
broken(f"{R}(b)", "an event every nought hours", add("event", t.EVENT_RULE, scheduleExpression="rate(0 hours)"))  # noqa: E501  # fmt: skip
broken(
    f"{R}(b)",
    "both fields of days are stars",
    change("tasks-stop", schedule="cron(0 20 * * * *)"),
    in_staging,
)
for expression in (
    *("cron(0 20 ? * ? *)", "cron(0 24 ? * * *)", "cron(60 20 ? * * *)", "cron(0 20 ? * MO *)"),
    *("cron(0 20 ? * *)", "20:00", "rate(0 hours)"),
):
    broken(f"{R}(b)", expression, change("db-stop", scheduleExpression=expression), in_staging)
broken(
    f"{R}(b)",
    "the plan has no such day",
    change("plan", rules=[weekly(schedule="cron(0 5 ? * 8 *)")]),
)
broken(
    f"{R}(c)",
    "the database has ten minutes",
    change("db-start", scheduleExpression=f"cron(50 7 ? * {WEEKDAYS} *)"),
    in_staging,
)
broken(
    f"{R}(c)",
    "the database stops first",
    change("db-stop", scheduleExpression="cron(59 19 ? * * *)"),
    in_staging,
)
broken(
    f"{R}(c)",
    "the tasks start on Saturday as well",
    change("tasks-start", schedule="cron(0 8 ? * MON-SAT *)"),
    in_staging,
)
broken(
    f"{R}(d)",
    "the backup is at night",
    change("database", backupWindow="18:00-19:00"),
    in_staging,
)
broken(
    f"{R}(d)",
    "the backup is outside of one short day",
    again("db-start", scheduleExpression="cron(0 19 ? * SAT *)"),
    in_staging,
)
for window in ("backupWindow", "maintenanceWindow"):
    fine(R, f"AWS chooses the {window}", change("database", **{window: GONE}), in_staging)
broken(
    f"{R}(d)",
    "the maintenance is on Sunday",
    change("database", maintenanceWindow="sun:03:00-sun:04:00"),
    in_staging,
)
fine(R, "exactly half an hour", change("db-start", scheduleExpression=f"cron(30 7 ? * {WEEKDAYS} *)"), in_staging)  # noqa: E501  # fmt: skip
fine(
    R, "both stop together", change("db-stop", scheduleExpression="cron(0 20 ? * * *)"), in_staging
)
fine(R, "an event once an hour", add("event", t.EVENT_RULE, scheduleExpression="rate(1 hour)"))
fine(R, "an event by pattern", add("event", t.EVENT_RULE, eventPattern="{}"))
fine(
    R,
    "days as numbers, words in small letters",
    both(
        change("tasks-start", schedule="cron(0 8 ? * 2-6 *)"),
        change("db-start", scheduleExpression="cron(30 7 ? * mon-fri *)"),
    ),
    in_staging,
)
fine(R, "prod's windows at night", change("database", tags={"Layer": "database"}))
open_question(
    R, "the time is not known", change("db-stop", scheduleExpression=WAITS),
    "scheduleExpression", in_staging,
)  # fmt: skip
