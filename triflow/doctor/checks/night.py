"""PX: the night stop of dev and staging (ADR E2), and P16: the limits that it moves."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor import metrics, night_stop
from triflow.doctor.answers import Facts, Seen
from triflow.doctor.checks.database import ANSWERS, instance
from triflow.doctor.finding import MEND, Found, check

TARGET: Final = night_stop.TARGET
# The schedule tries for an hour; CloudWatch counts it a little later.
LATELY: Final = timedelta(hours=3)
BY_ITSELF: Final = "exceeding the maximum allowed time being stopped"
SUSPENDED: Final = (
    "DynamicScalingInSuspended",
    "DynamicScalingOutSuspended",
    "ScheduledScalingSuspended",
)


@check(
    "schedule-off-or-failing",
    "PX",
    "critical",
    reads=("schedules", "metrics", "database"),
    says="The night stop of the database does not run.",
    remedy=MEND,
)
def schedules(facts: Facts) -> Iterator[Found]:
    """A stop of what is stopped already fails every weekend, and harms nobody."""
    live = {one["Name"].text: one["State"].text for one in facts["schedules"]["Schedules"].each()}
    for logical in facts.deployed.named(night_stop.SCHEDULE):
        name = facts.declared(logical)["name"].text
        state = live.get(name)
        if state is None:
            yield Found(name, "AWS knows no such schedule")
        elif state != "ENABLED":
            yield Found(name, f"it is {state}")
    given_up = metrics.counted(facts, "schedule_dropped", LATELY)
    runs = instance(facts)["DBInstanceStatus"].text in ANSWERS
    if given_up and runs:
        group = facts.declared("schedule-group")["name"].text
        yield Found(group, f"{given_up:.0f} calls were given up in 3 h, and the database runs")


def _limits(one: Seen) -> tuple[float, float]:
    return one["MinCapacity"].number, one["MaxCapacity"].number


def _wish(one: Seen) -> tuple[float, float]:
    return one["minCapacity"].number, one["maxCapacity"].number


@check(
    "scaling-changed",
    "P16",
    "warning",
    reads=("scaling_target",),
    says="Scaling was suspended, or its limits were changed, by hand.",
    remedy=MEND,
)
def scaling(facts: Facts) -> Iterator[Found]:
    """Where a night stop moves the limits, those that it sets are right as well."""
    name = facts.declared(TARGET)["resourceId"].text
    rows = facts["scaling_target"]["ScalableTargets"].each()
    if not rows:
        yield Found(name, "AWS scales no such service")
        return
    off = [key for key in SUSPENDED if rows[0]["SuspendedState"][key].flag]
    if off:
        yield Found(name, ", ".join(off))
    actions = [facts.declared(one) for one in facts.deployed.named(night_stop.ACTION)]
    wishes = [facts.declared(TARGET), *(one["scalableTargetAction"] for one in actions)]
    found = _limits(rows[0])
    if found not in {_wish(one) for one in wishes}:
        low, high = _wish(wishes[0])
        yield Found(name, f"{found[0]:.0f} to {found[1]:.0f} tasks, not {low:.0f} to {high:.0f}")


@check(
    "scaling-schedule-wrong",
    "PX",
    "warning",
    reads=("scheduled_actions",),
    says="The tasks' night stop is absent or another than the program's.",
    remedy=MEND,
)
def actions(facts: Facts) -> Iterator[Found]:
    """Its hours, their time zone, and how many tasks there are to be."""
    rows = facts["scheduled_actions"]["ScheduledActions"].each()
    live = {one["ScheduledActionName"].text: one for one in rows}
    for logical in facts.deployed.named(night_stop.ACTION):
        wish = facts.declared(logical)
        name = wish["name"].text
        if name not in live:
            yield Found(name, "AWS knows no such action")
            continue
        found = live[name]
        for key, word in (("schedule", "Schedule"), ("timezone", "Timezone")):
            if found[word].text != wish[key].text:
                yield Found(name, f"its {key} is {found[word].text}, not {wish[key].text}")
        if _limits(found["ScalableTargetAction"]) != _wish(wish["scalableTargetAction"]):
            yield Found(name, "it sets another number of tasks")


@check(
    "rds-restarted-itself",
    "PX",
    "warning",
    reads=("database_events", "database"),
    says="AWS started the database by itself, seven days after it was stopped; now it is billed.",
    remedy="aws rds stop-db-instance --db-instance-identifier {resource}",
)
def started(facts: Facts) -> Iterator[Found]:
    """Until the next evening's stop; one that has been stopped again is well."""
    events, one = facts["database_events"]["Events"].each(), instance(facts)
    for event in events:
        if BY_ITSELF in event["Message"].text and one["DBInstanceStatus"].text in ANSWERS:
            when = event["Date"].time
            yield Found(one["DBInstanceIdentifier"].text, f"on {when:%m-%d %H:%M} UTC")
            return
