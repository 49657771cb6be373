"""The weekly snapshots as the program asks for them (ADR D6)."""

import json

import pytest

from tests.program.recorder import Recording

VAULT = "aws:backup/vault:Vault"
PLAN = "aws:backup/plan:Plan"
SELECTION = "aws:backup/selection:Selection"
ROLE = "aws:iam/role:Role"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"


@pytest.mark.clause("D6")
def test_a_snapshot_is_taken_on_sunday_at_dawn_and_kept_30_days(prod: Recording) -> None:
    """At five in Korea: after RDS's own window, and not in the hour before its next one."""
    assert prod.one(PLAN).props["rules"] == [
        {
            "ruleName": "weekly",
            "targetVaultName": "triflow-ai-production-vault",
            "schedule": "cron(0 5 ? * SUN *)",
            "scheduleExpressionTimezone": "Asia/Seoul",
            "startWindow": 60,
            "completionWindow": 300,
            "lifecycle": {"deleteAfter": 30},
        }
    ]


@pytest.mark.clause("D6")
def test_the_plan_covers_the_database(prod: Recording) -> None:
    """A plan without a selection runs every week and saves nothing."""
    selection = prod.one(SELECTION)

    assert prod.depends_on(selection, "resources") == {"database-instance"}
    assert prod.depends_on(selection, "planId") == {"backup-plan"}
    assert prod.depends_on(selection, "iamRoleArn") == {"backup-role"}


@pytest.mark.clause("D6", "D7")
def test_the_vault_outlives_the_program(prod: Recording) -> None:
    """What is meant for the worst day must not go with it."""
    vault = prod.one(VAULT)

    assert (vault.options.protect, vault.options.retain_on_delete) == (True, True)
    assert vault.props["forceDestroy"] is False


@pytest.mark.clause("D6", "C9")
def test_only_aws_backup_for_this_account_takes_the_role(prod: Recording) -> None:
    """Without the account in the trust, another one's backup plan could use the role."""
    role = prod.one(ROLE, "backup-role")
    [trust] = json.loads(role.props["assumeRolePolicy"])["Statement"]

    assert trust["Principal"] == {"Service": "backup.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    assert prod.one(ATTACHMENT, "backup-role-policy").props["policyArn"] == (
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
    )


@pytest.mark.clause("D6")
def test_the_role_has_its_rights_before_the_selection(prod: Recording) -> None:
    """AWS Backup refuses a selection whose role may not do what it asks."""
    attached = prod.one(ATTACHMENT, "backup-role-policy")

    assert attached.urn in prod.one(SELECTION).dependencies


@pytest.mark.clause("D6")
def test_only_prod_pays_for_weekly_snapshots(staging: Recording, dev: Recording) -> None:
    """Staging and dev keep RDS's seven days and make no vault."""
    made = [each.name for r in (staging, dev) for kind in (VAULT, PLAN) for each in r.of(kind)]

    assert made == []
