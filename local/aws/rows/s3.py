"""S3: buckets and what is said of a bucket, each a resource of its own."""

from local.aws.hooks import storage as hooks
from local.aws.row import Call, Name, Read, Row, Tags
from local.aws.templates import Text

BUCKET = {"Bucket": "{bucket}"}
OBJECT = {**BUCKET, "Key": "{key}"}
OWNER = {"expectedBucketOwner": "the local AWS has one account"}


def _part(
    create: Call, read: Read, delete: Call, outputs: dict[str, str | Text], **rest: object
) -> Row:
    """Return the row of one thing said of a bucket: set whole, by one call, under its name."""
    return Row(
        "s3",
        create=create,
        id=Text("{bucket}"),
        read=read,
        delete=(delete,),
        put=True,
        outputs=outputs,
        force=("bucket",),
        gone=("NoSuchBucket",),
        **{"ignored": OWNER, **rest},  # type: ignore[arg-type]  # fields of Row by name
    )


ROWS = {
    "aws:s3/bucket:Bucket": Row(
        "s3",
        create=Call(
            "create_bucket",
            {
                **BUCKET,
                "CreateBucketConfiguration": hooks.location_constraint(),
                "ObjectLockEnabledForBucket": "{objectLockEnabled}",
            },
        ),
        id=Text("{bucket}"),
        read=Read("head_bucket", {"Bucket": "{id}"}, "`true`"),
        delete=(
            Call(
                "delete_objects",
                {**BUCKET, "Delete": hooks.everything_in_the_bucket()},
                when="forceDestroy",
                needs="Delete",
            ),
            Call("delete_bucket", BUCKET),
        ),
        tags=Tags(
            add=Call("put_bucket_tagging", {**BUCKET, "Tagging": {"TagSet": "{tags}"}}),
            read=Read("get_bucket_tagging", BUCKET, "TagSet"),
        ),
        name=Name("bucket", 63, lower=True),
        defaults={"forceDestroy": False},
        ignored={"forceDestroy": "decides what a deletion does, no call carries it"},
        outputs={
            "arn": Text("arn:aws:s3:::{bucket}"),
            "bucketDomainName": Text("{bucket}.s3.amazonaws.com"),
            "bucketRegionalDomainName": Text("{bucket}.s3.{region}.amazonaws.com"),
            "bucketRegion": Text("{region}"),
            "hostedZoneId": hooks.website_zone(),
        },
    ),
    "aws:s3/bucketVersioning:BucketVersioning": _part(
        Call(
            "put_bucket_versioning",
            {
                **BUCKET,
                "VersioningConfiguration": {
                    "Status": "{versioningConfiguration.status}",
                    "MFADelete": "{versioningConfiguration.mfaDelete}",
                },
                "MFA": "{mfa}",
            },
        ),
        Read("get_bucket_versioning", {"Bucket": "{id}"}, "[@] | [?Status] | [0]"),
        Call(
            "put_bucket_versioning",
            {**BUCKET, "VersioningConfiguration": {"Status": "Suspended"}},
        ),
        {"versioningConfiguration": "{status: Status, mfaDelete: MFADelete}"},
        indelible="versioning that was on can only be suspended",
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _part(
        Call("put_bucket_lifecycle_configuration", BUCKET, auto=True, at="LifecycleConfiguration"),
        Read("get_bucket_lifecycle_configuration", {"Bucket": "{id}"}, "[@] | [?Rules] | [0]"),
        Call("delete_bucket_lifecycle", BUCKET),
        {},
        defaults={"transitionDefaultMinimumObjectSize": "all_storage_classes_128K"},
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _part(
        Call("put_public_access_block", BUCKET, auto=True, at="PublicAccessBlockConfiguration"),
        Read("get_public_access_block", {"Bucket": "{id}"}, "PublicAccessBlockConfiguration"),
        Call("delete_public_access_block", BUCKET),
        {},
        defaults=dict.fromkeys(
            ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"),
            False,
        ),
        ignored={"skipDestroy": "decides what a deletion does, no call carries it"},
    ),
    "aws:s3/bucketPolicy:BucketPolicy": _part(
        Call("put_bucket_policy", BUCKET, auto=True),
        Read("get_bucket_policy", {"Bucket": "{id}"}),
        Call("delete_bucket_policy", BUCKET),
        {},
        documents=("policy",),
        ignored={},
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _part(
        Call("put_bucket_encryption", BUCKET, auto=True, at="ServerSideEncryptionConfiguration"),
        Read("get_bucket_encryption", {"Bucket": "{id}"}, "ServerSideEncryptionConfiguration"),
        Call("delete_bucket_encryption", BUCKET),
        {},
        indelible="S3 encrypts every bucket with AES256 where nothing else is said",
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _part(
        Call("put_bucket_ownership_controls", BUCKET, auto=True, at="OwnershipControls"),
        Read("get_bucket_ownership_controls", {"Bucket": "{id}"}, "OwnershipControls"),
        Call("delete_bucket_ownership_controls", BUCKET),
        {"rule": "Rules[0]"},
        ignored={},
    ),
    "aws:s3/bucketNotification:BucketNotification": _part(
        Call(
            "put_bucket_notification_configuration",
            {**BUCKET, "NotificationConfiguration": hooks.notification()},
        ),
        Read(
            "get_bucket_notification_configuration",
            {"Bucket": "{id}"},
            'merge(@, `{"found": true}`)',
        ),
        Call("put_bucket_notification_configuration", {**BUCKET, "NotificationConfiguration": {}}),
        {
            "eventbridge": "",
            "lambdaFunctions": "",
            "queues": "",
            "topics": "",
        },
        defaults={"eventbridge": False},
        ignored={},
        undrifting={"eventbridge": "moto keeps it and acts on it, but does not answer it"},
        indelible="every bucket has a configuration of notifications, an empty one at first",
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": Row(
        "s3",
        create=Call(
            "put_object",
            {**OBJECT, "Body": hooks.object_body()},
            auto=True,
        ),
        id=Text("{bucket}/{key}"),
        read=Read("head_object", OBJECT),
        delete=(
            Call(
                "delete_objects",
                {**BUCKET, "Delete": hooks.everything_in_the_bucket(of_one_key=True)},
                needs="Delete",
            ),
        ),
        put=True,
        force=("bucket", "key"),
        tags=Tags(
            add=Call("put_object_tagging", {**OBJECT, "Tagging": {"TagSet": "{tags}"}}),
            read=Read("get_object_tagging", OBJECT, "TagSet"),
        ),
        defaults={"forceDestroy": False},
        rename={"kmsKeyId": "SSEKMSKeyId", "websiteRedirect": "WebsiteRedirectLocation"},
        ignored={
            "etag": "only tells the engine that the content changed",
            "forceDestroy": "decides what a deletion does, no call carries it",
            "sourceHash": "only tells the engine that the content changed",
        },
        undrifting={"kmsKeyId": "moto answers no key"},
        outputs={
            "arn": Text("arn:aws:s3:::{bucket}/{key}"),
            "etag": "ETag",
            "kmsKeyId": "",
            "content": "",
        },
    ),
}
