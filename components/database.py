"""The PostgreSQL instance, its parameters, its subnets, its log (ADR D1 to D5, D7 to D13, D15).

Who may reach it is `security`'s, weekly snapshots are `backup`'s, the night stop is `schedule`'s.
The extensions (ADR D10) are created from inside the VPC after the first deployment: the database
answers nobody outside.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import cloudwatch, rds

from components import kst, tags

PORT = 5432
DATABASE_NAME = "triflow"
MASTER_USER = "triflow_admin"
BACKUP_DAYS = 7
LOG_DAYS = 7
INSIGHTS_DAYS = 7  # what Performance Insights keeps for free
CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"  # named, since AWS moves its default on
NO_EXTENDED_SUPPORT = "open-source-rds-extended-support-disabled"

# ADR D10, D11. A static parameter waits for a reboot, and AWS refuses to apply it at once. That
# TLS is forced counts as static up to PostgreSQL 14.
PARAMETERS: Sequence[rds.ParameterGroupParameterArgsDict] = (
    {
        "name": "shared_preload_libraries",
        "value": "pg_stat_statements",
        "apply_method": "pending-reboot",
    },
    {"name": "max_connections", "value": "100", "apply_method": "pending-reboot"},
    {"name": "rds.force_ssl", "value": "1", "apply_method": "pending-reboot"},
    {"name": "log_min_duration_statement", "value": "1000", "apply_method": "immediate"},  # ms
)


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    """Sizes in GiB; windows in Korean time: `03:00-04:00`, and `Mon 04:00-05:00` each week.

    `major_upgrade` lets an update raise the major version, at once and with a stop of some minutes.
    """

    prefix: str
    instance_class: str
    multi_az: bool
    storage_gb: int
    max_storage_gb: int
    major_version: int
    major_upgrade: bool
    backup_window: str
    maintenance_window: str
    protect: bool
    retain: bool
    subnet_ids: pulumi.Input[Sequence[pulumi.Input[str]]]
    security_group_id: pulumi.Input[str]

    @property
    def identifier(self) -> str:
        """The instance's name, pinned by the guide's commands (ADR D2)."""
        return f"{self.prefix}-db"


class Database(pulumi.ComponentResource):
    """One instance in the private subnets, whose password only RDS and Secrets Manager know."""

    identifier: pulumi.Output[str]
    arn: pulumi.Output[str]
    address: pulumi.Output[str]
    endpoint: pulumi.Output[str]
    secret_arn: pulumi.Output[str]
    log_group_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:data:Database", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        logs = self._log_group(f"{name}-log-group", args)
        parameters = self._parameters(f"{name}-parameters", args)
        subnets = self._subnets(f"{name}-subnets", args)
        instance = self._instance(f"{name}-instance", args, parameters, subnets, logs)
        self.identifier, self.arn = instance.identifier, instance.arn
        self.address, self.endpoint = instance.address, instance.endpoint
        self.secret_arn = instance.master_user_secrets[0].secret_arn
        self.log_group_name = logs.name
        self.register_outputs(
            {
                "identifier": self.identifier,
                "arn": self.arn,
                "address": self.address,
                "endpoint": self.endpoint,
                "secret_arn": self.secret_arn,
                "log_group_name": self.log_group_name,
            }
        )

    def _log_group(self, name: str, args: DatabaseArgs) -> cloudwatch.LogGroup:
        """ADR D12."""
        group = f"/aws/rds/instance/{args.identifier}/postgresql"
        return cloudwatch.LogGroup(
            name,
            name=group,
            retention_in_days=LOG_DAYS,
            skip_destroy=args.retain,
            tags=tags.own("database", group),
            opts=self._child,
        )

    def _parameters(self, name: str, args: DatabaseArgs) -> rds.ParameterGroup:
        """ADR D10, D11. Another major version needs another family, and so a second group.

        The family is in the name, so that the new group can be made while the old one is in use.
        """
        family = f"postgres{args.major_version}"
        return rds.ParameterGroup(
            name,
            name=f"{args.identifier}-{family}",
            family=family,
            description="PostgreSQL as the architecture decision record sets it",
            parameters=PARAMETERS,
            tags=tags.own("database", f"{args.identifier}-{family}"),
            opts=self._child,
        )

    def _subnets(self, name: str, args: DatabaseArgs) -> rds.SubnetGroup:
        """ADR D8. Both zones also without a standby: AWS takes no group in a single zone."""
        return rds.SubnetGroup(
            name,
            name=f"{args.identifier}-subnets",
            subnet_ids=args.subnet_ids,
            description="Private subnets of the database",
            tags=tags.own("database", f"{args.identifier}-subnets"),
            opts=self._child,
        )

    def _instance(
        self,
        name: str,
        args: DatabaseArgs,
        parameters: rds.ParameterGroup,
        subnets: rds.SubnetGroup,
        logs: cloudwatch.LogGroup,
    ) -> rds.Instance:
        return rds.Instance(
            name,
            identifier=args.identifier,
            # ADR D1: the major version alone, so that AWS chooses the minor one and raises it. Past
            # the major version's support AWS upgrades instead of charging for extended support.
            engine="postgres",
            engine_version=str(args.major_version),
            auto_minor_version_upgrade=True,
            allow_major_version_upgrade=args.major_upgrade,
            apply_immediately=args.major_upgrade,  # else changes wait for the maintenance window
            engine_lifecycle_support=NO_EXTENDED_SUPPORT,
            parameter_group_name=parameters.name,
            # ADR D2, D3, D4: gp3 below 400 GB has 3000 IOPS and 125 MiB/s, and AWS refuses to be
            # told so.
            instance_class=args.instance_class,
            multi_az=args.multi_az,
            storage_type="gp3",
            allocated_storage=args.storage_gb,  # at first; once grown, a disk never shrinks
            max_allocated_storage=args.max_storage_gb,
            storage_encrypted=True,  # ADR D9: without a key of its own, AWS takes aws/rds
            # ADR D8
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=[args.security_group_id],
            publicly_accessible=False,
            port=PORT,
            ca_cert_identifier=CERTIFICATE_AUTHORITY,
            # ADR D15: nobody hands the password over, so it is in no state and no log.
            db_name=DATABASE_NAME,
            username=MASTER_USER,
            manage_master_user_password=True,
            # ADR D5
            backup_retention_period=BACKUP_DAYS,
            backup_window=kst.window(args.backup_window).utc,
            maintenance_window=kst.window(args.maintenance_window).utc,
            copy_tags_to_snapshot=True,
            # ADR D7. AWS refuses a second snapshot of one name: the last one is moved away first.
            deletion_protection=args.protect,
            skip_final_snapshot=not args.protect,
            final_snapshot_identifier=f"{args.identifier}-final" if args.protect else None,
            delete_automated_backups=not args.protect,
            # ADR D12, D13: the mode is written out, since the advanced one is charged for.
            enabled_cloudwatch_logs_exports=["postgresql"],
            performance_insights_enabled=True,
            performance_insights_retention_period=INSIGHTS_DAYS,
            database_insights_mode="standard",
            tags=tags.own("database", args.identifier),
            opts=pulumi.ResourceOptions(
                parent=self,
                protect=args.protect,
                retain_on_delete=args.retain,
                # RDS would otherwise make the log group itself, and keep the log for ever.
                depends_on=[logs],
            ),
        )
