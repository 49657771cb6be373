"""Samples of the network."""

from tests.local.aws.sample import NAME_TAG, RETAGGED, UNTAGGED, Sample

NETWORK: dict[str, Sample] = {
    "vpc": Sample(
        "aws:ec2/vpc:Vpc",
        {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": NAME_TAG},
        (
            ({"enableDnsHostnames": False}, "update"),
            ({"enableDnsSupport": False}, "update"),
            RETAGGED,
            UNTAGGED,
            ({"cidrBlock": "10.1.0.0/16"}, "replace"),
            ({"region": "us-east-1"}, "replace"),
        ),
    ),
    "subnet": Sample(
        "aws:ec2/subnet:Subnet",
        {
            "vpcId": "@vpc.id",
            "cidrBlock": "10.0.1.0/24",
            "availabilityZone": "ap-northeast-2a",
            "tags": NAME_TAG,
        },
        (
            ({"mapPublicIpOnLaunch": True}, "update"),
            RETAGGED,
            ({"cidrBlock": "10.0.2.0/24"}, "replace"),
        ),
    ),
    "second_subnet": Sample(
        "aws:ec2/subnet:Subnet",
        {
            "vpcId": "@vpc.id",
            "cidrBlock": "10.0.3.0/24",
            "availabilityZone": "ap-northeast-2c",
        },
    ),
    "gateway": Sample(
        "aws:ec2/internetGateway:InternetGateway",
        {"vpcId": "@vpc.id", "tags": NAME_TAG},
        (RETAGGED,),
    ),
    "address": Sample(
        "aws:ec2/eip:Eip",
        {"domain": "vpc", "tags": NAME_TAG},
        (RETAGGED, UNTAGGED),
        unanswered=("associationId", "instanceId", "networkInterfaceId", "ipamPoolId"),
    ),
    "nat": Sample(
        "aws:ec2/natGateway:NatGateway",
        {"subnetId": "@subnet.id", "allocationId": "@address.id", "tags": NAME_TAG},
        (RETAGGED, ({"subnetId": "@second_subnet.id"}, "replace")),
        also=("gateway",),
        unanswered=("routeTableId",),
    ),
    "routes": Sample(
        "aws:ec2/routeTable:RouteTable", {"vpcId": "@vpc.id", "tags": NAME_TAG}, (RETAGGED,)
    ),
    "other_routes": Sample("aws:ec2/routeTable:RouteTable", {"vpcId": "@vpc.id"}),
    "route": Sample(
        "aws:ec2/route:Route",
        {
            "routeTableId": "@routes.id",
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": "@gateway.id",
        },
        (
            ({"gatewayId": None, "natGatewayId": "@nat.id"}, "update"),
            ({"destinationCidrBlock": "1.0.0.0/8"}, "replace"),
        ),
        unanswered=("instanceId", "instanceOwnerId", "networkInterfaceId"),
    ),
    "association": Sample(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"routeTableId": "@routes.id", "subnetId": "@subnet.id"},
        (({"routeTableId": "@other_routes.id"}, "replace"),),
    ),
    "endpoint": Sample(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": "@vpc.id",
            "serviceName": "com.amazonaws.ap-northeast-2.s3",
            "routeTableIds": ["@routes.id"],
            "tags": NAME_TAG,
        },
        (
            ({"routeTableIds": ["@routes.id", "@other_routes.id"]}, "update"),
            ({"routeTableIds": ["@other_routes.id"]}, "update"),
            RETAGGED,
        ),
        unanswered=("prefixListId",),
    ),
    "bare_endpoint": Sample(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {"vpcId": "@vpc.id", "serviceName": "com.amazonaws.ap-northeast-2.dynamodb"},
        unanswered=("prefixListId",),
    ),
    "endpoint_association": Sample(
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        {"vpcEndpointId": "@bare_endpoint.id", "routeTableId": "@routes.id"},
        (({"routeTableId": "@other_routes.id"}, "replace"),),
    ),
    "default_group": Sample(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        {"vpcId": "@vpc.id", "tags": NAME_TAG},
        (RETAGGED,),
        importable=False,
    ),
    "group": Sample(
        "aws:ec2/securityGroup:SecurityGroup",
        {"vpcId": "@vpc.id", "description": "for samples", "tags": NAME_TAG},
        (
            RETAGGED,
            (
                {
                    "ingress": [
                        {
                            "protocol": "tcp",
                            "fromPort": 443,
                            "toPort": 443,
                            "cidrBlocks": ["10.0.0.0/8"],
                        }
                    ]
                },
                "update",
            ),
            ({"description": "other"}, "replace"),
        ),
    ),
    "ingress": Sample(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {
            "securityGroupId": "@group.id",
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "cidrIpv4": "0.0.0.0/0",
            "description": "web",
            "tags": NAME_TAG,
        },
        (
            ({"cidrIpv4": "10.0.0.0/8"}, "update"),
            ({"fromPort": 80, "toPort": 80}, "update"),
            ({"description": "changed"}, "update"),
            RETAGGED,
        ),
    ),
    "egress": Sample(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {
            "securityGroupId": "@group.id",
            "ipProtocol": "tcp",
            "fromPort": 5432,
            "toPort": 5432,
            "referencedSecurityGroupId": "@group.id",
        },
        (({"description": "changed"}, "update"),),
        unanswered=("prefixListId",),
    ),
    "flow_log": Sample(
        "aws:ec2/flowLog:FlowLog",
        {
            "vpcId": "@vpc.id",
            "trafficType": "REJECT",
            "logDestination": "@log_group.arn",
            "iamRoleArn": "@role.arn",
            "tags": NAME_TAG,
        },
        (RETAGGED, ({"trafficType": "ALL"}, "replace")),
    ),
}
