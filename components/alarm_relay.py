"""Brings what the topics say to Slack, and what is critical to telephones (ADR M7).

Slack cannot confirm an HTTPS subscription, and SNS in Seoul sends no text messages: so a function
posts to the webhook, and publishes text messages through Tokyo. Both addresses are in one secret,
made empty; fill it with the webhook's URL, or with the numbers as well:

    aws secretsmanager put-secret-value --secret-id NAME --secret-string file:///dev/stdin
    {"webhookUrl": "https://hooks.slack.com/...", "smsNumbers": ["+8210..."]}

Until then messages wait in the dead-letter queue, and an e-mail says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import lambda_, secretsmanager, sns

from components import documents, tags
from components.alarms import RUNBOOK_URL, Severity
from components.app_secrets import RECOVERY_DAYS
from components.lambda_function import LambdaFunction, LambdaFunctionArgs

SMS_REGION = "ap-northeast-1"


@dataclass(frozen=True, kw_only=True)
class AlarmRelayArgs:
    """`critical_topic_arn` is plain: by it the function tells what is urgent."""

    prefix: str
    environment: str
    account_id: str
    region: str
    protect: bool
    critical_topic_arn: str
    topic_arns: Mapping[Severity, pulumi.Input[str]]


class AlarmRelay(pulumi.ComponentResource):
    """The secret, the function, and a subscription of it to each topic."""

    function: LambdaFunction
    secret_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: AlarmRelayArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:monitoring:AlarmRelay", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        self.secret_arn = self._secret(f"{name}-channels")
        self.function = self._function(f"{name}-function")
        for severity, topic_arn in args.topic_arns.items():
            self._subscribe(f"{name}-{severity}", topic_arn)
        self.register_outputs(
            {"function_name": self.function.function_name, "secret_arn": self.secret_arn}
        )

    def _secret(self, name: str) -> pulumi.Output[str]:
        """A deleted secret keeps its name taken while it can be restored: in dev it cannot be."""
        label = f"{self._args.prefix}-alarm-channels"
        return secretsmanager.Secret(
            name,
            name=label,
            description="Slack webhook and telephone numbers for alarms",
            recovery_window_in_days=RECOVERY_DAYS if self._args.protect else 0,
            tags=tags.own("monitoring", label),
            opts=pulumi.ResourceOptions(parent=self, protect=self._args.protect),
        ).arn

    def _function(self, name: str) -> LambdaFunction:
        args = self._args
        return LambdaFunction(
            name,
            LambdaFunctionArgs(
                function_name=f"{args.prefix}-slack-relay",
                source="slack_relay",
                layer="monitoring",
                account_id=args.account_id,
                region=args.region,
                memory_mb=256,
                timeout_seconds=60,
                variables={
                    "ENVIRONMENT": args.environment,
                    "CHANNELS_SECRET_ARN": self.secret_arn,
                    "CRITICAL_TOPIC_ARN": args.critical_topic_arn,
                    "RUNBOOK_URL": RUNBOOK_URL,
                    "SMS_REGION": SMS_REGION,
                },
                statements=self.secret_arn.apply(
                    lambda arn: [
                        documents.allow(["secretsmanager:GetSecretValue"], [arn]),
                        documents.text_messages(SMS_REGION),
                    ]
                ),
            ),
            self._child,
        )

    def _subscribe(self, name: str, topic_arn: pulumi.Input[str]) -> None:
        permission = lambda_.Permission(
            f"{name}-permission",
            function=self.function.function_name,
            action="lambda:InvokeFunction",
            principal="sns.amazonaws.com",
            source_arn=topic_arn,
            opts=self._child,
        )
        sns.TopicSubscription(
            f"{name}-subscription",
            topic=topic_arn,
            protocol="lambda",
            endpoint=self.function.arn,
            # A message that comes before the permission is refused and lost.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
