"""What is watched, kept and shown once everything else is there (ADR M3 to M6, M8, M10).

Who is told, and the two alarms that a deployment needs beforehand, are `alerts`'. Log groups
belong to who writes to them (ADR M1, M2). Custom metrics come later (ADR M9): the namespace
TriFlow is free for them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, rds

from components import alarm_table, tags
from components.alarms import Alarms, AlarmsArgs, Dimensions, Severity
from components.dashboard import Dashboard, DashboardArgs
from components.lambda_function import LambdaFunction
from components.log_archive import LogArchive, LogArchiveArgs

# Of a database: what a person should see although it mends itself.
DATABASE_EVENTS = ("failover", "failure", "low storage")
# Why a task stopped that was not asked to.
RESTART_CODES = ("EssentialContainerExited", "TaskFailedToStart")


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """What is watched, by the names AWS knows it by.

    `own_nat_zones` are the zones whose NAT gateway is this stack's own; `vault_name` is None
    without weekly snapshots; `deployment_alarms` are shown on the dashboard with the others.
    """

    prefix: str
    environment: str
    account_id: str
    region: str
    night_stop: bool
    topic_arns: Mapping[Severity, pulumi.Input[str]]
    deployment_alarms: Sequence[cloudwatch.MetricAlarm]
    load_balancer_suffix: pulumi.Input[str]
    target_group_suffix: pulumi.Input[str]
    certificate_arn: pulumi.Input[str]
    database_identifier: pulumi.Input[str]
    database_log_group: pulumi.Input[str]
    cluster_name: pulumi.Input[str]
    service_name: pulumi.Input[str]
    service_log_group: pulumi.Input[str]
    own_nat_zones: Sequence[str]
    nat_gateway_ids: pulumi.Output[Mapping[str, str]]
    vault_name: pulumi.Input[str] | None
    functions: Mapping[str, LambdaFunction | None]
    bucket_name: str
    bucket: pulumi.Input[str]


class Monitoring(pulumi.ComponentResource):
    """Alarms, events, the archive of logs, the dashboard."""

    dashboard_url: pulumi.Output[str]

    def __init__(
        self, name: str, args: MonitoringArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:monitoring:Monitoring", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        self._functions = {key: each for key, each in args.functions.items() if each}
        archive = self._archive(f"{name}-archive")
        alarms = self._alarms(f"{name}-alarms", self._subjects(archive.stream_name))
        self._task_restart(f"{name}-task-restart")
        self._database_events(f"{name}-database-events")
        self.dashboard_url = self._dashboard(f"{name}-dashboard", alarms).url
        self.register_outputs({"dashboard_url": self.dashboard_url})

    def _archive(self, name: str) -> LogArchive:
        args = self._args
        return LogArchive(
            name,
            LogArchiveArgs(
                prefix=args.prefix,
                environment=args.environment,
                account_id=args.account_id,
                region=args.region,
                bucket_name=args.bucket_name,
                bucket=args.bucket,
                log_groups={
                    "backend": args.service_log_group,
                    "database": args.database_log_group,
                },
            ),
            self._child,
        )

    def _basic_subjects(self) -> dict[str, Dimensions]:
        args = self._args
        balancer = {"LoadBalancer": args.load_balancer_suffix}
        return {
            "balancer": balancer,
            "targets": balancer | {"TargetGroup": args.target_group_suffix},
            "service": {"ClusterName": args.cluster_name, "ServiceName": args.service_name},
            "database": {"DBInstanceIdentifier": args.database_identifier},
        }

    def _subjects(self, stream_name: pulumi.Input[str]) -> dict[str, Dimensions]:
        args = self._args
        subjects = self._basic_subjects()
        subjects["certificate"] = {"CertificateArn": args.certificate_arn}
        subjects["archive"] = {"DeliveryStreamName": stream_name}
        if args.vault_name:
            subjects["vault"] = {"BackupVaultName": args.vault_name}
        for zone in args.own_nat_zones:
            subjects[f"nat-{zone}"] = {"NatGatewayId": args.nat_gateway_ids[zone]}
        for key, function in self._functions.items():
            subjects[f"function-{key}"] = {"FunctionName": function.function_name}
            subjects[f"queue-{key}"] = {"QueueName": function.dead_letter_queue_name}
        return subjects

    def _alarms(self, name: str, subjects: Mapping[str, Dimensions]) -> Alarms:
        args = self._args
        return Alarms(
            name,
            AlarmsArgs(
                prefix=args.prefix,
                rows=[
                    *alarm_table.BALANCER,
                    *alarm_table.DATABASE,
                    *alarm_table.SERVICE,
                    *alarm_table.SURROUNDINGS,
                    *alarm_table.nat_gateways(args.own_nat_zones),
                    *alarm_table.functions(self._functions),
                ],
                subjects=subjects,
                topic_arns=args.topic_arns,
                night_stop=args.night_stop,
            ),
            self._child,
        )

    def _task_restart(self, name: str) -> None:
        """ADR M5. By the reason of the stop: deployments and scaling stop tasks as well."""
        args, label = self._args, f"{self._args.prefix}-ecs-task-restart"
        rule = cloudwatch.EventRule(
            name,
            name=label,
            description="An essential container of the backend has ended by itself",
            event_pattern=pulumi.Output.from_input(args.service_name).apply(task_restart),
            tags=tags.own("monitoring", label),
            opts=self._child,
        )
        cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            target_id="topic",
            arn=args.topic_arns["warning"],
            opts=self._child,
        )

    def _database_events(self, name: str) -> None:
        """ADR M6: a failover takes a minute or two, and no metric shows it."""
        args, label = self._args, f"{self._args.prefix}-db-events"
        rds.EventSubscription(
            name,
            name=label,
            sns_topic=args.topic_arns["critical"],
            source_type="db-instance",
            source_ids=[args.database_identifier],
            event_categories=DATABASE_EVENTS,
            tags=tags.own("monitoring", label),
            opts=self._child,
        )

    def _dashboard(self, name: str, alarms: Alarms) -> Dashboard:
        args = self._args
        shown = [*args.deployment_alarms, *alarms.made.values()]
        return Dashboard(
            name,
            DashboardArgs(
                prefix=args.prefix,
                region=args.region,
                subjects=self._basic_subjects(),
                alarm_arns=[alarm.arn for alarm in shown],
                log_group=args.service_log_group,
            ),
            self._child,
        )


def task_restart(service_name: str) -> str:
    """Return the pattern of a task of this service that stopped without being asked to."""
    return json.dumps(
        {
            "source": ["aws.ecs"],
            "detail-type": ["ECS Task State Change"],
            "detail": {
                "lastStatus": ["STOPPED"],
                "group": [f"service:{service_name}"],
                "stopCode": list(RESTART_CODES),
            },
        }
    )
