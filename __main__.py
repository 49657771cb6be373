"""TriFlow AI on AWS: the layers of the architecture decision record, from the ground up."""

from program import startup  # isort: skip - first: it speeds up every import below

import pulumi
import pulumi_aws as aws

import settings
from components import tags
from components.alerts import Alerts
from components.app_secrets import AppSecrets
from components.backup import Backup
from components.budget import Budget
from components.cache import Cache
from components.compute import Compute
from components.database import Database
from components.load_balancer import LoadBalancer
from components.monitoring import Monitoring
from components.network import Network
from components.schedule import Schedule
from components.security import SecurityGroups
from components.storage import Storage
from components.tenant_access import TenantAccess
from components.waf import Waf
from program import lending, other_stacks, pack_guard, wiring

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

network = Network("network", wiring.network(config, loan), in_account)
security = SecurityGroups("security", wiring.security(config, network), in_account)
storage = Storage("storage", wiring.storage(config, loan), in_account)
tenants = TenantAccess("tenants", wiring.tenants(config, storage), in_account)
database = Database("database", wiring.database(config, network, security), in_account)
backup = Backup("backup", wiring.backup(config, database), in_account)
load_balancer = LoadBalancer(
    "load-balancer",
    wiring.load_balancer(config, foundation, network, security, storage),
    in_account,
)
Waf("waf", wiring.waf(config, load_balancer), in_account)
cache = Cache("cache", wiring.cache(config, network, security), in_account)
alerts = Alerts("alerts", wiring.alerts(config, load_balancer), in_account)
app_secrets = AppSecrets("app-secrets", wiring.app_secrets(config), in_account)
compute = Compute(
    "compute",
    wiring.compute(
        config,
        foundation,
        network,
        security,
        tenants,
        database,
        load_balancer,
        cache,
        alerts,
        app_secrets,
    ),
    in_account,
)
Schedule("schedule", wiring.schedule(config, database, compute), in_account)
monitoring = Monitoring(
    "monitoring",
    wiring.monitoring(
        config, network, storage, tenants, database, backup, load_balancer, alerts, compute
    ),
    in_account,
)
Budget("budget", wiring.budget(config, alerts), in_account)

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
pulumi.export("sns_warning_topic_arn", alerts.topic_arns["warning"])
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
