"""The database, its weekly snapshots and its night stop as the rules want them."""

import json
from typing import Any

from policy import tokens as t
from tests.policy.stand import ACCOUNT, Thing, of

WEEKDAYS = "MON,TUE,WED,THU,FRI"
SDK = "arn:aws:scheduler:::aws-sdk:rds"
DIFFERENCES: dict[str, dict[str, Any]] = {
    "prod": {
        "instanceClass": "db.t4g.medium",
        "multiAz": True,
        "allocatedStorage": 100,
        "maxAllocatedStorage": 200,
        "backupWindow": "18:00-19:00",
        "maintenanceWindow": "sun:19:00-sun:20:00",
        "deletionProtection": True,
        "finalSnapshotIdentifier": "triflow-ai-production-db-final",
        "deleteAutomatedBackups": False,
        "copyTagsToSnapshot": True,
    },
    "staging": {
        "instanceClass": "db.t4g.small",
        "allocatedStorage": 20,
        "maxAllocatedStorage": 50,
        "backupWindow": "03:00-04:00",
        "maintenanceWindow": "fri:09:00-fri:10:00",
        "deletionProtection": True,
        "finalSnapshotIdentifier": "triflow-ai-staging-db-final",
    },
    "dev": {
        "instanceClass": "db.t4g.micro",
        "allocatedStorage": 20,
        "maxAllocatedStorage": 50,
        "backupWindow": "03:00-04:00",
        "maintenanceWindow": "fri:09:00-fri:10:00",
        "skipFinalSnapshot": True,
    },
}


def database(environment: str, prefix: str) -> dict[str, Thing]:
    """Return the instance and what belongs to it."""
    identifier = f"{prefix}-db"
    group = f"/aws/rds/instance/{identifier}/postgresql"
    alike = {
        "identifier": identifier,
        "engine": "postgres",
        "engineVersion": "14",
        "engineLifecycleSupport": "open-source-rds-extended-support-disabled",
        "storageType": "gp3",
        "storageEncrypted": True,
        "backupRetentionPeriod": 7,
        "manageMasterUserPassword": True,
        "username": "triflow_admin",
        "parameterGroupName": of("db-parameters", f"{identifier}-postgres14"),
        "dbSubnetGroupName": of("db-subnets", f"{identifier}-subnets"),
        "vpcSecurityGroupIds": [of("rds-sg")],
        "enabledCloudwatchLogsExports": ["postgresql"],
        "performanceInsightsEnabled": True,
        "performanceInsightsRetentionPeriod": 7,
        "databaseInsightsMode": "standard",
    }
    return {
        "db-logs": Thing(
            t.LOG_GROUP, {"name": group, "retentionInDays": 7, "skipDestroy": True}, protect=False
        ),
        "db-subnets": Thing(
            t.DB_SUBNETS,
            {
                "name": f"{identifier}-subnets",
                "subnetIds": [of("private-2a"), of("private-2c")],
            },
        ),
        "db-parameters": Thing(
            t.DB_PARAMETERS,
            {
                "name": f"{identifier}-postgres14",
                "family": "postgres14",
                "parameters": parameters(),
            },
        ),
        "database": Thing(t.DB_INSTANCE, alike | DIFFERENCES[environment], protect=True),
    }


def parameters(**changed: dict[str, str] | None) -> list[dict[str, str]]:
    """Return the four parameters, each by its name with dots as underscores; None leaves it out."""
    rows: dict[str, dict[str, str] | None] = {
        "shared_preload_libraries": static("shared_preload_libraries", "pg_stat_statements"),
        "max_connections": static("max_connections", "100"),
        "rds_force_ssl": static("rds.force_ssl", "1"),
        "log_min_duration_statement": {
            "name": "log_min_duration_statement",
            "value": "1000",
            "applyMethod": "immediate",
        },
    }
    return [row for row in (rows | changed).values() if row]


def static(name: str, value: str) -> dict[str, str]:
    """Return a parameter that waits for a reboot."""
    return {"name": name, "value": value, "applyMethod": "pending-reboot"}


def snapshots() -> dict[str, Thing]:
    """Return vault, plan and selection; the role stands in `worlds`."""
    return {
        "vault": Thing(t.BACKUP_VAULT, {"name": "triflow-ai-production-vault"}, protect=True),
        "plan": Thing(t.BACKUP_PLAN, {"name": "weekly", "rules": [weekly()]}),
        "selection": Thing(
            t.BACKUP_SELECTION,
            {
                "planId": of("plan"),
                "resources": [of("database")],
                "iamRoleArn": of("backup-role"),
            },
        ),
    }


def weekly(**changed: Any) -> dict[str, Any]:  # noqa: ANN401  # any property of a plan's rule
    """Return the one rule of the plan."""
    return {
        "ruleName": "weekly",
        "targetVaultName": of("vault", "triflow-ai-production-vault"),
        "schedule": "cron(0 5 ? * SUN *)",
        "scheduleExpressionTimezone": "Asia/Seoul",
        "lifecycle": {"deleteAfter": 30},
    } | changed


def night_stop(prefix: str, limits: tuple[int, int]) -> dict[str, Thing]:
    """Return what stops the service and its database at night."""
    identifier, role = f"{prefix}-db", "night-role"
    switches = {
        "db-start": ("startDBInstance", f"cron(30 7 ? * {WEEKDAYS} *)"),
        "db-stop": ("stopDBInstance", "cron(15 20 ? * * *)"),
    }
    scalings = {
        "tasks-start": (limits, f"cron(0 8 ? * {WEEKDAYS} *)"),
        "tasks-stop": ((0, 0), "cron(0 20 ? * * *)"),
    }
    trust = {
        "Effect": "Allow",
        "Principal": {"Service": "scheduler.amazonaws.com"},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
    }
    return {
        "night": Thing(t.SCHEDULE_GROUP, {"name": f"{prefix}-schedule"}),
        role: Thing(
            t.ROLE,
            {"assumeRolePolicy": json.dumps({"Version": "2012-10-17", "Statement": [trust]})},
        ),
        **{
            short: Thing(t.SCHEDULED_ACTION, _scaling(prefix, expression, *low_high))
            for short, (low_high, expression) in scalings.items()
        },
        **{
            short: Thing(t.SCHEDULE, _switch(call, expression, identifier, role))
            for short, (call, expression) in switches.items()
        },
    }


def _scaling(prefix: str, expression: str, least: int, most: int) -> dict[str, Any]:
    return {
        "resourceId": of("scaling", f"service/{prefix}-cluster/{prefix}-backend-service"),
        "schedule": expression,
        "timezone": "Asia/Seoul",
        "scalableTargetAction": {"minCapacity": least, "maxCapacity": most},
    }


def _switch(call: str, expression: str, identifier: str, role: str) -> dict[str, Any]:
    return {
        "scheduleExpression": expression,
        "scheduleExpressionTimezone": "Asia/Seoul",
        "flexibleTimeWindow": {"mode": "OFF"},
        "target": {
            "arn": f"{SDK}:{call}",
            "roleArn": of(role),
            "input": json.dumps({"DbInstanceIdentifier": identifier}),
        },
    }
