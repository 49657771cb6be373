"""Subnets, routes, gateways, groups, the load balancer and the zone's records."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from tests.triflow.doctor_stack import NOW, Json
from triflow.deployed import Deployed
from triflow.doctor.checks import targets
from triflow.doctor.checks.starting import JOINED


def answers(stack: Deployed) -> Json:
    """Return them by the read's name."""
    return {
        "private_subnets": _subnets(stack),
        "route_tables": _route_tables(stack),
        "nat_gateways": _nat_gateways(stack),
        "security_groups": _security_groups(stack),
        "vpc_endpoints": _endpoints(stack),
        "vpc_dns": {"EnableDnsSupport": {"Value": True}},
        "access_lists": _access_lists(stack),
        "load_balancer": {"LoadBalancers": [{"State": {"Code": "active"}}]},
        "listeners": _listeners(stack),
        "target_group": _target_group(stack),
        "targets": _targets(),
        "certificate": _certificate(),
        "records": _records(stack),
    }


def _certificate() -> Json:
    return {"Certificate": {"Status": "ISSUED", "NotAfter": NOW + timedelta(days=300)}}


def _subnets(stack: Deployed) -> Json:
    rows = [
        {
            "SubnetId": name,
            "CidrBlock": f"10.0.{number}.0/24",
            "AvailabilityZone": name.removesuffix("-id")[-2:],
        }
        for number, name in zip((11, 12), stack.output("private_subnet_ids"), strict=True)
    ]
    return {"Subnets": [row | {"AvailableIpAddressCount": 240} for row in rows]}


def _route_tables(stack: Deployed) -> Json:
    main = {"Main": True, "RouteTableAssociationId": "rtbassoc-main"}
    local = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"}
    s3 = {"DestinationPrefixListId": "pl-s3", "GatewayId": "vpce-s3", "State": "active"}
    rows = [{"RouteTableId": "rtb-main", "Associations": [main], "Routes": [local]}]
    for name in stack.named("aws:ec2/route:Route"):
        wish = stack.inputs(name)
        if "natGatewayId" in wish:
            joined = stack.inputs(name.removesuffix("-nat"), JOINED)
            route = {
                "DestinationCidrBlock": wish["destinationCidrBlock"],
                "NatGatewayId": wish["natGatewayId"],
                "State": "active",
            }
            association = {"Main": False, "SubnetId": joined["subnetId"]}
            row = {"RouteTableId": wish["routeTableId"], "Associations": [association]}
            rows.append(row | {"Routes": [local, s3, route]})
    return {"RouteTables": rows}


def _nat_gateways(stack: Deployed) -> Json:
    ids = sorted(set(stack.output("nat_gateway_ids").values()))
    return {"NatGateways": [{"NatGatewayId": one, "State": "available"} for one in ids]}


def _security_groups(stack: Deployed) -> Json:
    groups: dict[str, Json] = {}
    directions = {"Ingress": "IpPermissions", "Egress": "IpPermissionsEgress"}
    for group in ("alb", "ecs", "rds"):
        row = {"GroupId": f"security-{group}-id", "GroupName": group}
        groups[row["GroupId"]] = row | {key: [] for key in directions.values()}
    for direction, key in directions.items():
        for name in stack.named(
            f"aws:vpc/securityGroup{direction}Rule:SecurityGroup{direction}Rule"
        ):
            rule = stack.inputs(name)
            groups[rule["securityGroupId"]][key].append(_permission(rule))
    return {"SecurityGroups": list(groups.values())}


def _permission(rule: Mapping[str, Any]) -> Json:
    block, group = rule.get("cidrIpv4"), rule.get("referencedSecurityGroupId")
    return {
        "IpProtocol": rule["ipProtocol"],
        "FromPort": rule["fromPort"],
        "ToPort": rule["toPort"],
        "IpRanges": [{"CidrIp": block}] if block else [],
        "UserIdGroupPairs": [{"GroupId": group}] if group else [],
    }


def _endpoints(stack: Deployed) -> Json:
    kind = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
    tables = [stack.inputs(name)["routeTableId"] for name in stack.named(kind)]
    row = {"VpcEndpointId": stack.output("s3_endpoint_id"), "State": "available"}
    everything = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
    policy = json.dumps({"Version": "2008-10-17", "Statement": [everything]})
    return {"VpcEndpoints": [row | {"RouteTableIds": tables, "PolicyDocument": policy}]}


def _access_lists(stack: Deployed) -> Json:
    """The VPC's own, which lets everything through; AWS adds the last rule."""
    subnets = [*stack.output("public_subnet_ids"), *stack.output("private_subnet_ids")]
    rules = [
        {"Egress": out, "RuleNumber": number, "RuleAction": does, "Protocol": "-1"}
        for out in (False, True)
        for number, does in ((100, "allow"), (32767, "deny"))
    ]
    row = {"NetworkAclId": "acl-1", "Entries": [one | {"CidrBlock": "0.0.0.0/0"} for one in rules]}
    return {"NetworkAcls": [row | {"Associations": [{"SubnetId": one} for one in subnets]}]}


def _listeners(stack: Deployed) -> Json:
    found = []
    for name in stack.named("aws:lb/listener:Listener"):
        wish = stack.inputs(name)
        action: Json = {"Type": wish["defaultActions"][0]["type"]}
        if action["Type"] == "forward":
            groups = wish["defaultActions"][0]["forward"]["targetGroups"]
            named = [{"TargetGroupArn": one["arn"], "Weight": one["weight"]} for one in groups]
            action["ForwardConfig"] = {"TargetGroups": named}
        row = {"Port": wish["port"], "Protocol": wish["protocol"], "DefaultActions": [action]}
        found.append(row | ({"SslPolicy": wish["sslPolicy"]} if "sslPolicy" in wish else {}))
    return {"Listeners": found}


def _target_group(stack: Deployed) -> Json:
    wish = stack.inputs("load-balancer-backend")["healthCheck"]
    row = {word: wish[key] for key, word in targets.HEALTH_CHECK.items()}
    return {"TargetGroups": [row | {"Matcher": {"HttpCode": wish["matcher"]}}]}


def _targets() -> Json:
    target = {"Target": {"Id": "10.0.11.5", "Port": 8000}, "TargetHealth": {"State": "healthy"}}
    other = {"Target": {"Id": "10.0.12.5", "Port": 8000}, "TargetHealth": {"State": "healthy"}}
    return {"TargetHealthDescriptions": [target, other]}


def _records(stack: Deployed) -> Json:
    proof, alias = (
        stack.inputs("load-balancer-certificate-record"),
        stack.inputs("load-balancer-alias"),
    )
    values = [{"Value": one} for one in proof["records"]]
    target = {"AliasTarget": {"DNSName": f"dualstack.{alias['aliases'][0]['name']}."}}
    return {
        "ResourceRecordSets": [
            {"Name": proof["name"], "Type": "CNAME", "ResourceRecords": values},
            {"Name": f"{alias['name']}.", "Type": "A", **target},
        ]
    }
