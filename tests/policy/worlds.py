"""The four stacks as the rules want them, as rows of things."""

from typing import Any

from policy import tokens as t
from tests.policy.stand import ACCOUNT, Thing, World, of

PREFIX = {
    "prod": "triflow-ai-production",
    "staging": "triflow-ai-staging",
    "dev": "triflow-ai-dev",
}
VPC_BLOCK = {"prod": "10.0.0.0/16", "staging": "10.1.0.0/16"}
SUBNETS = ("public-2a", "public-2c", "private-2a", "private-2c")
TAGS = '{"tags":{"Project":"triflow-ai","Environment":"%s","ManagedBy":"pulumi","CostCenter":"p"}}'


def in_prod() -> World:
    """Return production as decided."""
    return _owner("prod", "triflow-ai-prod")


def in_staging() -> World:
    """Return staging as decided, which owns what dev borrows."""
    return _owner("staging", "triflow-ai-nonprod")


def in_dev() -> World:
    """Return dev as decided: its own subnets in staging's VPC."""
    world = _world("dev")
    world.things |= {
        "staging": Thing(t.STACK_REFERENCE, {"name": "organization/triflow-ai/staging"})
    }
    world.things |= _subnets("dev", of("staging", "vpc-1"))
    world.things |= _routes(of("staging", "vpc-1"), of("staging", "igw-1"), of("staging", "nat-1"))
    for zone in ("2a", "2c"):
        world.things[f"s3-{zone}"] = Thing(
            t.ENDPOINT_ASSOCIATION,
            {"vpcEndpointId": of("staging", "vpce-1"), "routeTableId": of(f"private-{zone}-rt")},
        )
    return world


def _world(environment: str) -> World:
    provider: dict[str, Any] = {
        "region": "ap-northeast-2",
        "allowedAccountIds": f'["{ACCOUNT}"]',
        "defaultTags": TAGS % environment,
    }
    return World(
        environment,
        "triflow-ai",
        PREFIX[environment],
        {
            "stack": Thing(t.STACK, name=f"triflow-ai-{environment}"),
            "aws": Thing(t.AWS_PROVIDER, provider, name="aws"),
        },
        provider,
    )


def _owner(environment: str, bucket: str) -> World:
    world = _world(environment)
    world.things |= {
        "vpc": Thing(
            t.VPC,
            {"cidrBlock": VPC_BLOCK[environment], "enableDnsHostnames": True},
            protect=True,
        ),
        "igw": Thing(t.INTERNET_GATEWAY, {"vpcId": of("vpc")}),
        "eip": Thing(t.EIP, {"domain": "vpc"}),
        "nat": Thing(t.NAT_GATEWAY, {"subnetId": of("public-2a"), "allocationId": of("eip")}),
        "default-sg": Thing(t.DEFAULT_SECURITY_GROUP, {"vpcId": of("vpc")}),
    }
    world.things |= _subnets(environment, of("vpc"))
    world.things |= _routes(of("vpc"), of("igw"), of("nat"))
    world.things["s3-endpoint"] = Thing(
        t.VPC_ENDPOINT,
        {
            "vpcId": of("vpc"),
            "serviceName": "com.amazonaws.ap-northeast-2.s3",
            "vpcEndpointType": "Gateway",
            "routeTableIds": [of("private-2a-rt"), of("private-2c-rt")],
        },
    )
    del bucket
    return world


def _subnets(environment: str, vpc: object) -> dict[str, Thing]:
    network = "10.0" if environment == "prod" else "10.1"
    octets = (101, 102, 111, 112) if environment == "dev" else (1, 2, 11, 12)
    return {
        name: Thing(
            t.SUBNET,
            {
                "vpcId": vpc,
                "cidrBlock": f"{network}.{octet}.0/24",
                "availabilityZone": f"ap-northeast-{name[-2:]}",
            },
        )
        for name, octet in zip(SUBNETS, octets, strict=True)
    }


def _routes(vpc: object, internet: object, nat: object) -> dict[str, Thing]:
    things: dict[str, Thing] = {}
    for table in ("public", "private-2a", "private-2c"):
        gateway = {"gatewayId": internet} if table == "public" else {"natGatewayId": nat}
        things[f"{table}-rt"] = Thing(t.ROUTE_TABLE, {"vpcId": vpc})
        things[f"{table}-out"] = Thing(
            t.ROUTE,
            {"routeTableId": of(f"{table}-rt"), "destinationCidrBlock": "0.0.0.0/0"} | gateway,
        )
    for subnet in SUBNETS:
        table = "public" if subnet.startswith("public") else subnet
        things[f"{subnet}-tie"] = Thing(
            t.ROUTE_TABLE_ASSOCIATION,
            {"subnetId": of(subnet), "routeTableId": of(f"{table}-rt")},
        )
    return things
