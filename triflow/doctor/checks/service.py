"""P11: the service is not there, runs too few tasks, or ECS says why it starts none."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from triflow.doctor import night_stop
from triflow.doctor.answers import Facts, NotApplicable, Seen, Unknown
from triflow.doctor.finding import MEND, Ask, Found, Severity, check

AGAIN: Final = (
    "aws ecs update-service --cluster {cluster} --service {service} --force-new-deployment"
)
SETTLING: Final = timedelta(minutes=5)
LATELY: Final = timedelta(minutes=60)
STALLED: Final = timedelta(minutes=20)
STEADY: Final = "has reached a steady state"
BREAKER: Final = ("circuit breaker", "deployment failed:")


class Saying(NamedTuple):
    """A row: what ECS writes into the service's events, and what follows from it."""

    id: str
    severity: Severity
    words: tuple[str, ...]
    says: str
    remedy: str


SAYINGS: Final = (
    Saying(
        "ecs-placement-event",
        "critical",
        ("unable to place a task", "RESOURCE:ENI"),
        "The scheduler cannot place a task.",
        "aws ecs describe-services --cluster {cluster} --services {service}"
        " --query 'services[0].events[:5].message'",
    ),
    Saying(
        "ecs-fargate-capacity",
        "warning",
        ("Capacity is unavailable at this time",),
        "AWS has no Fargate capacity in that zone now.",
        AGAIN,
    ),
    Saying(
        "ecs-vcpu-quota",
        "critical",
        ("limit on the number of vCPUs",),
        "The account's quota of Fargate vCPUs is used up.",
        "aws service-quotas request-service-quota-increase --service-code fargate"
        " --quota-code L-3032A538 --desired-value 32",
    ),
)


def live(facts: Facts) -> Seen:
    """Return the service as AWS describes it. Unknown if it does not."""
    return facts["service"]["services"].first()


def named(facts: Facts) -> dict[str, str]:
    """Return the words of a remedy that stand for cluster and service."""
    output = facts.deployed.output
    return {"cluster": output("cluster_name"), "service": output("service_name")}


def lacking(facts: Facts) -> bool:
    """Return whether fewer tasks run than are wanted."""
    service = live(facts)
    return service["runningCount"].number < service["desiredCount"].number


def running(facts: Facts) -> list[Seen]:
    """Return the running tasks. NotApplicable if there is none.

    A check of them reads running_tasks, too: without any, nothing is described.
    """
    if not facts["running_tasks"]["taskArns"].each():
        raise NotApplicable("no task runs")
    return [one for one in facts["tasks"]["tasks"].each() if one["lastStatus"].text == "RUNNING"]


def _primary(facts: Facts) -> Seen:
    for one in live(facts)["deployments"].each():
        if one["status"].text == "PRIMARY":
            return one
    raise Unknown("the service has no deployment")


@check(
    "ecs-service-missing",
    "P11",
    "critical",
    reads=("service",),
    says="The service does not exist.",
    remedy=MEND,
)
def missing(facts: Facts) -> Iterator[Found]:
    """One that was deleted is described for a while, as INACTIVE."""
    name = facts.deployed.output("service_name")
    if facts.gone("service"):
        yield Found(name, "AWS knows no such cluster")
    elif not facts["service"]["services"].each():
        yield Found(name, "AWS knows no such service")
    elif (status := live(facts)["status"].text) != "ACTIVE":
        yield Found(name, f"its status is {status}")


@check(
    "ecs-below-desired",
    "P11",
    "critical",
    reads=("service",),
    says="Fewer tasks run than are wanted.",
    remedy="triflow logs tail --stack {stack}",
)
def too_few(facts: Facts) -> Iterator[Found]:
    """A deployment of the last minutes is given time."""
    moved = _primary(facts)["updatedAt"].time
    if lacking(facts) and facts.now - moved > SETTLING:
        service = live(facts)
        counts = f"{service['runningCount'].number:.0f} of {service['desiredCount'].number:.0f}"
        evidence = f"{counts} run; the deployment last moved {moved:%m-%d %H:%M} UTC"
        yield Found(named(facts)["service"], evidence)


@check(
    "ecs-desired-zero",
    "P11",
    "critical",
    reads=("service",),
    says="The service is scaled to zero.",
    remedy="aws ecs update-service --cluster {cluster} --service {service} --desired-count {tasks}",
)
def zero(facts: Facts) -> Iterator[Found]:
    """Where the program has a night stop, this may be meant, so it is only told."""
    wanted = facts.declared("compute-backend")["desiredCount"].number
    if wanted and not live(facts)["desiredCount"].number:
        stops = [*facts.deployed.named(night_stop.ACTION)]
        words = named(facts) | {"tasks": f"{wanted:.0f}"}
        evidence = f"0 tasks are wanted, {wanted:.0f} by the program"
        if stops:
            evidence += f"; {stops[0]} may have stopped them for the night"
        severity: Severity = "info" if stops else "critical"
        yield Found(words["service"], evidence, severity, words)


def _events(facts: Facts) -> Iterator[tuple[datetime, str]]:
    """Yield the last hour's events, newest first."""
    rows = [(one["createdAt"].time, one["message"].text) for one in live(facts)["events"].each()]
    yield from (row for row in sorted(rows, reverse=True) if facts.now - row[0] <= LATELY)


def _unsettled(facts: Facts) -> Iterator[tuple[datetime, str]]:
    """Yield those since the service was last in order: what was before is past."""
    for when, message in _events(facts):
        if STEADY in message:
            return
        yield when, message


def _told(words: tuple[str, ...]) -> Ask:
    def ask(facts: Facts) -> Iterator[Found]:
        for when, message in _unsettled(facts):
            if any(one in message for one in words):
                evidence = f"{when:%H:%M} UTC: {message}"
                yield Found(named(facts)["service"], evidence, words=named(facts))
                return

    return ask


for _row in SAYINGS:
    check(_row.id, "P11", _row.severity, reads=("service",), says=_row.says, remedy=_row.remedy)(
        _told(_row.words)
    )


def _runs_another(facts: Facts) -> bool:
    return live(facts)["taskDefinition"].text != facts.deployed.arn("compute-backend-task")


@check(
    "ecs-rolled-back",
    "P11",
    "critical",
    reads=("service",),
    says="The service runs another task definition than the last update gave it.",
    remedy=MEND,
)
def rolled_back(facts: Facts) -> Iterator[Found]:
    """ECS goes back by itself, or somebody did by hand; the state knows of neither."""
    if _runs_another(facts):
        wanted = facts.deployed.arn("compute-backend-task")
        used = live(facts)["taskDefinition"].text
        evidence = f"{used.rpartition('/')[2]} instead of {wanted.rpartition('/')[2]}"
        yield Found(named(facts)["service"], evidence)


@check(
    "ecs-circuit-breaker",
    "P11",
    "critical",
    reads=("service",),
    says="ECS gave a deployment up.",
    remedy="triflow doctor --problem P13 --problem P14 --stack {stack}",
)
def given_up(facts: Facts) -> Iterator[Found]:
    """A failed one stays listed until it is drained; after that only the event tells of it."""
    name = named(facts)["service"]
    for one in live(facts)["deployments"].each():
        state = one.maybe("rolloutState")
        if state and state.text == "FAILED":
            failed = one.maybe("failedTasks")
            count = f" after {failed.number:.0f} failed tasks" if failed else ""
            yield Found(name, f"{_reason(one)}{count}")
            return
    if _runs_another(facts):
        for when, message in _events(facts):
            if any(one in message for one in BREAKER):
                yield Found(name, f"{when:%H:%M} UTC: {message}")
                return


def _reason(deployment: Seen) -> str:
    reason = deployment.maybe("rolloutStateReason")
    return reason.text if reason else "its rollout FAILED"


@check(
    "ecs-deploy-stalled",
    "P11",
    "warning",
    reads=("service",),
    says="A deployment does not come to its end.",
    remedy="triflow doctor --problem P12 --stack {stack}",
)
def stalled(facts: Facts) -> Iterator[Found]:
    """The program's own update waits for it; one that was cut off does not."""
    newest = _primary(facts)
    begun = newest["createdAt"].time
    if newest["rolloutState"].text == "IN_PROGRESS" and facts.now - begun > STALLED:
        yield Found(named(facts)["service"], f"it is in progress since {begun:%m-%d %H:%M} UTC")


@check(
    "ecs-grace-too-short",
    "P12",
    "warning",
    reads=("service",),
    says="New tasks have less time to start than the program gives them.",
    remedy=MEND,
)
def impatient(facts: Facts) -> Iterator[Found]:
    """In this time a task that is still starting is not held unhealthy."""
    wanted = facts.declared("compute-backend")["healthCheckGracePeriodSeconds"].number
    given = live(facts)["healthCheckGracePeriodSeconds"].number
    if given < wanted:
        yield Found(named(facts)["service"], f"{given:.0f} s instead of {wanted:.0f}")
