"""One update of a stack to another image: the engine's run, and what ECS made of it (ADR C5)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from triflow import gate, outputs
from triflow.aws import Aws
from triflow.deploy import cause, rollout, stack_file
from triflow.deploy.rollout import Rollout, Service
from triflow.deployed import Deployed
from triflow.runner import EngineRunner
from triflow.stacks import Stack
from triflow.tally import Tally

SERVICE = "aws:ecs/service:Service"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
Change = Callable[[str], str]


@dataclass(frozen=True)
class Release:
    """A stack, the AWS that it is in and the engine that updates it; `service` is the backend's."""

    aws: Aws
    running: EngineRunner
    stack: Stack
    service: Service
    tally: Tally

    @property
    def committed(self) -> Path:
        """Return the stack's own file."""
        return self.running.project(self.stack) / f"Pulumi.{self.stack.name}.yaml"

    def tell(self, line: str) -> None:
        """Tell a line of progress, with the stack's name."""
        self.running.tell(f"{self.stack.name}: {line}")

    def deployed(self) -> Deployed:
        """Return what is recorded of the stack now."""
        return outputs.read(self.aws, self.stack.name)

    def agree(self) -> bool:
        """Make the state say which task definition the service has; False if that failed.

        It does not after ECS went back, and the next update would then see nothing to do.
        """
        recorded = service_of(self.deployed(), self.service.name)
        runs = rollout.look(self.aws, self.service).task_definition
        if not recorded or not runs or recorded["outputs"].get("taskDefinition") == runs:
            return True
        self.tell("ECS runs another task definition than the state says; refreshing")
        wish = ["refresh", "--yes", "--skip-preview", "--target", str(recorded["urn"])]
        return self.running.run(self.stack, wish, ["refreshing"], self.tally)

    def update(self, change: Change, followed: Service) -> bool:
        """Run an update with a changed copy of the stack file, telling what a service does."""
        given = self.running.environment(self.stack).get("PULUMI_OPTION_CONFIG_FILE")
        source = Path(given) if given else self.committed
        copy = self.running.workspace.home / "deploy" / self.committed.name
        stack_file.replace(copy, change(source.read_text(encoding="utf-8")))
        wish = ["up", "--yes", "--config-file", str(copy)]
        with rollout.followed(self.aws, followed, self.tell):
            return self.running.run(self.stack, wish, ["previewing", "updating"], self.tally)

    def holds(self) -> bool:
        """Judge what the update left behind and tell it by the tally; False if it does not hold."""
        return gate.passes(self.deployed().resources, self.tally)

    def keep(self, change: Change) -> bool:
        """Write the change into the committed file, AWS having it now; False if it said so."""
        before = self.committed.read_text(encoding="utf-8")
        after = change(before)
        if after != before:
            stack_file.replace(self.committed, after)
        return after != before

    def look(self, service: Service, *, wait: bool) -> Rollout:
        """Return how far ECS is with the recorded task definition; `wait` for its end."""
        if wait and not self.aws.server:  # the local AWS starts no task, so nothing would end
            wanted = task_definition_of(self.deployed(), service.name)
            return rollout.await_end(self.aws, service, wanted, self.tell)
        return rollout.look(self.aws, service)

    def causes(self, service: Service, target_group: str) -> list[str]:
        """Return why ECS did not keep the recorded task definition, a sentence a line."""
        deployed = self.deployed()
        wanted = task_definition_of(deployed, service.name)
        log_group = deployed.output("log_group_name")
        return cause.find(self.aws, service, wanted, target_group, log_group)


def service_of(deployed: Deployed, name: str) -> dict[str, Any] | None:
    """Return the recorded service of that name; None while there is none."""
    found = (one for one in deployed.of_kind(SERVICE) if one["outputs"].get("name") == name)
    return next(found, None)


def task_definition_of(deployed: Deployed, service: str) -> str:
    """Return the ARN of the newest recorded task definition of a service; empty without one."""
    family = service.removesuffix("-service")
    found = (one["outputs"] for one in deployed.of_kind(TASK_DEFINITION) if "outputs" in one)
    return next((str(one["arn"]) for one in found if one.get("family") == family), "")


def target_group_of(deployed: Deployed, name: str) -> str:
    """Return the ARN of the recorded target group of that name; empty without one."""
    found = (one["outputs"] for one in deployed.of_kind(TARGET_GROUP) if "outputs" in one)
    return next((str(one["arn"]) for one in found if one.get("name") == name), "")
