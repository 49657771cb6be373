"""What the two CI roles may do, as pure functions of plain names.

Resources are named by the prefix of the program's names, so neither role reaches itself, the other
one, or what else lives in the account. Verbs with a wildcard end at the service's own noun: EC2's
networks may be created, instances may not be run.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from components import documents

PREFIX = "triflow-ai-"

# Who may be handed a role that the program makes.
ROLE_USERS = (
    "backup.amazonaws.com",
    "ecs-tasks.amazonaws.com",
    "events.amazonaws.com",
    "firehose.amazonaws.com",
    "lambda.amazonaws.com",
    "logs.amazonaws.com",
    "scheduler.amazonaws.com",
    "vpc-flow-logs.amazonaws.com",
)

# Services that make a role of their own on first use.
SELF_SERVING = (
    "backup.amazonaws.com",
    "ecs.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "rds.amazonaws.com",
)

# The only policies of AWS that the program attaches to its roles.
ATTACHABLE = (
    "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy",
    "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
)


@dataclass(frozen=True)
class Grant:
    """A service, the verbs on it, and the ends of the ARNs they are good for."""

    service: str
    verbs: Sequence[str]
    resources: Sequence[str]


CREATE_TO_DELETE = ("Create*", "Modify*", "Delete*", "AddTags*", "RemoveTags*")

# Everything the main program makes, except IAM, DNS and S3, whose statements stand below.
GRANTS = (
    Grant(
        "ec2",
        (
            *("CreateVpc*", "ModifyVpc*", "DeleteVpc*", "CreateSubnet", "ModifySubnetAttribute"),
            *("DeleteSubnet", "CreateTags", "DeleteTags", "AllocateAddress", "ReleaseAddress"),
            *("DisassociateAddress", "CreateNatGateway", "DeleteNatGateway"),
            *("CreateInternetGateway", "AttachInternetGateway", "DetachInternetGateway"),
            *("DeleteInternetGateway", "CreateRoute*", "ReplaceRoute*", "DeleteRoute*"),
            *("AssociateRouteTable", "DisassociateRouteTable", "CreateFlowLogs", "DeleteFlowLogs"),
            *("CreateSecurityGroup", "DeleteSecurityGroup", "ModifySecurityGroupRules"),
            *("AuthorizeSecurityGroup*", "RevokeSecurityGroup*"),
            "UpdateSecurityGroupRuleDescriptions*",
        ),
        ("*",),
    ),
    Grant(
        "ecs",
        (
            *("CreateCluster", "UpdateCluster*", "PutClusterCapacityProviders", "DeleteCluster"),
            *("RegisterTaskDefinition", "CreateService", "UpdateService", "DeleteService"),
            *("TagResource", "UntagResource"),
        ),
        ("*/triflow-ai-*",),
    ),
    Grant(
        "rds",
        (
            *("CreateDBInstance", "ModifyDBInstance", "DeleteDBInstance", "CreateDBSubnetGroup"),
            *("ModifyDBSubnetGroup", "DeleteDBSubnetGroup", "CreateDBParameterGroup"),
            *("ModifyDBParameterGroup", "ResetDBParameterGroup", "DeleteDBParameterGroup"),
            *("CreateDBSnapshot", "AddTagsToResource", "RemoveTagsFromResource"),
        ),
        ("db:triflow-ai-*", "subgrp:triflow-ai-*", "pg:triflow-ai-*", "snapshot:triflow-ai-*"),
    ),
    Grant(
        "elasticloadbalancing",
        (*CREATE_TO_DELETE, "Set*"),
        (
            *("loadbalancer/app/triflow-ai-*", "targetgroup/triflow-ai-*"),
            *("listener/app/triflow-ai-*", "listener-rule/app/triflow-ai-*"),
        ),
    ),
    Grant(
        "acm",
        ("RequestCertificate", "DeleteCertificate", "AddTags*", "RemoveTags*"),
        ("certificate/*",),
    ),
    Grant(
        "application-autoscaling",
        (
            *("RegisterScalableTarget", "DeregisterScalableTarget", "PutScalingPolicy"),
            *("DeleteScalingPolicy", "PutScheduledAction", "DeleteScheduledAction"),
            *("TagResource", "UntagResource"),
        ),
        ("scalable-target/*",),
    ),
    Grant(
        "logs",
        (
            *("CreateLogGroup", "DeleteLogGroup", "PutRetentionPolicy", "DeleteRetentionPolicy"),
            *("PutSubscriptionFilter", "DeleteSubscriptionFilter", "TagResource", "UntagResource"),
            *("PutQueryDefinition", "DeleteQueryDefinition"),
        ),
        ("log-group:/*/triflow-ai-*", "query-definition:*"),
    ),
    Grant(
        "cloudwatch",
        ("PutMetricAlarm", "DeleteAlarms", "TagResource", "UntagResource"),
        ("alarm:triflow-ai-*",),
    ),
    Grant(
        "sns",
        ("CreateTopic", "SetTopicAttributes", "DeleteTopic", "Subscribe", "Unsubscribe")
        + ("SetSubscriptionAttributes", "TagResource", "UntagResource"),
        ("triflow-ai-*",),
    ),
    Grant(
        "lambda",
        ("CreateFunction", "UpdateFunction*", "DeleteFunction", "AddPermission")
        + ("RemovePermission", "PutFunction*", "TagResource", "UntagResource"),
        ("function:triflow-ai-*",),
    ),
    Grant(
        "events",
        ("PutRule", "DeleteRule", "PutTargets", "RemoveTargets", "TagResource", "UntagResource"),
        ("rule/triflow-ai-*",),
    ),
    Grant(
        "scheduler",
        ("CreateSchedule*", "UpdateSchedule", "DeleteSchedule*", "TagResource", "UntagResource"),
        ("schedule/*/triflow-ai-*", "schedule-group/triflow-ai-*"),
    ),
    Grant(
        "firehose",
        ("CreateDeliveryStream", "UpdateDestination", "DeleteDeliveryStream")
        + ("TagDeliveryStream", "UntagDeliveryStream"),
        ("deliverystream/triflow-ai-*",),
    ),
    Grant(
        "backup",
        ("CreateBackup*", "UpdateBackup*", "DeleteBackup*", "TagResource", "UntagResource"),
        ("backup-vault:triflow-ai-*", "backup-plan:*"),
    ),
    Grant(
        "secretsmanager",
        ("CreateSecret", "UpdateSecret", "DeleteSecret", "RestoreSecret", "RotateSecret")
        + ("PutResourcePolicy", "DeleteResourcePolicy", "TagResource", "UntagResource"),
        ("secret:triflow-ai-*", "secret:rds!db-*"),
    ),
)


def read_state(state_bucket: str) -> list[dict[str, Any]]:
    """Let a preview read Pulumi's state; it takes no lock, so it writes nothing."""
    bucket = f"arn:aws:s3:::{state_bucket}"
    return [documents.allow(["s3:GetObject", "s3:ListBucket"], [bucket, f"{bucket}/*"])]


def write_state(state_bucket: str) -> list[dict[str, Any]]:
    """Let an update read, lock and write Pulumi's state; its old versions stay out of reach."""
    actions = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"]
    bucket = f"arn:aws:s3:::{state_bucket}"
    return [documents.allow(actions, [bucket, f"{bucket}/*"])]


def no_content(state_bucket: str) -> dict[str, Any]:
    """Take back what AWS's ReadOnlyAccess gives too much: what tenants stored, wrote and logged."""
    return {
        "Sid": "ConfigurationNotContent",
        "Effect": "Deny",
        "Action": ["s3:GetObject*", "secretsmanager:GetSecretValue", "ssm:GetParameter*"]
        + ["logs:GetLogEvents", "logs:FilterLogEvents", "logs:StartQuery", "logs:GetQueryResults"],
        "NotResource": [f"arn:aws:s3:::{state_bucket}/*"],
    }


def deploy(region: str, account_id: str, domain: str) -> list[dict[str, Any]]:
    """Let an update make, change and delete what the main program holds, and nothing else.

    What the roles that it makes may do is bounded by the policy pack, not here: AWS could bound it
    with a permissions boundary on each of them.
    """
    return [
        *(_granted(grant, region, account_id) for grant in GRANTS),
        *_buckets(account_id),
        *_roles(account_id),
        _records(domain),
        documents.allow(
            ["cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"],
            [f"arn:aws:cloudwatch::{account_id}:dashboard/{PREFIX}*"],
        ),
        documents.allow(
            ["budgets:ModifyBudget"], [f"arn:aws:budgets::{account_id}:budget/{PREFIX}*"]
        ),
    ]


def push_images(region: str, account_id: str, repository: str) -> list[dict[str, Any]]:
    """Let a workflow push an image; the token that logs in is not bound to a repository."""
    actions = ("BatchCheckLayerAvailability", "InitiateLayerUpload", "UploadLayerPart")
    actions += ("CompleteLayerUpload", "PutImage", "BatchGetImage")
    arn = f"arn:aws:ecr:{region}:{account_id}:repository/{repository}"
    return [
        documents.allow(["ecr:GetAuthorizationToken"], ["*"]),
        documents.allow([f"ecr:{action}" for action in actions], [arn]),
    ]


def _granted(grant: Grant, region: str, account_id: str) -> dict[str, Any]:
    home = f"arn:aws:{grant.service}:{region}:{account_id}"
    return documents.allow(
        [f"{grant.service}:{verb}" for verb in grant.verbs],
        [f"{home}:{resource}" for resource in grant.resources],
    )


def _buckets(account_id: str) -> list[dict[str, Any]]:
    """Settings of the two data buckets; no right on the objects in them."""
    settings = ("BucketVersioning", "EncryptionConfiguration", "LifecycleConfiguration")
    settings += ("BucketOwnershipControls", "BucketPublicAccessBlock", "BucketPolicy")
    settings += ("BucketTagging", "BucketNotification")
    actions = ["s3:CreateBucket", "s3:DeleteBucket", "s3:DeleteBucketPolicy"]
    names = (f"{PREFIX}prod-{account_id}", f"{PREFIX}nonprod-{account_id}")
    return [
        documents.allow(
            actions + [f"s3:Put{setting}" for setting in settings],
            [f"arn:aws:s3:::{name}" for name in names],
        )
    ]


def _roles(account_id: str) -> list[dict[str, Any]]:
    own = [f"arn:aws:iam::{account_id}:role/{PREFIX}*"]
    actions = ("CreateRole", "UpdateRole", "UpdateAssumeRolePolicy", "DeleteRole", "TagRole")
    actions += ("UntagRole", "PutRolePolicy", "DeleteRolePolicy", "DetachRolePolicy")
    serving = f"arn:aws:iam::{account_id}:role/aws-service-role/*"
    return [
        documents.allow([f"iam:{action}" for action in actions], own),
        documents.allow(
            ["iam:AttachRolePolicy"], own, ArnEquals={"iam:PolicyARN": list(ATTACHABLE)}
        ),
        documents.allow(
            ["iam:PassRole"], own, StringEquals={"iam:PassedToService": list(ROLE_USERS)}
        ),
        documents.allow(
            ["iam:CreateServiceLinkedRole"],
            [serving],
            StringEquals={"iam:AWSServiceName": list(SELF_SERVING)},
        ),
    ]


def _records(domain: str) -> dict[str, Any]:
    names = {"route53:ChangeResourceRecordSetsNormalizedRecordNames": [domain, f"*.{domain}"]}
    return documents.allow(
        ["route53:ChangeResourceRecordSets"],
        ["arn:aws:route53:::hostedzone/*"],
        **{"ForAllValues:StringLike": names},
    )
