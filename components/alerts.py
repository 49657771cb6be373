"""Who hears of trouble, and the two alarms that a deployment listens to (ADR C5, M7).

Apart from `monitoring`, because these have to exist before the service does: ECS refuses a service
that names an alarm which is not there. Everything that watches the service comes after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch

from components import alarm_table
from components.alarm_relay import AlarmRelay, AlarmRelayArgs
from components.alarms import Alarms, AlarmsArgs, Severity
from components.topics import Topics, TopicsArgs


@dataclass(frozen=True, kw_only=True)
class AlertsArgs:
    """The suffixes are the last part of the ARN, as CloudWatch's dimensions have them."""

    prefix: str
    environment: str
    account_id: str
    region: str
    email: str | None
    protect: bool
    night_stop: bool
    load_balancer_suffix: pulumi.Input[str]
    target_group_suffix: pulumi.Input[str]


class Alerts(pulumi.ComponentResource):
    """Topics, e-mail, relay to Slack and telephones, and the deployment alarms."""

    topic_arns: Mapping[Severity, pulumi.Output[str]]
    relay: AlarmRelay
    deployment_alarms: Sequence[cloudwatch.MetricAlarm]

    def __init__(
        self, name: str, args: AlertsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:monitoring:Alerts", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        topics = Topics(
            f"{name}-topics",
            TopicsArgs(
                prefix=args.prefix,
                account_id=args.account_id,
                region=args.region,
                email=args.email,
            ),
            child,
        )
        self.topic_arns = topics.arns
        self.relay = AlarmRelay(
            f"{name}-relay",
            AlarmRelayArgs(
                prefix=args.prefix,
                environment=args.environment,
                account_id=args.account_id,
                region=args.region,
                protect=args.protect,
                critical_topic_arn=topics.plain_arns["critical"],
                topic_arns=topics.arns,
            ),
            child,
        )
        self.deployment_alarms = self._deployment_alarms(f"{name}-deployment", args)
        self.register_outputs({"topic_arns": self.topic_arns})

    def _deployment_alarms(self, name: str, args: AlertsArgs) -> list[cloudwatch.MetricAlarm]:
        balancer = {"LoadBalancer": args.load_balancer_suffix}
        alarms = Alarms(
            name,
            AlarmsArgs(
                prefix=args.prefix,
                rows=alarm_table.DEPLOYMENT,
                subjects={
                    "balancer": balancer,
                    "targets": balancer | {"TargetGroup": args.target_group_suffix},
                },
                topic_arns=self.topic_arns,
                night_stop=args.night_stop,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        return list(alarms.made.values())
