"""PX: what keeps production's data: backups, and the switches that protect the database."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor import night_stop
from triflow.doctor.answers import Facts
from triflow.doctor.checks.database import ANSWERS, instance
from triflow.doctor.finding import MEND, Found, check

FIRST_BACKUP: Final = timedelta(hours=2)
BEHIND: Final = timedelta(minutes=30)
PROTECTIONS: Final = {
    "deletionProtection": "DeletionProtection",
    "multiAz": "MultiAZ",
    "storageEncrypted": "StorageEncrypted",
}


@check(
    "rds-backup-off",
    "PX",
    "critical",
    reads=("database",),
    says="The database cannot be taken back as far as decided.",
    remedy=MEND,
)
def backups(facts: Facts) -> Iterator[Found]:
    """Zero days switch backups off altogether; RDS sends its log away every five minutes."""
    one = instance(facts)
    name = one["DBInstanceIdentifier"].text
    wanted = facts.declared("database-instance")["backupRetentionPeriod"].number
    days = one["BackupRetentionPeriod"].number
    if days < wanted:
        yield Found(name, f"backups are kept {days:g} days, not {wanted:g}")
    young = facts.now - one["InstanceCreateTime"].time < FIRST_BACKUP
    # Where the database is stopped at night, it is behind every morning.
    sleeps = night_stop.stops(facts.deployed)
    if days and not (young or sleeps) and one["DBInstanceStatus"].text in ANSWERS:
        newest = one["LatestRestorableTime"].time
        if facts.now - newest > BEHIND:
            yield Found(name, f"it can be restored to {newest:%m-%d %H:%M} UTC only")


@check(
    "rds-protection-off",
    "PX",
    "critical",
    reads=("database",),
    says="A protection of the database was switched off.",
    remedy=MEND,
)
def protections(facts: Facts) -> Iterator[Found]:
    """Only those that the program switches on."""
    one, wish = facts["database"]["DBInstances"].first(), facts.declared("database-instance")
    off = [live for key, live in PROTECTIONS.items() if wish[key].flag and not one[live].flag]
    if off:
        evidence = f"{', '.join(off)}: false"
        yield Found(one["DBInstanceIdentifier"].text, evidence)
