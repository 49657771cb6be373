"""An EventBridge rule that hands matching events, whole, to one function."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudwatch, lambda_

from components import tags
from components.lambda_function import LambdaFunction


@dataclass(frozen=True, kw_only=True)
class EventTriggerArgs:
    """`pattern` is plain, so that a preview can judge it; `description` says when it fires."""

    rule_name: str
    description: str
    layer: str
    pattern: Mapping[str, Any]
    function: LambdaFunction


class EventTrigger(pulumi.ComponentResource):
    """Rule, target, and the permission for that rule alone; all made after the function."""

    rule_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: EventTriggerArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:functions:EventTrigger", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        rule = cloudwatch.EventRule(
            f"{name}-rule",
            name=args.rule_name,
            description=args.description,
            event_pattern=json.dumps(args.pattern),
            tags=tags.own(args.layer, args.rule_name),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.function]),
        )
        permission = lambda_.Permission(
            f"{name}-permission",
            function=args.function.function_name,
            action="lambda:InvokeFunction",
            principal="events.amazonaws.com",
            source_arn=rule.arn,
            opts=child,
        )
        cloudwatch.EventTarget(
            f"{name}-target",
            rule=rule.name,
            target_id="function",
            arn=args.function.arn,
            # An event that comes before the permission is refused and lost.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[permission]),
        )
        self.rule_arn = rule.arn
        self.register_outputs({"rule_arn": self.rule_arn})
