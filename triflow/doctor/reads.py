"""What the doctor asks AWS: each call once, whichever checks need it. Every call only reads."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from triflow.db import one_off
from triflow.doctor import bucket_rules, crashes, images, machine, metrics, rights
from triflow.doctor.answers import Facts, NotApplicable, Unknown
from triflow.doctor.problems import PREFIXES

Parameters = Callable[[Facts], dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Read:
    """A row of the catalogue.

    `asks` gives the parameters; it raises Unknown or NotDeployed where there is nothing to ask,
    and NotApplicable where nothing that was read before gives cause to ask.
    `gone` are error codes by which AWS says that there is no such thing: a fact, not an error.
    `after` are reads whose answers `asks` needs; `paged` lists are read to their end.
    What is asked `on_symptom` only is not asked while all is well.
    """

    service: str
    call: str
    action: str
    asks: Parameters = lambda _: {}
    gone: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    paged: bool = False
    on_symptom: bool = False


def _service(facts: Facts) -> dict[str, str]:
    deployed = facts.deployed
    return {
        "cluster": deployed.output("cluster_name"),
        "serviceName": deployed.output("service_name"),
    }


def _tasks(facts: Facts) -> dict[str, Any]:
    """Running tasks first; AWS describes at most 100 in one call."""
    arns = [
        arn.text
        for read in ("running_tasks", "stopped_tasks")
        for arn in facts[read]["taskArns"].each()
    ]
    if not arns:
        raise Unknown("no task runs, and none stopped in the last hour")
    return {"cluster": facts.deployed.output("cluster_name"), "tasks": arns[:100]}


def _policy(of: str) -> Parameters:
    """Ask for a role's inline policy by the logical name that it has in the program."""

    def asks(facts: Facts) -> dict[str, str]:
        declared = facts.declared(of)
        return {"RoleName": declared["role"].text, "PolicyName": declared["name"].text}

    return asks


def _security_groups(facts: Facts) -> dict[str, list[str]]:
    names = ("alb", "ecs", "rds")
    return {"GroupIds": [facts.deployed.output(f"{name}_security_group_id") for name in names]}


def _named(key: str, output: str) -> Parameters:
    return lambda facts: {key: facts.deployed.output(output)}


def _listed(key: str, output: str) -> Parameters:
    return lambda facts: {key: [facts.deployed.output(output)]}


def _of_vpc(facts: Facts) -> dict[str, Any]:
    return {"Filters": [{"Name": "vpc-id", "Values": [facts.deployed.output("vpc_id")]}]}


def _scaling(facts: Facts) -> dict[str, Any]:
    """The newest 50 decisions, those to do nothing included."""
    names = _service(facts)
    return {
        "ServiceNamespace": "ecs",
        "ResourceId": f"service/{names['cluster']}/{names['serviceName']}",
        "ScalableDimension": "ecs:service:DesiredCount",
        "IncludeNotScaledActivities": True,
        "MaxResults": 50,
    }


def _image(facts: Facts) -> dict[str, Any]:
    """Ask for the image that the program gives the backend."""
    containers = json.loads(facts.declared("compute-backend-task")["containerDefinitions"].text)
    found = images.parsed(containers[0]["image"])
    if found.account is None:
        raise NotApplicable(f"{found.repository} is in no repository of ECR")
    key = "imageDigest" if found.digest else "imageTag"
    return {
        "registryId": found.account,
        "repositoryName": found.repository,
        "imageIds": [{key: found.digest or found.tag}],
    }


def _database(key: str) -> Parameters:
    return lambda facts: {key: facts.declared("database-instance")["identifier"].text}


def _alarms(facts: Facts) -> dict[str, Any]:
    """Ask for them by name; AWS takes at most 100."""
    names = [
        facts.declared(name)["name"].text
        for name in facts.deployed.named("aws:cloudwatch/metricAlarm:MetricAlarm")
    ]
    if not names:
        raise Unknown(f"{facts.deployed.stack} has no alarm in its state")
    return {"AlarmNames": sorted(names)[:100], "MaxRecords": 100}


def _topic(name: str) -> Parameters:
    return lambda facts: {"TopicArn": facts.deployed.arn(name)}


def _role(facts: Facts) -> dict[str, str]:
    """Ask for the role that asks; the local AWS has none behind its caller."""
    arn = facts[CALLER]["Arn"].text
    if ":assumed-role/" not in arn:
        raise Unknown(f"{arn} is no role")
    return {"RoleName": arn.split("/")[1]}


def _deploying(facts: Facts) -> dict[str, Any]:
    """Ask by the role's own ARN: that of a session leaves the role's path out."""
    actions = rights.deploying(facts.deployed)
    if not actions:
        raise Unknown(f"{facts.deployed.stack} has nothing in its state that a right stands for")
    return {
        "PolicySourceArn": facts["caller_role"]["Role"]["Arn"].text,
        "ActionNames": sorted(actions),
    }


def _repository(facts: Facts) -> dict[str, Any]:
    registry, _, name = facts.deployed.output("ecr_repository_url").partition("/")
    return {"registryId": registry.partition(".")[0], "repositoryNames": [name]}


def _of_an_account(facts: Facts) -> dict[str, Any]:
    if facts.deployed.endpoint:
        raise Unknown("the local AWS needs nothing of this computer")
    return {}


CALLER: Final = "caller"
READS: Final[Mapping[str, Read]] = {
    CALLER: Read(service="sts", call="get_caller_identity", action="sts:GetCallerIdentity"),
    "running_tasks": Read(
        service="ecs",
        call="list_tasks",
        action="ecs:ListTasks",
        asks=lambda facts: _service(facts) | {"desiredStatus": "RUNNING"},
        gone=("ClusterNotFoundException", "ServiceNotFoundException"),
    ),
    "stopped_tasks": Read(
        service="ecs",
        call="list_tasks",
        action="ecs:ListTasks",
        asks=lambda facts: _service(facts) | {"desiredStatus": "STOPPED"},
        gone=("ClusterNotFoundException", "ServiceNotFoundException"),
    ),
    "tasks": Read(
        service="ecs",
        call="describe_tasks",
        action="ecs:DescribeTasks",
        asks=_tasks,
        after=("running_tasks", "stopped_tasks"),
    ),
    "service": Read(
        service="ecs",
        call="describe_services",
        action="ecs:DescribeServices",
        asks=lambda facts: {
            "cluster": facts.deployed.output("cluster_name"),
            "services": [facts.deployed.output("service_name")],
        },
        gone=("ClusterNotFoundException",),
    ),
    "crash_lines": Read(
        service="logs",
        call="filter_log_events",
        action="logs:FilterLogEvents",
        asks=crashes.asks,
        after=("service", "targets"),
        gone=("ResourceNotFoundException",),
        paged=True,
        on_symptom=True,
    ),
    "scaling": Read(
        service="application-autoscaling",
        call="describe_scaling_activities",
        action="application-autoscaling:DescribeScalingActivities",
        asks=_scaling,
    ),
    "image": Read(
        service="ecr",
        call="describe_images",
        action="ecr:DescribeImages",
        asks=_image,
        gone=("ImageNotFoundException", "RepositoryNotFoundException"),
    ),
    "execution_policies": Read(
        service="iam",
        call="list_attached_role_policies",
        action="iam:ListAttachedRolePolicies",
        asks=lambda facts: {"RoleName": facts.declared("compute-execution-role")["name"].text},
        gone=("NoSuchEntity",),
        paged=True,
    ),
    "execution_secrets": Read(
        service="iam",
        call="get_role_policy",
        action="iam:GetRolePolicy",
        asks=_policy("compute-execution-role-secrets"),
        gone=("NoSuchEntity",),
    ),
    "private_subnets": Read(
        service="ec2",
        call="describe_subnets",
        action="ec2:DescribeSubnets",
        asks=_named("SubnetIds", "private_subnet_ids"),
        gone=("InvalidSubnetID.NotFound",),
    ),
    "route_tables": Read(
        service="ec2",
        call="describe_route_tables",
        action="ec2:DescribeRouteTables",
        asks=_of_vpc,
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
        asks=_security_groups,
        gone=("InvalidGroup.NotFound",),
    ),
    "load_balancer": Read(
        service="elbv2",
        call="describe_load_balancers",
        action="elasticloadbalancing:DescribeLoadBalancers",
        asks=_listed("LoadBalancerArns", "alb_arn"),
        gone=("LoadBalancerNotFound",),
    ),
    "listeners": Read(
        service="elbv2",
        call="describe_listeners",
        action="elasticloadbalancing:DescribeListeners",
        asks=_named("LoadBalancerArn", "alb_arn"),
        gone=("LoadBalancerNotFound",),
    ),
    "target_group": Read(
        service="elbv2",
        call="describe_target_groups",
        action="elasticloadbalancing:DescribeTargetGroups",
        asks=_listed("TargetGroupArns", "alb_target_group_arn"),
        gone=("TargetGroupNotFound",),
    ),
    "targets": Read(
        service="elbv2",
        call="describe_target_health",
        action="elasticloadbalancing:DescribeTargetHealth",
        asks=_named("TargetGroupArn", "alb_target_group_arn"),
        gone=("TargetGroupNotFound",),
    ),
    "database": Read(
        service="rds",
        call="describe_db_instances",
        action="rds:DescribeDBInstances",
        asks=_database("DBInstanceIdentifier"),
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
        asks=_named("SecretId", "db_secret_arn"),
        gone=("ResourceNotFoundException",),
    ),
    "task_policy": Read(
        service="iam",
        call="get_role_policy",
        action="iam:GetRolePolicy",
        asks=_policy("tenants-task-role-s3-access"),
        gone=("NoSuchEntity",),
    ),
    "tenant_policy": Read(
        service="iam",
        call="get_role_policy",
        action="iam:GetRolePolicy",
        asks=_policy("tenants-tenant-role-files"),
        gone=("NoSuchEntity",),
    ),
    "tenant_role": Read(
        service="iam",
        call="get_role",
        action="iam:GetRole",
        asks=lambda facts: {"RoleName": facts.declared("tenants-tenant-role")["name"].text},
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
        asks=_listed("VpcEndpointIds", "s3_endpoint_id"),
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
        asks=_alarms,
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
        asks=_topic("alerts-topics-critical"),
        gone=("NotFound", "NotFoundException"),
    ),
    "warning_topic": Read(
        service="sns",
        call="get_topic_attributes",
        action="sns:GetTopicAttributes",
        asks=_topic("alerts-topics-warning"),
        gone=("NotFound", "NotFoundException"),
    ),
    "subscriptions": Read(
        service="sns",
        call="list_subscriptions",
        action="sns:ListSubscriptions",
        paged=True,
    ),
    "bucket_location": Read(
        service="s3",
        call="get_bucket_location",
        action="s3:GetBucketLocation",
        asks=bucket_rules.made_anew,
        gone=(bucket_rules.NO_BUCKET,),
        after=(CALLER, "lifecycle"),
        on_symptom=True,
    ),
    "repository": Read(
        service="ecr",
        call="describe_repositories",
        action="ecr:DescribeRepositories",
        asks=_repository,
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
        service="iam", call="get_role", action="iam:GetRole", asks=_role, after=(CALLER,)
    ),
    "caller_policies": Read(
        service="iam",
        call="list_attached_role_policies",
        action="iam:ListAttachedRolePolicies",
        asks=_role,
        after=(CALLER,),
        paged=True,
    ),
    "deploy_rights": Read(
        service="iam",
        call="simulate_principal_policy",
        action="iam:SimulatePrincipalPolicy",
        asks=_deploying,
        after=("caller_role",),
        paged=True,
    ),
    "plugins": Read(
        service=machine.SERVICE,
        call="get_plugins",
        action="pulumi plugin ls",
        asks=_of_an_account,
    ),
    "plugin_host": Read(
        service=machine.SERVICE,
        call="get_plugin_host",
        action=machine.PLUGINS_FROM,
        asks=_of_an_account,
        after=("plugins",),
    ),
    "docker_logins": Read(
        service=machine.SERVICE,
        call="get_docker_logins",
        action="docker's config.json",
        asks=_of_an_account,
    ),
}
