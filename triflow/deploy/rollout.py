"""How far ECS is with a deployment, as facts and a verdict on them (ADR C5).

An engine that waits for a steady service sees one after a rollback too: it is the old image that
is steady then. So what runs is compared with what was wanted.
"""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from triflow import aws as asking
from triflow.aws import Aws
from triflow.errors import TriflowError

SECONDS_BETWEEN_LOOKS = 5.0
MINUTES_TO_WAIT = 20  # as long as the engine itself waits for a steady service
FAILED = "FAILED"
Verdict = Literal["done", "under way", "rolled back", "failed"]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Service:
    """One service by name, in its cluster."""

    cluster: str
    name: str


@dataclass(frozen=True)
class Rollout:
    """What a service is to run, and how far the deployment of it is; a rollback changes both."""

    task_definition: str
    state: str
    running: int
    desired: int
    failed: tuple[tuple[str, str], ...] = ()  # task definitions given up, each with ECS's reason
    events: tuple[tuple[str, str], ...] = ()

    def verdict(self, wanted: str) -> Verdict:
        """Return how the deployment of a task definition stands; ARN as in the stack's state."""
        if self.task_definition != wanted:
            return "rolled back"
        if self.why(wanted):
            return "failed"
        settled = self.state in {"COMPLETED", ""} and self.running >= self.desired
        return "done" if settled else "under way"

    def why(self, wanted: str) -> str:
        """Return ECS's reason for giving a task definition up; empty if it has not."""
        return next((reason for given_up, reason in self.failed if given_up == wanted), "")

    @property
    def words(self) -> str:
        """Return the state in words: "1 of 2 running, IN_PROGRESS"."""
        return f"{self.running} of {self.desired} running, {self.state or 'no rollout'}"


def look(aws: Aws, service: Service) -> Rollout:
    """Ask ECS once. TriflowError if it gives no answer, or knows no such service."""
    answer = asking.demand(
        lambda: aws.client("ecs").describe_services(
            cluster=service.cluster, services=[service.name]
        )
    )
    return read(next(iter(answer["services"]), {}))


def read(service: Mapping[str, Any]) -> Rollout:
    """Return the rollout in an answer of DescribeServices; what is missing there is empty."""
    deployments: Sequence[Mapping[str, Any]] = service.get("deployments") or ()
    primary: Mapping[str, Any] = next(
        (one for one in deployments if one.get("status") == "PRIMARY"), {}
    )
    events = service.get("events") or []
    # One that failed is listed for a while, beside a second attempt at the same.
    tried = {one.get("taskDefinition") for one in deployments if one.get("rolloutState") != FAILED}
    return Rollout(
        task_definition=service.get("taskDefinition", ""),
        state=primary.get("rolloutState", ""),
        running=primary.get("runningCount", 0),
        desired=primary.get("desiredCount", 0),
        failed=tuple(
            (one.get("taskDefinition", ""), one.get("rolloutStateReason") or "no reason given")
            for one in deployments
            if one.get("rolloutState") == FAILED and one.get("taskDefinition") not in tried
        ),
        events=tuple((one["id"], one["message"]) for one in reversed(events) if "id" in one),
    )


def news(before: Rollout | None, now: Rollout) -> list[str]:
    """Return what a follower has not been told yet; events from before the first look are old."""
    if not now.task_definition:  # a canary's service, until it is made
        return []
    if before is None:
        return [now.words]
    known = {event for event, _ in before.events}
    told = [message for event, message in now.events if event not in known]
    return told if now.words == before.words else [*told, now.words]


@contextmanager
def followed(aws: Aws, service: Service, tell: Tell) -> Iterator[None]:
    """Tell what ECS does while the block runs; that ECS does not answer is told once."""
    over = threading.Event()

    def follow() -> None:
        before: Rollout | None = None
        while not over.wait(SECONDS_BETWEEN_LOOKS):
            try:
                now = look(aws, service)
            except TriflowError as error:
                tell(f"the rollout cannot be followed: {error.fact}")
                return
            for line in news(before, now):
                tell(line)
            before = now

    follower = threading.Thread(target=follow, daemon=True)
    follower.start()
    try:
        yield
    finally:
        over.set()
        follower.join()


def await_end(aws: Aws, service: Service, wanted: str, tell: Tell) -> Rollout:
    """Look until the rollout has ended, for 20 minutes at most, and return the last look."""
    before: Rollout | None = None
    for _ in range(int(MINUTES_TO_WAIT * 60 / SECONDS_BETWEEN_LOOKS)):
        now = look(aws, service)
        for line in news(before, now):
            tell(line)
        if now.verdict(wanted) != "under way":
            return now
        before = now
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return look(aws, service)
