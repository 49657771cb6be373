"""Secrets Manager: secrets and their values."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

SECRET = {"SecretId": "{id}"}

ROWS = {
    "aws:secretsmanager/secret:Secret": Row(
        "secretsmanager",
        create=Call("create_secret", {"ClientRequestToken": "{seed}"}, auto=True),
        id="ARN",
        # A deleted secret stays listed until its recovery window has passed.
        read=Read("describe_secret", SECRET, "[@] | [?!DeletedDate] | [0]"),
        listing=Read("list_secrets", path="SecretList"),
        updates=(
            Call(
                "update_secret",
                {**SECRET, "Description": "{description}", "KmsKeyId": "{kmsKeyId}"},
                on_create=False,
            ),
            Call("put_resource_policy", {**SECRET, "ResourcePolicy": "{policy}"}, when="policy"),
            Call(
                "delete_resource_policy",
                SECRET,
                carries=("policy",),
                when="!policy",
                on_create=False,
            ),
        ),
        delete=(
            Call(
                "delete_secret",
                {**SECRET, "RecoveryWindowInDays": "{recoveryWindowInDays}"},
                when="recoveryWindowInDays != `0`",
            ),
            Call(
                "delete_secret",
                {**SECRET, "ForceDeleteWithoutRecovery": True},
                when="recoveryWindowInDays == `0`",
            ),
        ),
        tags=tags_by(SECRET, "tag_resource", "untag_resource"),
        name=Name("name", 512),
        defaults={"forceOverwriteReplicaSecret": False, "recoveryWindowInDays": 30},
        reset={"description": ""},
        documents=("policy",),
        ignored={
            "forceOverwriteReplicaSecret": "the local AWS replicates no secret",
            "recoveryWindowInDays": "decides what a deletion does, no call carries it",
        },
        outputs={"arn": Text("{id}"), "policy": ""},
    ),
    "aws:secretsmanager/secretVersion:SecretVersion": Row(
        "secretsmanager",
        create=Call(
            "put_secret_value",
            {
                "SecretId": "{secretId}",
                "SecretString": "{secretString || secretStringWo}",
                "SecretBinary": "{secretBinary}",
                "VersionStages": "{versionStages}",
                "ClientRequestToken": "{seed}",
            },
            carries=("secretStringWoVersion",),
        ),
        id="join('|', [ARN, VersionId])",
        read=Read(
            "get_secret_value",
            {"SecretId": "{split('|', id)[0]}", "VersionId": "{split('|', id)[1]}"},
        ),
        indelible="a version goes with its secret",
        outputs={
            "arn": "ARN",
            "secretArn": "ARN",
            "secretId": "ARN",
            "secretString": "SecretString",
            "secretBinary": "",
        },
        undrifting={"secretId": "given as a name, answered as an ARN"},
    ),
}
