"""The night stop of dev and staging (ADR E2): tasks and database are up in the given hours only.

The database leads in the morning and lags in the evening, so that no task ever runs without it.
The scaling target is `compute`'s; at night its limits are what this room last set.
"""

from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import appautoscaling, iam, scheduler

from components import documents, kst, tags

Verb = Literal["start", "stop"]

DATABASE_LEAD = 30  # minutes; a stopped database takes up to 20 to start
DATABASE_LAG = 15  # minutes, until the last task has drained and stopped

# A database that is being backed up or changed refuses to stop; an hour of retries outlasts that.
RETRY_SECONDS = 3600
RETRIES = 30


@dataclass(frozen=True, kw_only=True)
class ScaledTasks:
    """The scaling target of a service, and the limits between which it runs by day."""

    resource_id: pulumi.Input[str]
    dimension: pulumi.Input[str]
    namespace: pulumi.Input[str]
    minimum: int
    maximum: int


@dataclass(frozen=True, kw_only=True)
class ScheduleArgs:
    """`hours` as in `08:00-20:00 Mon-Fri`, None for running all day."""

    prefix: str
    account_id: str
    region: str
    hours: str | None
    database_identifier: pulumi.Input[str]
    tasks: ScaledTasks


class Schedule(pulumi.ComponentResource):
    """Two scheduled actions for the tasks and two schedules for the database; none in prod."""

    group_name: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: ScheduleArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:schedule:Schedule", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        self.group_name = self._night_stop(name, kst.hours(args.hours)) if args.hours else None
        self.register_outputs({"group_name": self.group_name})

    def _night_stop(self, name: str, hours: kst.Hours) -> pulumi.Output[str]:
        """Both stops come every day: whatever runs on a day off is down that evening.

        That also covers AWS, which starts a stopped database after seven days by itself.
        """
        tasks = self._args.tasks
        limits = tasks.minimum, tasks.maximum
        self._scale(name, "start", kst.cron(hours.start, hours.days), limits)
        self._scale(name, "stop", kst.cron(hours.stop), (0, 0))
        group, role_arn = self._group(f"{name}-group"), self._role(f"{name}-role")
        up, down = hours.start - DATABASE_LEAD, hours.stop + DATABASE_LAG
        self._switch(name, "start", kst.cron(up, hours.days), group, role_arn)
        self._switch(name, "stop", kst.cron(down), group, role_arn)
        return group

    def _scale(self, name: str, verb: Verb, when: str, limits: tuple[int, int]) -> None:
        tasks, (minimum, maximum) = self._args.tasks, limits
        appautoscaling.ScheduledAction(
            f"{name}-tasks-{verb}",
            name=f"{self._args.prefix}-tasks-{verb}",
            service_namespace=tasks.namespace,
            resource_id=tasks.resource_id,
            scalable_dimension=tasks.dimension,
            schedule=when,
            timezone=kst.TIMEZONE,
            scalable_target_action={"min_capacity": minimum, "max_capacity": maximum},
            opts=self._child,
        )

    def _group(self, name: str) -> pulumi.Output[str]:
        """A schedule carries no tags, and its metrics go by group: so each stack has its own."""
        group = f"{self._args.prefix}-schedule"
        made = scheduler.ScheduleGroup(
            name, name=group, tags=tags.own("schedule", group), opts=self._child
        )
        return made.name

    def _switch(
        self,
        name: str,
        verb: Verb,
        when: str,
        group: pulumi.Output[str],
        role_arn: pulumi.Output[str],
    ) -> None:
        database = {"DbInstanceIdentifier": self._args.database_identifier}
        scheduler.Schedule(
            f"{name}-database-{verb}",
            name=f"{self._args.prefix}-database-{verb}",
            group_name=group,
            schedule_expression=when,
            schedule_expression_timezone=kst.TIMEZONE,
            flexible_time_window={"mode": "OFF"},
            target={
                "arn": f"arn:aws:scheduler:::aws-sdk:rds:{verb}DBInstance",
                "role_arn": role_arn,
                "input": pulumi.Output.json_dumps(database),
                "retry_policy": {
                    "maximum_event_age_in_seconds": RETRY_SECONDS,
                    "maximum_retry_attempts": RETRIES,
                },
            },
            opts=self._child,
        )

    def _role(self, name: str) -> pulumi.Output[str]:
        """Return its ARN once it may start and stop this one database, and nothing else."""
        args, role_name = self._args, f"{self._args.prefix}-schedule-role"
        role = iam.Role(
            name,
            name=role_name,
            assume_role_policy=documents.service_trust("scheduler", args.account_id),
            tags=tags.own("schedule", role_name),
            opts=self._child,
        )
        databases = f"arn:aws:rds:{args.region}:{args.account_id}:db"
        rights = iam.RolePolicy(
            f"{name}-policy",
            role=role.name,
            policy=pulumi.Output.from_input(args.database_identifier).apply(
                lambda identifier: start_and_stop(f"{databases}:{identifier}")
            ),
            opts=self._child,
        )
        return pulumi.Output.all(role.arn, rights.id).apply(lambda both: str(both[0]))


def start_and_stop(database_arn: str) -> str:
    """Return the rights of the schedules' role over one database."""
    actions = ("rds:StartDBInstance", "rds:StopDBInstance")
    return documents.document(documents.allow(actions, [database_arn]))
