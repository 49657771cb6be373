"""Samples of storage, identity, registry, names and messages."""

import json

from tests.local.aws.sample import (
    NAME_TAG,
    RETAGGED,
    TRUST,
    UNTAGGED,
    Sample,
    allowing,
    bucket_policy,
)

ACCOUNT: dict[str, Sample] = {
    "bucket": Sample(
        "aws:s3/bucket:Bucket",
        {"bucket": "sample-bucket", "forceDestroy": True, "tags": NAME_TAG},
        (RETAGGED, ({"forceDestroy": False}, "update"), ({"bucket": "sample-other"}, "replace")),
        unanswered=("websiteEndpoint",),
    ),
    "named_bucket": Sample("aws:s3/bucket:Bucket", {}, unanswered=("websiteEndpoint",)),
    "versioning": Sample(
        "aws:s3/bucketVersioning:BucketVersioning",
        {"bucket": "@bucket.id", "versioningConfiguration": {"status": "Enabled"}},
        (({"versioningConfiguration": {"status": "Suspended"}}, "update"),),
    ),
    "lifecycle": Sample(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        {
            "bucket": "@bucket.id",
            "rules": [
                {
                    "id": "workflows",
                    "status": "Enabled",
                    "filter": {"tag": {"key": "data-class", "value": "workflow"}},
                    "transitions": [{"days": 90, "storageClass": "GLACIER_IR"}],
                },
                {
                    "id": "leftovers",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
                    "noncurrentVersionExpiration": {"noncurrentDays": 30},
                    "expiration": {"expiredObjectDeleteMarker": True},
                },
            ],
        },
        (
            (
                {
                    "rules": [
                        {
                            "id": "all",
                            "status": "Enabled",
                            "filter": {"and": {"prefix": "a/", "tags": {"k": "v"}}},
                            "expiration": {"days": 365},
                        }
                    ]
                },
                "update",
            ),
        ),
    ),
    "access_block": Sample(
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        {"bucket": "@bucket.id", "blockPublicAcls": True, "blockPublicPolicy": True},
        (({"restrictPublicBuckets": True}, "update"), ({"blockPublicAcls": False}, "update")),
    ),
    "bucket_policy": Sample(
        "aws:s3/bucketPolicy:BucketPolicy",
        {"bucket": "@bucket.id", "policy": bucket_policy("arn:aws:s3:::sample-bucket/*")},
        (({"policy": bucket_policy("arn:aws:s3:::sample-bucket")}, "update"),),
    ),
    "trail": Sample(
        "aws:cloudtrail/trail:Trail",
        {
            "name": "sample-trail",
            "s3BucketName": "@bucket.id",
            "isMultiRegionTrail": True,
            "enableLogFileValidation": True,
            "tags": NAME_TAG,
        },
        (
            RETAGGED,
            UNTAGGED,
            ({"enableLogging": False}, "update"),
            ({"enableLogFileValidation": False}, "update"),
            ({"isMultiRegionTrail": False}, "update"),
            ({"s3KeyPrefix": "here"}, "update"),
            (
                {"eventSelectors": [{"readWriteType": "All", "includeManagementEvents": True}]},
                "update",
            ),
            ({"name": "other-trail"}, "replace"),
        ),
        unanswered=("snsTopicArn",),
    ),
    "encryption": Sample(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        {
            "bucket": "@bucket.id",
            "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        },
        (
            (
                {
                    "rules": [
                        {
                            "applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms"},
                            "bucketKeyEnabled": True,
                        }
                    ]
                },
                "update",
            ),
        ),
    ),
    "ownership": Sample(
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        {"bucket": "@bucket.id", "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        (({"rule": {"objectOwnership": "BucketOwnerPreferred"}}, "update"),),
    ),
    "notification": Sample(
        "aws:s3/bucketNotification:BucketNotification",
        {"bucket": "@bucket.id", "eventbridge": True},
        (
            (
                {
                    "queues": [
                        {
                            "queueArn": "@queue.arn",
                            "events": ["s3:ObjectCreated:*"],
                            "filterPrefix": "in/",
                        }
                    ]
                },
                "update",
            ),
        ),
    ),
    "zone": Sample(
        "aws:route53/zone:Zone",
        {"name": "example.com", "tags": NAME_TAG},
        (RETAGGED, ({"comment": "changed"}, "update"), ({"name": "example.org"}, "replace")),
    ),
    "repository": Sample(
        "aws:ecr/repository:Repository",
        {
            "name": "sample",
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "tags": NAME_TAG,
        },
        (
            ({"imageTagMutability": "MUTABLE"}, "update"),
            ({"imageScanningConfiguration": {"scanOnPush": False}}, "update"),
            RETAGGED,
            ({"name": "other"}, "replace"),
        ),
    ),
    "repository_lifecycle": Sample(
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        {
            "repository": "@repository.name",
            "policy": json.dumps(
                {
                    "rules": [
                        {
                            "rulePriority": 1,
                            "selection": {
                                "tagStatus": "untagged",
                                "countType": "sinceImagePushed",
                                "countUnit": "days",
                                "countNumber": 14,
                            },
                            "action": {"type": "expire"},
                        }
                    ]
                }
            ),
        },
    ),
    "log_group": Sample(
        "aws:cloudwatch/logGroup:LogGroup",
        {"name": "/sample", "retentionInDays": 14, "tags": NAME_TAG},
        (
            ({"retentionInDays": 7}, "update"),
            ({"retentionInDays": None}, "update"),
            RETAGGED,
            ({"name": "/other"}, "replace"),
        ),
    ),
    "role": Sample(
        "aws:iam/role:Role",
        {"assumeRolePolicy": TRUST, "description": "for samples", "tags": NAME_TAG},
        (
            ({"assumeRolePolicy": TRUST.replace("ecs-tasks", "lambda")}, "update"),
            ({"description": None}, "update"),
            ({"maxSessionDuration": 7200}, "update"),
            RETAGGED,
            ({"name": "other"}, "replace"),
        ),
    ),
    "role_policy": Sample(
        "aws:iam/rolePolicy:RolePolicy",
        {"role": "@role.id", "name": "inline", "policy": allowing("s3:GetObject")},
        (({"policy": allowing("s3:PutObject")}, "update"), ({"name": "other"}, "replace")),
    ),
    "policy": Sample(
        "aws:iam/policy:Policy",
        {"policy": allowing("s3:GetObject"), "tags": NAME_TAG},
        (({"policy": allowing("s3:PutObject")}, "update"), RETAGGED),
    ),
    "attachment": Sample(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        {
            "role": "@role.name",
            "policyArn": "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
        },
        (({"policyArn": "@policy.arn"}, "replace"),),
    ),
    "identity_provider": Sample(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        {
            "url": "https://sample.example.com",
            "clientIdLists": ["sts.amazonaws.com"],
            "thumbprintLists": ["6938fd4d98bab03faadb97b34396831e3780aea1"],
            "tags": NAME_TAG,
        },
        (RETAGGED, ({"thumbprintLists": ["1b511abead59c6ce207077c0bf0e0043b1382612"]}, "update")),
    ),
    "topic": Sample(
        "aws:sns/topic:Topic",
        {"name": "sample", "displayName": "for samples", "tags": NAME_TAG},
        (({"displayName": "other"}, "update"), RETAGGED, ({"name": "other"}, "replace")),
    ),
    "queue": Sample(
        "aws:sqs/queue:Queue",
        {"name": "sample", "messageRetentionSeconds": 1209600, "tags": NAME_TAG},
        (({"visibilityTimeoutSeconds": 60}, "update"), RETAGGED, ({"name": "other"}, "replace")),
    ),
}
