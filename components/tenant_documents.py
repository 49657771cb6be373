"""Who may touch which tenant's files, as pure functions of plain names (ADR S8).

The decision record's own policy would refuse everything: s3:prefix exists on list calls only, and
${tenant_id} is no variable of IAM. What IAM does know is the tag of a session.
"""

from typing import Any

from components import documents

TENANT_TAG = "tenant_id"
TENANT = f"${{aws:PrincipalTag/{TENANT_TAG}}}"
UUID = "-".join("?" * length for length in (8, 4, 4, 4, 12))  # to IAM, ? is any one character

OBJECT_ACTIONS = (
    "s3:PutObject",
    "s3:PutObjectTagging",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:DeleteObject",
    "s3:AbortMultipartUpload",
)
LIST_ACTIONS = ("s3:ListBucket", "s3:ListBucketVersions")
# The tagger's: it reads and writes tags, and sees that an object is gone.
TAG_ACTIONS = (
    "s3:GetObjectTagging",
    "s3:GetObjectVersionTagging",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
)
# ECS Exec opens a channel to Session Manager from inside the task; AWS knows no resource for it.
EXEC_ACTIONS = (
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
)


def tenant_trust(task_role_arn: str) -> str:
    """Let the tasks take the tenant role, but only as one tenant, and with no other tag."""
    return documents.document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": task_role_arn},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {
                "Null": {f"aws:RequestTag/{TENANT_TAG}": "false"},
                "StringLike": {f"aws:RequestTag/{TENANT_TAG}": UUID},
                # Alone it would also hold for a request without any tag: so Null stands beside it.
                "ForAllValues:StringEquals": {"aws:TagKeys": [TENANT_TAG]},
            },
        }
    )


def tenant_files(bucket_name: str, key_prefix: str) -> str:
    """Let a session read and write what lies below its own tenant's folder, and list it."""
    folder = f"{key_prefix}tenants/tenant-{TENANT}/*"
    return documents.document(
        documents.allow(OBJECT_ACTIONS, [_objects(bucket_name, folder)]),
        documents.allow(LIST_ACTIONS, [_bucket(bucket_name)], StringLike={"s3:prefix": [folder]}),
    )


def task_files(bucket_name: str, key_prefix: str, tenant_role_arn: str) -> str:
    """Let a task become a tenant, and read what all tenants share; nothing of any tenant itself."""
    shared = f"{key_prefix}shared/*"
    return documents.document(
        documents.allow(["sts:AssumeRole", "sts:TagSession"], [tenant_role_arn]),
        documents.allow(["s3:GetObject"], [_objects(bucket_name, shared)]),
        documents.allow(
            ["s3:ListBucket"], [_bucket(bucket_name)], StringLike={"s3:prefix": [shared]}
        ),
    )


def task_operations(region: str, account_id: str, exec_log_group: str, namespace: str) -> str:
    """Let a task be looked into (ADR C8), log that, and send metrics of its own (ADR M9)."""
    group = f"arn:aws:logs:{region}:{account_id}:log-group:{exec_log_group}:*"
    log = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    return documents.document(
        documents.allow([*EXEC_ACTIONS, "logs:DescribeLogGroups"], ["*"]),
        documents.allow(log, [group]),
        documents.allow(
            ["cloudwatch:PutMetricData"], ["*"], StringEquals={"cloudwatch:namespace": namespace}
        ),
    )


def tagger(bucket_name: str, key_prefixes: tuple[str, ...]) -> list[dict[str, Any]]:
    """Let the tagger tag what lies below `tenants/` of each environment of the bucket (ADR S2)."""
    folders = [_objects(bucket_name, f"{prefix}tenants/*") for prefix in key_prefixes]
    return [
        documents.allow(TAG_ACTIONS, folders),
        documents.allow(["s3:ListBucket"], [_bucket(bucket_name)]),
    ]


def _bucket(name: str) -> str:
    return f"arn:aws:s3:::{name}"


def _objects(bucket_name: str, keys: str) -> str:
    return f"{_bucket(bucket_name)}/{keys}"
