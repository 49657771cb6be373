"""`triflow deploy TAG`: look for the image, update the stack, follow ECS, and tell how it ended."""

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from rich.console import Console
from rich.text import Text

from triflow import account_runner, outputs, progress, screens, stacks
from triflow import aws as asking
from triflow.deploy import canary, repository, stack_file, traffic
from triflow.deploy.cause import UNKNOWN
from triflow.deploy.release import Release, task_definition_of
from triflow.deploy.rollout import Rollout, Service
from triflow.deployed import Deployed
from triflow.errors import Exit, TriflowError
from triflow.stacks import Stack
from triflow.tally import Tally

NO_SERVICE = ("foundation",)
MOVING = "latest"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What is to be deployed: `percent` of the visitors try it first, for some minutes; or 0."""

    image: str
    percent: int = 0
    minutes: int = canary.MINUTES
    wait: bool = False


@dataclass(frozen=True)
class Ending:
    """How it ended, as a line of verdict, further lines, and what to type."""

    code: Exit
    verdict: str
    lines: tuple[str, ...] = ()
    fix: str = ""


def deploy(wish: Wish, name: str, console: Console) -> Exit:
    """Bring an image of the repository to a stack.

    TriflowError before anything is changed: no such stack or image, no answer of AWS.
    """
    stack = _deployable(wish, name)
    aws = asking.find()
    deployed = outputs.read(aws, name)
    service = Service(deployed.output("cluster_name"), deployed.output("service_name"))
    repository.require(aws, deployed.output("ecr_repository_url"), wish.image)
    if wish.percent:  # what cannot be measured is not let out
        groups = canary.groups_of(deployed)
        traffic.ask(aws, groups.balancer, groups.canary, datetime.now(UTC))
    tally = Tally(name)
    with progress.showing(console, [tally]) as tell:
        job = Release(aws, account_runner.find(aws, tell), stack, service, tally)
        ending = _ending(job, deployed, wish)
        tally.end(well=ending.code == Exit.DONE)
    screens.show_findings(console, [tally])
    for line in _shown(name, ending):
        console.print(line, soft_wrap=True)
    return ending.code


def _deployable(wish: Wish, name: str) -> Stack:
    stack = stacks.chosen(name)[0]
    if stack.name in NO_SERVICE:
        raise TriflowError(
            f"{stack.name} runs no service.",
            "There is nothing to deploy to.",
            f"triflow deploy {wish.image} --stack prod",
        )
    if wish.image == MOVING:
        raise TriflowError(
            f"{MOVING} says nothing about what would run (ADR C6).",
            "Nothing was changed.",
            f"triflow deploy 1.0.1 --stack {stack.name}   (a tag that does not move, or a digest)",
        )
    return stack


def _ending(job: Release, before: Deployed, wish: Wish) -> Ending:
    """Settle, try on some visitors if that is wished for, then release to all."""
    if not (job.running.settle(job.stack, job.tally) and job.agree()):
        return Ending(Exit.FAILED, "The state could not be made true, so nothing was deployed.")
    if wish.percent:
        groups = canary.groups_of(before)
        complaint = canary.attempt(job, groups, wish.image, wish.percent, wish.minutes)
        if complaint:
            return _taken_back(job, groups, wish, complaint)
    return _released(job, before, wish)


def _taken_back(job: Release, groups: canary.Groups, wish: Wish, complaint: str) -> Ending:
    """End the trial: the listener's rule goes first, so nobody is sent to a task that is gone."""
    beside = canary.service_beside(job.service)
    if not task_definition_of(job.deployed(), beside.name):
        code = Exit.POLICY if job.tally.stopped_by_policy else Exit.FAILED
        return Ending(code, "No visitor was sent anywhere, and nothing was changed.")
    lines = tuple(job.causes(beside, groups.canary))
    verdict = f"{wish.image} was tried on {wish.percent} % of the visitors: {complaint}."
    if job.update(stack_file.settled, beside):
        return Ending(Exit.FAILED, f"{verdict} All have the image from before again.", lines)
    again = stacks.up(job.stack.name)
    return Ending(Exit.FAILED, f"{verdict} It could not be taken back.", lines, again)


def _released(job: Release, before: Deployed, wish: Wish) -> Ending:
    def change(text: str) -> str:
        return stack_file.released(text, wish.image)

    name = job.service.name
    well = job.update(change, job.service)
    after = job.deployed()
    wanted = task_definition_of(after, name)
    file = job.committed.name
    if not well and wanted == task_definition_of(before, name):
        code = Exit.POLICY if job.tally.stopped_by_policy else Exit.FAILED
        return Ending(code, f"Nothing was deployed; {file} is as it was.")
    now = job.look(job.service, wait=wish.wait)
    if not well or now.verdict(wanted) in {"failed", "rolled back"}:
        target_group = after.output("alb_target_group_arn")
        causes = job.causes(job.service, target_group)
        return _failed(wish, now, wanted, causes, f"{file} is as it was.")
    lines = (f"{file} says so now; commit it.",) if job.keep(change) else ()
    if job.aws.server:
        lines = ("The local AWS starts no tasks: it has the service and what it names.", *lines)
    return _deployed(job, f"{wish.image} is deployed: {_revision(wanted)}, {now.words}.", lines)


def _deployed(job: Release, verdict: str, lines: tuple[str, ...]) -> Ending:
    """Judge what is recorded: some rules could only be asked when the update had been made."""
    if job.holds():
        return Ending(Exit.DONE, verdict, lines)
    what = "A mandatory policy does not hold of what is there now; see above."
    fix = f"triflow policy check --stack {job.stack.name}   (after mending it, and an update)"
    return Ending(Exit.POLICY, verdict, (*lines, what), fix)


def _failed(wish: Wish, now: Rollout, wanted: str, causes: list[str], kept: str) -> Ending:
    what = {
        "rolled back": f"ECS went back to {_revision(now.task_definition)}",
        "failed": f"its tasks did not stay: {now.why(wanted)}",
    }.get(now.verdict(wanted), f"the update failed, {now.words}")
    known = next((cause for cause in causes if not cause.startswith(UNKNOWN)), "")
    return Ending(
        Exit.FAILED,
        f"{wish.image} was not deployed: {what}.",
        (*causes, kept),
        f"triflow doctor explain {shlex.quote(known)}" if known else "triflow status",
    )


def _revision(task_definition: str) -> str:
    return task_definition.rpartition("/")[2] or "no task definition"


def _shown(stack: str, ending: Ending) -> Iterator[Text]:
    mark = ("✓ ", "bold green") if ending.code == Exit.DONE else ("✗ ", "bold red")
    yield Text.assemble(mark, (stack, "bold"), f"  {ending.verdict}")
    for line in ending.lines:
        yield Text(f"  {line}")
    if ending.fix:
        yield Text.assemble(("  Fix: ", "bold"), ending.fix)
