"""Keeps a year of logs in the data bucket, below `logs-archive/` (ADR M3).

Everything that a log group takes in goes on by a delivery stream, minutes later. How long the
archive lives is the bucket's lifecycle, which `storage` has: S3 knows one per bucket.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, iam, kinesis

from components import documents, tags
from components.storage import ARCHIVE_FOLDER

LOG_DAYS = 14
# Large and rare: S3 charges each object, and Glacier counts each as 128 KB at least.
BUFFER_MB = 64
BUFFER_SECONDS = 900
ERROR_STREAM = "delivery"


@dataclass(frozen=True, kw_only=True)
class LogArchiveArgs:
    """`bucket_name` is plain, `bucket` the same from who made it; log groups by a short name."""

    prefix: str
    environment: str
    account_id: str
    region: str
    bucket_name: str
    bucket: pulumi.Input[str]
    log_groups: Mapping[str, pulumi.Input[str]]

    @property
    def stream(self) -> str:
        """The delivery stream's name."""
        return f"{self.prefix}-logs-archive"

    @property
    def folder(self) -> str:
        """Where this environment's logs are: dev and staging share a bucket."""
        return f"{ARCHIVE_FOLDER}/{self.environment}"


class LogArchive(pulumi.ComponentResource):
    """One delivery stream, and a subscription filter for each log group."""

    stream_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: LogArchiveArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:monitoring:LogArchive", name, None, opts)
        self._args, self._child = args, pulumi.ResourceOptions(parent=self)
        stream = self._stream(f"{name}-stream")
        sender_arn = self._sender(f"{name}-sender")
        for short, group in args.log_groups.items():
            cloudwatch.LogSubscriptionFilter(
                f"{name}-{short}",
                name=f"{args.prefix}-{short}-archive",
                log_group=group,
                filter_pattern="",  # everything
                destination_arn=stream.arn,
                role_arn=sender_arn,
                opts=self._child,
            )
        self.stream_name = stream.name
        self.register_outputs({"stream_name": self.stream_name})

    def _stream(self, name: str) -> kinesis.FirehoseDeliveryStream:
        args = self._args
        errors = self._errors(f"{name}-errors")
        role_arn = self._role(f"{name}-role", "firehose", "archive-writer", writer(args))
        return kinesis.FirehoseDeliveryStream(
            name,
            name=args.stream,
            destination="extended_s3",
            extended_s3_configuration={
                "role_arn": role_arn,
                "bucket_arn": pulumi.Output.concat("arn:aws:s3:::", args.bucket),
                "prefix": f"{args.folder}/",
                "error_output_prefix": f"{args.folder}-failed/",
                "buffering_size": BUFFER_MB,
                "buffering_interval": BUFFER_SECONDS,
                # CloudWatch sends gzip already; packed twice, no tool reads it.
                "compression_format": "UNCOMPRESSED",
                "file_extension": ".gz",
                "cloudwatch_logging_options": {
                    "enabled": True,
                    "log_group_name": errors.log_group_name,
                    "log_stream_name": errors.name,
                },
            },
            tags=tags.own("monitoring", args.stream),
            opts=self._child,
        )

    def _errors(self, name: str) -> cloudwatch.LogStream:
        """Firehose writes its errors into a stream that is there, and makes none."""
        label = f"/aws/kinesisfirehose/{self._args.stream}"
        group = cloudwatch.LogGroup(
            f"{name}-log-group",
            name=label,
            retention_in_days=LOG_DAYS,
            tags=tags.own("monitoring", label),
            opts=self._child,
        )
        return cloudwatch.LogStream(
            name, name=ERROR_STREAM, log_group_name=group.name, opts=self._child
        )

    def _sender(self, name: str) -> pulumi.Output[str]:
        args = self._args
        stream = f"arn:aws:firehose:{args.region}:{args.account_id}:deliverystream/{args.stream}"
        actions = ("firehose:PutRecord", "firehose:PutRecordBatch")
        rights = documents.document(documents.allow(actions, [stream]))
        return self._role(name, "logs", "archive-sender", rights)

    def _role(self, name: str, service: str, end: str, rights: str) -> pulumi.Output[str]:
        """Return its ARN once it has its rights: both services try the role at once."""
        args, role_name = self._args, f"{self._args.prefix}-{end}-role"
        role = iam.Role(
            name,
            name=role_name,
            assume_role_policy=documents.service_trust(service, args.account_id),
            tags=tags.own("monitoring", role_name),
            opts=self._child,
        )
        policy = iam.RolePolicy(
            f"{name}-policy",
            name=f"{args.prefix}-{end}-rights",
            role=role.name,
            policy=rights,
            opts=self._child,
        )
        return pulumi.Output.all(role.arn, policy.id).apply(lambda found: str(found[0]))


def writer(args: LogArchiveArgs) -> str:
    """Return the rights of the stream: to write below its folder, and its own errors."""
    bucket = f"arn:aws:s3:::{args.bucket_name}"
    logs = f"arn:aws:logs:{args.region}:{args.account_id}:log-group"
    return documents.document(
        documents.allow(["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"], [bucket]),
        documents.allow(
            ["s3:PutObject", "s3:AbortMultipartUpload"],
            [f"{bucket}/{args.folder}/*", f"{bucket}/{args.folder}-failed/*"],
        ),
        documents.allow(["logs:PutLogEvents"], [f"{logs}:/aws/kinesisfirehose/{args.stream}:*"]),
    )
