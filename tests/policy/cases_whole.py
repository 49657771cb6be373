"""Cases of the rules on ownership, completeness, waivers and open questions."""

import datetime as dt
from dataclasses import replace

from policy import tokens as t
from policy.waivers import Waiver, WaiverBook
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    ACCOUNT,
    GONE,
    TODAY,
    WAITS,
    Spoil,
    add,
    at_update,
    both,
    change,
    leave_out,
    limited,
    of,
    remove,
    world_is,
)
from tests.policy.worlds import in_dev, in_foundation, in_staging

DAY = dt.timedelta(days=1)


R = "shared-network-ownership"


def reads(name: object) -> Spoil:
    """Read another stack, judged in the exported state: nothing else shows references."""
    return both(add("read", t.STACK_REFERENCE, name=name), world_is(phase="state"))


broken(R, "dev owns a VPC", add("vpc", t.VPC, cidrBlock="10.1.0.0/16"), in_dev)
broken(R, "production has no VPC", remove("vpc"))
broken(R, "the foundation owns a VPC", add("vpc", t.VPC), in_foundation)
broken(R, "staging reads production", reads("organization/triflow-ai/prod"), in_staging)
broken(R, "production reads staging", reads("organization/triflow-ai/staging"))
broken(R, "dev reads somebody else's staging", reads("organization/other/staging"), in_dev)
broken(R, "the foundation reads a stack", reads("organization/triflow-ai/prod"), in_foundation)
fine(R, "a stack that is not ours has two", both(world_is(project="other"), add("more", t.VPC)))
fine(R, "and reads what it wants", both(reads("organization/x/y"), world_is(project="other")))
fine(R, "production reads the foundation", reads("organization/triflow-ai-foundation/foundation"))
fine(R, "dev reads staging", world_is(phase="state"), in_dev)
open_question(R, "what is read is not known", reads(WAITS), "name")

R = "no-orphan-resource"
broken(f"{R}(a)", "an address that no gateway uses", add("eip-2", t.EIP, domain="vpc"))
broken(
    f"{R}(a)",
    "a gateway that no route uses",
    both(remove("private-2a-out"), remove("private-2c-out")),
)
broken(
    f"{R}(a)",
    "an endpoint paid by the hour",
    add("ecr", t.VPC_ENDPOINT, vpcEndpointType="Interface", serviceName="ecr"),
)
broken(f"{R}(a)", "a target group without a listener", add("tg", t.TARGET_GROUP, port=8000))
broken(f"{R}(a)", "a key that nothing uses", add("key", t.KMS_KEY))
broken(f"{R}(b)", "the database wears none", change("database", vpcSecurityGroupIds=[]))
broken(f"{R}(b)", "a group that nothing wears", add("more", t.SECURITY_GROUP, name="more"))
fine(R, "an endpoint's type by default", change("s3-endpoint", vpcEndpointType=GONE))
fine(
    R,
    "a target group used by a listener's rule",
    both(
        add("tg", t.TARGET_GROUP),
        add("rule", t.LISTENER_RULE, actions=[{"targetGroupArn": of("tg")}]),
    ),
)
fine(
    R,
    "each group is worn",
    both(
        add("alb", t.LOAD_BALANCER, securityGroups=[of("alb-sg")]),
        add("listener", t.LISTENER, loadBalancerArn=of("alb")),
        add("service", t.ECS_SERVICE, networkConfiguration={"securityGroups": [of("ecs-sg")]}),
        add("function", t.FUNCTION, vpcConfig={"securityGroupIds": [of("rds-sg")]}),
    ),
)
open_question(
    R,
    "the endpoint's type is not known yet",
    change("s3-endpoint", vpcEndpointType=WAITS),
    "vpcEndpointType",
)

R = "one-owner-per-setting"
broken(
    f"{R}(a)",
    "a second lifecycle on the bucket",
    add("again", t.BUCKET_LIFECYCLE, bucket=of("data"), rules=[]),
)
broken(
    f"{R}(a)",
    "a second lifecycle by the bucket's name",
    add("again", t.BUCKET_LIFECYCLE, bucket=f"triflow-ai-prod-{ACCOUNT}", rules=[]),
)
broken(f"{R}(a)", "versioning inside the bucket", change("data", versioning={"enabled": True}))
broken(f"{R}(a)", "an access list inside the bucket", change("data", acl="private"))
broken(
    f"{R}(b)",
    "a setting names a bucket that does not exist",
    change("versioning", bucket="triflow-ai-prd"),
)
broken(f"{R}(b)", "a setting names no bucket", change("versioning", bucket=GONE))
broken(
    f"{R}(c)",
    "policies inside and attached",
    both(
        change("ci-deploy", managedPolicyArns=["arn"]),
        add("more", t.ROLE_POLICY_ATTACHMENT, role=of("ci-deploy")),
    ),
    in_foundation,
)
broken(
    f"{R}(c)", "policies inside and beside", change("ci-deploy", inlinePolicies=[{}]), in_foundation
)
broken(
    f"{R}(c)",
    "policies inside, and one beside by the role's name",
    both(
        change("ci-deploy", inlinePolicies=[{}]),
        change("ci-deploy-policy", role="triflow-ai-ci-deploy"),
    ),
    in_foundation,
)
broken(
    f"{R}(d)",
    "routes inside and beside",
    change("private-2a-rt", routes=[{"cidrBlock": "0.0.0.0/0"}]),
)
fine(
    R,
    "two buckets with a lifecycle each",
    both(add("more", t.BUCKET, bucket="more"), add("life", t.BUCKET_LIFECYCLE, bucket=of("more"))),
)
fine(
    R,
    "a setting repeats the bucket's name",
    change("versioning", bucket=f"triflow-ai-prod-{ACCOUNT}"),
)
fine(R, "the bucket is no target", both(at_update, leave_out("data")))
fine(
    R,
    "a role with policies inside only",
    both(remove("ci-deploy-policy"), change("ci-deploy", inlinePolicies=[{}])),
    in_foundation,
)
fine(
    R,
    "a table with routes inside only",
    both(remove("private-2a-out"), change("private-2a-rt", routes=[{"cidrBlock": "0.0.0.0/0"}])),
)
open_question(
    R,
    "a setting's bucket is not known and has no dependency",
    change("versioning", bucket=WAITS),
    "bucket",
)

R = "stack-and-pack-config-known"
broken(f"{R}(a)", "the stack is called production", world_is(stack="production"))
broken(f"{R}(a)", "the stack is called stack", world_is(stack="stack"))
broken(f"{R}(a)", "the project is another", world_is(project="other"))
broken(f"{R}(a)", "the foundation has a second stack", world_is(stack="prod"), in_foundation)
broken(f"{R}(b)", "half of the pack is switched off", world_is(silent={"resource-mandatory"}))
fine(R, "prod is prod", change("vpc", tags={}))
fine(R, "the foundation is the foundation", change("zone", tags={}), in_foundation)

R = "resource-type-covered"
broken(f"{R}(a)", "a table appears", add("table", "aws:dynamodb/table:Table"))
fine(R, "a provider that nothing uses", add("random", "pulumi:providers:random"))
fine(R, "a layer whose rules are not written yet", add("topic", "aws:sns/topic:Topic"))
broken(f"{R}(a)", "another provider appears", add("pet", "random:index/randomPet:RandomPet"))
for token in (
    "aws:alb/loadBalancer:LoadBalancer",
    "aws:s3/bucketV2:BucketV2",
    "aws:s3/bucketObject:BucketObject",
    "aws:ec2/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:iam/user:User",
    "aws:iam/accessKey:AccessKey",
    "aws:iam/policyAttachment:PolicyAttachment",
    "aws:cloudformation/stack:Stack",
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration",
):
    broken(f"{R}(b)", f"{token} appears", add("forbidden", token))
fine(R, "a component of our own", add("own", "triflow:network:Network"))
fine(R, "an identity provider", change("github", tags={}), in_foundation)
fine(R, "flow logs", add("flow", t.FLOW_LOG, vpcId=of("vpc")))

R = "expected-inventory"
broken(R, "the NAT gateway is gone", remove("nat"))
broken(R, "the database is gone", remove("database"))
broken(R, "it is a cluster", both(remove("database"), add("db", "aws:rds/cluster:Cluster")))
broken(R, "a fourth group", add("more", t.SECURITY_GROUP))
broken(R, "the foundation's zone is gone", remove("zone"), in_foundation)
broken(R, "a second bucket", add("more", t.BUCKET))
broken(R, "dev has a bucket", add("more", t.BUCKET), in_dev)
broken(R, "staging's bucket is gone", remove("data"), in_staging)
fine(
    R,
    "flow logs are switched on",
    both(add("flow", t.FLOW_LOG), add("group", t.LOG_GROUP), add("role", t.ROLE)),
)
fine(R, "a layer whose rules are not written yet", add("waf", "aws:wafv2/webAcl:WebAcl"))
fine(R, "dev has no VPC", change("public-2a", tags={}), in_dev)
broken(R, "a kind that is not drawn", add("job", "aws:glue/job:Job"))
fine(R, "a network is left out of this run", leave_out("vpc"))
fine(R, "somebody else draws another", both(remove("nat"), world_is(stack="test")))


def cache_with(groups: int) -> Spoil:
    """Add the cache with security groups of its own, and rules between them and the tasks."""
    kinds = (t.CACHE, *[t.SECURITY_GROUP] * groups, t.INGRESS_RULE, t.EGRESS_RULE)
    return both(*(add(f"more-{number}", kind) for number, kind in enumerate(kinds)))


fine(R, "a cache with its group", cache_with(groups=1))
broken(R, "a cache without a group", cache_with(groups=0))
broken(R, "a cache with two", cache_with(groups=2))

R = "waivers-and-tables-current"
WAIVER = Waiver(
    id="T-1", rule="nat-single-zonal", resource="*", clause="N2", reason="for a test",
    owner="platform", expires=TODAY + 60 * DAY, environments=("prod",),
)  # fmt: skip


def waived(*problems: str, used: bool = True, **changed: object) -> Spoil:
    """Give the stack one waiver, a little different from one that is in order."""
    waiver = replace(WAIVER, **changed)  # type: ignore[arg-type]
    return world_is(waivers=WaiverBook((waiver,), (), problems, {waiver.id} if used else set()))


def baseline(*compensations: str) -> Spoil:
    """Give the stack one accepted deviation from a public baseline."""
    waiver = replace(WAIVER, compensated_by=compensations)
    return world_is(waivers=WaiverBook((), (waiver,)))


def old_tables(days: int) -> Spoil:
    """Let time pass since the tables were looked at."""
    return world_is(today=dt.date(2026, 11, 22) + days * DAY)


broken(f"{R}(a)", "the file cannot be read", waived("findings[0]: the key owner is missing"))
broken(f"{R}(a)", "a waiver names no rule", waived(rule="nat-single-zone"))
broken(f"{R}(a)", "a waiver names no part of a rule", waived(rule="vpc-plan(z)"))
broken(f"{R}(a)", "a baseline leans on no rule", baseline("nat-single-zonal", "nat-single-zone"))
broken(f"{R}(b)", "a waiver ended yesterday", waived(expires=TODAY - DAY), level="mandatory")
for days in (0, 29):
    expires = TODAY + days * DAY
    broken(f"{R}(b)", f"a waiver ends in {days} days", waived(expires=expires), level="advisory")
broken(f"{R}(c)", "a waiver silences nothing", waived(used=False))
for waived_rule in ("sg-chain-exact", "iam-tenant-isolation(c)"):
    broken(f"{R}(d)", f"{waived_rule} is waived in prod", waived(rule=waived_rule))
for days in (181, 365):
    broken(f"{R}(e)", f"the tables are {days} days old", old_tables(days), level="advisory")
broken(f"{R}(e)", "the tables are a year and a day old", old_tables(366), level="mandatory")
fine(R, "a baseline leans on a rule", baseline("nat-single-zonal"))
fine(R, "a waiver silences nothing that this run makes", both(waived(used=False), limited))
fine(R, "a waiver ends in 30 days", waived(expires=TODAY + 30 * DAY))
fine(
    R,
    "a waiver of another environment silences nothing here",
    waived(used=False, environments=("dev",)),
)
fine(R, "a critical rule is waived in dev", waived(rule="sg-chain-exact", environments=("dev",)))
fine(R, "the tables are 180 days old", old_tables(180))

R = "not-judged-is-named"


def in_phase(phase: str) -> Spoil:
    """Judge in another phase."""
    return world_is(phase=phase)


broken(R, "a policy is not known at preview", change("bucket-policy", policy=WAITS), level="advisory")  # noqa: E501  # fmt: skip
broken(
    R,
    "an exported state has an unknown",
    both(change("bucket-policy", policy=WAITS), in_phase("state")),
    level="mandatory",
)
fine(R, "an unknown id has a dependency", change("vpc", tags={"Name": "triflow-prod-vpc"}))
fine(R, "an exported state knows all", in_phase("state"))
