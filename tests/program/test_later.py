"""What the decision record puts off: cache (ADR X1) and firewall (ADR X2), off and on."""

import json

import pytest

from tests.program.recorder import Recording, record

CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
SUBNETS = "aws:elasticache/subnetGroup:SubnetGroup"
IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
ACL = "aws:wafv2/webAcl:WebAcl"
ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation"
TASK = "aws:ecs/taskDefinition:TaskDefinition"
MAIN = ("prod", "staging", "dev")


def variables(recording: Recording) -> list[str]:
    """Return the names of the backend's variables."""
    task = recording.one(TASK, "compute-backend-task").props["containerDefinitions"]
    backend = next(each for each in json.loads(task) if each["name"] == "backend")
    return [each["name"] for each in backend["environment"]]


@pytest.mark.clause("X1", "X2")
@pytest.mark.parametrize("stack", MAIN)
def test_neither_is_there_before_it_is_decided(stack: str) -> None:
    """Not a resource, not a variable, not a hole in a security group."""
    recording = record(stack)

    assert [each.name for kind in (CACHE, SUBNETS, ACL, ASSOCIATION) for each in recording.of(kind)] == []  # noqa: E501  # fmt: skip
    assert [each.name for kind in (IN, OUT) for each in recording.of(kind) if each.props["fromPort"] == 6379] == []  # noqa: E501  # fmt: skip
    assert "REDIS_URL" not in variables(recording)


@pytest.mark.clause("X1")
@pytest.mark.parametrize("stack", MAIN)
def test_the_cache_is_one_small_node_encrypted_both_ways(stack: str) -> None:
    """As it was priced; without a second node there is nothing to fail over to."""
    props = record(stack, config={"cache": {"enabled": True}}).one(CACHE).props

    assert (props["engine"], props["engineVersion"]) == ("redis", "7.1")
    assert props["nodeType"] == "cache.t4g.small"
    assert (props["numCacheClusters"], props["automaticFailoverEnabled"]) == (1, False)
    assert props["atRestEncryptionEnabled"] is True
    assert props["transitEncryptionEnabled"] is True
    assert len(props["replicationGroupId"]) <= 40


@pytest.mark.clause("X1", "N1")
def test_the_cache_answers_the_tasks_alone() -> None:
    """In the private subnets, on 6379, from the tasks' security group."""
    on = record("prod", config={"cache": {"enabled": True}})
    entry, way = on.one(IN, "cache-security-in"), on.one(OUT, "cache-security-out")

    assert on.depends_on(on.one(SUBNETS), "subnetIds") == {
        "network-private-ap-northeast-2a",
        "network-private-ap-northeast-2c",
    }
    assert on.depends_on(on.one(CACHE), "securityGroupIds") == {"cache-security"}
    assert (entry.props["fromPort"], entry.props["toPort"]) == (6379, 6379)
    assert on.depends_on(entry, "referencedSecurityGroupId") == {"security-ecs"}
    assert on.depends_on(way, "securityGroupId") == {"security-ecs"}
    assert "cidrIpv4" not in entry.props


@pytest.mark.clause("X1")
def test_the_caches_windows_keep_clear_of_the_databases() -> None:
    """Monday 05:00 and every night 03:00 in Korea."""
    props = record("prod", config={"cache": {"enabled": True}}).one(CACHE).props

    assert props["maintenanceWindow"] == "sun:20:00-sun:21:00"
    assert props["snapshotWindow"] == "18:00-19:00"


@pytest.mark.clause("X1")
def test_the_backend_is_told_where_the_cache_is() -> None:
    """Over TLS: rediss, not redis."""
    assert "REDIS_URL" in variables(record("prod", config={"cache": {"enabled": True}}))


@pytest.mark.clause("X2")
def test_the_firewall_lets_in_who_breaks_no_rule() -> None:
    """AWS's groups act as AWS decides; one rule counts only, or uploads over 8 KB would end."""
    acl = record("prod", config={"waf": {"enabled": True}}).one(ACL).props
    *managed, rate = acl["rules"]
    groups = [rule["statement"]["managedRuleGroupStatement"] for rule in managed]

    assert acl["scope"] == "REGIONAL"
    assert acl["defaultAction"] == {"allow": {}}
    assert [rule["priority"] for rule in acl["rules"]] == [0, 1, 2, 3, 4]
    assert [group["name"] for group in groups] == [
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesSQLiRuleSet",
    ]
    assert {group["vendorName"] for group in groups} == {"AWS"}
    assert [rule["overrideAction"] for rule in managed] == [{"none": {}}] * 4
    assert groups[1]["ruleActionOverrides"] == [
        {"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}
    ]
    assert rate["action"] == {"block": {}}
    assert rate["statement"]["rateBasedStatement"] == {"aggregateKeyType": "IP", "limit": 2000}


@pytest.mark.clause("X2")
@pytest.mark.parametrize("stack", MAIN)
def test_the_firewall_stands_before_the_load_balancer(stack: str) -> None:
    """An ACL without an association protects nothing."""
    on = record(stack, config={"waf": {"enabled": True}})
    association = on.one(ASSOCIATION)

    assert on.depends_on(association, "resourceArn") == {"load-balancer"}
    assert on.depends_on(association, "webAclArn") == {"waf-acl"}
