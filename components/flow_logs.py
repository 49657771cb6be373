"""Flow logs of a VPC: rejected traffic only, kept 14 days (ADR N6). Off by default."""

from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, ec2, iam

from components import documents, tags

RETENTION_DAYS = 14


@dataclass(frozen=True, kw_only=True)
class FlowLogsArgs:
    """`prefix` begins the names of role and log group."""

    prefix: str
    account_id: str
    region: str
    vpc_id: pulumi.Input[str]


class FlowLogs(pulumi.ComponentResource):
    """A log group, a role that may only write to it, and the flow log between the two."""

    def __init__(
        self, name: str, args: FlowLogsArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:network:FlowLogs", name, None, opts)
        group = f"/aws/vpc/{args.prefix}-rejected"
        group_arn = f"arn:aws:logs:{args.region}:{args.account_id}:log-group:{group}"
        log_group = cloudwatch.LogGroup(
            f"{name}-log-group",
            name=group,
            retention_in_days=RETENTION_DAYS,
            tags=tags.own("network", group),
            opts=pulumi.ResourceOptions(parent=self),
        )
        role, writing = self._role(name, args, group_arn)
        ec2.FlowLog(
            name,
            vpc_id=args.vpc_id,
            traffic_type="REJECT",
            log_destination_type="cloud-watch-logs",
            log_destination=log_group.arn,
            iam_role_arn=role.arn,
            tags=tags.own("network", f"{args.prefix}-rejected"),
            # Until the role may write, AWS drops the records without an error.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[writing]),
        )
        self.register_outputs({})

    def _role(
        self, name: str, args: FlowLogsArgs, group_arn: str
    ) -> tuple[iam.Role, iam.RolePolicy]:
        role_name = f"{args.prefix}-flow-logs-role"
        role = iam.Role(
            f"{name}-role",
            name=role_name,
            assume_role_policy=documents.service_trust("vpc-flow-logs", args.account_id),
            tags=tags.own("network", role_name),
            opts=pulumi.ResourceOptions(parent=self),
        )
        actions = ("logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams")
        policy = iam.RolePolicy(
            f"{name}-writing",
            role=role.id,
            policy=documents.document(documents.allow(actions, [group_arn, f"{group_arn}:*"])),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return role, policy
