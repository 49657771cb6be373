"""P11 and P13: what a task needs before it runs: an address, an image, its secrets, a way out."""

from collections.abc import Iterator
from typing import Final

from triflow.doctor import grants
from triflow.doctor.answers import Facts, Seen, Unknown
from triflow.doctor.finding import MEND, Found, Severity, check

FEW, LOW = 5, 32  # addresses: a deployment needs one for each new task beside the old ones
ROLE: Final = "compute-execution-role"
ATTACHED: Final = "compute-execution-role-pull-and-log"
JOINED: Final = "aws:ec2/routeTableAssociation:RouteTableAssociation"
ANYWHERE: Final = "0.0.0.0/0"
AVAILABLE: Final = "available"
DESTINATIONS: Final = (
    "DestinationCidrBlock",
    "DestinationIpv6CidrBlock",
    "DestinationPrefixListId",
)
GATEWAYS: Final = (
    *("NatGatewayId", "GatewayId", "TransitGatewayId", "VpcPeeringConnectionId"),
    *("NetworkInterfaceId", "InstanceId", "EgressOnlyInternetGatewayId", "LocalGatewayId"),
    *("CarrierGatewayId", "CoreNetworkArn"),
)


@check(
    "subnet-ips-low",
    "P11",
    "critical",
    reads=("private_subnets",),
    says="A private subnet has hardly a free address left.",
    remedy="aws ec2 describe-network-interfaces --filters Name=subnet-id,Values={resource}"
    " --query 'NetworkInterfaces[].[Status,InterfaceType,Description]'",
)
def addresses(facts: Facts) -> Iterator[Found]:
    """Each task takes one; load balancer, database and endpoints take theirs elsewhere or too."""
    if facts.gone("private_subnets"):
        for one in facts.deployed.output("private_subnet_ids"):
            yield Found(one, "AWS does not know all of the private subnets")
        return
    for one in facts["private_subnets"]["Subnets"].each():
        free = one["AvailableIpAddressCount"].number
        if free < LOW:
            severity: Severity = "critical" if free < FEW else "warning"
            yield Found(one["SubnetId"].text, f"{free:.0f} addresses are free", severity)


@check(
    "ecr-image-missing",
    "P13",
    "critical",
    reads=("image",),
    says="The image that the tasks are to run does not exist.",
    remedy="{pulumi} config set --path triflow-ai:compute.image TAG -s {stack} && {up} -s {stack}",
)
def image(facts: Facts) -> Iterator[Found]:
    """By the tag or digest that the program gives the task."""
    if facts.gone("image"):
        name = facts.deployed.output("ecr_repository_url")
        yield Found(name.rpartition("/")[2], facts.answers["image"].reason)
    elif not facts["image"]["imageDetails"].each():
        name = facts.deployed.output("ecr_repository_url")
        yield Found(name.rpartition("/")[2], "the repository has no such image")


@check(
    "exec-role-ecr-denied",
    "P13",
    "critical",
    reads=("execution_policies",),
    says="The execution role may not pull images.",
    remedy=MEND,
)
def pulling(facts: Facts) -> Iterator[Found]:
    """The policy of AWS that the program attaches: pull, and write to the log."""
    role, wanted = facts.declared(ROLE)["name"].text, facts.declared(ATTACHED)["policyArn"].text
    if facts.gone("execution_policies"):
        yield Found(role, "AWS knows no such role")
        return
    attached = facts["execution_policies"]["AttachedPolicies"].each()
    if wanted not in {one["PolicyArn"].text for one in attached}:
        yield Found(role, f"{wanted.rpartition('/')[2]} is not attached to it")


@check(
    "exec-role-secret-denied",
    "P13",
    "critical",
    reads=("execution_secrets", "database_secret"),
    says="The execution role may not read the tasks' secrets, or the database's is gone.",
    remedy=MEND,
)
def secrets(facts: Facts) -> Iterator[Found]:
    """The role's policy against that of the state."""
    role = facts.declared(ROLE)["name"].text
    declared = facts.declared(f"{ROLE}-secrets")["policy"]
    if facts.gone("execution_secrets"):
        live = Seen({"Statement": []}, "execution_secrets")
        refused = []
    else:
        live = facts["execution_secrets"]["PolicyDocument"]
        refused = grants.added_denials(declared, live)
    lost = grants.missing(declared, live)
    if lost or refused:
        words = [*lost, *(f"refused: {one}" for one in refused)]
        yield Found(role, f"its policy no longer grants {'; '.join(words)}")
    if facts.gone("database_secret"):
        yield Found(facts.deployed.output("db_secret_arn"), "AWS knows no such secret")


@check(
    "private-egress-missing",
    "P13",
    "critical",
    reads=("route_tables",),
    says="Tasks have no way out: no image, no secret, no log.",
    remedy=MEND,
)
def way_out(facts: Facts) -> Iterator[Found]:
    """Each private subnet's table leads to the NAT gateway that the program gave it."""
    tables = {one["RouteTableId"].text: one for one in facts["route_tables"]["RouteTables"].each()}
    for name in facts.deployed.named("aws:ec2/route:Route"):
        gateway = facts.declared(name).maybe("natGatewayId")
        if gateway:
            wish = facts.declared(name.removesuffix("-nat"), JOINED)
            table, subnet = wish["routeTableId"].text, wish["subnetId"].text
            if table not in tables:
                yield Found(table, "AWS knows no such route table")
            else:
                yield from _lost(tables[table], subnet, gateway.text)


def _lost(table: Seen, subnet: str, gateway: str) -> Iterator[Found]:
    name = table["RouteTableId"].text
    if subnet not in _joined(table):
        yield Found(name, f"{subnet} does not use it")
    routes = [one for one in table["Routes"].each() if _leads_to(one) == ANYWHERE]
    if not any(_by(one) == gateway for one in routes):
        yield Found(name, f"it has no route to {ANYWHERE} by {gateway}")
    elif (state := routes[0]["State"].text) != "active":
        yield Found(name, f"its route to {gateway} is a {state}")


def _joined(table: Seen) -> set[str]:
    """Return the subnets that use it; the main association of a VPC names none."""
    rows = table["Associations"].each()
    return {one["SubnetId"].text for one in rows if not one["Main"].flag}


def _leads_to(route: Seen) -> str:
    return _one_of(route, DESTINATIONS)


def _by(route: Seen) -> str:
    return _one_of(route, GATEWAYS)


def _one_of(route: Seen, keys: tuple[str, ...]) -> str:
    """Return the one of them that a route has. Unknown if it has none."""
    for key in keys:
        found = route.maybe(key)
        if found:
            return found.text
    raise Unknown(f"{route.place} has none of {', '.join(keys)}")


@check(
    "nat-not-available",
    "P13",
    "critical",
    reads=("nat_gateways",),
    says="A NAT gateway does not work: no new task can start.",
    remedy=MEND,
)
def nat_gateways(facts: Facts) -> Iterator[Found]:
    """A deleted one is still described for about an hour."""
    wanted = sorted(set(facts.deployed.output("nat_gateway_ids").values()))
    if facts.gone("nat_gateways"):
        yield Found(", ".join(wanted), "AWS knows no such NAT gateway")
        return
    live = {one["NatGatewayId"].text: one for one in facts["nat_gateways"]["NatGateways"].each()}
    for name in wanted:
        if name not in live:
            yield Found(name, "AWS knows no such NAT gateway")
        elif (state := live[name]["State"].text) != AVAILABLE:
            why = live[name].maybe("FailureMessage")
            yield Found(name, f"it is {state}" + (f": {why.text}" if why else ""))
