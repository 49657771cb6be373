"""TriFlow AI on AWS: the layers of the architecture decision record, from the ground up."""

from program import startup  # isort: skip - first: it speeds up every import below

import pulumi
import pulumi_aws as aws

import settings
from components import tags
from components.backup import Backup, BackupArgs
from components.database import Database, DatabaseArgs
from components.network import Network, NetworkArgs
from components.security import SecurityGroups, SecurityGroupsArgs
from components.storage import Storage, StorageArgs
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
        borrowed_bucket=loan.bucket_name,
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
Backup(
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

pulumi.export("vpc_id", network.vpc_id)
pulumi.export("public_subnet_ids", network.public_subnet_ids)
pulumi.export("private_subnet_ids", network.private_subnet_ids)
pulumi.export("alb_security_group_id", security.alb_id)
pulumi.export("ecs_security_group_id", security.ecs_id)
pulumi.export("rds_security_group_id", security.rds_id)
pulumi.export("bucket_name", storage.bucket_name)
pulumi.export("db_endpoint", database.endpoint)
pulumi.export("db_secret_arn", database.secret_arn)
pulumi.export("ecr_repository_url", foundation.output("ecr_repository_url"))
# What staging lends to dev (ADR N5).
pulumi.export("vpc_cidr", config.network.vpc_cidr)
pulumi.export("subnet_cidrs", config.network.blocks)
pulumi.export("internet_gateway_id", network.internet_gateway_id)
pulumi.export("nat_gateway_ids", network.nat_gateway_ids)
pulumi.export("s3_endpoint_id", network.s3_endpoint_id)
