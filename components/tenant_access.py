"""Who reaches which tenant's files (ADR S8), and the tags that decide how long they live (ADR S2).

A task holds no right on any tenant's file: it takes the tenant role as that tenant. Both roles are
here, and with them the only grant on objects; the bucket is `storage`'s. Notification and tagger
belong to the bucket's owner: a bucket has one notification setting, so dev's objects are tagged by
the tagger of staging.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import iam, s3

from components import documents, tags, tenant_documents
from components.event_trigger import EventTrigger, EventTriggerArgs
from components.lambda_function import LambdaFunction, LambdaFunctionArgs

SESSION_SECONDS = 3600  # what AWS allows a role that is taken by a role


@dataclass(frozen=True, kw_only=True)
class TenantAccessArgs:
    """`key_prefix` is dev/, staging/ or empty; `tagged_prefixes` those of all who use the bucket.

    `tagged_prefixes` is empty where another stack owns the bucket.
    """

    prefix: str
    account_id: str
    region: str
    bucket_name: str
    bucket: pulumi.Input[str]
    key_prefix: str
    tagged_prefixes: tuple[str, ...]
    exec_log_group: str

    @property
    def task_role(self) -> str:
        """The name that the guide's commands use (ADR C9)."""
        return f"{self.prefix}-ecs-task-role"

    @property
    def tenant_role(self) -> str:
        """The name of the role that each tenant's session takes."""
        return f"{self.prefix}-tenant-role"

    def role_arn(self, role: str) -> str:
        """Return the ARN before the role is there, so that a preview can judge who refers to it."""
        return f"arn:aws:iam::{self.account_id}:role/{role}"


class TenantAccess(pulumi.ComponentResource):
    """The task role, the tenant role, and the tagger where the bucket is this stack's own."""

    task_role_arn: pulumi.Output[str]
    tenant_role_arn: pulumi.Output[str]
    tagger: LambdaFunction | None

    def __init__(
        self, name: str, args: TenantAccessArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:storage:TenantAccess", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        task_role = self._task_role(f"{name}-task-role")
        self.tenant_role_arn = self._tenant_role(f"{name}-tenant-role", task_role)
        self.task_role_arn = self._rights(f"{name}-task-role", task_role)
        self.tagger = self._tagger(f"{name}-tagger") if args.tagged_prefixes else None
        self.register_outputs(
            {"task_role_arn": self.task_role_arn, "tenant_role_arn": self.tenant_role_arn}
        )

    def _task_role(self, name: str) -> iam.Role:
        return iam.Role(
            name,
            name=self._args.task_role,
            assume_role_policy=documents.service_trust("ecs-tasks", self._args.account_id),
            tags=tags.own("tenant_access", self._args.task_role),
            opts=self._child,
        )

    def _tenant_role(self, name: str, task_role: iam.Role) -> pulumi.Output[str]:
        args = self._args
        role = iam.Role(
            name,
            name=args.tenant_role,
            assume_role_policy=tenant_documents.tenant_trust(args.role_arn(args.task_role)),
            max_session_duration=SESSION_SECONDS,
            tags=tags.own("tenant_access", args.tenant_role),
            # IAM refuses to trust a role that does not exist yet.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[task_role]),
        )
        files = iam.RolePolicy(
            f"{name}-files",
            name=f"{args.prefix}-tenant-files",
            role=role.name,
            policy=tenant_documents.tenant_files(args.bucket_name, args.key_prefix),
            opts=self._child,
        )
        return _after(role, files)

    def _rights(self, name: str, role: iam.Role) -> pulumi.Output[str]:
        args = self._args
        files = iam.RolePolicy(
            f"{name}-s3-access",
            name=f"{args.prefix}-s3-access-policy",
            role=role.name,
            policy=tenant_documents.task_files(
                args.bucket_name, args.key_prefix, args.role_arn(args.tenant_role)
            ),
            opts=self._child,
        )
        operations = iam.RolePolicy(
            f"{name}-operations",
            name=f"{args.prefix}-operations-policy",
            role=role.name,
            policy=tenant_documents.task_operations(
                args.region, args.account_id, args.exec_log_group, args.prefix
            ),
            opts=self._child,
        )
        return _after(role, files, operations)

    def _tagger(self, name: str) -> LambdaFunction:
        """ADR S2: S3 lifecycle knows no wildcard, so each object carries its class as a tag."""
        args = self._args
        function_name = f"{args.prefix}-object-tagger"
        function = LambdaFunction(
            name,
            LambdaFunctionArgs(
                function_name=function_name,
                source="object_tagger",
                layer="tenant_access",
                account_id=args.account_id,
                region=args.region,
                memory_mb=128,
                timeout_seconds=15,
                variables={},
                statements=tenant_documents.tagger(args.bucket_name, args.tagged_prefixes),
            ),
            self._child,
        )
        EventTrigger(
            f"{name}-trigger",
            EventTriggerArgs(
                rule_name=f"{function_name}-trigger",
                description="An object was created in the data bucket",
                layer="tenant_access",
                pattern={
                    "source": ["aws.s3"],
                    "detail-type": ["Object Created"],
                    "detail": {"bucket": {"name": [args.bucket_name]}},
                },
                function=function,
            ),
            self._child,
        )
        s3.BucketNotification(
            f"{name}-notification", bucket=args.bucket, eventbridge=True, opts=self._child
        )
        return function


def _after(role: iam.Role, *rights: iam.RolePolicy) -> pulumi.Output[str]:
    """Return the role's ARN once it has its rights: a task that starts earlier is refused."""
    return pulumi.Output.all(role.arn, *(policy.id for policy in rights)).apply(
        lambda found: str(found[0])
    )
