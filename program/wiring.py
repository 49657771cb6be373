"""What goes into each layer: values of the settings, and outputs of the layers above.

`__main__` is the order of the layers, this is their wiring. Nothing is decided here: a figure is
the settings', what is made of it is the layer's.
"""

from components.alerts import Alerts, AlertsArgs
from components.app_secrets import AppSecrets, AppSecretsArgs
from components.backup import Backup, BackupArgs
from components.budget import BudgetArgs
from components.cache import Cache, CacheArgs
from components.compute import Compute, ComputeArgs
from components.database import Database, DatabaseArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.monitoring import MonitoringArgs
from components.network import Network, NetworkArgs
from components.schedule import ScaledTasks, ScheduleArgs
from components.security import SecurityGroups, SecurityGroupsArgs
from components.storage import Storage, StorageArgs
from components.tenant_access import TenantAccess, TenantAccessArgs
from components.waf import WafArgs
from program.lending import Loan
from program.other_stacks import OtherStack
from settings import REGION, Settings


def network(config: Settings, loan: Loan) -> NetworkArgs:
    """The address plan of the stack file, and in dev what staging lends (ADR N1 to N6)."""
    return NetworkArgs(
        prefix=config.prefix,
        account_id=config.account_id,
        region=REGION,
        vpc_name=config.vpc_name,
        vpc_cidr=config.network.vpc_cidr,
        public_subnets=config.network.public_subnets.by_zone,
        private_subnets=config.network.private_subnets.by_zone,
        nat_gateways=config.network.nat_gateways,
        flow_logs=config.network.flow_logs,
        protect=config.protect,
        borrowed=loan.vpc,
    )


def security(config: Settings, network: Network) -> SecurityGroupsArgs:
    """Everything the groups need is the VPC (ADR N4)."""
    return SecurityGroupsArgs(prefix=config.prefix, vpc_id=network.vpc_id)


def storage(config: Settings, loan: Loan) -> StorageArgs:
    """The bucket of this stack or the one that it borrows (ADR S1)."""
    return StorageArgs(
        bucket_name=config.bucket_name,
        protect=config.protect,
        retain=config.retain,
        load_balancer_logs=config.load_balancer.access_logs,
        account_id=config.account_id,
        borrowed_bucket=loan.bucket_name,
    )


def tenants(config: Settings, storage: Storage) -> TenantAccessArgs:
    """The bucket's name twice: plain for documents, as an output for the order (ADR S8)."""
    return TenantAccessArgs(
        prefix=config.prefix,
        account_id=config.account_id,
        region=REGION,
        bucket_name=config.bucket_name,
        bucket=storage.bucket_name,
        key_prefix=config.key_prefix,
        tagged_prefixes=config.tagged_prefixes,
        exec_log_group=config.exec_log_group,
    )


def database(config: Settings, network: Network, security: SecurityGroups) -> DatabaseArgs:
    """Sizes and windows of the stack file, private subnets, the group of the chain (ADR D1)."""
    return DatabaseArgs(
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
    )


def backup(config: Settings, database: Database) -> BackupArgs:
    """Weekly snapshots of the database (ADR D6)."""
    return BackupArgs(
        prefix=config.prefix,
        account_id=config.account_id,
        weekly=config.backup.weekly,
        database_arn=database.arn,
        protect=config.protect,
        retain=config.retain,
    )


def load_balancer(
    config: Settings,
    foundation: OtherStack,
    network: Network,
    security: SecurityGroups,
    storage: Storage,
) -> LoadBalancerArgs:
    """The domain and zone of the foundation, public subnets (ADR L1 to L7)."""
    return LoadBalancerArgs(
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
    )


def waf(config: Settings, load_balancer: LoadBalancer) -> WafArgs:
    """What the firewall would stand before (ADR X2)."""
    return WafArgs(
        prefix=config.prefix, enabled=config.waf.enabled, load_balancer_arn=load_balancer.arn
    )


def cache(config: Settings, network: Network, security: SecurityGroups) -> CacheArgs:
    """Where the cache would live, and who may ask it (ADR X1)."""
    return CacheArgs(
        prefix=config.prefix,
        enabled=config.cache.enabled,
        vpc_id=network.vpc_id,
        subnet_ids=network.private_subnet_ids,
        ecs_security_group_id=security.ecs_id,
    )


def alerts(config: Settings, load_balancer: LoadBalancer) -> AlertsArgs:
    """Who is told, and the two alarms that a deployment watches (ADR M7, C5)."""
    return AlertsArgs(
        prefix=config.prefix,
        environment=config.stack,
        account_id=config.account_id,
        region=REGION,
        email=config.monitoring.email,
        protect=config.protect,
        night_stop=config.schedule.hours is not None,
        load_balancer_suffix=load_balancer.arn_suffix,
        target_group_suffix=load_balancer.target_group_arn_suffix,
    )


def app_secrets(config: Settings) -> AppSecretsArgs:
    """Secrets that operators fill (ADR C11)."""
    return AppSecretsArgs(prefix=config.prefix, protect=config.protect)


def compute(  # noqa: PLR0917 - the layers above, in their order
    config: Settings,
    foundation: OtherStack,
    network: Network,
    security: SecurityGroups,
    tenants: TenantAccess,
    database: Database,
    load_balancer: LoadBalancer,
    cache: Cache,
    alerts: Alerts,
    app_secrets: AppSecrets,
) -> ComputeArgs:
    """The image and its size, and all that a task talks to (ADR C1 to C11)."""
    return ComputeArgs(
        prefix=config.prefix,
        environment=config.stack,
        account_id=config.account_id,
        region=REGION,
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
    )


def schedule(config: Settings, database: Database, compute: Compute) -> ScheduleArgs:
    """The hours, and what they stop and start (ADR E2)."""
    return ScheduleArgs(
        prefix=config.prefix,
        account_id=config.account_id,
        region=REGION,
        hours=config.schedule.hours,
        database_identifier=database.identifier,
        tasks=ScaledTasks(
            resource_id=compute.scaling.target.resource_id,
            dimension=compute.scaling.target.scalable_dimension,
            namespace=compute.scaling.target.service_namespace,
            minimum=config.compute.min_tasks,
            maximum=config.compute.max_tasks,
        ),
    )


def monitoring(  # noqa: PLR0917 - likewise
    config: Settings,
    network: Network,
    storage: Storage,
    tenants: TenantAccess,
    database: Database,
    backup: Backup,
    load_balancer: LoadBalancer,
    alerts: Alerts,
    compute: Compute,
) -> MonitoringArgs:
    """Everything that has an alarm, a log or a place on the dashboard (ADR M1 to M10)."""
    return MonitoringArgs(
        prefix=config.prefix,
        environment=config.stack,
        account_id=config.account_id,
        region=REGION,
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
    )


def budget(config: Settings, alerts: Alerts) -> BudgetArgs:
    """The stack's limit, and who hears of it (ADR F3)."""
    return BudgetArgs(
        prefix=config.prefix,
        environment=config.stack,
        monthly_usd=config.budget.monthly_usd,
        topic_arn=alerts.topic_arns["warning"],
    )
