"""A trial: a share of the visitors gets another image first, and their fate decides (ADR L9)."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from triflow.aws import Aws
from triflow.deploy import release, rollout, stack_file, traffic
from triflow.deploy.release import Release
from triflow.deploy.rollout import Service
from triflow.deploy.traffic import Traffic
from triflow.deployed import Deployed
from triflow.errors import TriflowError

MINUTES = 10
SECONDS_BETWEEN_LOOKS = 60.0  # the load balancer counts by the minute


@dataclass(frozen=True)
class Groups:
    """The load balancer and its two target groups, by ARN."""

    balancer: str
    backend: str
    canary: str


def service_beside(service: Service) -> Service:
    """Return the canary's service, which stands beside the backend's."""
    return Service(service.cluster, service.name.replace("-backend-", "-backend-canary-"))


def groups_of(deployed: Deployed) -> Groups:
    """Return the target groups of a stack. TriflowError if it has no second one."""
    backend = deployed.output("alb_target_group_arn")
    name = backend.split("/")[1].replace("-backend-tg", "-canary-tg")
    canary = release.target_group_of(deployed, name)
    if not canary:
        raise TriflowError(
            f"{deployed.stack} has no target group {name}.",
            "There is nowhere to send visitors for a trial, and nothing was changed.",
            deployed.up,
        )
    return Groups(deployed.output("alb_arn"), backend, canary)


def attempt(job: Release, groups: Groups, image: str, percent: int, minutes: int) -> str:
    """Let the image out, watch it, and return why it may not go on; empty if it may.

    It is still out when this returns. KeyboardInterrupt leaves it out as well, and says so.
    """
    beside = service_beside(job.service)
    if not job.update(lambda text: stack_file.with_canary(text, image, percent), beside):
        return "it could not be let out"
    try:
        return _watch(job, groups, beside, minutes)
    except KeyboardInterrupt:
        job.tell(
            f"interrupted; {image} stays out for {percent} % of the visitors. "
            f"triflow deploy {image} --canary {percent} goes on, `up` without it ends the trial"
        )
        raise


def _watch(job: Release, groups: Groups, beside: Service, minutes: int) -> str:
    wanted = release.task_definition_of(job.deployed(), beside.name)
    since = datetime.now(UTC)
    seen = Traffic()
    # Nobody visits the local AWS, so waiting would change nothing there.
    for _ in range(1 if job.aws.server else minutes):
        if not job.aws.server:
            time.sleep(SECONDS_BETWEEN_LOOKS)
        seen = _look(job, groups, since)
        stands = rollout.look(job.aws, beside).verdict(wanted)
        if stands in {"failed", "rolled back"}:
            return f"ECS did not keep its task ({stands})"
        if seen.complaint:
            return seen.complaint
    return "" if seen.enough else _too_few(job.aws, seen)


def _look(job: Release, groups: Groups, since: datetime) -> Traffic:
    seen = traffic.ask(job.aws, groups.balancer, groups.canary, since)
    others = traffic.ask(job.aws, groups.balancer, groups.backend, since)
    job.tell(f"canary: {seen.words}; the others: {others.words}")
    return seen


def _too_few(aws: Aws, seen: Traffic) -> str:
    if aws.server:
        return "nobody visits the local AWS, so nothing can be measured"
    return f"{seen.requests} requests say too little, {traffic.ENOUGH_REQUESTS} are needed"
