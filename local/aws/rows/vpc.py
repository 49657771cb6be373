"""EC2's security group rules, each a resource of its own."""

from typing import Any

from local.aws.idioms import EC2_TAGS, ec2_specification
from local.aws.row import Call, Read, Row
from local.aws.templates import Given, Text

# AWS takes a rule as a permission with lists of partners, and gives it back flat.
PERMISSION: dict[str, Any] = {
    "IpProtocol": "{ipProtocol}",
    "FromPort": "{fromPort}",
    "ToPort": "{toPort}",
    "IpRanges": Given("cidrIpv4", [{"CidrIp": "{cidrIpv4}", "Description": "{description}"}]),
    "Ipv6Ranges": Given("cidrIpv6", [{"CidrIpv6": "{cidrIpv6}", "Description": "{description}"}]),
    "PrefixListIds": Given(
        "prefixListId", [{"PrefixListId": "{prefixListId}", "Description": "{description}"}]
    ),
    "UserIdGroupPairs": Given(
        "referencedSecurityGroupId",
        [{"GroupId": "{referencedSecurityGroupId}", "Description": "{description}"}],
    ),
}
FLAT = {
    "IpProtocol": "{ipProtocol}",
    "FromPort": "{fromPort}",
    "ToPort": "{toPort}",
    "CidrIpv4": "{cidrIpv4}",
    "CidrIpv6": "{cidrIpv6}",
    "PrefixListId": "{prefixListId}",
    "ReferencedGroupId": "{referencedSecurityGroupId}",
    "Description": "{description}",
}


def _rule(direction: str) -> Row:
    return Row(
        "ec2",
        create=Call(
            f"authorize_security_group_{direction}",
            {
                **ec2_specification("security-group-rule"),
                "GroupId": "{securityGroupId}",
                "IpPermissions": [PERMISSION],
            },
        ),
        id="SecurityGroupRules[0].SecurityGroupRuleId",
        read=Read(
            "describe_security_group_rules",
            {"SecurityGroupRuleIds": ["{id}"]},
            "SecurityGroupRules[0]",
        ),
        updates=(
            Call(
                "modify_security_group_rules",
                {
                    "GroupId": "{securityGroupId}",
                    "SecurityGroupRules": [
                        {"SecurityGroupRuleId": "{id}", "SecurityGroupRule": FLAT}
                    ],
                },
                on_create=False,
            ),
        ),
        delete=(
            Call(
                f"revoke_security_group_{direction}",
                {"GroupId": "{securityGroupId}", "SecurityGroupRuleIds": ["{id}"]},
            ),
        ),
        tags=EC2_TAGS,
        force=("securityGroupId",),
        outputs={
            "arn": Text("arn:aws:ec2:{region}:{account}:security-group-rule/{id}"),
            "securityGroupRuleId": "SecurityGroupRuleId",
            "securityGroupId": "GroupId",
            "referencedSecurityGroupId": "ReferencedGroupInfo.GroupId",
        },
    )


ROWS = {
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": _rule("ingress"),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": _rule("egress"),
}
