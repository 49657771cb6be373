"""The database as the program asks for it (ADR D1 to D5, D7 to D9, D11 to D13, D15).

What AWS accepts is another matter; the figures here are the record's.
"""

from typing import Any

import pytest

from tests.program.recorder import Recording, record

INSTANCE = "aws:rds/instance:Instance"
PARAMETERS = "aws:rds/parameterGroup:ParameterGroup"
SUBNETS = "aws:rds/subnetGroup:SubnetGroup"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
PREFIX = {
    "prod": "triflow-ai-production",
    "staging": "triflow-ai-staging",
    "dev": "triflow-ai-dev",
}

# What the environments differ in (ADR D2 to D5, D7, E1); windows as AWS takes them, in UTC.
PROD = {
    "instanceClass": "db.t4g.medium",
    "multiAz": True,
    "allocatedStorage": 100,
    "maxAllocatedStorage": 200,
    "backupWindow": "18:00-19:00",
    "maintenanceWindow": "sun:19:00-sun:20:00",
    "deletionProtection": True,
    "skipFinalSnapshot": False,
    "finalSnapshotIdentifier": "triflow-ai-production-db-final",
    "deleteAutomatedBackups": False,
}
STAGING = {
    "instanceClass": "db.t4g.small",
    "multiAz": False,
    "allocatedStorage": 20,
    "maxAllocatedStorage": 50,
    "backupWindow": "03:00-04:00",
    "maintenanceWindow": "fri:09:00-fri:10:00",
    "deletionProtection": True,
    "skipFinalSnapshot": False,
    "finalSnapshotIdentifier": "triflow-ai-staging-db-final",
    "deleteAutomatedBackups": False,
}
DEV = STAGING | {
    "instanceClass": "db.t4g.micro",
    "deletionProtection": False,
    "skipFinalSnapshot": True,
    "finalSnapshotIdentifier": None,
    "deleteAutomatedBackups": True,
}
DIFFERENCES = {"prod": PROD, "staging": STAGING, "dev": DEV}

# What is the same everywhere.
ALIKE = {
    "engine": "postgres",
    "engineVersion": "14",
    "autoMinorVersionUpgrade": True,
    "allowMajorVersionUpgrade": False,
    "applyImmediately": False,
    "engineLifecycleSupport": "open-source-rds-extended-support-disabled",
    "storageType": "gp3",
    "storageEncrypted": True,
    "publiclyAccessible": False,
    "port": 5432,
    "caCertIdentifier": "rds-ca-rsa2048-g1",
    "dbName": "triflow",
    "username": "triflow_admin",
    "manageMasterUserPassword": True,
    "backupRetentionPeriod": 7,
    "copyTagsToSnapshot": True,
    "enabledCloudwatchLogsExports": ["postgresql"],
    "performanceInsightsEnabled": True,
    "performanceInsightsRetentionPeriod": 7,
    "databaseInsightsMode": "standard",
}
RELATIONS = {
    "identifier",
    "parameterGroupName",
    "dbSubnetGroupName",
    "vpcSecurityGroupIds",
    "tags",
}


def instance(recording: Recording) -> dict[str, Any]:
    """Return what is asked of RDS for the instance."""
    return dict(recording.one(INSTANCE).props)


@pytest.mark.clause("D1", "D2", "D3", "D4", "D5", "D7", "D8", "D9", "D12", "D13", "D15", "E1")
@pytest.mark.parametrize("stack", DIFFERENCES)
def test_the_instance_is_what_the_record_decides(stack: str, mode: str) -> None:
    """Every figure of it, and not one property more: no iops, no key, no password, no zone."""
    asked = instance(record(stack, preview=mode == "preview"))

    expected = {
        key: value for key, value in (ALIKE | DIFFERENCES[stack]).items() if value is not None
    }
    assert {key: value for key, value in asked.items() if key not in RELATIONS} == expected


@pytest.mark.clause("D2")
@pytest.mark.parametrize("stack", PREFIX)
def test_the_instance_has_the_name_of_the_guide(stack: str, mode: str) -> None:
    """The guide's commands name it, so it is never one that AWS makes up."""
    asked = instance(record(stack, preview=mode == "preview"))

    assert asked["identifier"] == f"{PREFIX[stack]}-db"


@pytest.mark.clause("D7")
@pytest.mark.parametrize(
    ("stack", "protect", "retain"),
    [("prod", True, True), ("staging", True, False), ("dev", False, False)],
)
def test_a_database_is_not_deleted_by_accident(
    stack: str,
    protect: bool,  # noqa: FBT001 - a column of the table
    retain: bool,  # noqa: FBT001
    mode: str,
) -> None:
    """Pulumi refuses in prod and staging; in prod the data stays even when the program lets go."""
    options = record(stack, preview=mode == "preview").one(INSTANCE).options

    assert (options.protect, options.retain_on_delete) == (protect, retain)


@pytest.mark.clause("D8", "N1", "N4")
def test_the_database_is_reached_from_the_tasks_only(prod: Recording) -> None:
    """Its subnets are the private ones, its one security group is the database's."""
    subnets = prod.one(SUBNETS)
    private = {"network-private-ap-northeast-2a", "network-private-ap-northeast-2c"}

    assert prod.depends_on(subnets, "subnetIds") == private
    assert prod.depends_on(prod.one(INSTANCE), "dbSubnetGroupName") == {"database-subnets"}
    assert prod.depends_on(prod.one(INSTANCE), "vpcSecurityGroupIds") == {"security-rds"}


@pytest.mark.clause("D10", "D11")
def test_the_parameters_are_the_records(prod: Recording) -> None:
    """At most 100 connections, slow queries from one second on, TLS only, statistics loaded."""
    group = prod.one(PARAMETERS)
    values = {each["name"]: each["value"] for each in group.props["parameters"]}

    assert values == {
        "max_connections": "100",
        "log_min_duration_statement": "1000",
        "rds.force_ssl": "1",
        "shared_preload_libraries": "pg_stat_statements",
    }
    assert prod.depends_on(prod.one(INSTANCE), "parameterGroupName") == {"database-parameters"}


@pytest.mark.clause("D11")
def test_static_parameters_wait_for_a_reboot(prod: Recording) -> None:
    """AWS refuses a group that applies a static parameter at once."""
    parameters = prod.one(PARAMETERS).props["parameters"]

    assert [each["name"] for each in parameters if each["applyMethod"] == "immediate"] == [
        "log_min_duration_statement"
    ]


@pytest.mark.clause("D1")
def test_the_parameters_follow_the_major_version() -> None:
    """Another version takes another family, under a name of its own: both exist for a while."""
    upgraded = record("dev", config={"database": {"majorVersion": 16, "majorUpgrade": True}})
    group, asked = upgraded.one(PARAMETERS).props, instance(upgraded)

    assert (group["family"], group["name"]) == ("postgres16", "triflow-ai-dev-db-postgres16")
    assert asked["engineVersion"] == "16"
    # Until the instance has left it, the old group cannot be deleted.
    assert asked["allowMajorVersionUpgrade"] is asked["applyImmediately"] is True


@pytest.mark.clause("D12", "M2")
@pytest.mark.parametrize("stack", PREFIX)
def test_the_log_group_is_there_before_the_instance(stack: str, mode: str) -> None:
    """Otherwise RDS makes it itself, and the log is kept, and paid for, for ever."""
    recording = record(stack, preview=mode == "preview")
    group = recording.one(LOG_GROUP, "database-log-group")

    assert group.props["name"] == f"/aws/rds/instance/{PREFIX[stack]}-db/postgresql"
    assert group.props["retentionInDays"] == 7
    assert group.urn in recording.one(INSTANCE).dependencies


@pytest.mark.clause("D15")
def test_the_password_is_handed_on_by_name_only() -> None:
    """The outputs carry the address and the secret's ARN; the password itself is in no stack."""
    outputs = record("prod").outputs

    assert outputs["db_endpoint"] == "database-instance.example.com:5432"
    assert outputs["db_secret_arn"] == "arn:aws:secretsmanager:::secret:database-instance"  # noqa: S105 - its name, no secret
