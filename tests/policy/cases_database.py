"""Cases of the database layer's rules."""

import datetime as dt

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import ACCOUNT, GONE, WAITS, add, both, change, of, remove, world_is
from tests.policy.worlds import in_dev, in_prod, in_staging
from tests.policy.worlds_database import parameters, static, weekly

KEY = f"arn:aws:kms:ap-northeast-2:{ACCOUNT}:key/1"

R = "rds-engine-creatable"
for version in ("14.10", "14.17", "13", "14.x", "latest", "", 14):
    broken(f"{R}(a)", f"the version is {version!r}", change("database", engineVersion=version))
broken(f"{R}(a)", "the version is left out", change("database", engineVersion=GONE))
broken(f"{R}(a)", "the engine is Aurora's", change("database", engine="aurora-postgresql"))
broken(f"{R}(a)", "the engine is left out", change("database", engine=GONE))
broken(
    f"{R}(b)",
    "extended support is paid for",
    change("database", engineLifecycleSupport="open-source-rds-extended-support"),
)
broken(f"{R}(b)", "extended support is left open", change("database", engineLifecycleSupport=GONE))
fine(R, "the first minor that RDS still creates", change("database", engineVersion="14.18"))
fine(R, "another supported major", change("database", engineVersion="17"))
broken(f"{R}(a)", "a version with an open end", change("database", engineVersion="14."))
open_question(
    R, "the version is not known", change("database", engineVersion=WAITS), "engineVersion"
)

R = "rds-engine-supported"
broken(R, "support ends in 98 days", change("database", tags={}), level="advisory")
broken(R, "support has ended", world_is(today=dt.date(2027, 3, 1)), level="mandatory")
broken(R, "a minor version of it", change("database", engineVersion="14.20"))
broken(R, "the last day", world_is(today=dt.date(2027, 2, 28)), level="advisory")
fine(R, "support lasts for years", change("database", engineVersion="17"))
fine(R, "half a year and not a day less", world_is(today=dt.date(2026, 9, 1)))
open_question(
    R, "the version is not known", change("database", engineVersion=WAITS), "engineVersion"
)

R = "rds-class-per-env"
broken(R, "dev is as large as prod", change("database", instanceClass="db.t4g.medium"), in_dev)
broken(R, "prod is small", change("database", instanceClass="db.t4g.small"))
broken(R, "prod grows without a decision", change("database", instanceClass="db.t4g.large"))
broken(R, "prod runs on x86", change("database", instanceClass="db.t3.medium"))
broken(R, "somebody else's is small", both(change("database", instanceClass="db.t4g.small"), world_is(stack="test")))  # noqa: E501  # fmt: skip
fine(R, "somebody else's is judged as prod", world_is(stack="test"))
broken(R, "staging has no class", change("database", instanceClass=GONE), in_staging)
fine(R, "staging is small", change("database", tags={"Layer": "database"}), in_staging)
open_question(R, "the class is not known", change("database", instanceClass=WAITS), "instanceClass")

R = "rds-multi-az-per-env"
broken(R, "prod has no standby", change("database", multiAz=False))
broken(R, "prod leaves it open", change("database", multiAz=GONE))
broken(R, "dev has a standby", change("database", multiAz=True), in_dev)
broken(R, "prod has a zone of its own", change("database", availabilityZone="ap-northeast-2a"))
fine(R, "staging writes it out", change("database", multiAz=False), in_staging)
fine(
    R,
    "dev has a zone of its own",
    change("database", availabilityZone="ap-northeast-2a"),
    in_dev,
)
open_question(R, "the standby is not known", change("database", multiAz=WAITS), "multiAz")

R = "rds-storage-shape"
broken(R, "IOPS are asked for", change("database", iops=3000))
broken(R, "throughput is asked for", change("database", storageThroughput=125))
broken(R, "it cannot grow", change("database", maxAllocatedStorage=100))
broken(R, "it cannot grow by default", change("database", maxAllocatedStorage=GONE))
broken(R, "the disk is gp2", change("database", storageType="gp2"))
broken(R, "the size is text", change("database", allocatedStorage="100"))
broken(R, "dev is as large as prod", change("database", allocatedStorage=100), in_dev)
fine(R, "dev has 20 to 50", change("database", tags={"Layer": "database"}), in_dev)
open_question(
    R, "the size is not known", change("database", allocatedStorage=WAITS), "allocatedStorage"
)

R = "rds-encrypted-with-managed-key"
broken(R, "the disk is plain by default", change("database", storageEncrypted=GONE))
broken(R, "the disk is plain", change("database", storageEncrypted=False))
broken(R, "the key is an alias", change("database", kmsKeyId="alias/aws/rds"))
fine(R, "the key is named by its ARN", change("database", kmsKeyId=KEY))
open_question(R, "the key is not known", change("database", kmsKeyId=WAITS), "kmsKeyId")

R = "rds-not-public"
broken(R, "it has a public address", change("database", publiclyAccessible=True))
broken(R, "it has one, in text", change("database", publiclyAccessible="true"))
broken(R, "dev's has one", change("database", publiclyAccessible=True), in_dev)
fine(R, "it is written out", change("database", publiclyAccessible=False))
open_question(
    R, "it is not known", change("database", publiclyAccessible=WAITS), "publiclyAccessible"
)

R = "rds-in-private-subnet-group"
broken(
    R,
    "its group lets nothing in",
    both(
        add("more", t.SECURITY_GROUP, name="more"),
        change("database", vpcSecurityGroupIds=[of("more")]),
    ),
)
broken(R, "the subnet group is left out", change("database", dbSubnetGroupName=GONE))
broken(R, "the group is not the stack's", change("database", dbSubnetGroupName="default"))
broken(
    R,
    "a public subnet is in the group",
    change("db-subnets", subnetIds=[of("private-2a"), of("public-2c")]),
)
broken(R, "the group has one zone", change("db-subnets", subnetIds=[of("private-2a")]))
broken(R, "it wears the tasks' group", change("database", vpcSecurityGroupIds=[of("ecs-sg")]))
broken(
    R,
    "it wears a second group",
    change("database", vpcSecurityGroupIds=[of("rds-sg"), of("ecs-sg")]),
)
OUT = {"securityGroupId": of("rds-sg"), "toPort": 443, "cidrIpv4": "0.0.0.0/0"}
broken(R, "its group lets something out", add("rds-out", t.EGRESS_RULE, **OUT))
broken(R, "it wears the default group", change("database", vpcSecurityGroupIds=GONE))
broken(R, "dev's group has one zone", change("db-subnets", subnetIds=[of("private-2a")]), in_dev)
fine(
    R,
    "three private subnets",
    both(
        add("private-2d", t.SUBNET, availabilityZone="ap-northeast-2a"),
        add("tie", t.ROUTE_TABLE_ASSOCIATION, subnetId=of("private-2d"),
            routeTableId=of("private-2a-rt")),
        change("db-subnets", subnetIds=[of("private-2a"), of("private-2c"), of("private-2d")]),
    ),
)  # fmt: skip
fine(R, "the group is named plainly", change("database", dbSubnetGroupName="triflow-ai-production-db-subnets"))  # noqa: E501  # fmt: skip
open_question(
    R,
    "the group is not known and has no dependency",
    change("database", dbSubnetGroupName=WAITS),
    "dbSubnetGroupName",
)

R = "rds-backup-retention"
broken(R, "six days", change("database", backupRetentionPeriod=6))
broken(R, "no days by default", change("database", backupRetentionPeriod=GONE))
broken(R, "more than RDS knows", change("database", backupRetentionPeriod=36))
broken(R, "dev keeps more than it may", change("database", backupRetentionPeriod=8), in_dev)
broken(R, "dev keeps none", change("database", backupRetentionPeriod=0), in_dev)
fine(R, "dev keeps one day", change("database", backupRetentionPeriod=1), in_dev)
fine(R, "prod keeps 35", change("database", backupRetentionPeriod=35))
open_question(
    R,
    "the days are not known",
    change("database", backupRetentionPeriod=WAITS),
    "backupRetentionPeriod",
)

R = "rds-windows-and-changes"
broken(f"{R}(a)", "Korean time is written as UTC", change("database", backupWindow="03:00-04:00"))
broken(f"{R}(a)", "the windows overlap", change("database", backupWindow="18:30-19:30"))
broken(
    f"{R}(a)", "dev's overlap", change("database", backupWindow="09:59-10:30"), in_dev
)  # fri:09:00-fri:10:00
broken(
    f"{R}(a)",
    "dev's overlap over midnight",
    change("database", backupWindow="23:45-00:15", maintenanceWindow="mon:00:00-mon:00:30"),
    in_dev,
)
broken(f"{R}(a)", "a window is short", change("database", backupWindow="04:00-04:29"), in_dev)
broken(f"{R}(a)", "a window has no end", change("database", backupWindow="09:00"), in_dev)
broken(f"{R}(a)", "a window is left out", change("database", maintenanceWindow=GONE), in_dev)
broken(f"{R}(a)", "the day is Korean", change("database", maintenanceWindow="mon:19:00-mon:20:00"))
broken(f"{R}(b)", "changes come at once", change("database", applyImmediately=True))
broken(f"{R}(b)", "minor versions stay behind", change("database", autoMinorVersionUpgrade=False))
broken(f"{R}(b)", "a major upgrade is let in", change("database", allowMajorVersionUpgrade=True))
fine(
    R,
    "the days are in capitals",
    change("database", maintenanceWindow="Sun:19:00-SUN:20:00"),
)
fine(R, "dev's windows touch", change("database", backupWindow="10:00-10:30"), in_dev)
fine(R, "dev changes at once", change("database", applyImmediately=True), in_dev)
fine(R, "an upgrade beside the old one", change("database", blueGreenUpdate={"enabled": True}))
open_question(R, "a window is not known", change("database", backupWindow=WAITS), "backupWindow")

R = "rds-deletion-guarded"
for stack in (in_prod, in_staging):
    broken(R, "protection is off", change("database", deletionProtection=False), stack)
    broken(R, "protection is left out", change("database", deletionProtection=GONE), stack)
    broken(R, "no snapshot at the end", change("database", skipFinalSnapshot=True), stack)
    broken(R, "the snapshot is nameless", change("database", finalSnapshotIdentifier=GONE), stack)
broken(R, "the name ends in a hyphen", change("database", finalSnapshotIdentifier="final-"))
broken(R, "the name has two hyphens", change("database", finalSnapshotIdentifier="fi--nal"))
broken(R, "the name is too long", change("database", finalSnapshotIdentifier="f" * 256))
broken(R, "backups go with it", change("database", deleteAutomatedBackups=True))
broken(R, "backups go with it by default", change("database", deleteAutomatedBackups=GONE))
broken(R, "snapshots lose their tags", change("database", copyTagsToSnapshot=GONE))
broken(R, "dev's snapshot is nameless", change("database", skipFinalSnapshot=False), in_dev)
fine(R, "dev skips the snapshot", change("database", tags={"Layer": "database"}), in_dev)
fine(R, "the longest name", change("database", finalSnapshotIdentifier="f" * 255))
open_question(
    R, "protection is not known", change("database", deletionProtection=WAITS), "deletionProtection"
)

R = "rds-master-password-managed"
broken(
    R,
    "the program has a password",
    change("database", manageMasterUserPassword=GONE, password="x"),  # noqa: S106  # test data
)
broken(R, "a password besides RDS's own", change("database", password=WAITS))
broken(R, "a password is handed in besides", change("database", passwordWo=WAITS))
broken(R, "the name is guessed first", change("database", username="Admin"))
broken(R, "there is no name", change("database", username=GONE))
fine(R, "the secret has a key of its own", change("database", masterUserSecretKmsKeyId=KEY))
open_question(R, "the name is not known", change("database", username=WAITS), "username")

R = "rds-parameter-group-complete"
broken(R, "the family is another major's", change("db-parameters", family="postgres15"))
broken(R, "the version runs ahead", change("database", engineVersion="15"))
broken(R, "the group is the default one", change("database", parameterGroupName="default"))
broken(R, "the group is left out", change("database", parameterGroupName=GONE))
fine(R, "a minor version", change("database", engineVersion="14.20"))
fine(R, "the group by its name", change("database", parameterGroupName="triflow-ai-production-db-postgres14"))  # noqa: E501  # fmt: skip
for name in ("max_connections", "rds_force_ssl", "log_min_duration_statement",
             "shared_preload_libraries"):  # fmt: skip
    broken(R, f"{name} is left out", change("db-parameters", parameters=parameters(**{name: None})))
broken(
    R,
    "a static parameter is applied at once",
    change(
        "db-parameters",
        parameters=parameters(
            shared_preload_libraries=static("shared_preload_libraries", "pg_stat_statements")
            | {"applyMethod": "immediate"}
        ),
    ),
)
broken(
    R,
    "a value is a number",
    change(
        "db-parameters",
        parameters=parameters(max_connections={"name": "max_connections", "value": 100}),  # type: ignore[dict-item]
    ),
)
broken(
    R,
    "plain text is let in",
    change("db-parameters", parameters=parameters(rds_force_ssl=static("rds.force_ssl", "0"))),
)
fine(
    R,
    "one more parameter that needs no reboot",
    change(
        "db-parameters",
        parameters=parameters(
            more={"name": "log_lock_waits", "value": "1", "applyMethod": "immediate"}
        ),
    ),
)
fine(
    R,
    "one more library",
    change(
        "db-parameters",
        parameters=parameters(
            shared_preload_libraries=static(
                "shared_preload_libraries", "auto_explain,pg_stat_statements"
            )
        ),
    ),
)
open_question(
    R,
    "the parameters are not known",
    change("db-parameters", parameters=WAITS),
    "parameters",
)

R = "rds-logs-and-insights"
broken(f"{R}(a)", "MySQL's log", change("database", enabledCloudwatchLogsExports=["error"]))
broken(
    f"{R}(a)",
    "MySQL's log besides",
    change("database", enabledCloudwatchLogsExports=["postgresql", "slowquery"]),
)
broken(f"{R}(a)", "no log", change("database", enabledCloudwatchLogsExports=GONE))
broken(f"{R}(a)", "the log group is gone", remove("db-logs"))
broken(f"{R}(a)", "the log group is another's", change("db-logs", name="/aws/rds/instance/x"))
broken(f"{R}(b)", "insights are off", change("database", performanceInsightsEnabled=False))
broken(f"{R}(b)", "insights for 30 days", change("database", performanceInsightsRetentionPeriod=30))
broken(f"{R}(b)", "the mode is open", change("database", databaseInsightsMode=GONE))
broken(f"{R}(b)", "the mode costs", change("database", databaseInsightsMode="advanced"), in_dev)
fine(
    R,
    "the log of upgrades besides",
    change("database", enabledCloudwatchLogsExports=["postgresql", "upgrade"]),
)
fine(R, "dev without insights", change("database", performanceInsightsEnabled=False), in_dev)
open_question(
    R,
    "the logs are not known",
    change("database", enabledCloudwatchLogsExports=WAITS),
    "enabledCloudwatchLogsExports",
)

R = "rds-weekly-snapshot-plan"


def at(hour: int, minute: int) -> str:
    """A time on Sunday."""
    return f"cron({minute} {hour} ? * SUN *)"


broken(R, "kept a week", change("plan", rules=[weekly(lifecycle={"deleteAfter": 7})]))
broken(R, "kept for ever", change("plan", rules=[weekly(lifecycle={})]))
broken(R, "the selection is gone", remove("selection"))
broken(R, "the selection is of nothing", change("selection", resources=[]))
broken(R, "the selection is of no plan", change("selection", planId="plan-0"))
broken(R, "the plan has no rules", change("plan", rules=[]))
broken(R, "on Saturday", change("plan", rules=[weekly(schedule="cron(0 5 ? * SAT *)")]))
broken(R, "every day", change("plan", rules=[weekly(schedule="cron(0 5 ? * * *)")]))
broken(R, "at noon", change("plan", rules=[weekly(schedule="cron(0 12 ? * SUN *)")]))
broken(R, "in UTC", change("plan", rules=[weekly(scheduleExpressionTimezone=GONE)]))
broken(
    R,
    "within the database's own window",
    change("plan", rules=[weekly(schedule="cron(30 3 ? * SUN *)")]),
)
broken(
    R, "within the window of changes", change("database", maintenanceWindow="sat:19:30-sat:20:30")
)
fine(R, "the window of changes ends then", change("database", maintenanceWindow="sat:19:30-sat:20:00"))  # noqa: E501  # fmt: skip
fine(R, "a window that nobody can read", change("database", backupWindow="at night"))
for moment in (at(1, 59), at(6, 1)):
    broken(R, f"a minute beyond, {moment}", change("plan", rules=[weekly(schedule=moment)]))
for hour in (2, 6):
    fine(R, f"at {hour} sharp", change("plan", rules=[weekly(schedule=at(hour, 0))]))
broken(
    R,
    "cold storage",
    change("plan", rules=[weekly(lifecycle={"deleteAfter": 30, "coldStorageAfter": 1})]),
)
fine(R, "half an hour later", change("plan", rules=[weekly(schedule="cron(30 5 ? * SUN *)")]))
fine(
    R,
    "a daily rule besides",
    change("plan", rules=[weekly(schedule="cron(0 5 ? * * *)"), weekly()]),
)
open_question(
    R,
    "what is selected is not known and has no dependency",
    change("selection", resources=WAITS),
    "resources",
)
