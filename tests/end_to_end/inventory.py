"""What is in a local AWS, asked of it directly, so that nobody's records are trusted."""

from typing import Any

import jmespath

from tests.end_to_end.clone import Clone

# service, operation, arguments, path to what counts; what every account has is left out.
QUESTIONS: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("ec2", "describe_vpcs", {}, "Vpcs[?!IsDefault].VpcId"),
    ("ec2", "describe_subnets", {}, "Subnets[?!DefaultForAz].SubnetId"),
    ("ec2", "describe_security_groups", {}, "SecurityGroups[?GroupName!='default'].GroupId"),
    ("ec2", "describe_nat_gateways", {}, "NatGateways[?State!='deleted'].NatGatewayId"),
    ("ec2", "describe_addresses", {}, "Addresses[].AllocationId"),
    ("ec2", "describe_internet_gateways", {}, "InternetGateways[].InternetGatewayId"),
    ("ec2", "describe_vpc_endpoints", {}, "VpcEndpoints[?State!='deleted'].VpcEndpointId"),
    ("ec2", "describe_flow_logs", {}, "FlowLogs[].FlowLogId"),
    ("s3", "list_buckets", {}, "Buckets[].Name"),
    ("iam", "list_roles", {}, "Roles[].RoleName"),
    ("iam", "list_policies", {"Scope": "Local"}, "Policies[].Arn"),
    ("logs", "describe_log_groups", {}, "logGroups[].logGroupName"),
    ("ecr", "describe_repositories", {}, "repositories[].repositoryName"),
    ("route53", "list_hosted_zones", {}, "HostedZones[].Id"),
    ("rds", "describe_db_instances", {}, "DBInstances[].DBInstanceIdentifier"),
    ("rds", "describe_db_subnet_groups", {}, "DBSubnetGroups[].DBSubnetGroupName"),
    ("elbv2", "describe_load_balancers", {}, "LoadBalancers[].LoadBalancerArn"),
    ("elbv2", "describe_target_groups", {}, "TargetGroups[].TargetGroupArn"),
    ("acm", "list_certificates", {}, "CertificateSummaryList[].CertificateArn"),
    ("secretsmanager", "list_secrets", {}, "SecretList[].Name"),
    ("lambda", "list_functions", {}, "Functions[].FunctionName"),
    ("sns", "list_topics", {}, "Topics[].TopicArn"),
    ("sqs", "list_queues", {}, "QueueUrls"),
    ("scheduler", "list_schedules", {}, "Schedules[].Name"),
    ("cloudwatch", "describe_alarms", {}, "MetricAlarms[].AlarmName"),
    ("cloudtrail", "describe_trails", {}, "trailList[].Name"),
    ("backup", "list_backup_vaults", {}, "BackupVaultList[].BackupVaultName"),
)


def left_in(clone: Clone) -> dict[str, list[str]]:
    """Return what is in the clone's local AWS, by question; without answer it is left out."""
    found = {}
    clusters = _active_clusters(clone)
    if clusters:
        found["ecs list_clusters"] = clusters
    for service, operation, arguments, path in QUESTIONS:
        answer = getattr(clone.aws(service), operation)(**arguments)
        things = jmespath.search(path, answer) or []
        if things:
            found[f"{service} {operation}"] = things
    return found


def _active_clusters(clone: Clone) -> list[str]:
    """Return the ECS clusters; a deleted one stays listed for a while, as INACTIVE."""
    ecs = clone.aws("ecs")
    listed = ecs.list_clusters()["clusterArns"]
    described = ecs.describe_clusters(clusters=listed)["clusters"] if listed else []
    return [one["clusterName"] for one in described if one["status"] == "ACTIVE"]
