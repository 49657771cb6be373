"""The chain of security groups as the program asks for it (ADR N4)."""

import string

import pytest

from tests.program.recorder import Recording, Resource, record

GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"

CHAIN = {
    ("security-alb", "in", 443, "0.0.0.0/0"),
    ("security-alb", "in", 80, "0.0.0.0/0"),
    ("security-alb", "out", 8000, "security-ecs"),
    ("security-ecs", "in", 8000, "security-alb"),
    ("security-ecs", "out", 5432, "security-rds"),
    ("security-ecs", "out", 443, "0.0.0.0/0"),
    ("security-rds", "in", 5432, "security-ecs"),
}
# What AWS allows in the description of a rule, besides letters and digits.
PUNCTUATION = " ._-:/()#,@[]+=&;{}!$*"


def edge(recording: Recording, rule: Resource) -> tuple[str, str, int, str]:
    """Return a rule as group, direction, port and peer."""
    [group] = recording.depends_on(rule, "securityGroupId")
    [peer] = recording.depends_on(rule, "referencedSecurityGroupId") or {rule.props["cidrIpv4"]}
    assert rule.props["fromPort"] == rule.props["toPort"]
    return group, "in" if rule.type == INGRESS else "out", int(rule.props["fromPort"]), peer


@pytest.mark.clause("N4")
@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_traffic_flows_along_the_chain_and_nowhere_else(stack: str, mode: str) -> None:
    """World to load balancer, load balancer to tasks, tasks to database; seven edges, no more."""
    recording = record(stack, preview=mode == "preview")

    edges = [edge(recording, rule) for rule in recording.of(INGRESS) + recording.of(EGRESS)]

    assert len(edges) == 7
    assert set(edges) == CHAIN


@pytest.mark.clause("N4")
def test_the_database_reaches_nothing(prod: Recording) -> None:
    """A stolen database session could otherwise carry data out."""
    ways_out = [edge(prod, rule) for rule in prod.of(EGRESS)]

    assert [way for way in ways_out if way[0] == "security-rds"] == []


@pytest.mark.clause("N4")
def test_no_group_holds_rules_of_its_own(prod: Recording) -> None:
    """Rules inside groups form a circle, and even an empty list erases the separate ones."""
    groups = prod.of(GROUP)

    assert len(groups) == 3
    assert {key for group in groups for key in group.props} == {
        "name",
        "vpcId",
        "description",
        "tags",
    }


@pytest.mark.clause("N4")
def test_aws_accepts_every_description(prod: Recording) -> None:
    """AWS refuses Korean text there, and replaces a group whose description changes."""
    described = prod.of(GROUP) + prod.of(INGRESS) + prod.of(EGRESS)

    allowed = set(string.ascii_letters + string.digits + PUNCTUATION)

    for each in described:
        text = each.props["description"]
        assert 0 < len(text) <= 255
        assert set(text) <= allowed, text


@pytest.mark.clause("N4")
@pytest.mark.parametrize(
    ("stack", "prefix"),
    [
        ("dev", "triflow-ai-dev"),
        ("staging", "triflow-ai-staging"),
        ("prod", "triflow-ai-production"),
    ],
)
def test_dev_and_staging_have_groups_of_their_own_in_one_vpc(stack: str, prefix: str) -> None:
    """Equal names would collide there, and a shared group would let dev's tasks in."""
    names = {group.props["name"] for group in record(stack).of(GROUP)}

    assert names == {f"{prefix}-alb-sg", f"{prefix}-ecs-sg", f"{prefix}-rds-sg"}
