"""TriFlow AI on AWS: the layers of the architecture decision record, from the ground up."""

from program import startup  # isort: skip - first: it speeds up every import below

import pulumi
import pulumi_aws as aws

import settings
from components import tags
from components.alerts import Alerts, AlertsArgs
from components.app_secrets import AppSecrets, AppSecretsArgs
from components.backup import Backup, BackupArgs
from components.budget import Budget, BudgetArgs
from components.cache import Cache, CacheArgs
from components.compute import Compute, ComputeArgs
from components.database import Database, DatabaseArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.monitoring import Monitoring, MonitoringArgs
from components.network import Network, NetworkArgs
from components.schedule import ScaledTasks, Schedule, ScheduleArgs
from components.security import SecurityGroups, SecurityGroupsArgs
from components.storage import Storage, StorageArgs
from components.tenant_access import TenantAccess, TenantAccessArgs
from components.waf import Waf, WafArgs
from program import lending, other_stacks, pack_guard

startup.imported()

config = settings.load()
pack_guard.require_policy_pack(config.stack)
foundation = other_stacks.foundation(config.stack)
loan = lending.borrow(config)

provider = aws.Provider(
    "aws",
    region=settings.REGION,
    allowed_account_ids=[config.account_id],
    default_tags={"tags": tags.common(config.stack, config.cost_center)},
)
in_account = pulumi.ResourceOptions(providers=[provider])

network = Network(
    "network",
    NetworkArgs(
        prefix=config.prefix,
        account_id=config.account_id,
        region=settings.REGION,
        vpc_name=config.vpc_name,
        vpc_cidr=config.network.vpc_cidr,
        public_subnets=config.network.public_subnets.by_zone,
        private_subnets=config.network.private_subnets.by_zone,
        nat_gateways=config.network.nat_gateways,
        flow_logs=config.network.flow_logs,
        protect=config.protect,
        borrowed=loan.vpc,
    ),
    in_account,
)
security = SecurityGroups(
    "security", SecurityGroupsArgs(prefix=config.prefix, vpc_id=network.vpc_id), in_account
)
storage = Storage(
    "storage",
    StorageArgs(
        bucket_name=config.bucket_name,
        protect=config.protect,
        retain=config.retain,
        load_balancer_logs=config.load_balancer.access_logs,
        account_id=config.account_id,
        borrowed_bucket=loan.bucket_name,
    ),
    in_account,
)
tenants = TenantAccess(
    "tenants",
    TenantAccessArgs(
        prefix=config.prefix,
        account_id=config.account_id,
        region=settings.REGION,
        bucket_name=config.bucket_name,
        bucket=storage.bucket_name,
        key_prefix=config.key_prefix,
        tagged_prefixes=config.tagged_prefixes,
        exec_log_group=config.exec_log_group,
    ),
    in_account,
)
database = Database(
    "database",
    DatabaseArgs(
        prefix=config.prefix,
        instance_class=config.database.instance_class,
        multi_az=config.database.multi_az,
        storage_gb=config.database.storage_gb,
        max_storage_gb=config.database.max_storage_gb,
        major_version=config.database.major_version,
        major_upgrade=config.database.major_upgrade,
        backup_window=config.database.backup_window,
        maintenance_window=config.database.maintenance_window,
        protect=config.protect,
        retain=config.retain,
        subnet_ids=network.private_subnet_ids,
        security_group_id=security.rds_id,
    ),
    in_account,
)
backup = Backup(
    "backup",
    BackupArgs(
        prefix=config.prefix,
        account_id=config.account_id,
        weekly=config.backup.weekly,
        database_arn=database.arn,
        protect=config.protect,
        retain=config.retain,
    ),
    in_account,
)
load_balancer = LoadBalancer(
    "load-balancer",
    LoadBalancerArgs(
        prefix=config.prefix,
        domain=config.domain_in(foundation.plain["domain"]),
        deletion_protection=config.retain,
        access_logs=config.load_balancer.access_logs,
        stickiness=config.load_balancer.stickiness,
        zone_id=foundation.output("zone_id"),
        vpc_id=network.vpc_id,
        subnet_ids=network.public_subnet_ids,
        security_group_id=security.alb_id,
        bucket=storage.bucket_name,
    ),
    in_account,
)
Waf(
    "waf",
    WafArgs(prefix=config.prefix, enabled=config.waf.enabled, load_balancer_arn=load_balancer.arn),
    in_account,
)
cache = Cache(
    "cache",
    CacheArgs(
        prefix=config.prefix,
        enabled=config.cache.enabled,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        ecs_security_group_id=security.ecs_id,
    ),
    in_account,
)
alerts = Alerts(
    "alerts",
    AlertsArgs(
        prefix=config.prefix,
        environment=config.stack,
        account_id=config.account_id,
        region=settings.REGION,
        email=config.monitoring.email,
        protect=config.protect,
        night_stop=config.schedule.hours is not None,
        load_balancer_suffix=load_balancer.arn_suffix,
        target_group_suffix=load_balancer.target_group_arn_suffix,
    ),
    in_account,
)
app_secrets = AppSecrets(
    "app-secrets", AppSecretsArgs(prefix=config.prefix, protect=config.protect), in_account
)
compute = Compute(
    "compute",
    ComputeArgs(
        prefix=config.prefix,
        environment=config.stack,
        account_id=config.account_id,
        region=settings.REGION,
        image=config.compute.image,
        canary_image=config.compute.canary_image,
        canary_percent=config.compute.canary_percent,
        cpu=config.compute.cpu,
        memory_mb=config.compute.memory,
        min_tasks=config.compute.min_tasks,
        max_tasks=config.compute.max_tasks,
        night_stop=config.schedule.hours is not None,
        remote_write_url=config.compute.remote_write_url,
        retain=config.retain,
        bucket_name=config.bucket_name,
        repository_url=foundation.output("ecr_repository_url"),
        subnet_ids=network.private_subnet_ids,
        security_group_id=security.ecs_id,
        target_group_arn=load_balancer.target_group_arn,
        canary_target_group_arn=load_balancer.canary_target_group_arn,
        listener_arn=load_balancer.listener_arn,
        task_role_arn=tenants.task_role_arn,
        tenant_role_arn=tenants.tenant_role_arn,
        database_address=database.address,
        database_secret_arn=database.secret_arn,
        secret_arns=app_secrets.arns,
        cache_url=cache.url,
        exec_log_group=config.exec_log_group,
        deployment_alarms=alerts.deployment_alarms,
    ),
    in_account,
)
Schedule(
    "schedule",
    ScheduleArgs(
        prefix=config.prefix,
        account_id=config.account_id,
        region=settings.REGION,
        hours=config.schedule.hours,
        database_identifier=database.identifier,
        tasks=ScaledTasks(
            resource_id=compute.scaling.target.resource_id,
            dimension=compute.scaling.target.scalable_dimension,
            namespace=compute.scaling.target.service_namespace,
            minimum=config.compute.min_tasks,
            maximum=config.compute.max_tasks,
        ),
    ),
    in_account,
)
monitoring = Monitoring(
    "monitoring",
    MonitoringArgs(
        prefix=config.prefix,
        environment=config.stack,
        account_id=config.account_id,
        region=settings.REGION,
        night_stop=config.schedule.hours is not None,
        topic_arns=alerts.topic_arns,
        deployment_alarms=alerts.deployment_alarms,
        load_balancer_suffix=load_balancer.arn_suffix,
        target_group_suffix=load_balancer.target_group_arn_suffix,
        certificate_arn=load_balancer.certificate_arn,
        database_identifier=database.identifier,
        database_log_group=database.log_group_name,
        cluster_name=compute.cluster_name,
        service_name=compute.service_name,
        service_log_group=compute.log_group_name,
        own_nat_zones=config.own_nat_zones,
        nat_gateway_ids=network.nat_gateway_ids,
        vault_name=backup.vault_name,
        functions={
            "slack-relay": alerts.relay.function,
            "service-restart": compute.restart.function,
            "object-tagger": tenants.tagger,
        },
        bucket_name=config.bucket_name,
        bucket=storage.bucket_name,
    ),
    in_account,
)
Budget(
    "budget",
    BudgetArgs(
        prefix=config.prefix,
        environment=config.stack,
        monthly_usd=config.budget.monthly_usd,
        topic_arn=alerts.topic_arns["warning"],
    ),
    in_account,
)

pulumi.export("vpc_id", network.vpc_id)
pulumi.export("public_subnet_ids", network.public_subnet_ids)
pulumi.export("private_subnet_ids", network.private_subnet_ids)
pulumi.export("alb_security_group_id", security.alb_id)
pulumi.export("ecs_security_group_id", security.ecs_id)
pulumi.export("rds_security_group_id", security.rds_id)
pulumi.export("bucket_name", storage.bucket_name)
pulumi.export("db_endpoint", database.endpoint)
pulumi.export("db_secret_arn", database.secret_arn)
pulumi.export("alb_arn", load_balancer.arn)
pulumi.export("alb_dns_name", load_balancer.dns_name)
pulumi.export("alb_target_group_arn", load_balancer.target_group_arn)
pulumi.export("url", load_balancer.url)
pulumi.export("cluster_name", compute.cluster_name)
pulumi.export("service_name", compute.service_name)
pulumi.export("log_group_name", compute.log_group_name)
pulumi.export("sns_topic_arn", alerts.topic_arns["critical"])
pulumi.export("dashboard_url", monitoring.dashboard_url)
pulumi.export("secret_arns", app_secrets.arns)
pulumi.export("task_role_arn", tenants.task_role_arn)
pulumi.export("tenant_role_arn", tenants.tenant_role_arn)
pulumi.export("ecr_repository_url", foundation.output("ecr_repository_url"))
# What staging lends to dev (ADR N5).
pulumi.export("vpc_cidr", config.network.vpc_cidr)
pulumi.export("subnet_cidrs", config.network.blocks)
pulumi.export("internet_gateway_id", network.internet_gateway_id)
pulumi.export("nat_gateway_ids", network.nat_gateway_ids)
pulumi.export("s3_endpoint_id", network.s3_endpoint_id)
