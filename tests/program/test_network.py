"""The network as the program asks for it (ADR N1, N2, N3, N5, N6)."""

import json

import pytest

from tests.program.recorder import ACCOUNT, UNKNOWN, Recording, record

VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
ROUTE = "aws:ec2/route:Route"
TABLE = "aws:ec2/routeTable:RouteTable"
ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation"
NAT = "aws:ec2/natGateway:NatGateway"
ADDRESS = "aws:ec2/eip:Eip"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
JOINING = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
INTERNET_GATEWAY = "aws:ec2/internetGateway:InternetGateway"
DEFAULT_GROUP = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
FLOW_LOG = "aws:ec2/flowLog:FlowLog"
WRITING = "aws:iam/rolePolicy:RolePolicy"

PLANS = {
    "prod": {
        "network-public-ap-northeast-2a": "10.0.1.0/24",
        "network-public-ap-northeast-2c": "10.0.2.0/24",
        "network-private-ap-northeast-2a": "10.0.11.0/24",
        "network-private-ap-northeast-2c": "10.0.12.0/24",
    },
    "staging": {
        "network-public-ap-northeast-2a": "10.1.1.0/24",
        "network-public-ap-northeast-2c": "10.1.2.0/24",
        "network-private-ap-northeast-2a": "10.1.11.0/24",
        "network-private-ap-northeast-2c": "10.1.12.0/24",
    },
    "dev": {
        "network-public-ap-northeast-2a": "10.1.101.0/24",
        "network-public-ap-northeast-2c": "10.1.102.0/24",
        "network-private-ap-northeast-2a": "10.1.111.0/24",
        "network-private-ap-northeast-2c": "10.1.112.0/24",
    },
}


def feeds(recording: Recording, kind: str, prop: str) -> dict[str, set[str]]:
    """Return for each resource of a kind the logical names that feed one of its properties."""
    return {each.name: recording.depends_on(each, prop) for each in recording.of(kind)}


@pytest.mark.clause("N1")
@pytest.mark.parametrize("stack", PLANS)
def test_every_subnet_has_the_block_that_the_decision_gives_it(stack: str, mode: str) -> None:
    """Four subnets, each block in its place, the zone in its name."""
    recording = record(stack, preview=mode == "preview")

    subnets = {each.name: each.props["cidrBlock"] for each in recording.of(SUBNET)}

    assert subnets == PLANS[stack]


@pytest.mark.clause("N1")
def test_each_tier_stands_in_two_zones(prod: Recording) -> None:
    """The zone in the name is the zone that is asked for, so the loss of one leaves the other."""
    zones = {each.name: each.props["availabilityZone"] for each in prod.of(SUBNET)}

    assert zones == {name: name[-len("ap-northeast-2a") :] for name in PLANS["prod"]}


@pytest.mark.clause("N1")
@pytest.mark.parametrize(
    ("stack", "block", "name"),
    [
        ("prod", "10.0.0.0/16", "triflow-prod-vpc"),
        ("staging", "10.1.0.0/16", "triflow-nonprod-vpc"),
    ],
)
def test_a_vpc_has_its_block_its_name_and_private_dns(stack: str, block: str, name: str) -> None:
    """Private host names, which endpoints and the database need, are off unless asked for."""
    vpc = record(stack).one(VPC)

    assert vpc.props == {
        "cidrBlock": block,
        "enableDnsSupport": True,
        "enableDnsHostnames": True,
        "tags": {"Name": name, "Layer": "network"},
    }


@pytest.mark.clause("D7")
def test_nobody_deletes_the_vpc_that_others_live_in(prod: Recording, staging: Recording) -> None:
    """Without `protect` one mistaken destroy would take down every environment in the VPC."""
    assert [each.one(VPC).options.protect for each in (prod, staging)] == [True, True]


@pytest.mark.clause("N1")
def test_no_subnet_hands_out_public_addresses(prod: Recording) -> None:
    """Whatever is started there stays unreachable unless it brings an address of its own."""
    assert [each.props["mapPublicIpOnLaunch"] for each in prod.of(SUBNET)] == [False] * 4


@pytest.mark.clause("N1")
def test_public_subnets_leave_by_the_internet_gateway(prod: Recording) -> None:
    """One table with one route serves both zones; nothing else leads to the internet gateway."""
    routes = {each.name: each.props for each in prod.of(ROUTE) if "gatewayId" in each.props}

    assert list(routes) == ["network-public-internet"]
    assert routes["network-public-internet"]["destinationCidrBlock"] == "0.0.0.0/0"
    assert feeds(prod, ROUTE, "gatewayId")["network-public-internet"] == {
        "network-vpc-internet-gateway"
    }


@pytest.mark.clause("N1")
def test_every_subnet_is_tied_to_its_own_table(prod: Recording) -> None:
    """A subnet without a table of its own falls back to the VPC's main table, with no way out."""
    pairs = {
        each.name: prod.depends_on(each, "subnetId") | prod.depends_on(each, "routeTableId")
        for each in prod.of(ASSOCIATION)
    }

    assert pairs == {
        "network-public-ap-northeast-2a": {"network-public-ap-northeast-2a", "network-public"},
        "network-public-ap-northeast-2c": {"network-public-ap-northeast-2c", "network-public"},
        "network-private-ap-northeast-2a": {"network-private-ap-northeast-2a"},
        "network-private-ap-northeast-2c": {"network-private-ap-northeast-2c"},
    }


@pytest.mark.clause("N2")
def test_one_nat_gateway_in_2a_serves_both_zones(prod: Recording) -> None:
    """One gateway with one address, and the private route of each zone leads to it."""
    nat = prod.one(NAT)

    assert nat.props["connectivityType"] == "public"
    assert prod.depends_on(nat, "subnetId") == {"network-public-ap-northeast-2a"}
    assert prod.depends_on(nat, "allocationId") == {prod.one(ADDRESS).name}
    assert feeds(prod, ROUTE, "natGatewayId") == {
        "network-public-internet": set(),
        "network-private-ap-northeast-2a-nat": {"network-nat-ap-northeast-2a"},
        "network-private-ap-northeast-2c-nat": {"network-nat-ap-northeast-2a"},
    }


@pytest.mark.clause("N2")
def test_a_nat_gateway_for_each_zone_is_one_line_of_config(mode: str) -> None:
    """Then each zone's private route leads to the gateway of that zone and of no other."""
    per_az = record(
        "prod", preview=mode == "preview", config={"network": {"natGateways": "per-az"}}
    )

    assert len(per_az.of(NAT)) == len(per_az.of(ADDRESS)) == 2
    assert feeds(per_az, ROUTE, "natGatewayId") == {
        "network-public-internet": set(),
        "network-private-ap-northeast-2a-nat": {"network-nat-ap-northeast-2a"},
        "network-private-ap-northeast-2c-nat": {"network-nat-ap-northeast-2c"},
    }


@pytest.mark.clause("N2")
def test_going_to_a_gateway_for_each_zone_keeps_the_first_one() -> None:
    """A renamed gateway would be replaced, and with it the address that partners have allowed."""
    single, per_az = (
        record("prod", config={"network": {"natGateways": count}}) for count in ("single", "per-az")
    )

    assert {each.urn for each in single.resources} < {each.urn for each in per_az.resources}


@pytest.mark.clause("N2")
def test_the_nat_gateway_waits_for_the_internet_gateway(prod: Recording) -> None:
    """AWS refuses a public NAT gateway in a VPC without an attached internet gateway."""
    assert prod.one(INTERNET_GATEWAY).urn in prod.one(NAT).dependencies


@pytest.mark.clause("N3")
def test_s3_is_reached_without_the_nat_gateway(prod: Recording) -> None:
    """Otherwise every gigabyte to S3 is paid for at the NAT gateway (guide, problem 17)."""
    endpoint = prod.one(ENDPOINT)

    assert endpoint.props["serviceName"] == "com.amazonaws.ap-northeast-2.s3"
    assert endpoint.props["vpcEndpointType"] == "Gateway"
    assert feeds(prod, JOINING, "routeTableId") == {
        "network-private-ap-northeast-2a-s3": {"network-private-ap-northeast-2a"},
        "network-private-ap-northeast-2c-s3": {"network-private-ap-northeast-2c"},
    }
    assert set(map(tuple, feeds(prod, JOINING, "vpcEndpointId").values())) == {(endpoint.name,)}


@pytest.mark.clause("N3", "N5")
def test_staging_does_not_cut_dev_off_from_s3(staging: Recording) -> None:
    """A list of tables on staging's endpoint would drop dev's tables at staging's next update."""
    assert "routeTableIds" not in staging.one(ENDPOINT).props


@pytest.mark.clause("N4")
def test_the_default_group_lets_nothing_through(prod: Recording) -> None:
    """Taken over without rules, AWS's default group loses the ones it is born with."""
    group = prod.one(DEFAULT_GROUP)

    assert set(group.props) == {"vpcId", "tags"}
    assert prod.depends_on(group, "vpcId") == {"network-vpc"}


@pytest.mark.clause("N5")
def test_dev_lives_in_the_vpc_of_staging(dev: Recording) -> None:
    """Dev makes subnets, tables and routes; what costs money by the hour is staging's."""
    made = {kind: len(dev.of(kind)) for kind in (VPC, NAT, ADDRESS, INTERNET_GATEWAY, ENDPOINT)}

    assert made == dict.fromkeys(made, 0)
    assert {kind: len(dev.of(kind)) for kind in (SUBNET, TABLE, ROUTE, ASSOCIATION, JOINING)} == {
        SUBNET: 4,
        TABLE: 3,
        ROUTE: 3,
        ASSOCIATION: 4,
        JOINING: 2,
    }
    for prop in ("vpcId", "gatewayId", "natGatewayId", "vpcEndpointId"):
        users = [each for each in dev.resources if prop in each.props]
        assert users, prop
        assert {name for each in users for name in dev.depends_on(each, prop)} == {"staging"}


@pytest.mark.clause("N5")
def test_dev_goes_out_through_what_staging_put_out() -> None:
    """The ids that dev uses are the very outputs of staging, each in its own place."""
    lent, dev = record("staging").outputs, record("dev")

    used = {
        prop: {each.props[prop] for each in dev.resources if prop in each.props}
        for prop in ("vpcId", "gatewayId", "natGatewayId", "vpcEndpointId")
    }

    assert used == {
        "vpcId": {lent["vpc_id"]},
        "gatewayId": {lent["internet_gateway_id"]},
        "natGatewayId": set(lent["nat_gateway_ids"].values()),
        "vpcEndpointId": {lent["s3_endpoint_id"]},
    }


@pytest.mark.clause("N6")
@pytest.mark.parametrize("stack", PLANS)
def test_flow_logs_are_off_unless_asked_for(stack: str) -> None:
    """The ADR does not decide on them, and their ingestion costs money."""
    assert record(stack).of(FLOW_LOG) == []


@pytest.mark.clause("N6")
def test_flow_logs_are_one_line_of_config(mode: str) -> None:
    """Rejected traffic only, kept 14 days, written by a role that can do nothing else."""
    on = record("prod", preview=mode == "preview", config={"network": {"flowLogs": True}})

    flow_log = on.one(FLOW_LOG)
    group = on.one("aws:cloudwatch/logGroup:LogGroup", "network-vpc-flow-logs-log-group")
    policy = json.loads(on.one(WRITING, "network-vpc-flow-logs-writing").props["policy"])
    arn = f"arn:aws:logs:ap-northeast-2:{ACCOUNT}:log-group:{group.props['name']}"
    assert flow_log.props["trafficType"] == "REJECT"
    assert on.depends_on(flow_log, "vpcId") == {"network-vpc"}
    assert group.props["retentionInDays"] == 14
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            "Resource": [arn, f"{arn}:*"],
        }
    ]


@pytest.mark.clause("N6")
def test_no_record_is_lost_before_the_role_may_write() -> None:
    """AWS drops records without an error until the permission is there."""
    on = record("prod", config={"network": {"flowLogs": True}})

    assert on.one(WRITING, "network-vpc-flow-logs-writing").urn in on.one(FLOW_LOG).dependencies


def test_a_preview_knows_no_id_that_only_aws_can_give() -> None:
    """Otherwise the tests above would judge made-up ids in place of relations."""
    subnet = record("prod", preview=True).of(SUBNET)[0]

    assert subnet.props["vpcId"] is UNKNOWN


def test_a_console_shows_what_each_part_is(prod: Recording) -> None:
    """Names say environment, role and zone."""
    names = {each.props["tags"]["Name"] for each in prod.of(SUBNET)}

    assert names == {
        "triflow-ai-production-public-2a",
        "triflow-ai-production-public-2c",
        "triflow-ai-production-private-2a",
        "triflow-ai-production-private-2c",
    }
