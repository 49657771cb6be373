"""The chain of security groups, link by link: one missing half looks like a time-out on both."""

from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Final, Literal

from triflow.doctor.answers import Facts, Seen, Unknown
from triflow.doctor.finding import MEND, Ask, Found, check

GROUP, BLOCK = "referencedSecurityGroupId", "cidrIpv4"
# The finding, its problem, the rule's logical name in the program, and what follows without it.
LINKS: Final[tuple[tuple[str, str, Literal["in", "out"], str, str], ...]] = (
    (
        "sg-alb-ingress-missing",
        "P15",
        "in",
        "security-alb-in-443",
        "Nobody reaches the load balancer.",
    ),
    (
        "sg-alb-ingress-redirect-missing",
        "P15",
        "in",
        "security-alb-in-80",
        "Who asks over HTTP is not redirected to HTTPS.",
    ),
    (
        "sg-alb-egress-ecs-missing",
        "P15",
        "out",
        "security-alb-out-8000",
        "The load balancer may not send to the tasks.",
    ),
    (
        "sg-ecs-ingress-alb-missing",
        "P12",
        "in",
        "security-ecs-in-8000",
        "The load balancer cannot reach the tasks.",
    ),
    (
        "sg-ecs-egress-db-missing",
        "P09",
        "out",
        "security-ecs-out-5432",
        "Tasks may not open connections to the database.",
    ),
    (
        "sg-ecs-egress-443-missing",
        "P13",
        "out",
        "security-ecs-out-443",
        "Tasks may not reach ECR, CloudWatch, Secrets Manager or the LLM API.",
    ),
    (
        "sg-rds-ingress-ecs-missing",
        "P09",
        "in",
        "security-rds-in-5432",
        "The database refuses connections from the tasks.",
    ),
)


def _link(direction: Literal["in", "out"], rule: str) -> Ask:
    def ask(facts: Facts) -> Iterator[Found]:
        declared = facts.declared(rule)
        group, port = declared["securityGroupId"].text, int(declared["fromPort"].number)
        peer = _peer(declared)
        if facts.gone("security_groups"):
            yield Found(group, "AWS does not know one of the three groups")
            return
        live = _group(facts, group)
        if live is None:
            yield Found(group, "AWS does not know the group")
        elif not any(_covers(one, port, declared) for one in _rules(live, direction)):
            where = "from" if direction == "in" else "to"
            yield Found(group, f"no rule lets tcp {port} {direction} {where} {peer}")

    return ask


def _peer(declared: Seen) -> str:
    """Return the other side, a group or a block; the program gives each rule one."""
    group = declared.maybe(GROUP)
    return group.text if group else declared[BLOCK].text


def _group(facts: Facts, group: str) -> Seen | None:
    groups = facts["security_groups"]["SecurityGroups"].each()
    return next((one for one in groups if one["GroupId"].text == group), None)


def _rules(group: Seen, direction: Literal["in", "out"]) -> list[Seen]:
    return group["IpPermissions" if direction == "in" else "IpPermissionsEgress"].each()


def _covers(rule: Seen, port: int, declared: Seen) -> bool:
    """Return whether a live rule lets the port through to the whole of the other side."""
    protocol = rule["IpProtocol"].text
    if protocol not in ("tcp", "-1"):
        return False
    # For all protocols AWS names no ports.
    if protocol == "tcp" and not rule["FromPort"].number <= port <= rule["ToPort"].number:
        return False
    group = declared.maybe(GROUP)
    if group:
        return any(one["GroupId"].text == group.text for one in rule["UserIdGroupPairs"].each())
    wanted = _block(declared[BLOCK])
    return any(wanted.subnet_of(_block(one["CidrIp"])) for one in rule["IpRanges"].each())


def _block(cidr: Seen) -> IPv4Network:
    try:
        return IPv4Network(cidr.text)
    except ValueError as wrong:
        raise Unknown(f"{cidr.place} is no block of addresses") from wrong


for _id, _problem, _direction, _rule, _says in LINKS:
    check(
        _id,
        _problem,
        "warning" if "redirect" in _id else "critical",
        reads=("security_groups",),
        says=_says,
        remedy=MEND,
    )(_link(_direction, _rule))
