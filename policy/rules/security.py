"""Rules of the security groups (ADR 4): who may talk to whom, and nobody else."""

from collections import Counter
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Network, NetmaskValueError
from itertools import permutations
from re import fullmatch
from typing import Final, Literal

from policy import tables
from policy.findings import Finding, Judgement, must_be, must_be_absent
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.tokens import CACHE, EGRESS_RULE, INGRESS_RULE, SECURITY_GROUP, SECURITY_GROUP_RULE
from policy.values import Answer, MistypedError

PEERS: Final = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
LONGEST_DESCRIPTION: Final = 255
# What AWS takes in a description; it answers anything else, Korean text included, with an error.
DESCRIPTION: Final = r"[0-9A-Za-z_ .:/()#,@\[\]+=&;{}!$*-]+"
# Of more groups than these, the ones with the most rules are tried: trying all is cubic.
MOST_CANDIDATES: Final = 8
Edge = tuple[str, str, object, str]

SG_RULES_SEPARATE = rule(
    id="sg-rules-separate",
    clause=("N4",),
    kind="resource",
    tokens=(SECURITY_GROUP, SECURITY_GROUP_RULE),
    levels="M/M/M",
    severity="high",
    external=("AWSGuard security-group-no-rule-management-conflicts",),
    aim="Each rule of a security group is a resource of its own, owned once.",
    otherwise="Groups that refer to each other would form a circle, and rules would be erased.",
    fix="use vpc.SecurityGroupIngressRule and vpc.SecurityGroupEgressRule.",
)


@check(SG_RULES_SEPARATE, each=(SECURITY_GROUP,))
def no_rules_inside_a_group(group: Resource) -> Iterator[Judgement]:
    """An empty list counts as well: it erases the rules that others own."""
    yield from must_be_absent(group["ingress"])
    yield from must_be_absent(group["egress"])


@check(SG_RULES_SEPARATE, each=(SECURITY_GROUP_RULE,))
def no_rules_of_the_old_kind(old: Resource) -> Iterator[Judgement]:
    """The older resource has no id in AWS and fights with the newer two."""
    del old
    yield Finding("ec2.SecurityGroupRule is the kind of rule that conflicts with the others")


SG_WORLD_INGRESS = rule(
    id="sg-world-ingress-only-80-443",
    clause=("N4",),
    kind="resource",
    tokens=(INGRESS_RULE,),
    levels="M/M/M",
    severity="critical",
    external=(
        *("CKV_AWS_24", "CKV_AWS_25", "CKV_AWS_277", "EC2.13", "EC2.14", "EC2.18", "EC2.19"),
        *("AwsSolutions-EC23",),
        "compliance-policies aws-ec2-securitygroup-disallow-public-internet-ingress",
    ),
    aim="The world reaches ports 443 and 80 and nothing else.",
    otherwise="A port would stand open to the internet, or to half of it.",
    fix="refer to a security group with referencedSecurityGroupId instead of a range.",
)


@check(SG_WORLD_INGRESS)
def the_world_comes_in_by_two_ports(ingress: Resource) -> Iterator[Judgement]:
    """A range wider than /16 is refused, except the whole world on one of the two ports."""
    yield from must_be_absent(ingress["cidrIpv6"])
    if ingress["ipProtocol"].known() == "-1":
        yield Finding("ipProtocol is -1, which opens every port of every protocol")
    block = ingress["cidrIpv4"]
    if block.is_missing or _network(block).prefixlen >= tables.WIDEST_BLOCK:
        return
    if block.text() != tables.WORLD:
        yield Finding(f"cidrIpv4 is {block.text()}, a range wider than /{tables.WIDEST_BLOCK}")
        return
    yield from must_be(ingress["ipProtocol"], "tcp")
    yield from must_be(ingress["fromPort"], *tables.WORLD_PORTS)
    yield from must_be(ingress["toPort"], ingress["fromPort"].known())


def _network(block: Answer) -> IPv4Network:
    try:
        return IPv4Network(block.text())
    except (AddressValueError, NetmaskValueError, ValueError):
        raise MistypedError(block.path, "an IPv4 range") from None


SG_CHAIN_EXACT = rule(
    id="sg-chain-exact",
    clause=("N4",),
    kind="stack",
    tokens=(SECURITY_GROUP, INGRESS_RULE, EGRESS_RULE),
    levels="M/M/M",
    severity="critical",
    external=("AwsSolutions-RDS8", "CKV_AWS_382"),
    aim="world -> load balancer -> tasks -> database, and the database has no way out.",
    otherwise="Somebody could go round the chain, or a link of it would be cut.",
    fix="restore the seven rules of ADR N4.",
)


@check(SG_CHAIN_EXACT)
def the_rules_are_the_chain(stack: StackView) -> Iterator[Judgement]:
    """The edges between groups are exactly the decided ones; each missing and extra one is named.

    Names prove nothing, so the roles go to whichever groups fit best: three, and a fourth for the
    cache where there is one (ADR X1).
    """
    groups, links = stack.of(SECURITY_GROUP), 4 if stack.of(CACHE) else 3
    if not groups or stack.limited:
        return
    if len(groups) < links:
        yield Finding(f"security groups: {names(groups)}; the chain needs {links}")
        return
    edges = [*_edges(stack, INGRESS_RULE, "in"), *_edges(stack, EGRESS_RULE, "out")]
    for edge in sorted({str(_words(e)) for e in edges if edges.count(e) > 1}):
        yield Finding(f"declared twice: {edge}")
    found = frozenset(edges)
    rules_of = Counter(own for own, *_ in edges)
    likely = sorted((g.name for g in groups), key=lambda name: -rules_of[name])[:MOST_CANDIDATES]
    decided = min(
        (_chain_of(*some) for some in permutations(likely, links)),
        key=lambda chain: len(chain ^ found),
    )
    for words in sorted(map(_words, decided - found)):
        yield Finding(f"missing: {words}")
    for words in sorted(map(_words, found - decided)):
        yield Finding(f"too many: {words}")


def _chain_of(alb: str, ecs: str, rds: str, cache: str = "") -> frozenset[Edge]:
    name = {"alb": alb, "ecs": ecs, "rds": rds, "cache": cache, tables.WORLD: tables.WORLD}
    edges = tables.CHAIN | tables.CACHE_LINK if cache else tables.CHAIN
    return frozenset((name[own], way, port, name[peer]) for own, way, port, peer in edges)


def _edges(stack: StackView, token: str, way: Literal["in", "out"]) -> Iterator[Edge]:
    for one in stack.of(token):
        own = stack.joined(one, "securityGroupId", SECURITY_GROUP)
        peer = one["cidrIpv4"].text(one.name)
        if not one["referencedSecurityGroupId"].is_missing:
            peer = names(stack.joined(one, "referencedSecurityGroupId", SECURITY_GROUP))
        ports = {one["fromPort"].number(), one["toPort"].number()}
        port: object = ports.pop() if len(ports) == 1 else "a range"
        yield (names(own), way, port, peer)


def _words(edge: Edge) -> str:
    own, way, port, peer = edge
    return f"{own} {way} {port} {'from' if way == 'in' else 'to'} {peer}"


SG_RULE_WELL_FORMED = rule(
    id="sg-rule-well-formed",
    clause=("N4",),
    kind="resource",
    tokens=(INGRESS_RULE, EGRESS_RULE, SECURITY_GROUP),
    levels="M/M/M",
    severity="medium",
    external=(
        *("CKV_AWS_23", "AwsSolutions-EC27"),
        "compliance-policies aws-ec2-securitygroup-missing-description",
    ),
    aim="A rule has one port, one peer and a sentence that says why.",
    otherwise="AWS would refuse it half-way through an update, or nobody would dare to remove it.",
    fix="give the rule one port, one peer and an English description.",
)


@check(SG_RULE_WELL_FORMED, each=(INGRESS_RULE, EGRESS_RULE))
def one_port_one_peer(sg_rule: Resource) -> Iterator[Judgement]:
    """Exactly one kind of peer is set, and both ends of the range are the same port."""
    peers = [peer for peer in PEERS if not sg_rule[peer].is_missing]
    if len(peers) != 1:
        yield Finding(f"its peers are {', '.join(peers) or 'none'}; there must be one")
    yield from must_be(sg_rule["ipProtocol"], "tcp")
    first = sg_rule["fromPort"].number()
    if first is None:
        yield Finding("fromPort is not set")
    else:
        yield from must_be(sg_rule["toPort"], first)


@check(SG_RULE_WELL_FORMED)
def its_description_is_english(described: Resource) -> Iterator[Judgement]:
    """Present, at most 255 characters, in the characters that AWS takes."""
    text = described["description"].text()
    if not text:
        yield Finding("description is not set")
    elif len(text) > LONGEST_DESCRIPTION or not fullmatch(DESCRIPTION, text):
        yield Finding(
            f"description has {len(text)} characters, of which some may be refused; "
            f"AWS takes {LONGEST_DESCRIPTION} of a-z, 0-9 and ._-:/()#,@[]+=&;{{}}!$*"
        )
