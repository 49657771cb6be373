"""The VPC itself, its internet gateway, its closed default group and its S3 endpoint (ADR N1, N3).

Made by prod and staging; dev uses staging's (ADR N5). Subnets and routes belong to `network`.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import ec2

from components import tags
from components.flow_logs import FlowLogs, FlowLogsArgs


@dataclass(frozen=True, kw_only=True)
class VpcArgs:
    """`vpc_cidr` is an IPv4 block; `prefix` begins the names of what belongs to the stack."""

    prefix: str
    vpc_name: str
    vpc_cidr: str | None
    account_id: str
    region: str
    flow_logs: bool
    protect: bool


class Vpc(pulumi.ComponentResource):
    """An address range of its own with one way to the internet and a free way to S3."""

    vpc_id: pulumi.Output[str]
    internet_gateway_id: pulumi.Output[str]
    s3_endpoint_id: pulumi.Output[str]

    def __init__(
        self, name: str, args: VpcArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:network:Vpc", name, None, opts)
        vpc = self._vpc(name, args)
        self._close_default_group(name, args, vpc)
        self._flow_logs(name, args, vpc)
        self.internet_gateway = self._internet_gateway(name, args, vpc)
        self.vpc_id = vpc.id
        self.internet_gateway_id = self.internet_gateway.id
        self.s3_endpoint_id = self._s3_endpoint(name, args, vpc).id
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "internet_gateway_id": self.internet_gateway_id,
                "s3_endpoint_id": self.s3_endpoint_id,
            }
        )

    def _vpc(self, name: str, args: VpcArgs) -> ec2.Vpc:
        """ADR N1; endpoints and databases are found by private DNS names, which AWS leaves off."""
        return ec2.Vpc(
            name,
            cidr_block=args.vpc_cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=tags.own("network", args.vpc_name),
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )

    def _internet_gateway(self, name: str, args: VpcArgs, vpc: ec2.Vpc) -> ec2.InternetGateway:
        return ec2.InternetGateway(
            f"{name}-internet-gateway",
            vpc_id=vpc.id,
            tags=tags.own("network", f"{args.prefix}-igw"),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _close_default_group(self, name: str, args: VpcArgs, vpc: ec2.Vpc) -> None:
        """ADR N4: AWS lets its members reach each other and the world; taken over, it is empty."""
        ec2.DefaultSecurityGroup(
            f"{name}-default-group",
            vpc_id=vpc.id,
            tags=tags.own("network", f"{args.prefix}-default-closed"),
            opts=pulumi.ResourceOptions(parent=self),
        )

    def _flow_logs(self, name: str, args: VpcArgs, vpc: ec2.Vpc) -> None:
        """ADR N6: off unless the stack file turns them on."""
        if args.flow_logs:
            logs = FlowLogsArgs(
                prefix=args.prefix, account_id=args.account_id, region=args.region, vpc_id=vpc.id
            )
            FlowLogs(f"{name}-flow-logs", logs, pulumi.ResourceOptions(parent=self))

    def _s3_endpoint(self, name: str, args: VpcArgs, vpc: ec2.Vpc) -> ec2.VpcEndpoint:
        """ADR N3: S3 traffic past the NAT gateway, whose gigabytes are paid for.

        Route tables join by association resources only. A list here would cut off the tables of
        dev, which joins from a stack of its own.
        """
        return ec2.VpcEndpoint(
            f"{name}-s3-endpoint",
            vpc_id=vpc.id,
            service_name=f"com.amazonaws.{args.region}.s3",
            vpc_endpoint_type="Gateway",
            tags=tags.own("network", f"{args.prefix}-s3"),
            opts=pulumi.ResourceOptions(parent=self),
        )
