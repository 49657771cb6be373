"""The weekly snapshot of the database, kept 30 days in a vault (ADR D6).

The daily backups of the last seven days are RDS's own and belong to `database`. What lies in the
vault is an RDS snapshot like any other, so restoring one needs no role of AWS Backup.
"""

from dataclasses import dataclass

import pulumi
from pulumi_aws import backup, iam

from components import documents, kst, tags

KEPT_DAYS = 30
# Sunday 05:00. AWS Backup starts nothing within RDS's own windows nor in the hour before them.
WEEKLY = kst.cron(5 * kst.HOUR, ["Sun"])
START_WITHIN = 60  # minutes, the least that AWS takes
COMPLETE_WITHIN = 5 * kst.HOUR  # 100 GB take minutes; what hangs is to fail the same morning
BACKUP_POLICY = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"


@dataclass(frozen=True, kw_only=True)
class BackupArgs:
    """`weekly` false makes nothing at all."""

    prefix: str
    account_id: str
    weekly: bool
    database_arn: pulumi.Input[str]
    protect: bool
    retain: bool


class Backup(pulumi.ComponentResource):
    """A vault, a plan, what the plan covers, and the role that may take snapshots."""

    vault_name: pulumi.Output[str] | None

    def __init__(
        self, name: str, args: BackupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:data:Backup", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self.vault_name = self._weekly(name, args) if args.weekly else None
        self.register_outputs({"vault_name": self.vault_name})

    def _weekly(self, name: str, args: BackupArgs) -> pulumi.Output[str]:
        vault = self._vault(f"{name}-vault", args)
        plan = self._plan(f"{name}-plan", args, vault)
        role, attached = self._role(f"{name}-role", args)
        backup.Selection(
            f"{name}-selection",
            name=f"{args.prefix}-db",
            plan_id=plan.id,
            iam_role_arn=role.arn,
            resources=[args.database_arn],
            # AWS Backup tries the role when the selection is made, and refuses one without rights.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[attached]),
        )
        return vault.name

    def _vault(self, name: str, args: BackupArgs) -> backup.Vault:
        """ADR D7: kept like the database; AWS refuses to delete a vault that is not empty."""
        vault_name = f"{args.prefix}-vault"
        return backup.Vault(
            name,
            name=vault_name,
            force_destroy=False,
            tags=tags.own("backup", vault_name),
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect, retain_on_delete=args.retain
            ),
        )

    def _plan(self, name: str, args: BackupArgs, vault: backup.Vault) -> backup.Plan:
        plan_name = f"{args.prefix}-weekly"
        return backup.Plan(
            name,
            name=plan_name,
            rules=[
                {
                    "rule_name": "weekly",
                    "target_vault_name": vault.name,
                    "schedule": WEEKLY,
                    "schedule_expression_timezone": kst.TIMEZONE,
                    "start_window": START_WITHIN,
                    "completion_window": COMPLETE_WITHIN,
                    "lifecycle": {"delete_after": KEPT_DAYS},  # RDS knows no cold storage
                }
            ],
            tags=tags.own("backup", plan_name),
            opts=self._child,
        )

    def _role(self, name: str, args: BackupArgs) -> tuple[iam.Role, iam.RolePolicyAttachment]:
        role_name = f"{args.prefix}-backup-role"
        role = iam.Role(
            name,
            name=role_name,
            assume_role_policy=documents.service_trust("backup", args.account_id),
            tags=tags.own("backup", role_name),
            opts=self._child,
        )
        attached = iam.RolePolicyAttachment(
            f"{name}-policy", role=role.name, policy_arn=BACKUP_POLICY, opts=self._child
        )
        return role, attached
