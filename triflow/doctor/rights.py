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


PUSHING: Final = "ecr:PutImage"  # what docker push ends with
RECORD: Final = "aws:route53/record:Record"


def deploying(deployed: Deployed) -> dict[str, str]:
    """Return the actions that stand for what the stack has, each with the ARN of one such thing."""
    return {
        action: _arn(deployed, kind) for kind, action in CHANGES.items() if deployed.of_kind(kind)
    }


def pushing(deployed: Deployed) -> dict[str, str]:
    """Return the action that stands for a push of an image, with the repository's ARN."""
    registry, _, name = deployed.output("ecr_repository_url").partition("/")
    account = registry.partition(".")[0]
    return {PUSHING: f"arn:aws:ecr:{deployed.region}:{account}:repository/{name}"}


def _arn(deployed: Deployed, kind: str) -> str:
    """A record has no ARN of its own; rights over it are those over its zone."""
    outputs = deployed.of_kind(kind)[0].get("outputs") or {}
    if kind == RECORD:
        return f"arn:aws:route53:::hostedzone/{outputs.get('zoneId')}"
    return str(outputs.get("arn") or "*")
