"""Gives each tenant object the tag by which the bucket's lifecycle judges it (ADR S2, S3, S4).

Owns: the tag `data-class` (workflow, upload, export or log) on objects that were written without
it, for example by a presigned form. S3 lifecycle rules filter on tags, as they know no wildcards.
Leaves alone: every other tag; a `data-class` that is already there (the storage client's); keys
that are not `[dev/|staging/]tenants/tenant-<uuid>/{workflows,uploads,exports,logs}/...`.

Handler `object_tagger.handler.handle`; trigger: EventBridge rule {"source": ["aws.s3"],
"detail-type": ["Object Created"], "detail": {"bucket": {"name": [the bucket]}}}. Memory 128 MB,
timeout 15 s, retries 2, a dead-letter queue. No environment variables.

Facts
    Keys in EventBridge events are as they are, not URL-encoded as in S3's own notifications
    ("EventBridge event message structure", S3 user guide; moto follows both).
    Setting a tag emits "Object Tags Added", never "Object Created": no loop.
    Events come at least once; the second finds the tag and does nothing.
    An object carries at most 10 tags ("Categorizing your objects using tags").
    Without s3:ListBucket, S3 answers 403 and not 404 about what is not there: an object deleted
    meanwhile would look like a missing permission.

Permissions
    {"Action": ["s3:GetObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectTagging",
     "s3:PutObjectVersionTagging"], "Resource": the bucket, "/tenants/*"
     (non-production: "/dev/tenants/*" and "/staging/tenants/*")}
    {"Action": "s3:ListBucket", "Resource": the bucket}
    {"Action": "sqs:SendMessage", "Resource": the dead-letter queue}
    {"Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": its log group, ":*"}
"""
