"""Who reaches which tenant's files, as the program asks for it (ADR S8, S2)."""

import json
from typing import Any

import pytest

from tests.program.recorder import Recording, record

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
FUNCTION = "aws:lambda/function:Function"
RULE = "aws:cloudwatch/eventRule:EventRule"
NOTIFICATION = "aws:s3/bucketNotification:BucketNotification"
PERMISSION = "aws:lambda/permission:Permission"
QUEUE = "aws:sqs/queue:Queue"
ON_FAILURE = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"

FOLDERS = {
    "prod": ("triflow-ai-prod-123456789012", ""),
    "staging": ("triflow-ai-nonprod-123456789012", "staging/"),
    "dev": ("triflow-ai-nonprod-123456789012", "dev/"),
}
TASK_ROLE = "arn:aws:iam::123456789012:role/triflow-ai-production-ecs-task-role"
TENANT_ROLE = "arn:aws:iam::123456789012:role/triflow-ai-production-tenant-role"


def statements(recording: Recording, name: str) -> list[dict[str, Any]]:
    """Return the statements of an inline policy; they are plain in a preview too."""
    found: list[dict[str, Any]] = json.loads(recording.one(ROLE_POLICY, name).props["policy"])[
        "Statement"
    ]
    return found


@pytest.mark.clause("S8")
def test_only_a_task_becomes_a_tenant_and_only_one_at_a_time(prod: Recording) -> None:
    """With one session tag, shaped as a UUID; without Null a request with no tag would pass."""
    role = prod.one(ROLE, "tenants-tenant-role")

    assert json.loads(role.props["assumeRolePolicy"])["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": TASK_ROLE},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "Null": {"aws:RequestTag/tenant_id": "false"},
                "StringLike": {"aws:RequestTag/tenant_id": "????????-????-????-????-????????????"},
                "ForAllValues:StringEquals": {"aws:TagKeys": ["tenant_id"]},
            },
        }
    ]
    assert role.props["maxSessionDuration"] == 3600


@pytest.mark.clause("S8", "S1")
@pytest.mark.parametrize("stack", FOLDERS)
def test_a_tenant_reaches_its_own_folder_and_nothing_else(stack: str, mode: str) -> None:
    """The folder is named by the session's tag, which only the task role can set."""
    bucket, prefix = FOLDERS[stack]
    folder = f"{prefix}tenants/tenant-${{aws:PrincipalTag/tenant_id}}/*"

    assert statements(record(stack, preview=mode == "preview"), "tenants-tenant-role-files") == [
        {
            "Effect": "Allow",
            "Action": [
                "s3:PutObject",
                "s3:PutObjectTagging",
                "s3:GetObject",
                "s3:GetObjectVersion",
                "s3:DeleteObject",
                "s3:AbortMultipartUpload",
            ],
            "Resource": [f"arn:aws:s3:::{bucket}/{folder}"],
        },
        {
            "Effect": "Allow",
            "Action": ["s3:ListBucket", "s3:ListBucketVersions"],
            "Resource": [f"arn:aws:s3:::{bucket}"],
            "Condition": {"StringLike": {"s3:prefix": [folder]}},
        },
    ]


@pytest.mark.clause("S8", "C9")
def test_a_task_itself_reads_shared_and_no_tenant(prod: Recording) -> None:
    """The inline policy has the guide's name."""
    policy = prod.one(ROLE_POLICY, "tenants-task-role-s3-access")
    bucket = "arn:aws:s3:::triflow-ai-prod-123456789012"

    assert policy.props["name"] == "triflow-ai-production-s3-access-policy"
    assert statements(prod, policy.name) == [
        {
            "Effect": "Allow",
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Resource": [TENANT_ROLE],
        },
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"{bucket}/shared/*"]},
        {
            "Effect": "Allow",
            "Action": ["s3:ListBucket"],
            "Resource": [bucket],
            "Condition": {"StringLike": {"s3:prefix": ["shared/*"]}},
        },
    ]


@pytest.mark.clause("S8")
@pytest.mark.parametrize("stack", FOLDERS)
def test_no_role_of_the_service_reaches_all_tenants(stack: str) -> None:
    """A grant on tenants/* would make the tag of a session worth nothing."""
    for name in ("tenants-task-role-s3-access", "tenants-task-role-operations"):
        for statement in statements(record(stack), name):
            assert not [each for each in statement["Resource"] if "tenants/" in each]


@pytest.mark.clause("S8")
@pytest.mark.parametrize("stack", FOLDERS)
def test_no_variable_is_left_that_iam_does_not_know(stack: str) -> None:
    """${tenant_id}, as the decision record writes it, is plain text to IAM and matches nothing."""
    for policy in record(stack).of(ROLE_POLICY):
        assert "${tenant_id}" not in str(policy.props["policy"])


@pytest.mark.clause("C8", "M9")
def test_a_task_may_be_looked_into_and_count_for_itself(prod: Recording) -> None:
    """Where AWS knows no resource the actions are named, and metrics keep to one namespace."""
    wide, log, metrics = statements(prod, "tenants-task-role-operations")

    assert wide["Action"] == [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
        "logs:DescribeLogGroups",
    ]
    assert log["Resource"] == [
        "arn:aws:logs:ap-northeast-2:123456789012:log-group:/triflow/exec/triflow-ai-production:*"
    ]
    assert metrics["Condition"] == {
        "StringEquals": {"cloudwatch:namespace": "triflow-ai-production"}
    }


@pytest.mark.clause("S8")
def test_the_tenant_role_comes_after_the_task_role(prod: Recording) -> None:
    """IAM refuses to trust a role that does not exist."""
    assert (
        prod.one(ROLE, "tenants-task-role").urn
        in prod.one(ROLE, "tenants-tenant-role").dependencies
    )


@pytest.mark.clause("S2")
@pytest.mark.parametrize(
    ("stack", "folders"),
    [
        ("prod", ["triflow-ai-prod-123456789012/tenants/*"]),
        (
            "staging",
            [
                "triflow-ai-nonprod-123456789012/dev/tenants/*",
                "triflow-ai-nonprod-123456789012/staging/tenants/*",
            ],
        ),
    ],
)
def test_one_tagger_serves_all_who_use_the_bucket(stack: str, folders: list[str]) -> None:
    """It may set tags below each environment's tenants, and read no file."""
    tag, look, *_ = statements(record(stack), "tenants-tagger-rights")

    assert tag["Resource"] == [f"arn:aws:s3:::{folder}" for folder in folders]
    assert tag["Action"] == [
        "s3:GetObjectTagging",
        "s3:GetObjectVersionTagging",
        "s3:PutObjectTagging",
        "s3:PutObjectVersionTagging",
    ]
    assert look["Action"] == ["s3:ListBucket"]


@pytest.mark.clause("S2", "S1")
def test_dev_writes_no_setting_of_the_bucket_it_borrows(dev: Recording) -> None:
    """A bucket has one notification setting: dev's would take staging's tagger away."""
    assert dev.of(NOTIFICATION) == []
    assert "tenants-tagger" not in [each.name for each in dev.of(FUNCTION)]


@pytest.mark.clause("S2")
def test_new_objects_reach_the_tagger(prod: Recording) -> None:
    """By the bucket's EventBridge setting and a rule on this one bucket."""
    pattern = json.loads(prod.one(RULE, "tenants-tagger-trigger-rule").props["eventPattern"])

    assert prod.one(NOTIFICATION).props["eventbridge"] is True
    assert pattern == {
        "source": ["aws.s3"],
        "detail-type": ["Object Created"],
        "detail": {"bucket": {"name": ["triflow-ai-prod-123456789012"]}},
    }


@pytest.mark.clause("S2", "C11")
@pytest.mark.parametrize("function", ["tenants-tagger", "compute-restart"])
def test_every_function_is_called_by_its_own_rule_alone(prod: Recording, function: str) -> None:
    """Without a source any rule of any account could call it."""
    permission = prod.one(PERMISSION, f"{function}-trigger-permission")

    assert permission.props["principal"] == "events.amazonaws.com"
    assert prod.depends_on(permission, "sourceArn") == {f"{function}-trigger-rule"}


@pytest.mark.clause("S2", "C11")
def test_every_function_is_small_new_and_loses_nothing(prod: Recording) -> None:
    """After two retries an event waits for 14 days in the function's own queue."""
    for function in prod.of(FUNCTION):
        props = function.props
        assert (props["runtime"], props["architectures"]) == ("python3.12", ["arm64"])
        assert (props["memorySize"], props["timeout"]) in ((128, 15), (256, 60))
        invoke = prod.one(ON_FAILURE, f"{function.name}-on-failure")
        assert invoke.props["maximumRetryAttempts"] == 2
        assert prod.depends_on(invoke, "destinationConfig") == {f"{function.name}-dead-letters"}
        queue = prod.one(QUEUE, f"{function.name}-dead-letters")
        assert queue.props["messageRetentionSeconds"] == 1209600
        assert prod.one("aws:cloudwatch/logGroup:LogGroup", f"{function.name}-log-group").urn in (
            function.dependencies
        )


@pytest.mark.parametrize(
    ("name", "package"),
    [("tenants-tagger", "object_tagger"), ("compute-restart-function", "service_restart")],
)
def test_a_function_ships_its_own_files_under_its_own_name(
    name: str, package: str, prod: Recording
) -> None:
    """The handler's name is the path inside the archive."""
    props = prod.one(FUNCTION, name).props

    assert props["handler"] == f"{package}.handler.handle"
    assert f"{package}/handler.py" in props["code"]["assets"]
    assert all(path.startswith(f"{package}/") for path in props["code"]["assets"])
