"""Rules of the database instance (ADR 2): what it is, whom it lets in, what survives of it."""

from collections.abc import Iterator
from re import fullmatch
from typing import Final

from policy import clock, tables
from policy.findings import Finding, Judgement, must_be, must_be_absent, must_be_off, must_be_on
from policy.judge import Run
from policy.registry import check, rule
from policy.relations import StackView
from policy.resources import Resource, environment_of
from policy.tokens import DB_INSTANCE
from policy.values import Answer, MistypedError

KMS_KEY_ARN: Final = r"arn:aws:kms:[a-z0-9-]+:\d{12}:key/.+"
SHORTEST_WINDOW: Final = 30  # minutes
LONGEST_SNAPSHOT_NAME: Final = 255
SNAPSHOT_NAME: Final = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
GUESSED_NAMES: Final = ("admin", "postgres", "root", "rdsadmin", "user")


def figures(instance: Resource) -> str:
    """Name the environment whose figures hold: one that is not known gets prod's."""
    environment = environment_of(instance.urn)
    return environment if environment in tables.DB_CLASS else "prod"


RDS_ENGINE = rule(
    id="rds-engine-creatable",
    clause=("D1",),
    kind="resource",
    tokens=(DB_INSTANCE,),
    levels="M/M/M",
    severity="critical",
    external=("RDS.13",),
    aim="PostgreSQL in a version that RDS still creates, and no surcharge once it is old.",
    otherwise="RDS would refuse to make it, or charge for extended support without a word.",
    fix='set engineVersion to the major version alone, such as "14", and let AWS raise the minor.',
)


@check(RDS_ENGINE, "a")
def engine_can_be_created(instance: Resource) -> Iterator[Judgement]:
    """A bare major version, or a minor one that is not withdrawn."""
    yield from must_be(instance["engine"], "postgres")
    version = instance["engineVersion"].text()
    found = fullmatch(r"(\d+)(?:\.(\d+))?", version)
    major, minor = found.groups() if found else ("", "")
    first = tables.FIRST_CREATABLE_MINOR.get(major)
    if first is None:
        known = ", ".join(tables.FIRST_CREATABLE_MINOR)
        yield Finding(f'engineVersion is "{version}", it must begin with a major of {known}')
    elif minor and int(minor) < first:
        yield Finding(f'engineVersion is "{version}", RDS creates {major}.{first} and later')


@check(RDS_ENGINE, "b")
def no_extended_support(instance: Resource) -> Iterator[Judgement]:
    """The default is to pay for it from the day on which the standard support ends."""
    yield from must_be(
        instance["engineLifecycleSupport"], "open-source-rds-extended-support-disabled"
    )


RDS_SUPPORTED = rule(
    id="rds-engine-supported",
    clause=("D1",),
    kind="run",
    tokens=(DB_INSTANCE,),
    levels="A/M/M",
    severity="medium",
    external=("RDS.13",),
    aim="The major version is one that RDS still supports without a surcharge.",
    otherwise="RDS then upgrades it in a maintenance window, ready or not.",
    fix="set database.majorVersion and majorUpgrade, and decide it in DB_MAY_UPGRADE.",
)


@check(RDS_SUPPORTED)
def engine_stays_supported(stack: StackView, run: Run) -> Iterator[Judgement]:
    """From half a year before the end a notice, from the end on a finding."""
    for instance in stack.of(DB_INSTANCE):
        major, _, _ = instance["engineVersion"].text().partition(".")
        ends = tables.STANDARD_SUPPORT_ENDS.get(major)
        left = (ends - run.today).days if ends else tables.SUPPORT_NOTICE_DAYS
        if left < tables.SUPPORT_NOTICE_DAYS:
            yield Finding(
                f"the standard support of PostgreSQL {major} ends on {ends}, in {left} days",
                instance,
                level="advisory" if left >= 0 else None,
            )


RDS_CLASS = rule(
    id="rds-class-per-env",
    clause=("D2", "E1"),
    kind="resource",
    tokens=(DB_INSTANCE,),
    levels="M/M/M",
    severity="medium",
    aim="Each environment has the class that the record gives it.",
    otherwise="A smaller one does not carry production, a larger one costs without a decision.",
    fix="set instanceClass as in ADR D2; growth is decided in DB_MAY_GROW.",
)


@check(RDS_CLASS)
def class_is_the_environments(instance: Resource) -> Iterator[Judgement]:
    """One class, and the next larger one where growth was decided (guide, problem 10)."""
    environment = figures(instance)
    grown = (tables.DB_GROWN,) if environment in tables.DB_MAY_GROW else ()
    yield from must_be(instance["instanceClass"], tables.DB_CLASS[environment], *grown)


RDS_MULTI_AZ = rule(
    id="rds-multi-az-per-env",
    clause=("D3",),
    kind="resource",
    tokens=(DB_INSTANCE,),
    levels="M/M/M",
    severity="high",
    external=(
        *("CKV_AWS_157", "RDS.5", "AwsSolutions-RDS3"),
        "AWSGuard rds-instance-multi-az-enabled",
    ),
    aim="Production has a standby in the other zone, the others do not pay for one.",
    otherwise="The loss of one zone would stop the service.",
    fix="set multiAz to true in prod and to false elsewhere, without an availabilityZone.",
)


@check(RDS_MULTI_AZ)
def standby_is_in_prod_only(instance: Resource) -> Iterator[Judgement]:
    """A zone of its own contradicts a standby in another: AWS refuses the two together."""
    if figures(instance) == "prod":
        yield from must_be_on(instance["multiAz"])
    else:
        yield from must_be_off(instance["multiAz"])
    if instance["multiAz"].known() is True:
        yield from must_be_absent(instance["availabilityZone"])


RDS_STORAGE = rule(
    id="rds-storage-shape",
    clause=("D4",),
    kind="resource",
    tokens=(DB_INSTANCE,),
    levels="M/M/M",
    severity="medium",
    aim="gp3 of the decided size, which grows by itself to the decided limit.",
    otherwise="RDS refuses IOPS below 400 GB, and a full disk stops the database.",
    fix="set allocatedStorage and maxAllocatedStorage as in ADR D4, iops and throughput not.",
)


@check(RDS_STORAGE)
def storage_is_as_decided(instance: Resource) -> Iterator[Judgement]:
    """3000 IOPS and 125 MiB/s are what gp3 gives below 400 GB; they cannot be asked for."""
    size, limit = tables.DB_STORAGE_GB[figures(instance)]
    yield from must_be(instance["storageType"], "gp3")
    yield from must_be(instance["allocatedStorage"], size)
    yield from must_be(instance["maxAllocatedStorage"], limit)
    yield from must_be_absent(instance["iops"])
    yield from must_be_absent(instance["storageThroughput"])


RDS_ENCRYPTED = rule(
    id="rds-encrypted-with-managed-key",
    clause=("D9",),
    kind="resource",
    tokens=(DB_INSTANCE,),
    levels="M/M/M",
    severity="critical",
    external=(
        *("CKV_AWS_16", "RDS.3", "AwsSolutions-RDS2", "AWSGuard rds-storage-encrypted"),
        "compliance-policies aws-rds-instance-disallow-unencrypted-storage",
    ),
    aim="The disk is encrypted, with the key that RDS manages.",
    otherwise="It cannot be encrypted later: only a copy of it can.",
    fix="set storageEncrypted to true and leave kmsKeyId out.",
)


@check(RDS_ENCRYPTED)
def disk_is_encrypted(instance: Resource) -> Iterator[Judgement]:
    """A key is named by its ARN or not at all; AWS refuses an alias."""
    yield from must_be_on(instance["storageEncrypted"])
    key = instance["kmsKeyId"]
    if not key.is_missing and not fullmatch(KMS_KEY_ARN, key.text()):
        yield Finding(f'kmsKeyId is "{key.text()}", which is not the ARN of a key')


RDS_NOT_PUBLIC = rule(
    id="rds-not-public",
    clause=("D8",),
    kind="resource",
    tokens=(DB_INSTANCE,),
    levels="M/M/M",
    severity="critical",
    external=(
        *("CKV_AWS_17", "RDS.2", "AWSGuard rds-instance-public-access"),
        "compliance-policies aws-rds-instance-disallow-public-access",
    ),
    aim="The database has no public address.",
    otherwise="Its name would resolve to an address in the internet.",
    fix="remove publiclyAccessible.",
)


@check(RDS_NOT_PUBLIC)
def no_public_address(instance: Resource) -> Iterator[Judgement]:
    """Off, which is the default."""
    yield from must_be_off(instance["publiclyAccessible"])


RDS_BACKUPS = rule(
    id="rds-backup-retention",
    clause=("D5",),
    kind="resource",
    tokens=(DB_INSTANCE,),
    levels="M/M/M",
    severity="high",
    external=(
        *("CKV_AWS_133", "RDS.11", "AwsSolutions-RDS13"),
        "AWSGuard rds-instance-backup-enabled",
        "compliance-policies aws-rds-instance-enable-backup-retention",
    ),
    aim="Any moment of the last seven days can be restored.",
    otherwise="Without a retention RDS takes no backup at all, and its default is none.",
    fix="set backupRetentionPeriod to 7.",
)


@check(RDS_BACKUPS)
def days_of_backups(instance: Resource) -> Iterator[Judgement]:
    """Production 7 to 35, which is RDS's most; the others 1 to 7."""
    least, most = tables.BACKUP_DAYS[figures(instance)]
    days = instance["backupRetentionPeriod"].count()
    if not least <= days <= most:
        yield Finding(f"backupRetentionPeriod is {days}, it must be {least} to {most} days")


RDS_WINDOWS = rule(
    id="rds-windows-and-changes",
    clause=("D5",),
    kind="resource",
    tokens=(DB_INSTANCE,),
    levels="M/M/M",
    severity="medium",
    external=("CKV_AWS_226", "RDS.13"),
    aim="Backups and changes happen in their windows, in production at night in Korea.",
    otherwise="Backups would run at noon, or a change would stop the database at once.",
    fix="write the windows in UTC, nine hours before Korea's, and let changes wait for them.",
)


@check(RDS_WINDOWS, "a")
def windows_are_legal_and_decided(instance: Resource) -> Iterator[Judgement]:
    """Two legal windows without a shared minute; ends may touch.

    Outside production they lie in running hours, which `schedules-legal-and-in-kst` sees.
    """
    asked = {key: instance[key] for key in ("backupWindow", "maintenanceWindow")}
    read = {"backupWindow": clock.daily, "maintenanceWindow": clock.weekly}
    spans = {key: read[key](asked[key].text()) for key in asked}
    for key, span in spans.items():
        if span is None or span.length < SHORTEST_WINDOW:
            yield Finding(f'{key} is "{asked[key].text()}", no window of 30 minutes or more')
    backup, maintenance = spans["backupWindow"], spans["maintenanceWindow"]
    if backup and maintenance and backup.overlaps(maintenance):
        yield Finding("backupWindow and maintenanceWindow share a minute, which RDS refuses")
    if figures(instance) == "prod":
        for key, decided in tables.DB_WINDOWS_UTC.items():
            if asked[key].text().lower() != decided:
                yield Finding(f'{key} is "{asked[key].text()}", it must be "{decided}"')


@check(RDS_WINDOWS, "b")
def changes_wait(instance: Resource) -> Iterator[Judgement]:
    """Minor versions rise by themselves; a major one only where an upgrade was decided."""
    yield from must_be_on(instance["autoMinorVersionUpgrade"], absent=True)
    if environment_of(instance.urn) in tables.DB_MAY_UPGRADE:
        return
    yield from must_be_off(instance["allowMajorVersionUpgrade"])
    if figures(instance) == "prod":
        yield from must_be_off(instance["applyImmediately"])


RDS_DELETION = rule(
    id="rds-deletion-guarded",
    clause=("D7",),
    kind="resource",
    tokens=(DB_INSTANCE,),
    levels="A/M/M",
    severity="critical",
    external=("CKV_AWS_293", "CKV2_AWS_60", "RDS.8", "RDS.17", "AwsSolutions-RDS10"),
    aim="AWS refuses to delete the database, and if it must go, a snapshot of it stays.",
    otherwise="One wrong command would delete the data with all its backups.",
    fix="turn deletionProtection on and name the final snapshot.",
)


@check(RDS_DELETION)
def deletion_leaves_a_snapshot(instance: Resource) -> Iterator[Judgement]:
    """Dev is disposable and may skip the snapshot; in production backups stay as well."""
    environment = figures(instance)
    if environment != "dev":
        yield from must_be_on(instance["deletionProtection"])
        yield from must_be_off(instance["skipFinalSnapshot"])
    if environment == "prod":
        yield from must_be_off(instance["deleteAutomatedBackups"], absent=False)
        yield from must_be_on(instance["copyTagsToSnapshot"])
    if not instance["skipFinalSnapshot"].is_true():
        yield from _snapshot_name(instance["finalSnapshotIdentifier"])


def _snapshot_name(asked: Answer) -> Iterator[Judgement]:
    name = asked.text()
    if not fullmatch(SNAPSHOT_NAME, name) or len(name) > LONGEST_SNAPSHOT_NAME:
        yield Finding(f'{asked.path} is "{name}", which is no name for a snapshot')


RDS_PASSWORD = rule(
    id="rds-master-password-managed",
    clause=("D15",),
    kind="resource",
    tokens=(DB_INSTANCE,),
    levels="M/M/M",
    severity="critical",
    external=("RDS.25", "SecretsManager.1"),
    aim="RDS makes the password, keeps it in Secrets Manager and changes it.",
    otherwise="It would stand in the program, in the state and in somebody's memory.",
    fix="set manageMasterUserPassword to true and remove the password.",
)


@check(RDS_PASSWORD)
def password_is_nobodys(instance: Resource) -> Iterator[Judgement]:
    """No password from the program, whatever its kind, and a name that is not guessed first."""
    yield from must_be_on(instance["manageMasterUserPassword"])
    for key in ("password", "passwordWo"):
        if not instance[key].is_missing:
            yield Finding(f"{key} is set, it must not be")  # its value is a secret
    name = instance["username"].text()
    if not name:
        raise MistypedError("username", "a name")
    if name.lower() in GUESSED_NAMES:
        yield Finding(f'username is "{name}", the first that is tried by anybody')
