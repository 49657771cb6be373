"""PX: the weekly snapshot of the database, which outlives its own backups (ADR D6)."""

from collections.abc import Iterator
from typing import Final

from triflow.doctor import snapshots
from triflow.doctor.answers import Facts
from triflow.doctor.checks.database import instance
from triflow.doctor.finding import Found, check

DONE: Final = "COMPLETED"
FAILED: Final = ("FAILED", "ABORTED", "EXPIRED", "PARTIAL")


@check(
    "backup-job-failed",
    "PX",
    "critical",
    reads=("backup_jobs", "database"),
    says="The weekly snapshot of the database was not taken.",
    remedy="aws backup start-backup-job --resource-arn {arn} --backup-vault-name {prefix}-vault"
    " --iam-role-arn {role}",
)
def snapshot(facts: Facts) -> Iterator[Found]:
    """The newest that has ended counts; of a database that is younger than a week there is none."""
    jobs = facts["backup_jobs"]["BackupJobs"].each()
    jobs.sort(key=lambda one: one["CreationDate"].time, reverse=True)
    arn = facts.deployed.arn("database-instance")
    words = {"arn": arn, "role": facts.deployed.arn("backup-role")}
    ended = [one for one in jobs if one["State"].text in (DONE, *FAILED)]
    name = instance(facts)["DBInstanceIdentifier"].text
    if ended and (state := ended[0]["State"].text) != DONE:
        why = ended[0].maybe("StatusMessage")
        evidence = f"{state} on {ended[0]['CreationDate'].time:%m-%d %H:%M} UTC"
        yield Found(name, f"{evidence}: {why.text}" if why else evidence, words=words)
    elif not ended and facts.now - instance(facts)["InstanceCreateTime"].time > snapshots.LOOK_BACK:
        yield Found(name, "no job has ended in 8 days", words=words)
