"""EC2: the network."""

from local.aws.hooks import network as hooks
from local.aws.idioms import EC2_TAGS, ec2_specification
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Added, Text, removed

DESCRIPTION = "Managed by Pulumi"


def _vpc_attribute(name: str, member: str) -> Call:
    return Call("modify_vpc_attribute", {"VpcId": "{id}", member: {"Value": f"{{{name}}}"}})


def _subnet_attribute(name: str, member: str) -> Call:
    return Call("modify_subnet_attribute", {"SubnetId": "{id}", member: {"Value": f"{{{name}}}"}})


def _of_vpc(operation: str, name: str, value: str, path: str) -> Read:
    """Return how to find the one thing of a VPC which AWS made with it."""
    filters = [{"Name": "vpc-id", "Values": ["{id}"]}, {"Name": name, "Values": [value]}]
    return Read(operation, {"Filters": filters}, path)


def _switch(attribute: str, member: str) -> Read:
    arguments = {"VpcId": "{id}", "Attribute": attribute}
    return Read("describe_vpc_attribute", arguments, f"{member}.Value")


ROUTE_TARGETS = {
    "GatewayId": "{gatewayId}",
    "NatGatewayId": "{natGatewayId}",
    "TransitGatewayId": "{transitGatewayId}",
    "VpcPeeringConnectionId": "{vpcPeeringConnectionId}",
    "VpcEndpointId": "{vpcEndpointId}",
    "NetworkInterfaceId": "{networkInterfaceId}",
    "EgressOnlyInternetGatewayId": "{egressOnlyGatewayId}",
}
ROUTE_PLACE = {
    "RouteTableId": "{routeTableId}",
    "DestinationCidrBlock": "{destinationCidrBlock}",
    "DestinationIpv6CidrBlock": "{destinationIpv6CidrBlock}",
    "DestinationPrefixListId": "{destinationPrefixListId}",
}
DESTINATION = "destinationCidrBlock || destinationIpv6CidrBlock || destinationPrefixListId"
GROUP_ARN = Text("arn:aws:ec2:{region}:{account}:security-group/{id}")

ROWS = {
    "aws:ec2/vpc:Vpc": Row(
        "ec2",
        create=Call("create_vpc", ec2_specification("vpc"), auto=True),
        id="Vpc.VpcId",
        read=Read(
            "describe_vpcs",
            {"VpcIds": ["{id}"]},
            "Vpcs[0]",
            also={
                "EnableDnsSupport": _switch("enableDnsSupport", "EnableDnsSupport"),
                "EnableDnsHostnames": _switch("enableDnsHostnames", "EnableDnsHostnames"),
                "MainRouteTableId": _of_vpc(
                    "describe_route_tables",
                    "association.main",
                    "true",
                    "RouteTables[0].RouteTableId",
                ),
                "DefaultNetworkAclId": _of_vpc(
                    "describe_network_acls", "default", "true", "NetworkAcls[0].NetworkAclId"
                ),
                "DefaultSecurityGroupId": _of_vpc(
                    "describe_security_groups",
                    "group-name",
                    "default",
                    "SecurityGroups[0].GroupId",
                ),
            },
        ),
        updates=(
            _vpc_attribute("enableDnsSupport", "EnableDnsSupport"),
            _vpc_attribute("enableDnsHostnames", "EnableDnsHostnames"),
        ),
        delete=(Call("delete_vpc", {"VpcId": "{id}"}),),
        tags=EC2_TAGS,
        defaults={"enableDnsSupport": True, "instanceTenancy": "default"},
        outputs={
            "arn": Text("arn:aws:ec2:{region}:{account}:vpc/{id}"),
            "defaultRouteTableId": "MainRouteTableId",
        },
    ),
    "aws:ec2/subnet:Subnet": Row(
        "ec2",
        create=Call("create_subnet", ec2_specification("subnet"), auto=True),
        id="Subnet.SubnetId",
        read=Read("describe_subnets", {"SubnetIds": ["{id}"]}, "Subnets[0]"),
        updates=(
            _subnet_attribute("mapPublicIpOnLaunch", "MapPublicIpOnLaunch"),
            _subnet_attribute("assignIpv6AddressOnCreation", "AssignIpv6AddressOnCreation"),
            _subnet_attribute("enableDns64", "EnableDns64"),
        ),
        delete=(Call("delete_subnet", {"SubnetId": "{id}"}),),
        tags=EC2_TAGS,
        outputs={"arn": "SubnetArn"},
        check=hooks.zone_is_in_region,
    ),
    "aws:ec2/internetGateway:InternetGateway": Row(
        "ec2",
        create=Call("create_internet_gateway", ec2_specification("internet-gateway")),
        id="InternetGateway.InternetGatewayId",
        read=Read(
            "describe_internet_gateways", {"InternetGatewayIds": ["{id}"]}, "InternetGateways[0]"
        ),
        updates=(
            Call(
                "detach_internet_gateway",
                {"InternetGatewayId": "{id}", "VpcId": "{old.vpcId}"},
                carries=("vpcId",),
                when="old.vpcId",
                on_create=False,
            ),
            Call(
                "attach_internet_gateway",
                {"InternetGatewayId": "{id}", "VpcId": "{vpcId}"},
                when="vpcId",
            ),
        ),
        delete=(
            Call(
                "detach_internet_gateway",
                {"InternetGatewayId": "{id}", "VpcId": "{live.Attachments[0].VpcId}"},
                when="live.Attachments[0].VpcId",
            ),
            Call("delete_internet_gateway", {"InternetGatewayId": "{id}"}),
        ),
        tags=EC2_TAGS,
        outputs={
            "arn": Text("arn:aws:ec2:{region}:{account}:internet-gateway/{id}"),
            "vpcId": "Attachments[0].VpcId",
        },
    ),
    "aws:ec2/eip:Eip": Row(
        "ec2",
        create=Call("allocate_address", ec2_specification("elastic-ip"), auto=True),
        id="AllocationId",
        read=Read("describe_addresses", {"AllocationIds": ["{id}"]}, "Addresses[0]"),
        delete=(Call("release_address", {"AllocationId": "{id}"}),),
        tags=EC2_TAGS,
        outputs={
            "arn": Text("arn:aws:ec2:{region}:{account}:elastic-ip/{id}"),
            "publicDns": Text("ec2-{live.PublicIp}.{region}.compute.amazonaws.com"),
        },
        gone=("InvalidAllocationID.NotFound",),
    ),
    "aws:ec2/natGateway:NatGateway": Row(
        "ec2",
        create=Call("create_nat_gateway", ec2_specification("natgateway"), auto=True),
        id="NatGateway.NatGatewayId",
        read=Read(
            "describe_nat_gateways",
            {"NatGatewayIds": ["{id}"]},
            "NatGateways[?State!='deleted' && State!='deleting'] | [0]",
        ),
        delete=(Call("delete_nat_gateway", {"NatGatewayId": "{id}"}),),
        tags=EC2_TAGS,
        defaults={"connectivityType": "public"},
        outputs={
            name: f"NatGatewayAddresses[0].{member}"
            for name, member in {
                "allocationId": "AllocationId",
                "associationId": "AssociationId",
                "networkInterfaceId": "NetworkInterfaceId",
                "publicIp": "PublicIp",
                "privateIp": "PrivateIp",
            }.items()
        },
        identity=("allocationId",),
    ),
    "aws:ec2/routeTable:RouteTable": Row(
        "ec2",
        create=Call("create_route_table", ec2_specification("route-table"), auto=True),
        id="RouteTable.RouteTableId",
        read=Read("describe_route_tables", {"RouteTableIds": ["{id}"]}, "RouteTables[0]"),
        delete=(Call("delete_route_table", {"RouteTableId": "{id}"}),),
        tags=EC2_TAGS,
        outputs={
            "arn": Text("arn:aws:ec2:{region}:{account}:route-table/{id}"),
            "routes": "",
            "propagatingVgws": "PropagatingVgws[].GatewayId",
        },
    ),
    "aws:ec2/route:Route": Row(
        "ec2",
        create=Call("create_route", {**ROUTE_PLACE, **ROUTE_TARGETS}),
        id=Text(f"{{routeTableId}}_{{{DESTINATION}}}"),
        read=Read(
            "describe_route_tables",
            {"RouteTableIds": ["{routeTableId}"]},
            Text(
                "RouteTables[0].Routes[?(DestinationCidrBlock || DestinationIpv6CidrBlock || "
                f"DestinationPrefixListId) == '{{{DESTINATION}}}'] | [0]"
            ),
        ),
        updates=(Call("replace_route", {**ROUTE_PLACE, **ROUTE_TARGETS}),),
        force=(
            "routeTableId",
            "destinationCidrBlock",
            "destinationIpv6CidrBlock",
            "destinationPrefixListId",
        ),
        delete=(Call("delete_route", dict(ROUTE_PLACE)),),
    ),
    "aws:ec2/routeTableAssociation:RouteTableAssociation": Row(
        "ec2",
        create=Call("associate_route_table", auto=True),
        id="AssociationId",
        read=Read(
            "describe_route_tables",
            {"Filters": [{"Name": "association.route-table-association-id", "Values": ["{id}"]}]},
            Text("RouteTables[].Associations[] | [?RouteTableAssociationId=='{id}'] | [0]"),
        ),
        delete=(Call("disassociate_route_table", {"AssociationId": "{id}"}),),
        identity=("subnetId", "gatewayId"),
    ),
    "aws:ec2/vpcEndpoint:VpcEndpoint": Row(
        "ec2",
        create=Call("create_vpc_endpoint", ec2_specification("vpc-endpoint"), auto=True),
        id="VpcEndpoint.VpcEndpointId",
        read=Read(
            "describe_vpc_endpoints",
            {"VpcEndpointIds": ["{id}"]},
            "VpcEndpoints[?State!='deleted' && State!='deleting'] | [0]",
        ),
        updates=(
            Call(
                "modify_vpc_endpoint",
                {
                    "VpcEndpointId": "{id}",
                    "PolicyDocument": "{policy}",
                    "PrivateDnsEnabled": "{privateDnsEnabled}",
                    "AddRouteTableIds": Added("routeTableIds"),
                    "RemoveRouteTableIds": removed("routeTableIds"),
                    "AddSubnetIds": Added("subnetIds"),
                    "RemoveSubnetIds": removed("subnetIds"),
                    "AddSecurityGroupIds": Added("securityGroupIds"),
                    "RemoveSecurityGroupIds": removed("securityGroupIds"),
                },
                on_create=False,
            ),
        ),
        delete=(Call("delete_vpc_endpoints", {"VpcEndpointIds": ["{id}"]}),),
        tags=EC2_TAGS,
        defaults={"vpcEndpointType": "Gateway"},
        rename={"policy": "PolicyDocument"},
        documents=("policy",),
        ignored={"autoAccept": "the local AWS accepts every endpoint at once"},
        outputs={
            "arn": Text("arn:aws:ec2:{region}:{account}:vpc-endpoint/{id}"),
            "securityGroupIds": "Groups[].GroupId",
        },
    ),
    "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation": Row(
        "ec2",
        create=Call(
            "modify_vpc_endpoint",
            {"VpcEndpointId": "{vpcEndpointId}", "AddRouteTableIds": ["{routeTableId}"]},
        ),
        id=Text("{vpcEndpointId}/{routeTableId}"),
        read=Read(
            "describe_vpc_endpoints",
            {"VpcEndpointIds": ["{vpcEndpointId}"]},
            Text("VpcEndpoints[?contains(RouteTableIds, '{routeTableId}')] | [0].VpcEndpointId"),
        ),
        delete=(
            Call(
                "modify_vpc_endpoint",
                {"VpcEndpointId": "{vpcEndpointId}", "RemoveRouteTableIds": ["{routeTableId}"]},
            ),
        ),
    ),
    "aws:ec2/securityGroup:SecurityGroup": Row(
        "ec2",
        create=Call(
            "create_security_group",
            {
                **ec2_specification("security-group"),
                "GroupName": "{name}",
                "Description": "{description}",
                "VpcId": "{vpcId}",
            },
        ),
        id="GroupId",
        read=Read("describe_security_groups", {"GroupIds": ["{id}"]}, "SecurityGroups[0]"),
        updates=hooks.inline_rules(of_the_default_group=False),
        delete=(Call("delete_security_group", {"GroupId": "{id}"}),),
        tags=EC2_TAGS,
        name=Name("name"),
        defaults={"description": DESCRIPTION, "revokeRulesOnDelete": False},
        outputs={"arn": GROUP_ARN, "name": "GroupName", "ingress": "", "egress": ""},
        ignored={"revokeRulesOnDelete": "rules go with the group in the local AWS"},
    ),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Row(
        "ec2",
        create=Call(
            "describe_security_groups",
            {
                "Filters": [
                    {"Name": "group-name", "Values": ["default"]},
                    {"Name": "vpc-id", "Values": ["{vpcId}"]},
                ]
            },
        ),
        id="SecurityGroups[0].GroupId",
        read=Read("describe_security_groups", {"GroupIds": ["{id}"]}, "SecurityGroups[0]"),
        updates=hooks.inline_rules(of_the_default_group=True),
        tags=EC2_TAGS,
        defaults={"revokeRulesOnDelete": False},
        ignored={"revokeRulesOnDelete": "rules go with the group in the local AWS"},
        outputs={"arn": GROUP_ARN, "name": "GroupName", "ingress": "", "egress": ""},
        indelible="AWS makes it with the VPC and deletes it with the VPC",
    ),
    "aws:ec2/flowLog:FlowLog": Row(
        "ec2",
        create=Call(
            "create_flow_logs",
            {
                **ec2_specification("vpc-flow-log"),
                "ResourceIds": ["{vpcId || subnetId || eniId}"],
                "ResourceType": hooks.flow_log_subject(),
                "TrafficType": "{trafficType}",
                "LogDestinationType": "{logDestinationType}",
                "LogDestination": "{logDestination}",
                "LogFormat": "{logFormat}",
                "MaxAggregationInterval": "{maxAggregationInterval}",
                "DeliverLogsPermissionArn": "{iamRoleArn}",
            },
            answered=hooks.nothing_unsuccessful,
        ),
        id="FlowLogIds[0]",
        read=Read("describe_flow_logs", {"FlowLogIds": ["{id}"]}, "FlowLogs[0]"),
        delete=(Call("delete_flow_logs", {"FlowLogIds": ["{id}"]}),),
        tags=EC2_TAGS,
        defaults={"logDestinationType": "cloud-watch-logs", "maxAggregationInterval": 600},
        outputs={
            "arn": Text("arn:aws:ec2:{region}:{account}:vpc-flow-log/{id}"),
            "vpcId": "ResourceId",
            "iamRoleArn": "DeliverLogsPermissionArn",
        },
        identity=("vpcId", "subnetId", "eniId", "logDestination"),
    ),
}
