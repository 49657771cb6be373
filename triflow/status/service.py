"""The lines about the service: its tasks, its targets, its last deployment."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from triflow.aws import Refusal
from triflow.kst import shown
from triflow.report import Line, some, unanswered
from triflow.status import facts
from triflow.status.facts import Facts

CANARY = "-canary-service"  # how the name of the service beside the service ends (ADR L9)


def lines(found: Facts) -> Iterator[Line]:
    """Give the lines of each service that is recorded, the canary included, and of the tasks."""
    recorded = [one["outputs"] for one in found.deployed.of_kind(facts.SERVICE)]
    if not recorded:
        yield Line("failed", "service", "is not deployed yet", found.deployed.up)
        return
    answer = found.answers["services"]
    if isinstance(answer, Refusal):
        yield unanswered("service", answer)
    for service in recorded:
        name = str(service["name"])
        of = "canary " if name.endswith(CANARY) else ""
        if not isinstance(answer, Refusal):
            yield from _service(found, of, name, answer)
        for group in facts.target_groups(service):
            yield _targets(found, f"{of}targets", found.answers[f"targets {group}"])
    yield _tasks(found, found.answers["tasks"])


def _service(found: Facts, of: str, name: str, alive: facts.Answers) -> Iterator[Line]:
    service = next((one for one in alive if one.get("serviceName") == name), None)
    if service is None:
        yield Line("failed", f"{of}service", f"{name} is gone", found.deployed.up)
        return
    yield _running(found, f"{of}service", service)
    yield _deployment(found, f"{of}deployment", service)


def _running(found: Facts, subject: str, service: dict[str, Any]) -> Line:
    running, desired = service.get("runningCount"), service.get("desiredCount")
    if running is None or desired is None:
        return Line("unknown", subject, "could not be checked: ECS tells no number of tasks")
    well = running >= desired and (desired > 0 or found.may_sleep)
    told = f"{running} of {desired} tasks run"
    if service.get("pendingCount"):
        told += f", {service['pendingCount']} about to"
    if desired == 0:
        told = "stopped, as its schedule has it" if found.may_sleep else "is told to run no task"
    said = [str(event.get("message")) for event in service.get("events") or ()]
    if said and not well:
        told += f"; ECS: {said[0]}"
    return Line("ok" if well else "failed", subject, told)


def _deployment(found: Facts, subject: str, service: dict[str, Any]) -> Line:
    deployments = service.get("deployments") or ()
    last = next((dict(one) for one in deployments if one.get("status") == "PRIMARY"), {})
    state, definition = last.get("rolloutState"), last.get("taskDefinition")
    if not state or not definition:
        return Line("unknown", subject, "could not be checked: ECS tells no deployment")
    when = last.get("updatedAt") or last.get("createdAt")
    told = [" ".join([str(state).lower().replace("_", " "), _moment(when)]).strip()]
    image = _image(found, definition)
    told.append(f"image {image}" if image else "not what the last update made: rolled back?")
    told.append(str(definition).rpartition("/")[2])
    well = state != "FAILED" and bool(image)
    if state != "COMPLETED" and last.get("rolloutStateReason"):
        told.append(str(last["rolloutStateReason"]))
    return Line("ok" if well else "failed", subject, ", ".join(told))


def _moment(when: object) -> str:
    return shown(when) if isinstance(when, datetime) else ""


def _image(found: Facts, definition: str) -> str:
    """Return the tag or digest that the stack recorded for a task definition; empty if none."""
    for recorded in found.deployed.of_kind(facts.TASK_DEFINITION):
        if recorded["outputs"].get("arn") == definition:
            containers = json.loads(recorded["outputs"]["containerDefinitions"])
            backend = next(str(one["image"]) for one in containers if one.get("essential", True))
            return re.split("[:@]", backend.rpartition("/")[2], maxsplit=1)[-1]
    return ""


def _targets(found: Facts, subject: str, answer: facts.Answers | Refusal) -> Line:
    if isinstance(answer, Refusal):
        return unanswered(subject, answer)
    if not answer:
        return Line("ok" if found.may_sleep else "failed", subject, "none registered")
    states = [(one.get("TargetHealth") or {}).get("State") for one in answer]
    if None in states:
        return Line("unknown", subject, "could not be checked: a target has no state")
    sick = [one for one, state in zip(answer, states, strict=True) if state != "healthy"]
    told = [f"{len(answer) - len(sick)} of {len(answer)} healthy", *some([_sick(s) for s in sick])]
    return Line("failed" if sick else "ok", subject, "; ".join(told))


def _sick(target: dict[str, Any]) -> str:
    health = target["TargetHealth"]
    address = (target.get("Target") or {}).get("Id", "?")
    return f"{address} {health['State']} {health.get('Reason', '')}".strip()


def _tasks(found: Facts, answer: facts.Answers | Refusal) -> Line:
    if isinstance(answer, Refusal):
        return unanswered("tasks", answer)
    if not answer:
        return Line("ok" if found.may_sleep else "failed", "tasks", "none")
    sick = any(one.get("healthStatus") == "UNHEALTHY" for one in answer)
    return Line("failed" if sick else "ok", "tasks", "; ".join(_task(one) for one in answer))


def _task(task: dict[str, Any]) -> str:
    """Return the start of the id, the zone, and how it is, as far as ECS tells."""
    name = str(task.get("taskArn") or "?").rpartition("/")[2][:8]
    zone = str(task.get("availabilityZone") or "")[-2:]
    status = str(task.get("lastStatus") or "in no known state").lower()
    health = str(task.get("healthStatus") or "UNKNOWN").lower()
    return " ".join(word for word in (name, zone, status, health) if word and word != "unknown")
