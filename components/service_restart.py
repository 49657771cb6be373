"""Starts the tasks anew when one of their secrets has a new value (ADR C11).

ECS hands a secret to a container when it starts and never again. The event of a rotation comes
through CloudTrail: an account without a trail that logs management events sends none. The trail is
the foundation's.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from components import documents
from components.event_trigger import EventTrigger, EventTriggerArgs
from components.lambda_function import LambdaFunction, LambdaFunctionArgs

PATTERN = {
    "source": ["aws.secretsmanager"],
    "detail-type": ["AWS Service Event via CloudTrail", "AWS API Call via CloudTrail"],
    "detail": {
        "eventSource": ["secretsmanager.amazonaws.com"],
        "eventName": ["RotationSucceeded", "PutSecretValue", "UpdateSecret"],
    },
}


@dataclass(frozen=True, kw_only=True)
class ServiceRestartArgs:
    """`service_arn` is plain, so that a preview can judge the role; the names carry the order."""

    prefix: str
    account_id: str
    region: str
    service_arn: str
    cluster_name: pulumi.Input[str]
    service_name: pulumi.Input[str]
    secret_arns: Sequence[pulumi.Input[str]]


class ServiceRestart(pulumi.ComponentResource):
    """The function, and the rule that calls it; both are made after the service."""

    function: LambdaFunction

    def __init__(
        self, name: str, args: ServiceRestartArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:compute:ServiceRestart", name, None, opts)
        child, function_name = pulumi.ResourceOptions(parent=self), f"{args.prefix}-service-restart"
        self.function = LambdaFunction(
            f"{name}-function",
            LambdaFunctionArgs(
                function_name=function_name,
                source="service_restart",
                layer="compute",
                account_id=args.account_id,
                region=args.region,
                memory_mb=128,
                timeout_seconds=15,
                variables={
                    "CLUSTER": args.cluster_name,
                    "SERVICE": args.service_name,
                    "SECRET_ARNS": pulumi.Output.all(*args.secret_arns).apply(",".join),
                },
                statements=[
                    documents.allow(
                        ["ecs:DescribeServices", "ecs:UpdateService"], [args.service_arn]
                    )
                ],
            ),
            child,
        )
        EventTrigger(
            f"{name}-trigger",
            EventTriggerArgs(
                rule_name=f"{function_name}-trigger",
                description="A secret in this account has a new value",
                layer="compute",
                pattern=PATTERN,
                function=self.function,
            ),
            child,
        )
        self.register_outputs({"function_name": self.function.function_name})
