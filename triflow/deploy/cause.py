"""Why new tasks did not stay: stopped tasks, targets, the last lines of their log (guide 11-15)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from triflow import aws as asking
from triflow.aws import Aws, Refusal
from triflow.deploy.rollout import Service
from triflow.doctor import masking

CONTAINER = "backend"
LINES_OF_LOG = 10
UNKNOWN = "not known: "
MOST_TASKS = 100  # what one DescribeTasks takes


def find(
    aws: Aws, service: Service, task_definition: str, target_group: str, log_group: str
) -> list[str]:
    """Return what AWS knows of it, one sentence a line; what it did not tell is a line too."""
    answers = asking.together(
        {
            "tasks": lambda: _stopped(aws, service, task_definition),
            "targets": lambda: aws.client("elbv2").describe_target_health(
                TargetGroupArn=target_group
            )["TargetHealthDescriptions"],
        }
    )
    tasks, targets = answers["tasks"], answers["targets"]
    lines = [*_told(tasks, of_tasks), *_told(targets, of_targets)]
    if isinstance(tasks, list) and tasks:
        stream = f"{CONTAINER}/{CONTAINER}/{tasks[0]['taskArn'].rpartition('/')[2]}"
        log = asking.together({"log": lambda: _log(aws, log_group, stream)})["log"]
        lines += _told(log, of_log)
    return lines


def of_tasks(tasks: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield why tasks stopped, each reason once with the number of tasks."""
    reasons = Counter(reason for task in tasks for reason in _reasons(task))
    for reason, number in reasons.most_common():
        yield f"{number} stopped: {reason}" if number > 1 else f"stopped: {reason}"


def _reasons(task: Mapping[str, Any]) -> Iterator[str]:
    if task.get("stoppedReason"):
        yield str(task["stoppedReason"])
    for container in task.get("containers", ()):
        told = [str(container[key]) for key in ("reason",) if container.get(key)]
        if container.get("exitCode"):
            told.append(f"exit code {container['exitCode']}")
        if told:
            yield f"container {container.get('name')}: {', '.join(told)}"


def of_targets(targets: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the targets that do not get requests, with the load balancer's reason."""
    for one in targets:
        health = one.get("TargetHealth", {})
        if health.get("State") not in {"healthy", None}:
            why = ": ".join(str(health[key]) for key in ("Reason", "Description") if key in health)
            yield f"target {one.get('Target', {}).get('Id')}: {health['State']}, {why}"


def of_log(events: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the last lines of a task's log, masked."""
    for event in events:
        yield f"log: {masking.shown(str(event.get('message', '')))}"


def _told(answer: Any, told: Any) -> list[str]:  # noqa: ANN401 - one of three answers
    return [f"{UNKNOWN}{answer.fact}"] if isinstance(answer, Refusal) else list(told(answer or ()))


def _stopped(aws: Aws, service: Service, task_definition: str) -> list[dict[str, Any]]:
    """ECS keeps stopped tasks for an hour; the ones of the wanted revision, the latest first."""
    ecs = aws.client("ecs")
    arns = ecs.list_tasks(
        cluster=service.cluster, serviceName=service.name, desiredStatus="STOPPED"
    )["taskArns"][:MOST_TASKS]
    if not arns:
        return []
    tasks = ecs.describe_tasks(cluster=service.cluster, tasks=arns)["tasks"]
    own = [task for task in tasks if task.get("taskDefinitionArn") == task_definition]
    return sorted(own, key=lambda task: str(task.get("stoppedAt", "")), reverse=True)


def _log(aws: Aws, group: str, stream: str) -> list[dict[str, Any]]:
    answer = aws.client("logs").get_log_events(
        logGroupName=group, logStreamName=stream, limit=LINES_OF_LOG, startFromHead=False
    )
    return list(answer["events"])
