"""Cases of the rules of tenants, secrets and functions."""

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    ACCOUNT,
    GONE,
    WAITS,
    Spoil,
    add,
    at_update,
    both,
    change,
    leave_out,
    of,
)
from tests.policy.worlds import in_dev, in_staging
from tests.policy.worlds_service import (
    allow,
    backend,
    definitions,
    document,
    task_files,
    tenant_files,
    tenant_trust,
)

TASK_ROLE = f"arn:aws:iam::{ACCOUNT}:role/triflow-ai-production-ecs-task-role"
BUCKET = f"arn:aws:s3:::triflow-ai-prod-{ACCOUNT}"
PREFIX = "triflow-ai-production"
OWN = "tenants/tenant-${aws:PrincipalTag/tenant_id}/*"


def trusting(changed: dict[str, object], principal: str = TASK_ROLE) -> Spoil:
    """Let the tenant role be taken in another way; an empty condition is none."""
    return change("tenant-role", assumeRolePolicy=tenant_trust(principal, **changed))


R = "iam-tenant-isolation"
broken(f"{R}(a)", "without a tag", trusting({"Null": {}}))
broken(f"{R}(a)", "a tag of any shape", trusting({"StringLike": {"aws:RequestTag/tenant_id": "*"}}))
broken(f"{R}(a)", "other tags besides", trusting({"ForAllValues:StringEquals": {}}))
broken(f"{R}(a)", "by anybody of the account", trusting({}, f"arn:aws:iam::{ACCOUNT}:root"))
broken(f"{R}(b)", "all tenants", change("tenant-files", policy=tenant_files("tenants/*")))
broken(
    f"{R}(b)", "lists all tenants", change("tenant-files", policy=tenant_files(listed="tenants/*"))
)
broken(
    f"{R}(c)",
    "a task reads tenants itself",
    change("task-files", policy=task_files(PREFIX, allow("s3:GetObject", f"{BUCKET}/tenants/*"))),
)
broken(
    f"{R}(c)",
    "a task writes what is shared",
    change("task-files", policy=task_files(PREFIX, allow("s3:PutObject", f"{BUCKET}/shared/*"))),
)
broken(
    f"{R}(c)",
    "a task takes any role",
    change(
        "task-files",
        policy=task_files(PREFIX, allow("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/*")),
    ),
)
broken(
    f"{R}(d)",
    "the record's variable",
    change("tenant-files", policy=tenant_files("tenants/tenant-${tenant_id}/*")),
)
broken(f"{R}(a)", "by a provider of that name", change("tenant-role", assumeRolePolicy=tenant_trust(TASK_ROLE).replace('"AWS"', '"Federated"')))  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "lists its own and all", change("tenant-files", policy=tenant_files(listed=[OWN, "tenants/*"])))  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "lists without a bound", change("tenant-files", policy=document(allow("s3:ListBucket", BUCKET))))  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "everything else", change("tenant-files", policy=document({"Effect": "Allow", "Action": "s3:GetObject", "NotResource": BUCKET})))  # noqa: E501  # fmt: skip
broken(f"{R}(b)", "all tenants, by the role's name", change("tenant-files", role=f"{PREFIX}-tenant-role", policy=tenant_files("tenants/*")))  # noqa: E501  # fmt: skip


def task_may(*args: object, **more: object) -> Spoil:
    """Let a task do one thing more."""
    return change("task-files", policy=task_files(PREFIX, allow(*args, **more)))


def listing(*prefixes: str) -> dict[str, object]:
    """A condition on what is listed."""
    return {"Condition": {"StringLike": {"s3:prefix": list(prefixes)}}}


TENANT_ROLE = f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}-tenant-role"
broken(f"{R}(c)", "a task takes two roles", task_may("sts:AssumeRole", [TENANT_ROLE, TASK_ROLE]))
broken(
    f"{R}(c)", "a task reads tenants in capitals", task_may("S3:GetObject", f"{BUCKET}/tenants/*")
)
broken(f"{R}(c)", "a task lists everything", task_may("s3:ListBucket", BUCKET))
for prefixes in (("shared/*", "tenants/*"), ("tenants/x/shared/*",)):
    broken(f"{R}(c)", f"a task lists {prefixes}", task_may("s3:ListBucket", BUCKET, **listing(*prefixes)))  # noqa: E501  # fmt: skip
fine(R, "a task lists what is shared", task_may("s3:ListBucket", BUCKET, **listing("shared/*", "dev/shared/*")))  # noqa: E501  # fmt: skip
fine(R, "a task is refused the tenants", task_may("s3:*", f"{BUCKET}/tenants/*", Effect="Deny"))
fine(R, "a role of somebody else", change("task-files", role="elsewhere", policy=tenant_files("tenants/*")))  # noqa: E501  # fmt: skip
open_question(R, "whose policy it is waits", change("task-files", role=WAITS), "role")
fine(
    R,
    "shared templates",
    change(
        "task-files",
        policy=task_files(PREFIX, allow("s3:GetObject", f"{BUCKET}/shared/templates/*")),
    ),
)
fine(R, "below the environment", change("tenant-files", policy=tenant_files(f"staging/{OWN}")))
open_question(
    R, "the trust waits", change("tenant-role", assumeRolePolicy=WAITS), "assumeRolePolicy"
)

R = "no-plaintext-secret"
HOOK = "https://hooks.slack.com/services/T/B/x"


def holding(name: str, value: str) -> Spoil:
    """Give the backend a variable."""
    container = backend(environment=[{"name": name, "value": value}])
    return change("task", containerDefinitions=definitions("prod", container))


broken(f"{R}(a)", "a password", holding("DB_PASSWORD", "x"))
broken(f"{R}(a)", "a password with a hyphen", holding("DB_PASSWORD", "correct-horse"))
broken(f"{R}(a)", "a webhook under another name", holding("NOTIFY", HOOK))
broken(f"{R}(a)", "a key of AWS", holding("VALUE", "AKIAIOSFODNN7EXAMPLE"))
broken(f"{R}(a)", "a user in an address", holding("TARGET", "postgres://me:secret@db/x"))
broken(
    f"{R}(a)",
    "a function with an API key",
    change("restart", environment={"variables": {"API_KEY": "abc"}}),
)
broken(
    f"{R}(a)",
    "a secret that is a value",
    change(
        "task",
        containerDefinitions=definitions(
            "prod", backend(secrets=[{"name": "API_KEY", "valueFrom": "abc"}])
        ),
    ),
)
broken(
    f"{R}(b)",
    "a function holds the webhook",
    change("restart", environment={"variables": {"NOTIFY": HOOK}}),
)
broken(f"{R}(b)", "a list holds the webhook", change("restart", layers=[HOOK]))
broken(
    f"{R}(b)",
    "a parameter holds the webhook",
    add("hook", "aws:ssm/parameter:Parameter", name="x", value=HOOK),
)
fine(R, "the name of a secret", holding("SECRET_NAME", "triflow/prod/anthropic"))
fine(R, "the ARN of a secret", holding("SECRET_ARN", "arn:aws:secretsmanager:x:1:secret:y"))
fine(R, "the host without a hook", change("restart", description="posts to hooks.slack.com"))
fine(
    R,
    "a write-only webhook",
    add("hook", t.SECRET_VERSION, secretStringWo=HOOK, secretStringWoVersion=1),
)
open_question(
    R,
    "the containers name a new secret",
    change("task", containerDefinitions=of("api-key")),
    "containerDefinitions",
)

R = "secret-stores-safe"
PARAMETER = "aws:ssm/parameter:Parameter"
broken(f"{R}(a)", "a value in the state", add("v", t.SECRET_VERSION, secretString="x"))
broken(f"{R}(a)", "a value that never changes", add("v", t.SECRET_VERSION, secretStringWo="x"))
broken(f"{R}(a)", "gone at once in production", change("api-key", recoveryWindowInDays=0))
broken(f"{R}(a)", "six days", change("api-key", recoveryWindowInDays=6), in_staging)
broken(f"{R}(b)", "a key as text", add("p", PARAMETER, name="/triflow/prod/api_key", type="String"))
broken(
    f"{R}(b)",
    "an insecure value",
    add("p", PARAMETER, name="/triflow/prod/token", type="SecureString", insecureValue="x"),
)
broken(f"{R}(c)", "a key that never rotates", add("k", t.KMS_KEY, description="x"))
broken(
    f"{R}(c)",
    "a key that is gone in a week",
    add("k", t.KMS_KEY, description="x", enableKeyRotation=True, deletionWindowInDays=7),
)
broken(f"{R}(c)", "a key for nobody knows what", add("k", t.KMS_KEY, enableKeyRotation=True))
fine(R, "a week to restore", change("api-key", recoveryWindowInDays=7))
fine(R, "dev wants the name back", change("api-key", recoveryWindowInDays=0), in_dev)
fine(R, "AWS's thirty days", change("api-key", recoveryWindowInDays=GONE))
fine(
    R,
    "a name about a token",
    add("p", PARAMETER, name="/triflow/prod/token_endpoint_name", type="String", value="x"),
)
fine(
    R,
    "a key that rotates yearly",
    add("k", t.KMS_KEY, description="x", enableKeyRotation=True, rotationPeriodInDays=365),
)
open_question(
    R, "the days wait", change("api-key", recoveryWindowInDays=WAITS), "recoveryWindowInDays"
)

R = "lambda-scoped"
broken(f"{R}(a)", "any rule may call", change("restart-permission", sourceArn=GONE))
broken(f"{R}(a)", "anybody may call", change("restart-permission", principal="*"))
broken(
    f"{R}(a)",
    "a bucket of any account",
    change("restart-permission", principal="s3.amazonaws.com"),
)
broken(f"{R}(a)", "an address on the internet", add("url", t.FUNCTION_URL, functionName="x"))
broken(f"{R}(b)", "an old runtime", change("restart", runtime="python3.9"))
broken(f"{R}(b)", "a minute and a second", change("restart", timeout=61))
broken(f"{R}(b)", "it never runs", change("restart", reservedConcurrentExecutions=0))
fine(R, "its function is left out of this run", both(at_update, leave_out("restart")))
fine(R, "a newer runtime", change("restart", runtime="python3.13"))
fine(R, "a whole minute", change("restart", timeout=60))
open_question(R, "the caller waits", change("restart-permission", principal=WAITS), "principal")
