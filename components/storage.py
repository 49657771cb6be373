"""The data bucket and the life of what lies in it (ADR S1 to S7).

Production has a bucket of its own; staging owns the one of non-production, where dev uses it below
`dev/`. The tree below (`tenants/tenant-{uuid}/workflows/` and so on) is laid by who writes: S3 has
no folders. Who may read which tenant is `tenant_access`'s.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import s3

from components import documents
from components.private_bucket import PrivateBucket, PrivateBucketArgs

GLACIER_DAYS = 90
LOG_DAYS = 365
DELETED_UPLOAD_DAYS = 30
ARCHIVE_FOLDER = "logs-archive"  # of log groups (`log_archive`) and of the load balancer
ACCESS_LOG_FOLDER = f"{ARCHIVE_FOLDER}/load-balancer"
ARCHIVE_COLD_DAYS = 1
CLASS_TAG = "data-class"  # on each object: workflow, export, upload or log

# Glacier's price, and still read directly: the classes below it need hours before a read.
COLD = "GLACIER_IR"


@dataclass(frozen=True, kw_only=True)
class StorageArgs:
    """`borrowed_bucket` is the name of another stack's bucket, used instead of an own one.

    `load_balancer_logs` lets the load balancer of this account write its access logs.
    """

    bucket_name: str
    protect: bool
    retain: bool
    load_balancer_logs: bool
    account_id: str
    borrowed_bucket: pulumi.Output[str] | None


class Storage(pulumi.ComponentResource):
    """One bucket for all tenants; in dev nothing but the name of staging's."""

    bucket_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: StorageArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:storage:Storage", name, None, opts)
        self.bucket_name = args.borrowed_bucket or self._bucket(name, args)
        self.register_outputs({"bucket_name": self.bucket_name})

    def _bucket(self, name: str, args: StorageArgs) -> pulumi.Output[str]:
        private = PrivateBucket(
            f"{name}-bucket",
            PrivateBucketArgs(
                bucket_name=args.bucket_name,
                layer="storage",
                protect=args.protect,
                retain=args.retain,
                granted=_load_balancer(args) if args.load_balancer_logs else (),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        private.live_by(f"{name}-lifecycle", lifecycle_rules(), parent=self)
        return private.bucket.bucket


def _load_balancer(args: StorageArgs) -> list[dict[str, Any]]:
    return [documents.load_balancer_logs(args.bucket_name, ACCESS_LOG_FOLDER, args.account_id)]


def lifecycle_rules() -> list[s3.BucketLifecycleConfigurationRuleArgsDict]:
    """Return the rules of the bucket, by tag: S3 knows no `*/workflows/*` (ADR S2 to S5, M3)."""
    return [
        _cold("workflow"),
        _cold("export"),
        {
            **_class("log"),
            "expiration": {"days": LOG_DAYS},
            "noncurrent_version_expiration": {"noncurrent_days": 1},
        },
        _archive(),
        {
            # A live upload has no end; what was deleted or replaced is a non-current version.
            **_class("upload"),
            "noncurrent_version_expiration": {"noncurrent_days": DELETED_UPLOAD_DAYS},
        },
    ]


def _cold(data_class: str) -> s3.BucketLifecycleConfigurationRuleArgsDict:
    """Live and old versions alike leave for Glacier (ADR S2)."""
    return {
        **_class(data_class),
        "transitions": [{"days": GLACIER_DAYS, "storage_class": COLD}],
        "noncurrent_version_transitions": [
            {"noncurrent_days": GLACIER_DAYS, "storage_class": COLD}
        ],
    }


def _archive() -> s3.BucketLifecycleConfigurationRuleArgsDict:
    """A year in Glacier, chosen by prefix, since AWS's services set no tag of ours (ADR M3)."""
    return {
        "id": ARCHIVE_FOLDER,
        "status": "Enabled",
        "filter": {"prefix": f"{ARCHIVE_FOLDER}/"},
        "transitions": [{"days": ARCHIVE_COLD_DAYS, "storage_class": COLD}],
        "expiration": {"days": LOG_DAYS},
        "noncurrent_version_expiration": {"noncurrent_days": 1},
    }


def _class(data_class: str) -> s3.BucketLifecycleConfigurationRuleArgsDict:
    return {
        "id": data_class,
        "status": "Enabled",
        "filter": {"tag": {"key": CLASS_TAG, "value": data_class}},
    }
