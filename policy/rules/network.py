"""Rules of the network layer (ADR 4): addresses, routes, NAT, the S3 endpoint, the default group.

Public or private is a fact of the routes: a subnet is public if its route table leads to an
internet gateway, whatever its name and tags say.
"""

from collections import Counter
from collections.abc import Iterator

from policy import tables
from policy.findings import (
    Finding,
    Judgement,
    Lack,
    must_be,
    must_be_absent,
    must_be_off,
    must_be_on,
)
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.routes import default_routes, is_public, leads_out, table_of
from policy.tokens import (
    DEFAULT_SECURITY_GROUP,
    EIP,
    ENDPOINT_ASSOCIATION,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SECURITY_GROUP,
    SUBNET,
    VPC,
    VPC_ENDPOINT,
)

VPC_PLAN = rule(
    id="vpc-plan",
    clause=("N1", "N5"),
    kind="stack",
    tokens=(VPC, SUBNET, ROUTE_TABLE, ROUTE, ROUTE_TABLE_ASSOCIATION, INTERNET_GATEWAY),
    levels="M/M/M",
    severity="high",
    aim="Every block of addresses stands where the record puts it: two public and two private.",
    otherwise="Environments would overlap, or a zone would have nowhere to run.",
    fix="take the block, zone and association from the address table of ADR N1 and N5.",
)


@check(VPC_PLAN, "a", each=(VPC,))
def vpc_has_the_block_of_its_environment(vpc: Resource, stack: StackView) -> Iterator[Judgement]:
    """The VPC's range is the environment's, without IPv6."""
    allowed = tables.VPC_CIDR.get(stack.environment, tables.VPC_CIDR["prod"])
    yield from must_be(vpc["cidrBlock"], allowed)
    yield from must_be_off(vpc["assignGeneratedIpv6CidrBlock"])
    yield from must_be_absent(vpc["ipv6CidrBlock"])


@check(VPC_PLAN, "a", each=(SUBNET,))
def subnet_has_a_block_of_the_table(subnet: Resource, stack: StackView) -> Iterator[Judgement]:
    """Each subnet's range and zone are one line of the address table."""
    plan = tables.SUBNET_PLAN.get(stack.environment, tables.SUBNET_PLAN["prod"])
    yield from must_be_absent(subnet["ipv6CidrBlock"])
    block = subnet["cidrBlock"].text()
    if block not in plan:
        yield Finding(f"cidrBlock is {block or 'not set'}, the table has {', '.join(plan)}")
    else:
        yield from must_be(subnet["availabilityZone"], plan[block])


@check(VPC_PLAN, "a")
def no_block_is_taken_twice(stack: StackView) -> Iterator[Judgement]:
    """No two subnets share an address, which only two on one line of the table would."""
    taken = Counter(subnet["cidrBlock"].text() for subnet in stack.of(SUBNET))
    for block in taken - Counter(set(taken)):
        yield Finding(f"cidrBlock {block} is that of {taken[block]} subnets")


@check(VPC_PLAN, "b", each=(VPC,))
def vpc_resolves_private_names(vpc: Resource, stack: StackView) -> Iterator[Judgement]:
    """The VPC answers and hands out private DNS names, on shared hardware."""
    del stack
    yield from must_be_on(vpc["enableDnsSupport"], absent=True)
    yield from must_be_on(vpc["enableDnsHostnames"])
    yield from must_be(vpc["instanceTenancy"], "default", absent=True)


@check(VPC_PLAN, "c")
def two_public_and_two_private_subnets(stack: StackView) -> Iterator[Judgement]:
    """By their routes two subnets are public and two private, each pair over both zones."""
    if subnets := stack.of(SUBNET):
        public = [subnet for subnet in subnets if is_public(stack, subnet)]
        private = [subnet for subnet in subnets if not is_public(stack, subnet)]
        yield from _one_in_each_zone("public by their routes", public)
        yield from _one_in_each_zone("private by their routes", private)


def _one_in_each_zone(called: str, subnets: list[Resource]) -> Iterator[Judgement]:
    if sorted(subnet["availabilityZone"].text() for subnet in subnets) != [*tables.ZONES]:
        yield Lack(
            f"subnets that are {called}: {names(subnets)}; "
            f"there must be one in {tables.ZONE_A} and one in {tables.ZONE_C}"
        )


@check(VPC_PLAN, "c", each=(SUBNET,))
def subnet_has_one_association(subnet: Resource, stack: StackView) -> Iterator[Judgement]:
    """Each subnet is tied to one route table; without one it uses the VPC's main table."""
    ties = stack.referring(ROUTE_TABLE_ASSOCIATION, "subnetId", subnet)
    if len(ties) != 1:
        yield Lack(f"associations with a route table: {names(ties)}; there must be one")


SUBNET_NO_AUTO_PUBLIC_IP = rule(
    id="subnet-no-auto-public-ip",
    clause=("N1",),
    kind="resource",
    tokens=(SUBNET,),
    levels="M/M/M",
    severity="high",
    external=("CKV_AWS_130", "EC2.15"),
    aim="No subnet hands out public addresses by itself; the ALB and the NAT bring their own.",
    otherwise="Whatever starts there could be reached from the internet.",
    fix="remove mapPublicIpOnLaunch and assignIpv6AddressOnCreation from the subnet.",
)


@check(SUBNET_NO_AUTO_PUBLIC_IP)
def no_automatic_addresses(subnet: Resource) -> Iterator[Judgement]:
    """Both switches are off, which is their default."""
    yield from must_be_off(subnet["mapPublicIpOnLaunch"])
    yield from must_be_off(subnet["assignIpv6AddressOnCreation"])


NAT_SINGLE_ZONAL = rule(
    id="nat-single-zonal",
    clause=("N2",),
    kind="stack",
    tokens=(NAT_GATEWAY, EIP, SUBNET),
    levels="M/M/M",
    severity="medium",
    aim="One zonal NAT gateway in the public subnet of zone a, as the record pays for.",
    otherwise="A second or a regional gateway costs about KRW 40,000 a month more.",
    fix="keep one zonal gateway in zone a, or decide for per-az and change NAT_GATEWAYS.",
)


@check(NAT_SINGLE_ZONAL)
def as_many_gateways_as_decided(stack: StackView) -> Iterator[Judgement]:
    """The number of gateways is the environment's; dev uses staging's."""
    decided = tables.NAT_GATEWAYS.get(stack.environment)
    found = stack.of(NAT_GATEWAY)
    if decided is not None and len(found) != decided:
        yield Lack(f"NAT gateways: {names(found)}; there must be {decided}")


@check(NAT_SINGLE_ZONAL, each=(NAT_GATEWAY,))
def gateway_is_zonal_and_public(gateway: Resource, stack: StackView) -> Iterator[Judgement]:
    """A gateway sits in one public subnet of zone a and has one address."""
    yield from must_be(gateway["connectivityType"], "public", absent=True)
    yield from must_be(gateway["availabilityMode"], "zonal", absent=True)
    addresses = stack.joined(gateway, "allocationId", EIP)
    if len(addresses) != 1:
        yield Lack(f"allocationId refers to the addresses {names(addresses)}; one is needed")
    homes = stack.joined(gateway, "subnetId", SUBNET)
    if len(homes) != 1:
        yield Lack(f"subnetId refers to the subnets {names(homes)}; one is needed")
    decided = tables.NAT_GATEWAYS.get(stack.environment, tables.NAT_GATEWAYS["prod"])
    zones = tables.ZONES[:decided]
    for home in homes:
        if not is_public(stack, home):
            yield Finding(f"subnetId is {home.name}, which has no route to the internet")
        if home["availabilityZone"].text() not in zones:
            yield Finding(f"subnetId is {home.name}; gateways belong to {' and '.join(zones)}")


PRIVATE_ROUTES_VIA_NAT = rule(
    id="private-routes-via-nat",
    clause=("N1", "N2"),
    kind="stack",
    tokens=(ROUTE_TABLE, ROUTE, NAT_GATEWAY, INTERNET_GATEWAY, ROUTE_TABLE_ASSOCIATION, SUBNET),
    levels="M/M/M",
    severity="high",
    external=("CKV2_AWS_35",),
    aim="Private subnets leave through the NAT gateway, public ones through the internet gateway.",
    otherwise="Tasks and the database would be exposed, or could not reach anything.",
    fix="give each private table one 0.0.0.0/0 route to the NAT, each public one to the gateway.",
)


@check(PRIVATE_ROUTES_VIA_NAT, each=(SUBNET,))
def private_block_leaves_through_the_nat(subnet: Resource, stack: StackView) -> Iterator[Judgement]:
    """A block that the plan calls private has one way out, and it is the NAT gateway."""
    table = table_of(stack, subnet)
    if table is None:
        return  # vpc-plan(c) names a subnet without a table
    ways = [leads_out(stack, route) for route in default_routes(stack, table)]
    wanted = "nat" if subnet["cidrBlock"].text() in tables.PRIVATE_BLOCKS else "internet"
    if ways != [wanted]:
        yield Lack(
            f"default routes of {table.name} lead to: {', '.join(ways) or 'nowhere'}; "
            f"there must be one, to the {wanted} gateway"
        )


@check(PRIVATE_ROUTES_VIA_NAT, each=(ROUTE,))
def routes_are_default_routes(route: Resource, stack: StackView) -> Iterator[Judgement]:
    """The record knows no other destination than everything."""
    del stack
    yield from must_be(route["destinationCidrBlock"], "0.0.0.0/0")


S3_GATEWAY_ENDPOINT = rule(
    id="s3-gateway-endpoint-everywhere",
    clause=("N3",),
    kind="stack",
    tokens=(VPC_ENDPOINT, ENDPOINT_ASSOCIATION, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION, SUBNET),
    levels="M/M/M",
    severity="high",
    external=("EC2.10",),
    aim="Every private subnet reaches S3 through the gateway endpoint.",
    otherwise="S3 traffic would pay for the NAT gateway by the gigabyte (guide, problem 17).",
    fix="attach the S3 gateway endpoint to the route table of each private subnet.",
)


@check(S3_GATEWAY_ENDPOINT)
def one_gateway_endpoint_for_s3(stack: StackView) -> Iterator[Judgement]:
    """A stack that owns a VPC has one gateway endpoint for S3 in it."""
    endpoints = [e for e in stack.of(VPC_ENDPOINT) if _is_for_s3(e)]
    if stack.of(VPC) and len(endpoints) != 1:
        yield Lack(f"endpoints for {tables.S3_SERVICE}: {names(endpoints)}; one is needed")
    for endpoint in endpoints:
        yield from must_be(endpoint["vpcEndpointType"], "Gateway", absent=True, about=endpoint)


@check(S3_GATEWAY_ENDPOINT, each=(SUBNET,))
def private_table_has_the_endpoint(subnet: Resource, stack: StackView) -> Iterator[Judgement]:
    """The route table of a private subnet is in the endpoint's list or associated with it."""
    table = table_of(stack, subnet)
    if table is None or is_public(stack, subnet):
        return
    endpoints = [e for e in stack.of(VPC_ENDPOINT) if _is_for_s3(e)]
    listed = any(table in stack.joined(e, "routeTableIds", ROUTE_TABLE) for e in endpoints)
    ties = stack.referring(ENDPOINT_ASSOCIATION, "routeTableId", table)
    tied = any(_ties_to_s3(stack, tie, endpoints) for tie in ties)
    if not (listed or tied):
        yield Lack(f"its route table {table.name} is not attached to the S3 endpoint")


def _is_for_s3(endpoint: Resource) -> bool:
    return endpoint["serviceName"].known() == tables.S3_SERVICE


def _ties_to_s3(stack: StackView, tie: Resource, endpoints: list[Resource]) -> bool:
    """Whether an association is with the S3 endpoint of this stack or of the VPC's owner."""
    own = stack.dependencies(tie, "vpcEndpointId", VPC_ENDPOINT)
    return any(e in own for e in endpoints) or stack.refers_abroad(tie, "vpcEndpointId")


DEFAULT_SG_CLOSED = rule(
    id="default-sg-closed",
    clause=("N4",),
    kind="stack",
    tokens=(VPC, DEFAULT_SECURITY_GROUP, SECURITY_GROUP),
    levels="A/M/M",
    severity="medium",
    external=("CKV2_AWS_12", "EC2.2"),
    aim="The VPC's own default group is adopted and lets nothing through.",
    otherwise="Anything started without a group would share one that lets its members talk.",
    fix="declare one aws.ec2.DefaultSecurityGroup for the VPC, without ingress and egress.",
)


@check(DEFAULT_SG_CLOSED, each=(VPC,))
def default_group_is_adopted(vpc: Resource, stack: StackView) -> Iterator[Judgement]:
    """Each VPC has its default group under management."""
    adopted = stack.referring(DEFAULT_SECURITY_GROUP, "vpcId", vpc)
    if len(adopted) != 1:
        yield Lack(f"adopted default groups: {names(adopted)}; there must be one")


@check(DEFAULT_SG_CLOSED, each=(DEFAULT_SECURITY_GROUP,))
def default_group_is_empty(group: Resource, stack: StackView) -> Iterator[Judgement]:
    """The adopted group has no rules; an empty list is what removes them."""
    del stack
    for direction in ("ingress", "egress"):
        rules = group[direction].items()
        if rules:
            yield Finding(f"{direction} has {len(rules)} rule(s), it must be empty")


@check(DEFAULT_SG_CLOSED, each=(SECURITY_GROUP,))
def no_group_is_called_default(group: Resource, stack: StackView) -> Iterator[Judgement]:
    """A group of one's own cannot stand in for the default one."""
    del stack
    if group["name"].known() == "default":
        yield Finding('name is "default", which is reserved for the VPC\'s own group')
