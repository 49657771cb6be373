"""P22, P23 and PX: what is paid for and not needed: idle tasks, nights, support, hours without end.

What the bill says of it days later is `money`'s.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from triflow.doctor import metrics, night
from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.checks.database import STOPPED, instance
from triflow.doctor.checks.service import live, named
from triflow.doctor.finding import MEND, Found, check

IDLE_CPU, IDLE_MEMORY = 10, 30  # percent on average
A_DAY_OF_POINTS: Final = 250  # of 288; CloudWatch may lack a few
RESERVED: Final = ("active", "payment-pending")
UNDECIDED: Final = timedelta(days=30)  # a first month shows whether the class is the right one
NO_TASKS: Final = (
    "aws application-autoscaling register-scalable-target --service-namespace ecs"
    " --scalable-dimension ecs:service:DesiredCount --min-capacity 0 --max-capacity 0"
)
STOPPING: Final = timedelta(hours=2)  # the schedule retries for an hour


@check(
    "ecs-oversized",
    "P22",
    "info",
    reads=("metrics", "service"),
    says="More tasks than the least number run idle: nothing takes them back.",
    remedy=MEND,
)
def idle(facts: Facts) -> Iterator[Found]:
    """Scaling takes one back after ten minutes below 30 %, so this lasts only if it is broken."""
    least = facts.declared("compute-scaling-target")["minCapacity"].number
    tasks = live(facts)["desiredCount"].number
    used = [metrics.points(facts, f"service_{one}", metrics.WINDOW) for one in ("cpu", "memory")]
    if min(map(len, used)) < A_DAY_OF_POINTS:
        raise NotApplicable("the service was measured for less than a day")
    cpu, memory = (sum(points) / len(points) for points in used)
    if tasks > least and cpu < IDLE_CPU and memory < IDLE_MEMORY:
        evidence = f"{tasks:.0f} tasks, at least {least:.0f} are wanted; CPU {cpu:.0f} %"
        yield Found(named(facts)["service"], f"{evidence}, memory {memory:.0f} % in 24 h")


@check(
    "nonprod-running-at-night",
    "PX",
    "warning",
    reads=("service", "tasks", "database"),
    says="The evening's stop did not work: it runs all night, and is paid for.",
    remedy="{remedy}",
)
def at_night(facts: Facts) -> Iterator[Found]:
    """What started after it was started by somebody, who works late or on a day off."""
    since, one = night.since(facts), instance(facts)
    status, name = one["DBInstanceStatus"].text, one["DBInstanceIdentifier"].text
    running = live(facts)["runningCount"].number
    left = _started_before(facts, since) if running and since else 0
    if since is None or facts.now - since < STOPPING:
        return
    evidence = f"the schedule was to stop it {since:%m-%d %H:%M} UTC"
    if left:
        words = {"remedy": f"{NO_TASKS} --resource-id {_target(facts)}"}
        yield Found(named(facts)["service"], f"{left} tasks run on; {evidence}", words=words)
    elif not running and status not in STOPPED:
        words = {"remedy": f"aws rds stop-db-instance --db-instance-identifier {name}"}
        yield Found(name, f"no task runs, and it is {status}; {evidence}", words=words)


def _started_before(facts: Facts, when: datetime) -> int:
    tasks = [one for one in facts["tasks"]["tasks"].each() if one["lastStatus"].text == "RUNNING"]
    return sum(one["startedAt"].time < when for one in tasks)


def _target(facts: Facts) -> str:
    return facts.declared("compute-scaling-target")["resourceId"].text


@check(
    "rds-extended-support-on",
    "P22",
    "warning",
    reads=("database",),
    says="AWS would charge for extended support instead of upgrading an old database.",
    remedy="aws rds modify-db-instance --db-instance-identifier {resource}"
    " --engine-lifecycle-support {wanted}",
)
def support(facts: Facts) -> Iterator[Found]:
    """A database that was restored by hand has it on, unless that was asked otherwise."""
    one, wanted = instance(facts), facts.declared("database-instance")["engineLifecycleSupport"]
    told = one.maybe("EngineLifecycleSupport")
    if told is None and facts.deployed.endpoint:
        raise NotApplicable("the local AWS does not say")
    found = one["EngineLifecycleSupport"].text
    if found != wanted.text:
        words, name = {"wanted": wanted.text}, one["DBInstanceIdentifier"].text
        yield Found(name, f"it has {found}, not {wanted.text}", words=words)


@check(
    "ri-absent",
    "P23",
    "info",
    reads=("reservations", "database"),
    says="Production's database is paid by the hour; the record counts on a reservation (ADR F2).",
    remedy="triflow cost --stack {stack} --ri 1yr",
)
def unreserved(facts: Facts) -> Iterator[Found]:
    """A choice of whoever pays; told when a month has shown what the database needs."""
    if facts.deployed.stack != "prod":
        raise NotApplicable("a database that stops at night is cheaper by the hour")
    one, rows = instance(facts), facts["reservations"]["ReservedDBInstances"].each()
    if not any(row["State"].text in RESERVED for row in rows):
        made = one["InstanceCreateTime"].time
        if facts.now - made > UNDECIDED:
            evidence = f"it runs since {made:%Y-%m-%d}, and no reservation is active"
            yield Found(one["DBInstanceIdentifier"].text, evidence)
