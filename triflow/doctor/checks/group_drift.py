"""P02: security groups whose rules are in two places, in none, or by nobody's hand."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from triflow.doctor.answers import Facts, Seen
from triflow.doctor.finding import MEND, Ask, Found, check

GROUP_KIND: Final = "aws:ec2/securityGroup:SecurityGroup"
WAYS: Final[Mapping[str, str]] = {"ingress": "IpPermissions", "egress": "IpPermissionsEgress"}
Rule = tuple[str, str, int, int, str]  # group, protocol, first port, last port, the other side


@check(
    "sg-inline-rules",
    "P02",
    "critical",
    reads=(),
    says="A security group carries inline rules, which fight with the rule resources.",
    remedy="pulumi preview --diff -s {stack}",
)
def inline_rules(facts: Facts) -> Iterator[Found]:
    """Each update would take away what the other had given."""
    for name in facts.deployed.named(GROUP_KIND):
        inputs = facts.deployed.inputs(name)
        ways = [way for way in WAYS if inputs.get(way)]
        if ways:
            yield Found(name, f"its inputs have {' and '.join(ways)}")


@check(
    "sg-missing",
    "P02",
    "critical",
    reads=("security_groups",),
    says="A security group was deleted outside Pulumi.",
    remedy=MEND,
)
def missing(facts: Facts) -> Iterator[Found]:
    """AWS refuses the whole question if it does not know one of the groups."""
    groups = ("alb", "ecs", "rds")
    named = [facts.deployed.output(f"{one}_security_group_id") for one in groups]
    if facts.gone("security_groups"):
        yield Found(", ".join(named), "AWS does not know one of the three groups")
        return
    live = {one["GroupId"].text for one in facts["security_groups"]["SecurityGroups"].each()}
    for group in named:
        if group not in live:
            yield Found(group, "AWS does not know the group")


def _by_hand(way: str) -> Ask:
    """Return the check for one direction: what AWS lets through that no rule of the state is."""

    def ask(facts: Facts) -> Iterator[Found]:
        groups = facts["security_groups"]["SecurityGroups"].each()
        declared = set(_declared(facts, way))
        for group in groups:
            for rule in group[WAYS[way]].each():
                yield from _added(group["GroupId"].text, way, rule, declared)

    return ask


for _id, _way, _remedy in (
    (
        "sg-unmanaged-rule",
        "ingress",
        "aws ec2 revoke-security-group-ingress --group-id {resource} --ip-permissions '{rule}'",
    ),
    (
        "sg-unmanaged-way-out",
        "egress",
        "aws ec2 revoke-security-group-egress --group-id {resource} --ip-permissions '{rule}'",
    ),
):
    check(
        _id,
        "P02",
        "warning",
        reads=("security_groups",),
        says="A rule was added by hand. It also keeps a group that it names from being deleted.",
        remedy=_remedy,
    )(_by_hand(_way))


def _declared(facts: Facts, way: str) -> Iterator[Rule]:
    kind = f"SecurityGroup{way.title()}Rule"
    for name in facts.deployed.named(f"aws:vpc/securityGroup{way.title()}Rule:{kind}"):
        wish = facts.declared(name)
        # Of a rule for all protocols the state has no ports.
        first, last = wish.maybe("fromPort"), wish.maybe("toPort")
        sides = [wish.maybe(key) for key in ("referencedSecurityGroupId", "cidrIpv4", "cidrIpv6")]
        yield (
            wish["securityGroupId"].text,
            wish["ipProtocol"].text,
            int(first.number) if first else -1,
            int(last.number) if last else -1,
            next((side.text for side in sides if side), ""),
        )


def _added(group: str, way: str, rule: Seen, declared: set[Rule]) -> Iterator[Found]:
    protocol = rule["IpProtocol"].text
    # For all protocols AWS names no ports.
    all_of_them = protocol == "-1"
    first, last = (-1, -1) if all_of_them else (rule["FromPort"].number, rule["ToPort"].number)
    for side, told in _sides(rule):
        if (group, protocol, int(first), int(last), side) not in declared:
            permission = {"IpProtocol": protocol} | told
            if not all_of_them:
                permission |= {"FromPort": int(first), "ToPort": int(last)}
            ports = "everything" if all_of_them else f"{protocol} {first:.0f} to {last:.0f}"
            words = {"rule": json.dumps([permission])}
            yield Found(group, f"{way} of {ports} with {side}", words=words)


def _sides(rule: Seen) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each other side, and the part of a permission that names it."""
    for pair in rule["UserIdGroupPairs"].each():
        side = pair["GroupId"].text
        yield side, {"UserIdGroupPairs": [{"GroupId": side}]}
    for block in rule["IpRanges"].each():
        side = block["CidrIp"].text
        yield side, {"IpRanges": [{"CidrIp": side}]}
    # AWS always sends the list; it is left out where an emulator has none.
    more = rule.maybe("Ipv6Ranges")
    for block in more.each() if more else ():
        side = block["CidrIpv6"].text
        yield side, {"Ipv6Ranges": [{"CidrIpv6": side}]}
