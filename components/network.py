"""Subnets, routes and NAT gateways (ADR N1, N2, N3, N5).

The VPC around them is `vpc`'s, or in dev staging's: dev makes only subnets, route tables and its
joining of staging's NAT gateway and S3 endpoint. Security groups are `security`'s.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pulumi
from pulumi_aws import ec2

from components import tags
from components.address_plan import NAT_ZONE
from components.vpc import Vpc, VpcArgs

ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class BorrowedVpc:
    """The parts of another stack's VPC that this stack uses; NAT gateways by zone served."""

    vpc_id: pulumi.Output[str]
    internet_gateway_id: pulumi.Output[str]
    nat_gateway_ids: pulumi.Output[Mapping[str, str]]
    s3_endpoint_id: pulumi.Output[str]


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """Subnets are IPv4 blocks by zone. Without `borrowed`, `vpc_cidr` is needed."""

    prefix: str
    account_id: str
    region: str
    vpc_name: str
    vpc_cidr: str | None
    public_subnets: Mapping[str, str]
    private_subnets: Mapping[str, str]
    nat_gateways: Literal["single", "per-az"]
    flow_logs: bool
    protect: bool
    borrowed: BorrowedVpc | None


class Network(pulumi.ComponentResource):
    """A public and a private subnet in each zone, and the ways out of them."""

    vpc_id: pulumi.Output[str]
    internet_gateway_id: pulumi.Output[str]
    nat_gateway_ids: pulumi.Output[Mapping[str, str]]
    s3_endpoint_id: pulumi.Output[str]
    public_subnet_ids: pulumi.Output[list[str]]
    private_subnet_ids: pulumi.Output[list[str]]

    def __init__(
        self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:network:Network", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        vpc = args.borrowed or self._vpc(name, args)
        self.vpc_id = vpc.vpc_id
        self.internet_gateway_id = vpc.internet_gateway_id
        self.s3_endpoint_id = vpc.s3_endpoint_id
        public = self._subnets(f"{name}-public", "public", args.public_subnets)
        private = self._subnets(f"{name}-private", "private", args.private_subnets)
        nat_gateways = (
            {zone: vpc.nat_gateway_ids[zone] for zone in private}
            if isinstance(vpc, BorrowedVpc)
            else self._nat_gateways(f"{name}-nat", vpc, public)
        )
        self._public_routes(f"{name}-public", public)
        self._private_routes(f"{name}-private", private, nat_gateways)
        self.nat_gateway_ids = pulumi.Output.all(**nat_gateways)
        self.public_subnet_ids = _ids(public)
        self.private_subnet_ids = _ids(private)
        self.register_outputs(
            {
                "vpc_id": self.vpc_id,
                "internet_gateway_id": self.internet_gateway_id,
                "nat_gateway_ids": self.nat_gateway_ids,
                "s3_endpoint_id": self.s3_endpoint_id,
                "public_subnet_ids": self.public_subnet_ids,
                "private_subnet_ids": self.private_subnet_ids,
            }
        )

    def _vpc(self, name: str, args: NetworkArgs) -> Vpc:
        own = VpcArgs(
            prefix=args.prefix,
            vpc_name=args.vpc_name,
            vpc_cidr=args.vpc_cidr,
            account_id=args.account_id,
            region=args.region,
            flow_logs=args.flow_logs,
            protect=args.protect,
        )
        return Vpc(f"{name}-vpc", own, self._child)

    def _subnets(
        self, name: str, tier: Literal["public", "private"], blocks: Mapping[str, str]
    ) -> dict[str, ec2.Subnet]:
        """ADR N1; none hands out public addresses: load balancer and NAT bring their own."""
        return {
            zone: ec2.Subnet(
                f"{name}-{zone}",
                vpc_id=self.vpc_id,
                cidr_block=block,
                availability_zone=zone,
                map_public_ip_on_launch=False,
                tags=self._tags(tier, zone),
                opts=self._child,
            )
            for zone, block in blocks.items()
        }

    def _nat_gateways(
        self, name: str, vpc: Vpc, public: Mapping[str, ec2.Subnet]
    ) -> dict[str, pulumi.Output[str]]:
        """ADR N2: one in 2a serves both zones, or each zone has its own; ids by zone served."""
        zones = [NAT_ZONE] if self._args.nat_gateways == "single" else list(public)
        made = {zone: self._nat_gateway(name, zone, vpc, public[zone]) for zone in zones}
        return {zone: made.get(zone, made[NAT_ZONE]).id for zone in public}

    def _nat_gateway(self, name: str, zone: str, vpc: Vpc, subnet: ec2.Subnet) -> ec2.NatGateway:
        address = ec2.Eip(
            f"{name}-address-{zone}", domain="vpc", tags=self._tags("nat", zone), opts=self._child
        )
        return ec2.NatGateway(
            f"{name}-{zone}",
            subnet_id=subnet.id,
            allocation_id=address.id,
            connectivity_type="public",
            tags=self._tags("nat", zone),
            # AWS refuses a public NAT gateway until the VPC has its internet gateway attached.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[vpc.internet_gateway]),
        )

    def _public_routes(self, name: str, subnets: Mapping[str, ec2.Subnet]) -> None:
        """One table for both zones: an internet gateway belongs to no zone."""
        table = self._table(name, self._tags("public"))
        ec2.Route(
            f"{name}-internet",
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=self.internet_gateway_id,
            opts=self._child,
        )
        for zone, subnet in subnets.items():
            self._associate(f"{name}-{zone}", table, subnet)

    def _private_routes(
        self,
        name: str,
        subnets: Mapping[str, ec2.Subnet],
        nat_gateways: Mapping[str, pulumi.Output[str]],
    ) -> None:
        """A table for each zone, so that a NAT gateway for each zone is one line of config."""
        for zone, subnet in subnets.items():
            table = self._table(f"{name}-{zone}", self._tags("private", zone))
            ec2.Route(
                f"{name}-{zone}-nat",
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=nat_gateways[zone],
                opts=self._child,
            )
            self._associate(f"{name}-{zone}", table, subnet)
            ec2.VpcEndpointRouteTableAssociation(
                f"{name}-{zone}-s3",
                route_table_id=table.id,
                vpc_endpoint_id=self.s3_endpoint_id,
                opts=self._child,
            )

    def _table(self, name: str, own_tags: Mapping[str, str]) -> ec2.RouteTable:
        return ec2.RouteTable(name, vpc_id=self.vpc_id, tags=own_tags, opts=self._child)

    def _associate(self, name: str, table: ec2.RouteTable, subnet: ec2.Subnet) -> None:
        ec2.RouteTableAssociation(
            name, route_table_id=table.id, subnet_id=subnet.id, opts=self._child
        )

    def _tags(self, role: str, zone: str = "") -> dict[str, str]:
        """Consoles show `triflow-ai-production-public-2a`."""
        short = zone.removeprefix(self._args.region.rstrip("0123456789"))
        return tags.own("network", "-".join(filter(None, [self._args.prefix, role, short])))


def _ids(subnets: Mapping[str, ec2.Subnet]) -> pulumi.Output[list[str]]:
    return pulumi.Output.all(*(subnet.id for subnet in subnets.values()))
