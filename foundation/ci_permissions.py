"""What the two CI roles may do, as pure functions of plain names.

Resources are named by the prefix of the program's names, so neither role reaches itself, the other
one, or what else lives in the account. A wildcard in a verb stays within one
kind of thing: routes may be created, instances may not be run.
"""

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
    "elasticache.amazonaws.com",
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
    """A service, the verbs on it, and the ends of the ARNs they are good for; blanks between."""

    service: str
    verbs: str
    resources: str


# Everything the main program makes, except IAM, DNS, S3 and the firewall: they stand below.
GRANTS = (
    Grant(
        "ec2",
        "CreateVpc* ModifyVpc* DeleteVpc* CreateSubnet ModifySubnetAttribute DeleteSubnet "
        "*InternetGateway AllocateAddress DisassociateAddress ReleaseAddress *NatGateway "
        "CreateRoute* ReplaceRoute* DeleteRoute* AssociateRouteTable DisassociateRouteTable "
        "CreateSecurityGroup ModifySecurityGroupRules UpdateSecurityGroupRuleDescriptions* "
        "AuthorizeSecurityGroup* RevokeSecurityGroup* DeleteSecurityGroup "
        # ElastiCache asks whoever makes a cache for these two.
        "CreateNetworkInterface DeleteNetworkInterface "
        "CreateFlowLogs DeleteFlowLogs CreateTags DeleteTags",
        "*",
    ),
    Grant(
        "ecs",
        "CreateCluster UpdateCluster* PutClusterCapacityProviders DeleteCluster "
        "RegisterTaskDefinition CreateService UpdateService DeleteService TagResource "
        "UntagResource",
        "*/triflow-ai-*",
    ),
    Grant(
        "rds",
        "CreateDBInstance ModifyDBInstance DeleteDBInstance CreateDBSnapshot "
        "*DBSubnetGroup *DBParameterGroup AddTagsToResource RemoveTagsFromResource",
        "db:triflow-ai-* subgrp:triflow-ai-* pg:triflow-ai-* snapshot:triflow-ai-*",
    ),
    Grant(
        "elasticache",
        "*ReplicationGroup *CacheSubnetGroup AddTagsToResource RemoveTagsFromResource",
        "replicationgroup:triflow-ai-* cluster:triflow-ai-* subnetgroup:triflow-ai-* "
        "parametergroup:default.*",
    ),
    Grant(
        "elasticloadbalancing",
        "Create* Modify* Set* Delete* AddTags RemoveTags",
        "loadbalancer/app/triflow-ai-* targetgroup/triflow-ai-* listener/app/triflow-ai-* "
        "listener-rule/app/triflow-ai-*",
    ),
    Grant(
        "acm",
        "RequestCertificate DeleteCertificate AddTagsToCertificate RemoveTagsFromCertificate",
        "certificate/*",
    ),
    Grant(
        "application-autoscaling",
        "RegisterScalableTarget DeregisterScalableTarget PutScalingPolicy DeleteScalingPolicy "
        "PutScheduledAction DeleteScheduledAction TagResource UntagResource",
        "scalable-target/*",
    ),
    Grant(
        "logs",
        "CreateLogGroup DeleteLogGroup PutRetentionPolicy DeleteRetentionPolicy "
        "PutSubscriptionFilter DeleteSubscriptionFilter PutQueryDefinition DeleteQueryDefinition "
        "TagResource UntagResource",
        "log-group:/*/triflow-ai-* query-definition:*",
    ),
    Grant(
        "cloudwatch", "PutMetricAlarm DeleteAlarms TagResource UntagResource", "alarm:triflow-ai-*"
    ),
    Grant(
        "sns",
        "CreateTopic SetTopicAttributes DeleteTopic Subscribe SetSubscriptionAttributes "
        "Unsubscribe TagResource UntagResource",
        "triflow-ai-*",
    ),
    Grant("sqs", "CreateQueue SetQueueAttributes DeleteQueue TagQueue UntagQueue", "triflow-ai-*"),
    Grant(
        "lambda",
        "CreateFunction UpdateFunction* PutFunction* DeleteFunction* AddPermission "
        "RemovePermission TagResource UntagResource",
        "function:triflow-ai-*",
    ),
    Grant(
        "events",
        "PutRule DeleteRule PutTargets RemoveTargets TagResource UntagResource",
        "rule/triflow-ai-*",
    ),
    Grant(
        "scheduler",
        "CreateSchedule* UpdateSchedule DeleteSchedule* TagResource UntagResource",
        "schedule/*/triflow-ai-* schedule-group/triflow-ai-*",
    ),
    Grant(
        "firehose",
        "CreateDeliveryStream UpdateDestination DeleteDeliveryStream TagDeliveryStream "
        "UntagDeliveryStream",
        "deliverystream/triflow-ai-*",
    ),
    Grant(
        "backup",
        "CreateBackup* UpdateBackup* DeleteBackup* TagResource UntagResource",
        "backup-vault:triflow-ai-* backup-plan:*",
    ),
    Grant(
        "secretsmanager",
        "CreateSecret UpdateSecret DeleteSecret RestoreSecret RotateSecret PutResourcePolicy "
        "DeleteResourcePolicy TagResource UntagResource",
        "secret:triflow-ai-* secret:rds!db-*",
    ),
)

# Settings of a data bucket; objects are not among them.
BUCKET_VERBS = (
    "CreateBucket DeleteBucket DeleteBucketPolicy PutBucketVersioning PutEncryptionConfiguration "
    "PutLifecycleConfiguration PutBucketOwnershipControls PutBucketPublicAccessBlock "
    "PutBucketPolicy PutBucketTagging PutBucketNotification"
)
ROLE_VERBS = (
    "CreateRole UpdateRole UpdateAssumeRolePolicy DeleteRole PutRolePolicy DeleteRolePolicy "
    "DetachRolePolicy TagRole UntagRole"
)
PUSH_VERBS = (
    "BatchCheckLayerAvailability InitiateLayerUpload UploadLayerPart CompleteLayerUpload PutImage "
    "BatchGetImage"
)
# What AWS's ReadOnlyAccess gives too much: what tenants stored, wrote and logged.
CONTENT = (
    "s3:GetObject* secretsmanager:GetSecretValue ssm:GetParameter* logs:GetLogEvents "
    "logs:FilterLogEvents logs:StartQuery logs:GetQueryResults"
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


def beside_read_only(region: str, account_id: str, state_bucket: str) -> list[dict[str, Any]]:
    """Grant what ReadOnlyAccess leaves out, and take back what it gives too much.

    A preview sees what stands before a load balancer; it compares configuration, never content.
    """
    balancer = _balancer(region, account_id)
    return [
        documents.allow(["elasticloadbalancing:GetLoadBalancerWebACL"], [balancer]),
        {
            "Sid": "ConfigurationNotContent",
            "Effect": "Deny",
            "Action": CONTENT.split(),
            "NotResource": [f"arn:aws:s3:::{state_bucket}/*"],
        },
    ]


def deploy(region: str, account_id: str, domain: str) -> list[dict[str, Any]]:
    """Let an update make, change and delete what the main program holds, and nothing else.

    What the roles that it makes may do is bounded by the policy pack, not here: AWS could bound it
    with a permissions boundary on each of them.
    """
    return [
        *(_granted(grant, region, account_id) for grant in GRANTS),
        _firewall(region, account_id),
        _buckets(account_id),
        *_roles(account_id),
        _records(domain),
        # IAM knows no resource for these; a revision that is taken away keeps its running tasks.
        documents.allow(["ecs:DeregisterTaskDefinition", "elasticloadbalancing:SetWebAcl"], ["*"]),
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
    arn = f"arn:aws:ecr:{region}:{account_id}:repository/{repository}"
    return [
        documents.allow(["ecr:GetAuthorizationToken"], ["*"]),
        documents.allow(_verbs("ecr", PUSH_VERBS), [arn]),
    ]


def _verbs(service: str, verbs: str) -> list[str]:
    return [f"{service}:{verb}" for verb in verbs.split()]


def _granted(grant: Grant, region: str, account_id: str) -> dict[str, Any]:
    home = f"arn:aws:{grant.service}:{region}:{account_id}"
    resources = [f"{home}:{resource}" for resource in grant.resources.split()]
    return documents.allow(_verbs(grant.service, grant.verbs), resources)


def _balancer(region: str, account_id: str) -> str:
    return f"arn:aws:elasticloadbalancing:{region}:{account_id}:loadbalancer/app/{PREFIX}*"


def _firewall(region: str, account_id: str) -> dict[str, Any]:
    """A web ACL, the rule groups of AWS that it names, and the load balancer that it is put on."""
    home = f"arn:aws:wafv2:{region}:{account_id}:regional"
    return documents.allow(
        _verbs("wafv2", "*WebACL TagResource UntagResource"),
        [
            f"{home}/webacl/{PREFIX}*",
            f"{home}/managedruleset/*",
            _balancer(region, account_id),
        ],
    )


def _buckets(account_id: str) -> dict[str, Any]:
    names = (f"{PREFIX}prod-{account_id}", f"{PREFIX}nonprod-{account_id}")
    return documents.allow(_verbs("s3", BUCKET_VERBS), [f"arn:aws:s3:::{name}" for name in names])


def _roles(account_id: str) -> list[dict[str, Any]]:
    own = [f"arn:aws:iam::{account_id}:role/{PREFIX}*"]
    serving = f"arn:aws:iam::{account_id}:role/aws-service-role/*"
    return [
        documents.allow(_verbs("iam", ROLE_VERBS), own),
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
