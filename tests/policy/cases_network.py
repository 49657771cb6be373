"""Cases of the network layer's rules."""

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    GONE,
    WAITS,
    add,
    both,
    change,
    leave_out,
    limited,
    of,
    remove,
    world_is,
)
from tests.policy.worlds import in_dev, in_staging

ZONE_B = "ap-northeast-2b"
EVERYWHERE = "0.0.0.0/0"

R = "vpc-plan"
broken(f"{R}(a)", "a private block moves", change("private-2a", cidrBlock="10.0.21.0/24"))
broken(f"{R}(a)", "a block stands in zone b", change("private-2c", availabilityZone=ZONE_B))
broken(f"{R}(a)", "the VPC has staging's range", change("vpc", cidrBlock="10.1.0.0/16"))
broken(f"{R}(a)", "two subnets overlap", change("public-2c", cidrBlock="10.0.1.0/24"))
broken(f"{R}(a)", "a subnet has IPv6", change("public-2a", ipv6CidrBlock="2001:db8::/64"))
broken(f"{R}(a)", "a subnet has no block", change("public-2a", cidrBlock=GONE))
broken(f"{R}(a)", "a block is a number", change("public-2a", cidrBlock=10))
broken(
    f"{R}(a)", "staging uses prod's VPC range", change("vpc", cidrBlock="10.0.0.0/16"), in_staging
)
SAME = {"cidrBlock": "10.0.1.0/24", "availabilityZone": "ap-northeast-2a"}
broken(f"{R}(a)", "a block is taken twice", add("extra", t.SUBNET, **SAME))
broken(f"{R}(b)", "DNS host names are off", change("vpc", enableDnsHostnames=GONE))
broken(f"{R}(b)", "DNS support is off", change("vpc", enableDnsSupport=False))
broken(f"{R}(b)", "hardware is dedicated", change("vpc", instanceTenancy="dedicated"))
broken(f"{R}(c)", "a private association is gone", remove("private-2a-tie"))
broken(
    f"{R}(c)",
    "both public subnets are in zone a",
    change("public-2c", availabilityZone="ap-northeast-2a"),
)
broken(
    f"{R}(c)",
    "a fifth subnet appears",
    add("extra", t.SUBNET, cidrBlock="10.0.13.0/24", availabilityZone="ap-northeast-2a"),
)
for table in ("public", "private-2a"):
    broken(
        f"{R}(c)",
        f"a fifth subnet by the {table} table",
        both(
            add("extra", t.SUBNET, cidrBlock="10.0.13.0/24", availabilityZone="ap-northeast-2a"),
            add(
                "tie",
                t.ROUTE_TABLE_ASSOCIATION,
                subnetId=of("extra"),
                routeTableId=of(f"{table}-rt"),
            ),
        ),
    )
broken(
    f"{R}(c)",
    "a subnet has two tables",
    add("tie", t.ROUTE_TABLE_ASSOCIATION, subnetId=of("public-2a"), routeTableId=of("public-rt")),
)
fine(R, "dev declares subnets and no VPC", change("public-2a", tags={}), in_dev)
fine(R, "DNS support is written out", change("vpc", enableDnsSupport=True))
fine(R, "tenancy is written out", change("vpc", instanceTenancy="default"))
open_question(R, "the VPC's range is not known yet", change("vpc", cidrBlock=WAITS), "cidrBlock")
open_question(
    R, "a subnet's block is not known yet", change("public-2a", cidrBlock=WAITS), "cidrBlock"
)
open_question(
    R,
    "an association's subnet is not known and has no dependency",
    change("public-2a-tie", subnetId=WAITS),
    "subnetId",
)

R = "subnet-no-auto-public-ip"
broken(R, "a private subnet gives out addresses", change("private-2a", mapPublicIpOnLaunch=True))
broken(R, "a public subnet gives out addresses", change("public-2a", mapPublicIpOnLaunch=True))
broken(R, "a subnet gives out IPv6", change("public-2a", assignIpv6AddressOnCreation=True))
broken(R, 'the switch is the string "true"', change("public-2a", mapPublicIpOnLaunch="true"))
fine(R, "the switch is written out as false", change("private-2a", mapPublicIpOnLaunch=False))
open_question(
    R,
    "the switch is not known yet",
    change("public-2c", mapPublicIpOnLaunch=WAITS),
    "mapPublicIpOnLaunch",
)

R = "nat-single-zonal"
broken(
    R,
    "a second gateway in zone c",
    both(
        add("eip-2", t.EIP, domain="vpc"),
        add("nat-2", t.NAT_GATEWAY, subnetId=of("public-2c"), allocationId=of("eip-2")),
    ),
)
broken(R, "the gateway is gone", remove("nat"))
broken(R, "the gateway is regional", change("nat", availabilityMode="regional"))
broken(R, "the gateway is private", change("nat", connectivityType="private"))
broken(R, "the gateway sits in zone c", change("nat", subnetId=of("public-2c")))
broken(R, "the gateway sits in a private subnet", change("nat", subnetId=of("private-2a")))
broken(R, "the gateway has no address", change("nat", allocationId=GONE))
broken(
    R, "dev has a gateway of its own", add("nat", t.NAT_GATEWAY, subnetId=of("public-2a")), in_dev
)
fine(R, "two of a stack that is not ours", both(world_is(project="other"), add("eip-2", t.EIP), add("nat-2", t.NAT_GATEWAY, subnetId=of("public-2a"), allocationId=of("eip-2"))))  # noqa: E501  # fmt: skip
fine(R, "all is a target but a thing elsewhere", limited)
open_question(R, "the routes are no targets", leave_out("public-out"), "routes")
fine(R, "zonal is written out", change("nat", availabilityMode="zonal"))
fine(R, "dev has none", change("public-2a", tags={}), in_dev)
open_question(
    R,
    "the address is not known and has no dependency",
    change("nat", allocationId=WAITS),
    "allocationId",
)

R = "private-routes-via-nat"
broken(
    R,
    "a private table leads to the internet gateway",
    change("private-2a-out", natGatewayId=GONE, gatewayId=of("igw")),
)
broken(R, "a private default route is gone", remove("private-2a-out"))
broken(
    R,
    "a public table leads to the NAT",
    change("public-out", gatewayId=GONE, natGatewayId=of("nat")),
)
broken(
    R,
    "a second default route",
    add(
        "again",
        t.ROUTE,
        routeTableId=of("private-2a-rt"),
        destinationCidrBlock=EVERYWHERE,
        gatewayId=of("igw"),
    ),
)
broken(R, "a route goes elsewhere", change("public-out", destinationCidrBlock="10.9.0.0/16"))
broken(
    R,
    "a private table leads to a VPN",
    change("private-2c-out", natGatewayId=GONE, gatewayId="vgw-1"),
)
fine(
    R,
    "the NAT route is written inside its table",
    both(
        remove("private-2a-out"),
        change("private-2a-rt", routes=[{"cidrBlock": EVERYWHERE, "natGatewayId": of("nat")}]),
    ),
)
for gateway in (of("igw"), "igw-0a1b2c3d"):
    fine(
        R,
        f"the internet route is written inside its table, to {gateway}",
        both(
            remove("public-out"),
            change("public-rt", routes=[{"cidrBlock": EVERYWHERE, "gatewayId": gateway}]),
        ),
    )
fine(R, "dev's gateways come from staging", change("public-2a", tags={}), in_dev)
open_question(
    R,
    "a route's destination is not known yet",
    change("public-out", destinationCidrBlock=WAITS),
    "destinationCidrBlock",
)

R = "s3-gateway-endpoint-everywhere"
broken(
    R, "one private table is left out", change("s3-endpoint", routeTableIds=[of("private-2a-rt")])
)
broken(R, "the endpoint is an interface", change("s3-endpoint", vpcEndpointType="Interface"))
broken(R, "the endpoint is gone", remove("s3-endpoint"))
broken(
    R,
    "the endpoint is for another service",
    change("s3-endpoint", serviceName="com.amazonaws.ap-northeast-2.dynamodb"),
)
DYNAMODB = "com.amazonaws.ap-northeast-2.dynamodb"
broken(
    R,
    "one private table has another service's endpoint",
    both(
        change("s3-endpoint", routeTableIds=[of("private-2c-rt")]),
        add("more", t.VPC_ENDPOINT, serviceName=DYNAMODB, routeTableIds=[of("private-2a-rt")]),
    ),
)
broken(R, "a table of dev is not associated", remove("s3-2a"), in_dev)
fine(R, "vpc-plan names a subnet without a table", remove("private-2a-tie"))
fine(R, "the type is left to its default", change("s3-endpoint", vpcEndpointType=GONE))
fine(
    R,
    "the public table is attached too",
    change(
        "s3-endpoint", routeTableIds=[of("private-2a-rt"), of("private-2c-rt"), of("public-rt")]
    ),
)
fine(
    R,
    "one table is tied by an association",
    both(
        change("s3-endpoint", routeTableIds=[of("private-2c-rt")]),
        add(
            "tie",
            t.ENDPOINT_ASSOCIATION,
            routeTableId=of("private-2a-rt"),
            vpcEndpointId=of("s3-endpoint"),
        ),
    ),
)
fine(R, "dev's associations name staging's endpoint", change("public-2a", tags={}), in_dev)
open_question(
    R,
    "the list of tables is not known and has no dependency",
    change("s3-endpoint", routeTableIds=WAITS),
    "routeTableIds",
)

R = "default-sg-closed"
broken(R, "the default group is not adopted", remove("default-sg"))
broken(
    R,
    "the default group lets itself in",
    change("default-sg", ingress=[{"protocol": "-1", "self": True}]),
)
broken(R, "the default group lets out", change("default-sg", egress=[{"protocol": "-1"}]))
broken(R, "a plain group is called default", add("sg", t.SECURITY_GROUP, name="default"))
broken(R, "staging's default group is not adopted", remove("default-sg"), in_staging)
fine(R, "the default group has tags only", change("default-sg", tags={"Name": "closed"}))
fine(R, "the lists are written out empty", change("default-sg", ingress=[], egress=[]))
open_question(
    R, "the group's rules are not known yet", change("default-sg", ingress=WAITS), "ingress"
)
