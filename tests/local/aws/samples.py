"""One sample of each token: what it needs, inputs, and what a change of each input leads to.

A text "@name.output" stands for an output (or `id`) of another sample, which is made before.
"""

import json
from dataclasses import dataclass, field
from typing import Any

TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRole",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            }
        ],
    }
)


def allowing(action: str, resource: str = "*") -> str:
    """Return a policy with one statement."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def bucket_policy(resource: str) -> str:
    """Return a bucket policy that refuses plain HTTP."""
    statement = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": resource,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@dataclass(frozen=True)
class Sample:
    """A resource of `token`; each change is tried alone and leads to what is said."""

    token: str
    inputs: dict[str, Any]
    changes: tuple[tuple[dict[str, Any], str], ...] = ()
    also: tuple[str, ...] = ()  # samples to make before, besides those named by inputs
    importable: bool = True
    unanswered: tuple[str, ...] = field(default=())  # outputs of which moto says nothing


NAME_TAG = {"Name": "sample"}
RETAGGED = ({"tags": {"Name": "other", "More": "1"}}, "update")
UNTAGGED = ({"tags": {}}, "update")

SAMPLES: dict[str, Sample] = {
    "vpc": Sample(
        "aws:ec2/vpc:Vpc",
        {"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": NAME_TAG},
        (
            ({"enableDnsHostnames": False}, "update"),
            ({"enableDnsSupport": False}, "update"),
            RETAGGED,
            UNTAGGED,
            ({"cidrBlock": "10.1.0.0/16"}, "replace"),
            ({"region": "us-east-1"}, "replace"),
        ),
    ),
    "subnet": Sample(
        "aws:ec2/subnet:Subnet",
        {
            "vpcId": "@vpc.id",
            "cidrBlock": "10.0.1.0/24",
            "availabilityZone": "ap-northeast-2a",
            "tags": NAME_TAG,
        },
        (
            ({"mapPublicIpOnLaunch": True}, "update"),
            RETAGGED,
            ({"cidrBlock": "10.0.2.0/24"}, "replace"),
        ),
    ),
    "second_subnet": Sample(
        "aws:ec2/subnet:Subnet",
        {
            "vpcId": "@vpc.id",
            "cidrBlock": "10.0.3.0/24",
            "availabilityZone": "ap-northeast-2c",
        },
    ),
    "gateway": Sample(
        "aws:ec2/internetGateway:InternetGateway",
        {"vpcId": "@vpc.id", "tags": NAME_TAG},
        (RETAGGED,),
    ),
    "address": Sample(
        "aws:ec2/eip:Eip",
        {"domain": "vpc", "tags": NAME_TAG},
        (RETAGGED, UNTAGGED),
        unanswered=("associationId", "instanceId", "networkInterfaceId", "ipamPoolId"),
    ),
    "nat": Sample(
        "aws:ec2/natGateway:NatGateway",
        {"subnetId": "@subnet.id", "allocationId": "@address.id", "tags": NAME_TAG},
        (RETAGGED, ({"subnetId": "@second_subnet.id"}, "replace")),
        also=("gateway",),
        unanswered=("routeTableId",),
    ),
    "routes": Sample(
        "aws:ec2/routeTable:RouteTable", {"vpcId": "@vpc.id", "tags": NAME_TAG}, (RETAGGED,)
    ),
    "other_routes": Sample("aws:ec2/routeTable:RouteTable", {"vpcId": "@vpc.id"}),
    "route": Sample(
        "aws:ec2/route:Route",
        {
            "routeTableId": "@routes.id",
            "destinationCidrBlock": "0.0.0.0/0",
            "gatewayId": "@gateway.id",
        },
        (
            ({"gatewayId": None, "natGatewayId": "@nat.id"}, "update"),
            ({"destinationCidrBlock": "1.0.0.0/8"}, "replace"),
        ),
        unanswered=("instanceId", "instanceOwnerId", "networkInterfaceId"),
    ),
    "association": Sample(
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        {"routeTableId": "@routes.id", "subnetId": "@subnet.id"},
        (({"routeTableId": "@other_routes.id"}, "replace"),),
    ),
    "endpoint": Sample(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {
            "vpcId": "@vpc.id",
            "serviceName": "com.amazonaws.ap-northeast-2.s3",
            "routeTableIds": ["@routes.id"],
            "tags": NAME_TAG,
        },
        (
            ({"routeTableIds": ["@routes.id", "@other_routes.id"]}, "update"),
            ({"routeTableIds": ["@other_routes.id"]}, "update"),
            RETAGGED,
        ),
        unanswered=("prefixListId",),
    ),
    "bare_endpoint": Sample(
        "aws:ec2/vpcEndpoint:VpcEndpoint",
        {"vpcId": "@vpc.id", "serviceName": "com.amazonaws.ap-northeast-2.dynamodb"},
        unanswered=("prefixListId",),
    ),
    "endpoint_association": Sample(
        "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
        {"vpcEndpointId": "@bare_endpoint.id", "routeTableId": "@routes.id"},
        (({"routeTableId": "@other_routes.id"}, "replace"),),
    ),
    "default_group": Sample(
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        {"vpcId": "@vpc.id", "tags": NAME_TAG},
        (RETAGGED,),
        importable=False,
    ),
    "group": Sample(
        "aws:ec2/securityGroup:SecurityGroup",
        {"vpcId": "@vpc.id", "description": "for samples", "tags": NAME_TAG},
        (
            RETAGGED,
            (
                {
                    "ingress": [
                        {
                            "protocol": "tcp",
                            "fromPort": 443,
                            "toPort": 443,
                            "cidrBlocks": ["10.0.0.0/8"],
                        }
                    ]
                },
                "update",
            ),
            ({"description": "other"}, "replace"),
        ),
    ),
    "ingress": Sample(
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {
            "securityGroupId": "@group.id",
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "cidrIpv4": "0.0.0.0/0",
            "description": "web",
            "tags": NAME_TAG,
        },
        (
            ({"cidrIpv4": "10.0.0.0/8"}, "update"),
            ({"fromPort": 80, "toPort": 80}, "update"),
            ({"description": "changed"}, "update"),
            RETAGGED,
        ),
    ),
    "egress": Sample(
        "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        {
            "securityGroupId": "@group.id",
            "ipProtocol": "tcp",
            "fromPort": 5432,
            "toPort": 5432,
            "referencedSecurityGroupId": "@group.id",
        },
        (({"description": "changed"}, "update"),),
        unanswered=("prefixListId",),
    ),
    "flow_log": Sample(
        "aws:ec2/flowLog:FlowLog",
        {
            "vpcId": "@vpc.id",
            "trafficType": "REJECT",
            "logDestination": "@log_group.arn",
            "iamRoleArn": "@role.arn",
            "tags": NAME_TAG,
        },
        (RETAGGED, ({"trafficType": "ALL"}, "replace")),
    ),
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
            "url": "https://token.actions.githubusercontent.com",
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
