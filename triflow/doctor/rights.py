"""What an update may do to the stack: one action stands for all of a kind of resource."""

from collections.abc import Mapping
from typing import Final

from triflow.deployed import Deployed

# The action that changes what is there; who lacks it stops in the middle of an update.
CHANGES: Final[Mapping[str, str]] = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": "cloudwatch:PutMetricAlarm",
    "aws:ec2/routeTable:RouteTable": "ec2:CreateRoute",
    "aws:ec2/securityGroup:SecurityGroup": "ec2:AuthorizeSecurityGroupIngress",
    "aws:ecs/service:Service": "ecs:UpdateService",
    "aws:ecs/taskDefinition:TaskDefinition": "ecs:RegisterTaskDefinition",
    "aws:iam/role:Role": "iam:CreateRole",
    "aws:lambda/function:Function": "lambda:UpdateFunctionCode",
    "aws:lb/listener:Listener": "elasticloadbalancing:ModifyListener",
    "aws:rds/instance:Instance": "rds:ModifyDBInstance",
    "aws:route53/record:Record": "route53:ChangeResourceRecordSets",
    "aws:s3/bucket:Bucket": "s3:PutBucketPolicy",
    "aws:sns/topic:Topic": "sns:SetTopicAttributes",
}


def deploying(deployed: Deployed) -> set[str]:
    """Return the actions that stand for what the stack has; empty if it has none of these kinds."""
    return {action for kind, action in CHANGES.items() if deployed.of_kind(kind)}
