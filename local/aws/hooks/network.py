"""The network's hooks: zones, flow logs, inline rules."""

# ruff: noqa: ANN401 - requests and answers are of any JSON kind

from collections.abc import Mapping
from typing import Any

from local.aws.errors import AwsError
from local.aws.row import Call
from local.aws.templates import Made
from local.aws.values import UNKNOWN, Unknown


def zone_is_in_region(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return a refusal if the availability zone lies in another region: moto would take it."""
    zone, region = inputs.get("availabilityZone"), inputs.get("region")
    if not isinstance(zone, str) or not isinstance(region, str) or zone.startswith(region):
        return {}
    return {"availabilityZone": f"{zone!r} is not a zone of {region}"}


def flow_log_subject() -> Made:
    """Return the template of what a flow log watches, told by which id is given."""
    subjects = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}

    def subject(scope: Mapping[str, Any]) -> str | None:
        return next((kind for name, kind in subjects.items() if scope.get(name)), None)

    return Made(subject, tuple(subjects))


def nothing_unsuccessful(answer: Mapping[str, Any]) -> None:
    """Raise what AWS answers beside a success: some calls fail without an error."""
    for item in answer.get("Unsuccessful") or answer.get("failures") or []:
        error = item.get("Error") or {"Code": item.get("reason"), "Message": item.get("arn")}
        raise AwsError("CreateFlowLogs", str(error.get("Code")), str(error.get("Message")))


def inline_rules(*, of_the_default_group: bool) -> tuple[Call, ...]:
    """Return the calls that bring a group's inline rules about.

    AWS lets a new group send everywhere; the provider takes that rule away at first. The default
    group of a VPC loses all the rules that AWS gave it, in both directions.
    """
    calls = [_revoke_those_of_aws("egress", "IpPermissionsEgress")]
    if of_the_default_group:
        calls.append(_revoke_those_of_aws("ingress", "IpPermissions"))
    for direction in ("egress", "ingress"):
        calls += [_inline("revoke", direction, gone=True), _inline("authorize", direction)]
    return tuple(calls)


def _revoke_those_of_aws(direction: str, member: str) -> Call:
    return Call(
        f"revoke_security_group_{direction}",
        {"GroupId": "{id}", "IpPermissions": f"{{live.{member}}}"},
        when=f"live.{member}[0]",
        always=True,
    )


def _inline(verb: str, direction: str, *, gone: bool = False) -> Call:
    def permissions(scope: Mapping[str, Any]) -> Any:
        now, before = scope.get(direction) or [], scope["old"].get(direction) or []
        if isinstance(now, Unknown):
            return UNKNOWN
        here, there = (before, now) if gone else (now, before)
        return [_permission(rule, scope) for rule in here if rule not in there] or None

    return Call(
        f"{verb}_security_group_{direction}",
        {"GroupId": "{id}", "IpPermissions": Made(permissions, (direction,))},
        needs="IpPermissions",
    )


def _permission(rule: Mapping[str, Any], scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return an inline rule as AWS takes it: partners in lists, one element each."""
    about = {"Description": rule["description"]} if rule.get("description") else {}
    groups = [*(rule.get("securityGroups") or []), *([scope["id"]] if rule.get("self") else [])]
    lists = {
        "IpRanges": [{"CidrIp": cidr, **about} for cidr in rule.get("cidrBlocks") or []],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **about} for cidr in rule.get("ipv6CidrBlocks") or []],
        "PrefixListIds": [
            {"PrefixListId": prefix, **about} for prefix in rule.get("prefixListIds") or []
        ],
        "UserIdGroupPairs": [{"GroupId": group, **about} for group in groups],
    }
    ports = {"FromPort": rule.get("fromPort"), "ToPort": rule.get("toPort")}
    protocol = {"IpProtocol": rule.get("protocol"), **ports}
    return {**protocol, **{name: members for name, members in lists.items() if members}}
