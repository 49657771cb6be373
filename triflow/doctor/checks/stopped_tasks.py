"""P11, P13 and P14: why tasks stopped, in ECS's own words, which it keeps for about an hour.

Stop codes are few; a failed pull, a secret that cannot be read and a kill for memory are told in
words only, of the task or of one of its containers.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from triflow.doctor import masking, task_definition
from triflow.doctor.answers import Facts, Seen, Unknown
from triflow.doctor.checks.service import lacking, named
from triflow.doctor.finding import Ask, Found, check

NEED: Final = ("service", "tasks")
LATELY: Final = timedelta(minutes=60)
MANY: Final = 3  # tasks that stop for one reason: no accident
BY_ITSELF: Final = ("ServiceSchedulerInitiated", "UserInitiated")
KILLED: Final = 137  # 128 and signal 9
FINE: Final = (0, KILLED, 143)  # 143: signal 15, how ECS asks a container to end
LOGGING: Final = ("logger", "log stream", "CreateLogStream", "CloudWatch")


class Reason(NamedTuple):
    """A row: words of the reason, words that make it another finding's, and what follows."""

    id: str
    words: str
    unless: tuple[str, ...]
    says: str
    remedy: str


REASONS: Final = (
    Reason(
        "image-pull-failed",
        "CannotPull",
        (),
        "A task could not pull its image.",
        "aws ecr describe-images --repository-name triflow-ai-backend"
        " --query 'reverse(sort_by(imageDetails,&imagePushedAt))[:5].imageTags'",
    ),
    Reason(
        "image-wrong-cpu",
        "descriptor matching platform",
        (),
        "The image is built for another CPU than the task's.",
        "docker build --platform linux/amd64 -t IMAGE .",
    ),
    Reason(
        "secret-init-failed",
        "ResourceInitializationError",
        LOGGING,
        "A task could not read its secrets, or not log in to the registry.",
        "triflow preflight --stack {stack}",
    ),
)


def stopped(facts: Facts) -> list[Seen]:
    """Return the tasks that stopped, newest first.

    Unknown if there should be some: tasks are lacking, and AWS no longer has those that stopped.
    """
    some_lack = lacking(facts)
    tasks = [one for one in facts["tasks"]["tasks"].each() if one["lastStatus"].text == "STOPPED"]
    if some_lack and not tasks:
        raise Unknown("tasks are lacking, and AWS keeps those that stopped for an hour only")
    return sorted(tasks, key=lambda one: one["stoppedAt"].time, reverse=True)


def words_of(task: Seen) -> str:
    """Return the reason of a task and of its containers."""
    reasons = [task.maybe("stoppedReason"), *(one.maybe("reason") for one in _containers(task))]
    return "; ".join(one.text for one in reasons if one)


def _containers(task: Seen) -> list[Seen]:
    return task["containers"].each()


def _short(task: Seen) -> str:
    return task["taskArn"].text.rpartition("/")[2]


def _because(row: Reason) -> Ask:
    def ask(facts: Facts) -> Iterator[Found]:
        told = [(one, words_of(one)) for one in stopped(facts)]
        hits = [(one, words) for one, words in told if _fits(row, words)]
        if hits:
            newest, words = hits[0]
            yield Found(_short(newest), f"{masking.shown(words, row.words)} ({_tasks(hits)})")

    return ask


def _fits(row: Reason, words: str) -> bool:
    return row.words in words and not any(one in words for one in row.unless)


def _tasks(hits: list[tuple[Seen, str]]) -> str:
    return f"{len(hits)} task{'s' * (len(hits) > 1)} in the last hour"


for _row in REASONS:
    check(_row.id, "P13", "critical", reads=NEED, says=_row.says, remedy=_row.remedy)(
        _because(_row)
    )


@check(
    "ecs-crash-loop",
    "P11",
    "critical",
    reads=NEED,
    says="Tasks stop again and again for one reason.",
    remedy="triflow logs errors --stack {stack}",
)
def again_and_again(facts: Facts) -> Iterator[Found]:
    """What a deployment, scaling or a person stopped is no crash."""
    lately = [one for one in stopped(facts) if facts.now - one["stoppedAt"].time <= LATELY]
    counts = Counter(one["stopCode"].text for one in lately)
    for code, count in counts.items():
        if count >= MANY and code not in BY_ITSELF:
            newest = next(one for one in lately if one["stopCode"].text == code)
            evidence = f"{count} in 60 min: {code}, {masking.shown(words_of(newest))}"
            yield Found(named(facts)["service"], evidence)


@check(
    "ecs-start-failed",
    "P11",
    "critical",
    reads=NEED,
    says="A task failed before it started.",
    remedy="aws ecs describe-tasks --cluster {cluster} --tasks {resource}"
    " --query 'tasks[0].[stoppedReason,containers[].reason]'",
)
def never_started(facts: Facts) -> Iterator[Found]:
    """For a reason that no other finding knows."""
    for task in stopped(facts):
        words = words_of(task)
        if task["stopCode"].text == "TaskFailedToStart" and not any(
            row.words in words for row in REASONS
        ):
            yield Found(_short(task), masking.shown(words) or "no reason", words=named(facts))
            return


def _ended(facts: Facts) -> Iterator[tuple[Seen, Seen, int]]:
    """Yield containers that ended with a code, and their tasks; one that never ran has none."""
    for task in stopped(facts):
        for container in _containers(task):
            code = container.maybe("exitCode")
            if code:
                yield task, container, int(code.number)


def _out_of_memory(container: Seen) -> bool:
    reason = container.maybe("reason")
    return bool(reason and "OutOfMemory" in reason.text)


@check(
    "ecs-oom-killed",
    "P14",
    "critical",
    reads=NEED,
    says="A container was killed because it used more memory than it may.",
    remedy="{pulumi} config set --path triflow-ai:compute.memory {memory} -s {stack}"
    " && {up} -s {stack}",
)
def out_of_memory(facts: Facts) -> Iterator[Found]:
    """The words prove it; the code alone says only that it was killed."""
    for task, container, code in _ended(facts):
        if code == KILLED and _out_of_memory(container):
            name = container["name"].text
            words = {"memory": more_memory(facts)}
            yield Found(_short(task), f"{name}: code 137, OutOfMemoryError", words=words)


def more_memory(facts: Facts) -> str:
    """Return twice the task's memory in MiB, or the most that Fargate gives with its CPU."""
    task = facts.declared(task_definition.BACKEND)
    return f"{min(2 * task['memory'].number, 8 * task['cpu'].number):.0f}"


@check(
    "ecs-killed-not-memory",
    "P14",
    "warning",
    reads=NEED,
    says="A container was killed, and not for memory: it did not end when it was asked to.",
    remedy="triflow logs tail --stack {stack} --since 1h",
)
def killed(facts: Facts) -> Iterator[Found]:
    """ECS asks with SIGTERM and kills 30 seconds later."""
    for task, container, code in _ended(facts):
        if code == KILLED and not _out_of_memory(container):
            evidence = f"{container['name'].text}: code 137 without OutOfMemoryError"
            yield Found(_short(task), evidence)


@check(
    "ecs-essential-exit",
    "P14",
    "critical",
    reads=NEED,
    says="The backend ended with an error.",
    remedy="triflow logs errors --stack {stack}",
)
def ended(facts: Facts) -> Iterator[Found]:
    """Without an essential container a task stops; the others may end as they like."""
    essential = _essential(facts)
    for task, container, code in _ended(facts):
        name = container["name"].text
        by_itself = task["stopCode"].text == "EssentialContainerExited"
        if by_itself and name in essential and code not in FINE:
            yield Found(_short(task), f"{name} ended with code {code}")


def _essential(facts: Facts) -> set[str]:
    return {one["name"] for one in task_definition.containers(facts) if one.get("essential")}
