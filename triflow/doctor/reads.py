"""What the doctor asks AWS: each call once, whichever checks need it. Every call only reads."""

from collections.abc import Mapping
from typing import Final

from triflow.db import one_off
from triflow.doctor import asks, bucket_rules, further_reads, machine, metrics
from triflow.doctor.asks import CALLER
from triflow.doctor.problems import PREFIXES
from triflow.doctor.read import Read

READS: Final[Mapping[str, Read]] = {
    CALLER: Read(service="sts", call="get_caller_identity", action="sts:GetCallerIdentity"),
    "running_tasks": Read(
        service="ecs",
        call="list_tasks",
        action="ecs:ListTasks",
        asks=asks.tasks_of("RUNNING"),
        gone=("ClusterNotFoundException", "ServiceNotFoundException"),
    ),
    "stopped_tasks": Read(
        service="ecs",
        call="list_tasks",
        action="ecs:ListTasks",
        asks=asks.tasks_of("STOPPED"),
        gone=("ClusterNotFoundException", "ServiceNotFoundException"),
    ),
    "tasks": Read(
        service="ecs",
        call="describe_tasks",
        action="ecs:DescribeTasks",
        asks=asks.tasks,
        after=("running_tasks", "stopped_tasks"),
    ),
    "service": Read(
        service="ecs",
        call="describe_services",
        action="ecs:DescribeServices",
        asks=asks.service,
        gone=("ClusterNotFoundException",),
    ),
    "scaling": Read(
        service="application-autoscaling",
        call="describe_scaling_activities",
        action="application-autoscaling:DescribeScalingActivities",
        asks=asks.scaling,
    ),
    "image": Read(
        service="ecr",
        call="describe_images",
        action="ecr:DescribeImages",
        asks=asks.image,
        gone=("ImageNotFoundException", "RepositoryNotFoundException"),
    ),
    "execution_policies": Read(
        service="iam",
        call="list_attached_role_policies",
        action="iam:ListAttachedRolePolicies",
        asks=asks.role("compute-execution-role"),
        gone=("NoSuchEntity",),
        paged=True,
    ),
    "execution_secrets": Read(
        service="iam",
        call="get_role_policy",
        action="iam:GetRolePolicy",
        asks=asks.policy("compute-execution-role-secrets"),
        gone=("NoSuchEntity",),
    ),
    "private_subnets": Read(
        service="ec2",
        call="describe_subnets",
        action="ec2:DescribeSubnets",
        asks=asks.named("SubnetIds", "private_subnet_ids"),
        gone=("InvalidSubnetID.NotFound",),
    ),
    "route_tables": Read(
        service="ec2",
        call="describe_route_tables",
        action="ec2:DescribeRouteTables",
        asks=asks.of_vpc,
        paged=True,
    ),
    "nat_gateways": Read(
        service="ec2",
        call="describe_nat_gateways",
        action="ec2:DescribeNatGateways",
        asks=lambda facts: {
            "NatGatewayIds": sorted(set(facts.deployed.output("nat_gateway_ids").values()))
        },
        gone=("NatGatewayNotFound",),
    ),
    "security_groups": Read(
        service="ec2",
        call="describe_security_groups",
        action="ec2:DescribeSecurityGroups",
        asks=asks.security_groups,
        gone=("InvalidGroup.NotFound",),
    ),
    "load_balancer": Read(
        service="elbv2",
        call="describe_load_balancers",
        action="elasticloadbalancing:DescribeLoadBalancers",
        asks=asks.listed("LoadBalancerArns", "alb_arn"),
        gone=("LoadBalancerNotFound",),
    ),
    "listeners": Read(
        service="elbv2",
        call="describe_listeners",
        action="elasticloadbalancing:DescribeListeners",
        asks=asks.named("LoadBalancerArn", "alb_arn"),
        gone=("LoadBalancerNotFound",),
    ),
    "target_group": Read(
        service="elbv2",
        call="describe_target_groups",
        action="elasticloadbalancing:DescribeTargetGroups",
        asks=asks.listed("TargetGroupArns", "alb_target_group_arn"),
        gone=("TargetGroupNotFound",),
    ),
    "targets": Read(
        service="elbv2",
        call="describe_target_health",
        action="elasticloadbalancing:DescribeTargetHealth",
        asks=asks.named("TargetGroupArn", "alb_target_group_arn"),
        gone=("TargetGroupNotFound",),
    ),
    "database": Read(
        service="rds",
        call="describe_db_instances",
        action="rds:DescribeDBInstances",
        asks=asks.database("DBInstanceIdentifier"),
        gone=("DBInstanceNotFound", "DBInstanceNotFoundFault"),
    ),
    "database_parameters": Read(
        service="rds",
        call="describe_db_parameters",
        action="rds:DescribeDBParameters",
        asks=lambda facts: {
            "DBParameterGroupName": facts.declared("database-instance")["parameterGroupName"].text,
            "Source": "user",
        },
        gone=("DBParameterGroupNotFound", "DBParameterGroupNotFoundFault"),
        paged=True,
    ),
    "database_secret": Read(
        service="secretsmanager",
        call="describe_secret",
        action="secretsmanager:DescribeSecret",
        asks=asks.named("SecretId", "db_secret_arn"),
        gone=("ResourceNotFoundException",),
    ),
    "task_policy": Read(
        service="iam",
        call="get_role_policy",
        action="iam:GetRolePolicy",
        asks=asks.policy("tenants-task-role-s3-access"),
        gone=("NoSuchEntity",),
    ),
    "tenant_policy": Read(
        service="iam",
        call="get_role_policy",
        action="iam:GetRolePolicy",
        asks=asks.policy("tenants-tenant-role-files"),
        gone=("NoSuchEntity",),
    ),
    "tenant_role": Read(
        service="iam",
        call="get_role",
        action="iam:GetRole",
        asks=asks.role("tenants-tenant-role"),
        gone=("NoSuchEntity",),
    ),
    "lifecycle": Read(
        service="s3",
        call="get_bucket_lifecycle_configuration",
        action="s3:GetLifecycleConfiguration",
        asks=bucket_rules.asks,
        gone=(bucket_rules.NO_BUCKET, "NoSuchLifecycleConfiguration"),
        after=(CALLER,),
    ),
    "budget": Read(
        service="budgets",
        call="describe_budget",
        action="budgets:ViewBudget",
        asks=lambda facts: {
            "AccountId": facts[CALLER]["Account"].text,
            "BudgetName": facts.declared("budget-monthly")["name"].text,
        },
        gone=("NotFoundException",),
        after=(CALLER,),
    ),
    "reservations": Read(
        service="rds",
        call="describe_reserved_db_instances",
        action="rds:DescribeReservedDBInstances",
        paged=True,
    ),
    "certificate": Read(
        service="acm",
        call="describe_certificate",
        action="acm:DescribeCertificate",
        asks=lambda facts: {
            "CertificateArn": facts.declared("load-balancer-https")["certificateArn"].text
        },
        gone=("ResourceNotFoundException",),
    ),
    "records": Read(
        service="route53",
        call="list_resource_record_sets",
        action="route53:ListResourceRecordSets",
        asks=lambda facts: {"HostedZoneId": facts.declared("load-balancer-alias")["zoneId"].text},
        gone=("NoSuchHostedZone",),
        paged=True,
    ),
    "vpc_endpoints": Read(
        service="ec2",
        call="describe_vpc_endpoints",
        action="ec2:DescribeVpcEndpoints",
        asks=asks.listed("VpcEndpointIds", "s3_endpoint_id"),
        gone=("InvalidVpcEndpointId.NotFound",),
    ),
    "log_groups": Read(
        service="logs",
        call="describe_log_groups",
        action="logs:DescribeLogGroups",
        asks=lambda facts: {"logGroupNamePattern": PREFIXES[facts.deployed.stack]},
        paged=True,
    ),
    "alarms": Read(
        service="cloudwatch",
        call="describe_alarms",
        action="cloudwatch:DescribeAlarms",
        asks=asks.alarms,
    ),
    "metrics": Read(
        service="cloudwatch",
        call="get_metric_data",
        action="cloudwatch:GetMetricData",
        asks=lambda facts: metrics.queries(facts.deployed, facts.now),
        paged=True,
    ),
    "critical_topic": Read(
        service="sns",
        call="get_topic_attributes",
        action="sns:GetTopicAttributes",
        asks=asks.topic("alerts-topics-critical"),
        gone=("NotFound", "NotFoundException"),
    ),
    "warning_topic": Read(
        service="sns",
        call="get_topic_attributes",
        action="sns:GetTopicAttributes",
        asks=asks.topic("alerts-topics-warning"),
        gone=("NotFound", "NotFoundException"),
    ),
    "subscriptions": Read(
        service="sns",
        call="list_subscriptions",
        action="sns:ListSubscriptions",
        paged=True,
    ),
    "repository": Read(
        service="ecr",
        call="describe_repositories",
        action="ecr:DescribeRepositories",
        asks=asks.repository,
        gone=("RepositoryNotFoundException",),
    ),
    "extensions_log": Read(
        service="logs",
        call="filter_log_events",
        action="logs:FilterLogEvents",
        # What `triflow db extensions` prints, in streams of its own.
        asks=lambda facts: {
            "logGroupName": facts.deployed.output("log_group_name"),
            "logStreamNamePrefix": one_off.CONTAINER,
        },
        gone=("ResourceNotFoundException",),
        paged=True,
    ),
    "caller_role": Read(
        service="iam", call="get_role", action="iam:GetRole", asks=asks.of_caller, after=(CALLER,)
    ),
    "caller_policies": Read(
        service="iam",
        call="list_attached_role_policies",
        action="iam:ListAttachedRolePolicies",
        asks=asks.of_caller,
        after=(CALLER,),
        paged=True,
    ),
    "deploy_rights": Read(
        service="iam",
        call="simulate_principal_policy",
        action="iam:SimulatePrincipalPolicy",
        asks=asks.deploying,
        after=("caller_role",),
        paged=True,
    ),
    "plugins": Read(
        service=machine.SERVICE,
        call="get_plugins",
        action="pulumi plugin ls",
        asks=asks.of_an_account,
    ),
    "plugin_host": Read(
        service=machine.SERVICE,
        call="get_plugin_host",
        action=machine.PLUGINS_FROM,
        asks=asks.of_an_account,
        after=("plugins",),
    ),
    "docker_logins": Read(
        service=machine.SERVICE,
        call="get_docker_logins",
        action="docker's config.json",
        asks=asks.of_an_account,
    ),
    **further_reads.READS,
}
