"""The trail of the account: who changed what, and how EventBridge hears of a rotation (ADR C11).

EventBridge is told of a call only while some trail of the account records it. The trail covers all
regions, because a stolen key is used where nobody looks. Its first copy of management events is
free. Without selectors a trail records exactly those: access to data, paid by the event, is left
out.
"""

from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi_aws import cloudtrail, s3

from components import documents, tags
from components.private_bucket import PrivateBucket, PrivateBucketArgs

KEPT_DAYS = 365  # as long as the other logs (ADR S3, M3)
DELETED_DAYS = 30  # in which somebody notices that log files were deleted


@dataclass(frozen=True, kw_only=True)
class TrailArgs:
    """`trail_name` is unique in the account and region, `bucket_name` in the world."""

    account_id: str
    region: str
    trail_name: str
    bucket_name: str

    @property
    def arn(self) -> str:
        """The trail's ARN, which the bucket's policy names before the trail exists."""
        return f"arn:aws:cloudtrail:{self.region}:{self.account_id}:trail/{self.trail_name}"


class Trail(pulumi.ComponentResource):
    """One trail of management events, and the bucket of its log files."""

    trail_arn: pulumi.Output[str]

    def __init__(
        self, name: str, args: TrailArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:foundation:Trail", name, None, opts)
        bucket = self._bucket(f"{name}-bucket", args)
        self.trail_arn = self._trail(name, args, bucket).arn
        self.register_outputs({"trail_arn": self.trail_arn})

    def _bucket(self, name: str, args: TrailArgs) -> PrivateBucket:
        private = PrivateBucket(
            name,
            PrivateBucketArgs(
                bucket_name=args.bucket_name,
                layer="foundation",
                protect=True,
                retain=True,
                granted=log_delivery(args),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        private.live_by(f"{name}-lifecycle", lifecycle_rules(), parent=self)
        return private

    def _trail(self, name: str, args: TrailArgs, bucket: PrivateBucket) -> cloudtrail.Trail:
        return cloudtrail.Trail(
            name,
            name=args.trail_name,
            s3_bucket_name=bucket.bucket.bucket,
            is_multi_region_trail=True,
            include_global_service_events=True,
            enable_log_file_validation=True,
            enable_logging=True,
            tags=tags.own("foundation", args.trail_name),
            # CloudTrail refuses a bucket to which it may not write yet.
            opts=pulumi.ResourceOptions(parent=self, protect=True, depends_on=[bucket.policy]),
        )


def log_delivery(args: TrailArgs) -> list[dict[str, Any]]:
    """Let CloudTrail write below this account's folder, for this trail and for no other.

    Without aws:SourceArn anybody's trail could be pointed at the bucket.
    """
    bucket = f"arn:aws:s3:::{args.bucket_name}"
    this_trail = {"aws:SourceArn": args.arn}
    # CloudTrail sends this header with each file.
    owned = {"s3:x-amz-acl": "bucket-owner-full-control"}
    service = {"Principal": {"Service": "cloudtrail.amazonaws.com"}}
    log_files = f"{bucket}/AWSLogs/{args.account_id}/*"
    return [
        documents.allow(["s3:GetBucketAcl"], [bucket], StringEquals=this_trail) | service,
        documents.allow(["s3:PutObject"], [log_files], StringEquals=this_trail | owned) | service,
    ]


def lifecycle_rules() -> list[s3.BucketLifecycleConfigurationRuleArgsDict]:
    """Return the life of a log file: a year; log files are too small for a colder class."""
    return [
        {
            "id": "log-files",
            "status": "Enabled",
            "filter": {"prefix": "AWSLogs/"},
            "expiration": {"days": KEPT_DAYS},
            "noncurrent_version_expiration": {"noncurrent_days": DELETED_DAYS},
        },
    ]
