"""The database, its parameters and its secret."""

from datetime import timedelta

from tests.triflow.doctor_stack import NOW, Json
from triflow.deployed import Deployed
from triflow.doctor.answers import Answer


def answers(stack: Deployed) -> Json:
    """Return them by the read's name."""
    return {
        "database": _database(stack),
        "database_parameters": _parameters(stack),
        "database_secret": _secret(stack),
        "failovers": _failovers(stack),
    }


def _database(stack: Deployed) -> Json:
    wish = stack.inputs("database-instance")
    row = {
        "DBInstanceIdentifier": wish["identifier"],
        "DBInstanceStatus": "available",
        "PubliclyAccessible": False,
        "EngineVersion": "14.19",
        "InstanceCreateTime": NOW - timedelta(days=3),
        "LatestRestorableTime": NOW - timedelta(minutes=4),
        "AllocatedStorage": 100,
        "MaxAllocatedStorage": 200,
        "EnabledCloudwatchLogsExports": ["postgresql"],
        "DBInstanceClass": wish["instanceClass"],
        "BackupRetentionPeriod": wish["backupRetentionPeriod"],
        "DeletionProtection": wish["deletionProtection"],
        "MultiAZ": wish["multiAz"],
        "StorageEncrypted": True,
        "DBParameterGroups": [
            {"DBParameterGroupName": "x-postgres14", "ParameterApplyStatus": "in-sync"}
        ],
        "PendingModifiedValues": {},
        "CertificateDetails": {"ValidTill": NOW + timedelta(days=200)},
        "EngineLifecycleSupport": wish["engineLifecycleSupport"],
        "MasterUserSecret": {"SecretStatus": "active"},
    }
    return {"DBInstances": [row]}


def _failovers(stack: Deployed) -> Json | Answer:
    """Return no failover, though AWS were to tell of something else, too."""
    if not stack.inputs("database-instance")["multiAz"]:
        return Answer("not needed", reason="the database is in one zone")
    event = {"Date": NOW - timedelta(hours=1), "Message": "Backing up DB instance"}
    return {"Events": [event | {"EventCategories": ["backup"]}]}


def _parameters(stack: Deployed) -> Json:
    wish = stack.inputs("database-parameters")["parameters"]
    rows = [{"ParameterName": one["name"], "ParameterValue": one["value"]} for one in wish]
    limit = {"ParameterName": "max_connections", "ParameterValue": "200"}
    others = [one for one in rows if one["ParameterName"] != limit["ParameterName"]]
    return {"Parameters": [limit, *others]}


def _secret(stack: Deployed) -> Json:
    return {
        "ARN": stack.output("db_secret_arn"),
        "LastChangedDate": NOW - timedelta(days=3),
        "NextRotationDate": NOW + timedelta(days=4),
    }
