"""A task definition and the service that keeps it running (ADR C5, C7).

Made once for the backend, and once more for a canary while there is one. Scaling is
`step_scaling`'s, so the number of tasks belongs to it from the first minute on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import ecs

from components import containers, tags

GRACE_SECONDS = 60  # in which a task that is still starting is not held unhealthy
MINIMUM_HEALTHY = 100  # percent of the wanted tasks, during a deployment
MAXIMUM = 200


@dataclass(frozen=True, kw_only=True)
class BackendServiceArgs:
    """`family` and `service_name` are pinned by the guide (ADR C7); CPU in units, memory in MiB.

    `alarm_names` roll a deployment back; they, and whatever else ECS asks for, are in `after`.
    """

    family: str
    service_name: str
    environment: str
    region: str
    image: pulumi.Input[str]
    cpu: int
    memory_mb: int
    task_count: int
    remote_write_url: str
    variables: Mapping[str, pulumi.Input[str]]
    secrets: Mapping[str, pulumi.Input[str]]
    remote_write_token_arn: pulumi.Input[str]
    log_group: pulumi.Input[str]
    execution_role_arn: pulumi.Input[str]
    task_role_arn: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_id: pulumi.Input[str]
    target_group_arn: pulumi.Input[str]
    alarm_names: Sequence[str]
    keep_revisions: bool
    after: Sequence[pulumi.Resource]


class BackendService(pulumi.ComponentResource):
    """One service of Fargate tasks behind one target group."""

    service_name: pulumi.Output[str]
    task_definition_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: BackendServiceArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:compute:BackendService", name, None, opts)
        self._args = args
        task = self._task_definition(f"{name}-task")
        service = self._service(name, task)
        self.service_name, self.task_definition_arn = service.name, task.arn
        self.register_outputs(
            {"service_name": self.service_name, "task_definition_arn": self.task_definition_arn}
        )

    def _task_definition(self, name: str) -> ecs.TaskDefinition:
        args = self._args
        return ecs.TaskDefinition(
            name,
            family=args.family,
            cpu=str(args.cpu),
            memory=str(args.memory_mb),
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            # The image of today is built for x86 (ADR C6).
            runtime_platform={"cpu_architecture": "X86_64", "operating_system_family": "LINUX"},
            execution_role_arn=args.execution_role_arn,
            task_role_arn=args.task_role_arn,
            container_definitions=self._containers(),
            # A revision that is taken away cannot be gone back to by hand.
            skip_destroy=args.keep_revisions,
            tags=tags.own("compute", args.family),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _containers(self) -> pulumi.Output[str]:
        args = self._args

        def described(found: dict[str, Any]) -> str:
            return containers.definitions(
                containers.Task(
                    environment=args.environment,
                    region=args.region,
                    cpu=args.cpu,
                    memory_mb=args.memory_mb,
                    remote_write_url=args.remote_write_url,
                    **found,
                )
            )

        return pulumi.Output.all(
            image=args.image,
            log_group=args.log_group,
            variables=args.variables,
            secrets=args.secrets,
            remote_write_token_arn=args.remote_write_token_arn,
        ).apply(described)

    def _service(self, name: str, task: ecs.TaskDefinition) -> ecs.Service:
        args = self._args
        return ecs.Service(
            name,
            name=args.service_name,
            cluster=args.cluster_arn,
            task_definition=task.arn,
            launch_type="FARGATE",
            platform_version="LATEST",
            desired_count=args.task_count,
            availability_zone_rebalancing="ENABLED",
            network_configuration={
                "subnets": args.subnet_ids,
                "security_groups": [args.security_group_id],
                "assign_public_ip": False,
            },
            load_balancers=[
                {
                    "target_group_arn": args.target_group_arn,
                    "container_name": containers.BACKEND,
                    "container_port": containers.PORT,
                }
            ],
            health_check_grace_period_seconds=GRACE_SECONDS,
            # ADR C5: new tasks first, old ones go when those are healthy; else all goes back, and
            # the update fails, since it waits.
            deployment_minimum_healthy_percent=MINIMUM_HEALTHY,
            deployment_maximum_percent=MAXIMUM,
            deployment_circuit_breaker={"enable": True, "rollback": True},
            alarms={"enable": True, "rollback": True, "alarm_names": args.alarm_names},
            wait_for_steady_state=True,
            enable_execute_command=True,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            tags=tags.own("compute", args.service_name),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=args.after,
                # Scaling sets it; without this each update would undo what scaling did.
                ignore_changes=["desiredCount"],
            ),
        )
