"""A bucket that only its owner reaches, over TLS, encrypted and versioned (ADR S6, S7).

How long a file lives, and who hears of it, belongs to the component that makes the bucket.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import s3

from components import documents, tags

UNFINISHED_UPLOAD_DAYS = 7


@dataclass(frozen=True, kw_only=True)
class PrivateBucketArgs:
    """`bucket_name` is unique in the world; `retain` keeps it in AWS when it leaves the program.

    `granted` are statements of the bucket's policy beside the refusals that every bucket has.
    """

    bucket_name: str
    layer: str
    protect: bool
    retain: bool
    granted: Sequence[dict[str, Any]] = ()


class PrivateBucket(pulumi.ComponentResource):
    """One bucket and its five settings, each a resource of its own."""

    bucket: s3.Bucket
    versioning: s3.BucketVersioning
    policy: s3.BucketPolicy

    def __init__(
        self, name: str, args: PrivateBucketArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:storage:PrivateBucket", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self.bucket = self._bucket(name, args)
        self.versioning = self._versioning(f"{name}-versioning")
        self._encryption(f"{name}-encryption")
        self._ownership(f"{name}-ownership")
        block = self._public_access_block(f"{name}-public-access")
        self.policy = self._policy(f"{name}-policy", args, block)
        self.register_outputs({"bucket_name": self.bucket.bucket})

    def live_by(
        self,
        name: str,
        lifecycle_rules: Sequence[s3.BucketLifecycleConfigurationRuleArgsDict],
        parent: pulumi.Resource,
    ) -> None:
        """Let files end as the rules say, and parts of uploads that never ended with them.

        `name` and `parent` are those of the bucket's owner.
        """
        s3.BucketLifecycleConfiguration(
            name,
            bucket=self.bucket.bucket,
            rules=[*lifecycle_rules, leftovers()],
            # Rules on non-current versions mean nothing to S3 until versioning is on.
            opts=pulumi.ResourceOptions(parent=parent, depends_on=[self.versioning]),
        )

    def _bucket(self, name: str, args: PrivateBucketArgs) -> s3.Bucket:
        return s3.Bucket(
            name,
            bucket=args.bucket_name,
            force_destroy=False,
            tags=tags.own(args.layer, args.bucket_name),
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect, retain_on_delete=args.retain
            ),
        )

    def _versioning(self, name: str) -> s3.BucketVersioning:
        """ADR S6: for the whole bucket, since S3 knows no versioning of single prefixes."""
        return s3.BucketVersioning(
            name,
            bucket=self.bucket.bucket,
            versioning_configuration={"status": "Enabled"},
            opts=self._child,
        )

    def _encryption(self, name: str) -> None:
        """ADR S7: SSE-S3, without a KMS key."""
        s3.BucketServerSideEncryptionConfiguration(
            name,
            bucket=self.bucket.bucket,
            rules=[{"apply_server_side_encryption_by_default": {"sse_algorithm": "AES256"}}],
            opts=self._child,
        )

    def _ownership(self, name: str) -> None:
        """ADR S7: no access control lists; policies alone decide."""
        s3.BucketOwnershipControls(
            name,
            bucket=self.bucket.bucket,
            rule={"object_ownership": "BucketOwnerEnforced"},
            opts=self._child,
        )

    def _public_access_block(self, name: str) -> s3.BucketPublicAccessBlock:
        return s3.BucketPublicAccessBlock(
            name,
            bucket=self.bucket.bucket,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )

    def _policy(
        self, name: str, args: PrivateBucketArgs, block: s3.BucketPublicAccessBlock
    ) -> s3.BucketPolicy:
        """ADR S7. S3 refuses a policy and a block that are set on one bucket at the same time."""
        return s3.BucketPolicy(
            name,
            bucket=self.bucket.bucket,
            policy=documents.tls_only(args.bucket_name, *args.granted),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[block]),
        )


def leftovers() -> s3.BucketLifecycleConfigurationRuleArgsDict:
    """Return a rule of its own: S3 takes neither of these two in a rule that filters by tag."""
    return {
        "id": "leftovers",
        "status": "Enabled",
        "filter": {"prefix": ""},
        "abort_incomplete_multipart_upload": {"days_after_initiation": UNFINISHED_UPLOAD_DAYS},
        "expiration": {"expired_object_delete_marker": True},
    }
