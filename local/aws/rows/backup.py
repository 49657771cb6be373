"""AWS Backup: vaults, plans, and what a plan backs up. The local AWS makes no backup."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

RULES = ".BackupPlan.Rules"

ROWS = {
    "aws:backup/vault:Vault": Row(
        "backup",
        create=Call(
            "create_backup_vault",
            {
                "BackupVaultName": "{name}",
                "EncryptionKeyArn": "{kmsKeyArn}",
                "BackupVaultTags": "{tags}",
            },
        ),
        id=Text("{name}"),
        read=Read("describe_backup_vault", {"BackupVaultName": "{id}"}),
        delete=(Call("delete_backup_vault", {"BackupVaultName": "{id}"}),),
        tags=tags_by(
            {"ResourceArn": "{live.BackupVaultArn}"},
            "tag_resource",
            "untag_resource",
            "list_tags",
            keys="TagKeyList",
        ),
        name=Name("name", 50),
        defaults={"forceDestroy": False},
        ignored={"forceDestroy": "decides what a deletion does, no call carries it"},
        outputs={
            "arn": "BackupVaultArn",
            "kmsKeyArn": "EncryptionKeyArn",
            "recoveryPoints": "NumberOfRecoveryPoints",
        },
    ),
    "aws:backup/plan:Plan": Row(
        "backup",
        create=Call(
            "create_backup_plan",
            {
                "BackupPlan": {
                    "BackupPlanName": "{name}",
                    "Rules": "{rules}",
                    "AdvancedBackupSettings": "{advancedBackupSettings}",
                },
                "BackupPlanTags": "{tags}",
            },
        ),
        id=Text("{seed}"),
        put=True,
        tags=tags_by(
            {"ResourceArn": "{live.BackupPlanArn}"},
            "tag_resource",
            "untag_resource",
            "list_tags",
            keys="TagKeyList",
        ),
        name=Name("name", 50),
        rename={
            f"{RULES}.targetVaultName": "TargetBackupVaultName",
            f"{RULES}.schedule": "ScheduleExpression",
            f"{RULES}.startWindow": "StartWindowMinutes",
            f"{RULES}.completionWindow": "CompletionWindowMinutes",
            f"{RULES}.lifecycle.deleteAfter": "DeleteAfterDays",
            f"{RULES}.lifecycle.coldStorageAfter": "MoveToColdStorageAfterDays",
            f"{RULES}.copyActions.destinationVaultArn": "DestinationBackupVaultArn",
            f"{RULES}.copyActions.lifecycle.deleteAfter": "DeleteAfterDays",
            f"{RULES}.copyActions.lifecycle.coldStorageAfter": "MoveToColdStorageAfterDays",
        },
        held="moto cannot change a plan, and never frees the name of a deleted one",
        outputs={
            "arn": Text("arn:aws:backup:{region}:{account}:backup-plan:{id}"),
            "version": Text("{id}"),
            "name": "BackupPlan.BackupPlanName",
            "rules": "",
        },
    ),
    "aws:backup/selection:Selection": Row(
        "backup",
        create=Call(
            "create_backup_selection",
            {
                "BackupPlanId": "{planId}",
                "BackupSelection": {
                    "SelectionName": "{name}",
                    "IamRoleArn": "{iamRoleArn}",
                    "Resources": "{resources}",
                    "NotResources": "{notResources}",
                    "ListOfTags": "{selectionTags}",
                },
            },
        ),
        id=Text("{seed}"),
        name=Name("name", 50),
        rename={
            ".BackupSelection.ListOfTags.type": "ConditionType",
            ".BackupSelection.ListOfTags.key": "ConditionKey",
            ".BackupSelection.ListOfTags.value": "ConditionValue",
        },
        held="moto has no backup selections",
        outputs={
            "name": "BackupSelection.SelectionName",
            "planId": "BackupPlanId",
            "iamRoleArn": "BackupSelection.IamRoleArn",
            "resources": "BackupSelection.Resources",
            "selectionTags": "BackupSelection.ListOfTags[].{type: ConditionType, "
            "key: ConditionKey, value: ConditionValue}",
        },
    ),
}
