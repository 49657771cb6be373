"""The two topics of alarms, who may publish to them, and the people who read e-mail (ADR M7).

Not encrypted with a key: CloudWatch cannot publish through `alias/aws/sns`, and alarms hold no
secret. A subscription by e-mail waits until the person has followed the link in the first message.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import sns

from components import documents, tags
from components.alarms import Severity

SEVERITIES: tuple[Severity, ...] = ("critical", "warning")


@dataclass(frozen=True, kw_only=True)
class TopicsArgs:
    """`email` gets what both topics say; None where nobody wants to read it."""

    prefix: str
    account_id: str
    region: str
    email: str | None


class Topics(pulumi.ComponentResource):
    """`critical` and `warning`; an ARN is given out once AWS's services may publish to it."""

    arns: Mapping[Severity, pulumi.Output[str]]
    plain_arns: Mapping[Severity, str]

    def __init__(
        self, name: str, args: TopicsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:monitoring:Topics", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        start = f"arn:aws:sns:{args.region}:{args.account_id}:{args.prefix}"
        self.plain_arns = {severity: f"{start}-{severity}" for severity in SEVERITIES}
        self.arns = {
            severity: self._topic(f"{name}-{severity}", severity) for severity in SEVERITIES
        }
        self.register_outputs({"arns": self.arns})

    def _topic(self, name: str, severity: Severity) -> pulumi.Output[str]:
        args, label = self._args, f"{self._args.prefix}-{severity}"
        topic = sns.Topic(name, name=label, tags=tags.own("monitoring", label), opts=self._child)
        policy = sns.TopicPolicy(
            f"{name}-policy",
            arn=topic.arn,
            policy=publishers(self.plain_arns[severity], args.region, args.account_id, args.prefix),
            opts=self._child,
        )
        if args.email:
            sns.TopicSubscription(
                f"{name}-email",
                topic=topic.arn,
                protocol="email",
                endpoint=args.email,
                opts=self._child,
            )
        return pulumi.Output.all(topic.arn, policy.id).apply(lambda found: str(found[0]))


def publishers(topic_arn: str, region: str, account_id: str, prefix: str) -> str:
    """Let alarms, budgets, database events and this stack's event rules publish, nobody else.

    EventBridge names the rule in its call and no account.
    """
    account = {"StringEquals": {"aws:SourceAccount": account_id}}
    rules = {"ArnLike": {"aws:SourceArn": f"arn:aws:events:{region}:{account_id}:rule/{prefix}-*"}}
    return documents.document(
        *(
            documents.allow(["sns:Publish"], [topic_arn], **condition)
            | {"Principal": {"Service": f"{service}.amazonaws.com"}}
            for service, condition in (
                ("cloudwatch", account),
                ("budgets", account),
                ("events.rds", account),
                ("events", rules),
            )
        )
    )
