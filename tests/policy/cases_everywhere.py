"""Cases of the rules that ask every resource, and of the rules of form."""

import json

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    ACCOUNT,
    GONE,
    WAITS,
    Spoil,
    add,
    both,
    change,
    change_options,
    change_provider,
    world_is,
)
from tests.policy.worlds import allow, in_dev, in_foundation, in_staging

R = "region-and-account-pinned"
broken(f"{R}(a)", "the provider is pinned to no account", change_provider(allowedAccountIds=GONE))
broken(
    f"{R}(a)",
    "the provider is pinned to two",
    change_provider(allowedAccountIds=f'["{ACCOUNT}","999999999999"]'),
)
broken(f"{R}(a)", "the account is no number", change_provider(allowedAccountIds='["production"]'))
broken(
    f"{R}(a)",
    "one resource is on the default provider",
    change_options("eip", provider="default_7_51_1"),
)
broken(f"{R}(a)", "one resource shows no provider", change_options("eip", provider=""))
broken(
    f"{R}(a)",
    "an endpoint is replaced in the program",
    change("aws", endpoints='[{"s3":"http://127.0.0.1:5000"}]'),
)
broken(f"{R}(b)", "the bucket is in Virginia", change("data", region="us-east-1"))
broken(f"{R}(b)", "the provider is in Virginia", change_provider(region="us-east-1"))
broken(f"{R}(b)", "the provider has no region", change_provider(region=GONE))
broken(f"{R}(b)", "a subnet is in zone b", change("public-2a", availabilityZone="ap-northeast-2b"))
broken(f"{R}(b)", "a topic is in Virginia", add("sms", "aws:sns/topic:Topic", region="us-east-1"))
fine(R, "Seoul is written out", change("data", region="ap-northeast-2"))
fine(
    R,
    "the topic for text messages is in Tokyo",
    add("sms", "aws:sns/topic:Topic", region="ap-northeast-1"),
)
fine(
    R,
    "a second provider for Tokyo that nothing uses",
    add("tokyo", t.AWS_PROVIDER, region="ap-northeast-1", allowedAccountIds=f'["{ACCOUNT}"]'),
)
open_question(
    R, "the account is not known yet", change_provider(allowedAccountIds=WAITS), "allowedAccountIds"
)
open_question(R, "a region is not known yet", change("data", region=WAITS), "region")

R = "required-tags"


def default_tags(**tags: str) -> str:
    """The provider's default tags as the engine shows them: JSON in a string."""
    usual = {
        "Project": "triflow-ai",
        "Environment": "prod",
        "ManagedBy": "pulumi",
        "CostCenter": "p",
    }
    return json.dumps({"tags": {k: v for k, v in (usual | tags).items() if v}})


broken(R, "staging calls itself prod", change_provider(defaultTags=default_tags()), in_staging)
for key in ("Project", "Environment", "ManagedBy", "CostCenter"):
    broken(R, f"{key} is not set", change_provider(defaultTags=default_tags(**{key: ""})))
broken(R, "another tool calls it its own", change_provider(defaultTags=default_tags(ManagedBy="x")))
broken(R, "there are no default tags", change_provider(defaultTags=GONE))
broken(R, "the layer is not set", change("vpc", tags={"Name": "vpc"}))
broken(R, "the layer is empty", change("vpc", tags__Layer=""))
broken(R, "a resource overrides the project", change("vpc", tags__Project="other"))
broken(R, "a key is AWS's own", change("vpc", tags={"Layer": "n", "aws:createdBy": "y"}))
broken(R, "a key is too long", change("vpc", tags={"Layer": "n", "k" * 129: "y"}))
broken(R, "a value is too long", change("vpc", tags__Name="x" * 257))
broken(R, "51 tags", change("vpc", tags={"Layer": "n"} | {str(i): "x" for i in range(46)}))
fine(R, "50 tags", change("vpc", tags={"Layer": "n"} | {str(i): "x" for i in range(45)}))
fine(R, "the longest key and value", change("vpc", tags={"Layer": "n", "k" * 128: "x" * 256}))
broken(R, "a kind of no table says no layer", add("job", "aws:glue/job:Job", tags={"Name": "x"}))
fine(R, "a resource repeats a default tag", change("vpc", tags__Project="triflow-ai"))
fine(R, "a kind without tags has none", change("public-out", tags=GONE))
open_question(R, "a tag is not known yet", change("vpc", tags__Layer=WAITS), "Layer")
open_question(R, "how long a value is, is not known yet", change("vpc", tags__Name=WAITS), "Name")
open_question(R, "the tags are not known yet", change("vpc", tags=WAITS), "tags")

R = "stateful-protected"
broken(R, "the bucket is not protected", change_options("data", protect=False))
broken(R, "the VPC is not protected", change_options("vpc", protect=False))
broken(R, "the zone is not protected", change_options("zone", protect=False), in_foundation)
broken(R, "the images are not protected", change_options("images", protect=False), in_foundation)
broken(R, "a database is not protected", add("db", t.DB_INSTANCE, engine="postgres"))
broken(R, "staging's bucket is not protected", change_options("data", protect=False), in_staging)
fine(R, "versioning is not protected", change_options("versioning", protect=False))
fine(R, "dev protects nothing", add("more", t.BUCKET, bucket="more"), in_dev)

R = "stateful-survives-removal"
ECS = "/aws/ecs/triflow-ai-production-backend"
broken(f"{R}(a)", "an archived group has no guard", add("group", t.LOG_GROUP, name=ECS))
broken(f"{R}(a)", "its guard is off", add("group", t.LOG_GROUP, name=ECS, skipDestroy=False))
broken(f"{R}(c)", "the database would go with its line", change_options("database", retain=False))
broken(f"{R}(c)", "the bucket would", change_options("data", retain=False))
broken(f"{R}(c)", "the vault would", change_options("vault", retain=False))
broken(f"{R}(c)", "the images would", change_options("images", retain=False), in_foundation)
fine(R, "the database stays in AWS", change_options("database", retain=True))
fine(R, "staging's may go", change_options("database", retain=False), in_staging)
broken(f"{R}(b)", "the vault is emptied by force", change("vault", forceDestroy=True))
broken(f"{R}(b)", "the bucket is emptied by force", change("data", forceDestroy=True))
broken(
    f"{R}(b)", "dev's bucket is emptied by force", add("more", t.BUCKET, forceDestroy=True), in_dev
)
broken(
    f"{R}(b)", "the images are deleted by force", change("images", forceDelete=True), in_foundation
)
broken(f"{R}(b)", "the zone is emptied by force", change("zone", forceDestroy=True), in_foundation)
fine(R, "an archived group is skipped", add("group", t.LOG_GROUP, name=ECS, skipDestroy=True))
fine(
    R,
    "an archived group is protected in AWS",
    add("group", t.LOG_GROUP, name=ECS, deletionProtectionEnabled=True),
)
fine(R, "a group that is not archived", add("group", t.LOG_GROUP, name="/aws/vpc/rejected"))
for stack in (in_dev, in_staging):
    fine(R, f"groups have no guard, {stack.__name__}", add("group", t.LOG_GROUP, name=ECS), stack)
fine(R, "force is left out", change("data", forceDestroy=GONE))
open_question(R, "the switch is not known yet", change("data", forceDestroy=WAITS), "forceDestroy")

R = "names-legal"


def name_of(token: str, name: str, key: str = "name") -> Spoil:
    """Put a thing with a name into the stack."""
    return add("named", token, **{key: name})


broken(f"{R}(a)", "a target group with 33 letters", name_of(t.TARGET_GROUP, "x" * 33))
broken(f"{R}(a)", "a balancer that begins internal-", name_of(t.LOAD_BALANCER, "internal-x"))
broken(f"{R}(a)", "a balancer that ends with a hyphen", name_of(t.LOAD_BALANCER, "x-"))
broken(
    f"{R}(a)", "a database with two hyphens", name_of(t.DB_INSTANCE, "triflow--db", "identifier")
)
broken(
    f"{R}(a)", "a database that begins with a digit", name_of(t.DB_INSTANCE, "1db", "identifier")
)
broken(f"{R}(a)", "a role with 65 letters", name_of(t.ROLE, "x" * 65))
broken(f"{R}(a)", "a vault with one letter", name_of(t.BACKUP_VAULT, "x"))
fine(R, "a vault with two", name_of(t.BACKUP_VAULT, "xx"))
fine(R, "somebody else's bucket", both(change("data", bucket="any"), world_is(stack="test")))
broken(f"{R}(a)", "a bucket with capitals", change("data", bucket=f"TriFlow-ai-prod-{ACCOUNT}"))
broken(f"{R}(a)", "a bucket with a dot", change("data", bucket="triflow.ai"))
broken(f"{R}(a)", "a bucket with 64 letters", change("data", bucket="x" * 64))
broken(f"{R}(a)", "a bucket that ends -s3alias", change("data", bucket="x-s3alias"))
broken(f"{R}(a)", "a name is a number", add("named", t.ROLE, name=5))
broken(f"{R}(b)", "the bucket has no account", change("data", bucket="triflow-ai-prod"))
broken(
    f"{R}(b)",
    "staging's bucket is called staging",
    change("data", bucket=f"triflow-ai-staging-{ACCOUNT}"),
    in_staging,
)
broken(f"{R}(b)", "the bucket has no name", change("data", bucket=GONE))
fine(
    R, "a target group with 32 letters", name_of(t.TARGET_GROUP, "triflow-ai-production-backend-tg")
)
fine(R, "a role with 64 letters", name_of(t.ROLE, "x" * 64))
fine(R, "a role without a name", add("named", t.ROLE, path="/"))
fine(R, "staging's bucket is called nonprod", change("data", tags={}), in_staging)
open_question(R, "the name is not known yet", change("data", bucket=WAITS), "bucket")

R = "guide-names-pinned"
broken(f"{R}(a)", "the VPC is called main", change("vpc", tags__Name="main"))
broken(f"{R}(a)", "the VPC has no name", change("vpc", tags={"Layer": "network"}))
broken(
    f"{R}(a)", "the repository is called backend", change("images", name="backend"), in_foundation
)
broken(
    f"{R}(a)", "the repository's name is left to chance", change("images", name=GONE), in_foundation
)
broken(f"{R}(a)", "the zone is another", change("zone", name="example.com"), in_foundation)
fine(R, "staging's VPC has its own name", change("vpc", tags__Name="other"), in_staging)
open_question(R, "the name is not known yet", change("images", name=WAITS), "name", in_foundation)

R = "values-typed"
broken(f"{R}(a)", "a port is text", change("alb-in-443", fromPort="8000"))
broken(f"{R}(a)", "a port is zero", change("alb-in-443", fromPort=0))
broken(f"{R}(a)", "a port is too high", change("alb-out-8000", toPort=65536))
broken(f"{R}(a)", "a port has a fraction", change("alb-in-443", toPort=443.5))
broken(
    f"{R}(a)",
    "a redirect's port is a number",
    add("http", t.LISTENER, port=80, defaultActions=[{"redirect": {"port": 443}}]),
)
broken(
    f"{R}(a)",
    "a health check's port is a number",
    add("tg", t.TARGET_GROUP, healthCheck={"port": 8000}),
)
broken(f"{R}(a)", "the database listens elsewhere", add("db", t.DB_INSTANCE, port=5433))
fine(R, "the lowest port", change("alb-in-443", fromPort=1))
fine(R, "the highest port", change("alb-out-8000", toPort=65535))
fine(
    R,
    "a redirect's port is text",
    add("http", t.LISTENER, port=80, defaultActions=[{"redirect": {"port": "443"}}]),
)
fine(
    R,
    "the health check follows the traffic",
    add("tg", t.TARGET_GROUP, port=8000, healthCheck={"port": "traffic-port"}),
)
fine(R, "the database's port is written out", add("db", t.DB_INSTANCE, port=5432))
open_question(R, "a port is not known yet", change("alb-in-443", toPort=WAITS), "toPort")

R = "documents-well-formed"
POLICY = {"Version": "2012-10-17", "Statement": []}
broken(
    R,
    "a value was put into text too early",
    change("bucket-policy", policy=allow("s3:GetObject", "Calling __str__ on an Output[T]")),
)
broken(
    R,
    "a variable was never filled in",
    change("bucket-policy", policy=allow("s3:GetObject", "${var.bucket}")),
)
broken(R, "the version is missing", change("bucket-policy", policy='{"Statement": []}'))
broken(R, "the version is the old one", change("bucket-policy", policy='{"Version": "2008-10-17"}'))
broken(R, "it is no JSON", change("bucket-policy", policy="{"))
broken(R, "it is a list", change("bucket-policy", policy="[]"))
broken(R, "it is not there", change("bucket-policy", policy=GONE))


def of_length(characters: int) -> Spoil:
    """Put a role into the stack whose document has so many characters that are no blanks."""
    bare = len("".join(json.dumps(POLICY | {"Id": ""}).split()))
    text = json.dumps(POLICY | {"Id": "x" * (characters - bare)})
    return add("role", t.ROLE, assumeRolePolicy=text)


broken(R, "it is too long", of_length(2049))
fine(R, "it is as long as AWS takes", of_length(2048))
fine(R, "a place in it is empty", change("bucket-policy", policy=POLICY | {"Id": None}))
fine(
    R,
    "a variable of IAM",
    change("bucket-policy", policy=allow("s3:GetObject", "a/${aws:PrincipalTag/tenant_id}/*")),
)
fine(R, "it is an object", change("bucket-policy", policy=POLICY))
fine(
    R, "blanks do not count", add("role", t.ROLE, assumeRolePolicy=json.dumps(POLICY) + " " * 3000)
)
fine(R, "an endpoint without a policy", change("s3-endpoint", policy=GONE))
fine(R, "a lifecycle policy has no version", change("images-lifecycle", tags={}), in_foundation)
open_question(R, "it is not known yet", change("bucket-policy", policy=WAITS), "policy")
open_question(
    R,
    "one text in it is not known yet",
    change("bucket-policy", policy=POLICY | {"Id": WAITS}),
    "policy.Id",
)
