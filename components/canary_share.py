"""The share of the visitors that a canary gets (ADR L9), from the moment its task is healthy.

A rule beside the listener's default, and not the default itself: ECS takes a service only behind a
group that a listener knows, and a weight on a group without tasks answers visitors with 503.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import lb

from components import tags
from components.backend_service import BackendService
from components.load_balancer import STICKY_SECONDS


@dataclass(frozen=True, kw_only=True)
class CanaryShareArgs:
    """`percent` of new visitors, 0 to 50; whoever was sent there stays for an hour (ADR L5)."""

    prefix: str
    percent: int
    canary: BackendService
    listener_arn: pulumi.Input[str]
    target_group_arn: pulumi.Input[str]
    canary_target_group_arn: pulumi.Input[str]


class CanaryShare(pulumi.ComponentResource):
    """One rule on all paths, made after the canary's service and gone before it."""

    def __init__(
        self, name: str, args: CanaryShareArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:compute:CanaryShare", name, None, opts)
        lb.ListenerRule(
            f"{name}-rule",
            listener_arn=args.listener_arn,
            priority=1,
            conditions=[{"path_pattern": {"values": ["/*"]}}],
            actions=[
                {
                    "type": "forward",
                    "forward": {
                        "target_groups": [
                            {"arn": args.target_group_arn, "weight": 100 - args.percent},
                            {"arn": args.canary_target_group_arn, "weight": args.percent},
                        ],
                        "stickiness": {"enabled": True, "duration": STICKY_SECONDS},
                    },
                }
            ],
            tags=tags.own("compute", f"{args.prefix}-canary"),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[args.canary]),
        )
        self.register_outputs({})
