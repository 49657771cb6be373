"""P14 and P16: the service at its limits: memory, CPU, its number of tasks, the time it takes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor import metrics
from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.checks.service import live, named
from triflow.doctor.checks.stopped_tasks import more_memory
from triflow.doctor.finding import MEND, Found, Severity, check

LATELY: Final = timedelta(minutes=15)
THREE_POINTS: Final = timedelta(minutes=20)  # the newest comes a few minutes late
POINTS: Final = 3
FULL, OVERFULL = 80, 90  # percent of the tasks' memory
BUSY: Final = 80  # percent of the tasks' CPU
SHARE: Final = 0.01  # of the requests: more is an outage
SLOW_SECONDS: Final = 2.0
NEAR: Final = 0.9  # of the load balancer's patience
SLOWEST: Final = "triflow logs slow --stack {stack}"
MORE_TASKS: Final = (
    "{pulumi} config set --path triflow-ai:compute.maxTasks {tasks} -s {stack} && {up} -s {stack}"
)
FAILED: Final = ("Failed", "Unfulfilled")
AN_HOUR, A_DAY = timedelta(hours=1), timedelta(hours=24)


def _steady(facts: Facts, measure: str) -> float | None:
    """Return the least of the last three points; None if there are not yet three."""
    if not live(facts)["desiredCount"].number:
        raise NotApplicable("the service is scaled to zero")
    metrics.recent(facts, measure)
    points = metrics.points(facts, measure, THREE_POINTS)[:POINTS]
    return min(points) if len(points) == POINTS else None


@check(
    "ecs-memory-high",
    "P14",
    "warning",
    reads=("metrics", "service"),
    says="The tasks' memory is nearly full; the next step is a kill.",
    remedy="{pulumi} config set --path triflow-ai:compute.memory {memory} -s {stack}"
    " && {up} -s {stack}",
)
def memory(facts: Facts) -> Iterator[Found]:
    """The fullest task, for a quarter of an hour."""
    least = _steady(facts, "service_memory")
    if least is not None and least >= FULL:
        severity: Severity = "critical" if least >= OVERFULL else "warning"
        evidence = f"at least {least:.0f} % for 15 min"
        words = {"memory": more_memory(facts)}
        yield Found(named(facts)["service"], evidence, severity, words)


@check(
    "ecs-cpu-high",
    "P16",
    "warning",
    reads=("metrics", "service"),
    says="The tasks are out of CPU.",
    remedy=MORE_TASKS,
)
def cpu(facts: Facts) -> Iterator[Found]:
    """On average over all tasks, although scaling adds one after two minutes above 70 %."""
    least = _steady(facts, "service_cpu")
    if least is not None and least > BUSY:
        evidence = f"at least {least:.0f} % on average for 15 min"
        yield Found(named(facts)["service"], evidence, words=_more_tasks(facts))


def _most(facts: Facts) -> float:
    return facts.declared("compute-scaling-target")["maxCapacity"].number


def _more_tasks(facts: Facts) -> dict[str, str]:
    """Scaling's limit, doubled."""
    return {"tasks": f"{2 * _most(facts):.0f}"}


@check(
    "ecs-at-max-tasks",
    "P16",
    "warning",
    reads=("scaling",),
    says="Scaling wants more tasks than the program allows.",
    remedy=MORE_TASKS,
)
def at_most(facts: Facts) -> Iterator[Found]:
    """Application Auto Scaling also keeps what it did not do, with its reasons."""
    for one in facts["scaling"]["ScalingActivities"].each():
        reasons = one.maybe("NotScaledReasons")
        when = one["StartTime"].time
        codes = {row["Code"].text for row in reasons.each()} if reasons else set()
        if "AlreadyAtMaxCapacity" in codes and facts.now - when <= AN_HOUR:
            evidence = f"{when:%H:%M} UTC: already at {_most(facts):.0f} tasks"
            yield Found(named(facts)["service"], evidence, words=_more_tasks(facts))
            return


@check(
    "ecs-scaling-failed",
    "P16",
    "critical",
    reads=("scaling",),
    says="Scaling could not change the number of tasks.",
    remedy=MEND,
)
def not_scaled(facts: Facts) -> Iterator[Found]:
    """The newest failure of the last day, unless scaling has succeeded since."""
    for one in facts["scaling"]["ScalingActivities"].each():
        when, status = one["StartTime"].time, one["StatusCode"].text
        if facts.now - when > A_DAY or status == "Successful":
            return
        if status in FAILED:
            why = one.maybe("StatusMessage")
            evidence = f"{when:%m-%d %H:%M} UTC: {why.text if why else status}"
            yield Found(named(facts)["service"], evidence)
            return


def _balancer(facts: Facts) -> str:
    return str(facts.deployed.output("alb_arn")).rpartition(":")[2]


@check(
    "alb-504-seen",
    "P16",
    "warning",
    reads=("metrics",),
    says="Requests take longer than the load balancer waits.",
    remedy=SLOWEST,
)
def timed_out(facts: Facts) -> Iterator[Found]:
    """One is a request to shorten; one in a hundred is an outage."""
    count = metrics.counted(facts, "balancer_504", LATELY)
    requests = max(metrics.counted(facts, "requests", LATELY), count)
    if count:
        severity: Severity = "critical" if count >= SHARE * requests else "warning"
        evidence = f"{count:.0f} of {requests:.0f} requests were answered with 504 in 15 min"
        yield Found(_balancer(facts), evidence, severity)


def _seconds(facts: Facts, measure: str) -> float:
    """Return the newest point of a time that requests took."""
    if not metrics.counted(facts, "requests", LATELY):
        raise NotApplicable("there was no request in 15 min")
    return metrics.recent(facts, measure)[0]


@check(
    "alb-latency-high",
    "P16",
    "warning",
    reads=("metrics",),
    says="The backend is slow.",
    remedy=SLOWEST,
)
def slow(facts: Facts) -> Iterator[Found]:
    """One request in twenty takes longer than this."""
    seconds = _seconds(facts, "answer_p95")
    if seconds > SLOW_SECONDS:
        yield Found(_balancer(facts), f"p95 is {seconds:.1f} s, more than {SLOW_SECONDS:.0f}")


@check(
    "alb-near-timeout",
    "P16",
    "critical",
    reads=("metrics",),
    says="The slowest requests are about to be cut off.",
    remedy=SLOWEST,
)
def nearly_timed_out(facts: Facts) -> Iterator[Found]:
    """Compared with how long the program lets the load balancer wait."""
    patience = facts.declared("load-balancer")["idleTimeout"].number
    seconds = _seconds(facts, "answer_p99")
    if seconds >= NEAR * patience:
        yield Found(_balancer(facts), f"p99 is {seconds:.1f} s; after {patience:.0f} s it is cut")
