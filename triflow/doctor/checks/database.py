"""P09: what keeps the tasks from the database, the chain of security groups aside."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor import metrics, night_stop, task_definition
from triflow.doctor.answers import Facts, NotApplicable, Seen, Unknown
from triflow.doctor.checks.service import named, running
from triflow.doctor.finding import MEND, Found, Severity, check

STOPPED: Final = ("stopped", "stopping")
# What RDS calls a database that answers; it may be doing something else beside that.
ANSWERS: Final = ("available", "backing-up", "modifying", "storage-optimization")
MAKING: Final = "creating"  # P04 tells of it
ANSWERS_TOO: Final = "configuring-"
BUSY_POINTS: Final = 2  # of five minutes: a single one may be a deployment
LATE: Final = timedelta(hours=24)
MANY_SHARE, TOO_MANY_SHARE = 0.8, 0.9  # of the connections that the database takes


def instance(facts: Facts) -> Seen:
    """Return the database as AWS describes it. Unknown if it does not."""
    return facts["database"]["DBInstances"].first()


@check(
    "rds-not-available",
    "P09",
    "critical",
    reads=("database",),
    says="The database does not answer.",
    remedy="aws rds describe-events --source-type db-instance --source-identifier {resource}"
    " --duration 120",
)
def not_available(facts: Facts) -> Iterator[Found]:
    """A stopped one is a finding of its own."""
    name = facts.declared("database-instance")["identifier"].text
    if facts.gone("database"):
        yield Found(name, "AWS knows no such database")
        return
    status = instance(facts)["DBInstanceStatus"].text
    if status not in (*ANSWERS, *STOPPED, MAKING) and not status.startswith(ANSWERS_TOO):
        yield Found(name, f"its status is {status}")


@check(
    "rds-stopped",
    "P09",
    "critical",
    reads=("database",),
    says="The database is stopped.",
    remedy="aws rds start-db-instance --db-instance-identifier {resource}",
)
def stopped(facts: Facts) -> Iterator[Found]:
    """Where the program has a night stop, this may be meant, so it is only told."""
    one = instance(facts)
    status = one["DBInstanceStatus"].text
    if status in STOPPED:
        stops = [*facts.deployed.named(night_stop.SCHEDULE)]
        severity: Severity = "info" if stops else "critical"
        evidence = f"its status is {status}"
        if stops:
            evidence += f"; {stops[0]} may have stopped it for the night"
        yield Found(one["DBInstanceIdentifier"].text, evidence, severity)


@check(
    "rds-public",
    "P09",
    "critical",
    reads=("database",),
    says="The database has a public address.",
    remedy=MEND,
)
def public(facts: Facts) -> Iterator[Found]:
    """AWS always says so or not; where it does not, nothing is known."""
    one = instance(facts)
    if one["PubliclyAccessible"].flag:
        yield Found(one["DBInstanceIdentifier"].text, "PubliclyAccessible is true")


@check(
    "rds-connections-high",
    "P09",
    "warning",
    reads=("metrics", "database_parameters"),
    says="The database runs out of connections.",
    remedy="aws logs tail /aws/rds/instance/{prefix}-db/postgresql --since 1h",
)
def connections(facts: Facts) -> Iterator[Found]:
    """Compared with the limit that the parameter group sets; a formula's result is not known."""
    limit = _limit(facts)
    used = metrics.recent(facts, "database_connections")[:BUSY_POINTS]
    name = facts.declared("database-instance")["identifier"].text
    if len(used) == BUSY_POINTS and min(used) > MANY_SHARE * limit:
        evidence = f"at least {min(used):.0f} of {limit:.0f} for 10 min"
        severe = min(used) >= TOO_MANY_SHARE * limit
        yield Found(name, evidence, "critical" if severe else "warning")


def _limit(facts: Facts) -> float:
    for one in facts["database_parameters"]["Parameters"].each():
        if one["ParameterName"].text == "max_connections":
            return one["ParameterValue"].number
    raise Unknown("the parameter group leaves max_connections to a formula of AWS")


@check(
    "secret-newer-than-tasks",
    "P09",
    "critical",
    reads=("database_secret", "running_tasks", "tasks"),
    says="The database's password was changed, and running tasks still hold the old one.",
    remedy="aws ecs update-service --cluster {cluster} --service {service} --force-new-deployment",
)
def old_password(facts: Facts) -> Iterator[Found]:
    """A task reads its secrets once, when it starts."""
    tasks = running(facts)
    secret = facts["database_secret"]["ARN"].text
    if not _given(facts, secret):
        raise NotApplicable("the tasks are not given the database's secret")
    # Absent if it has never changed.
    changed = facts["database_secret"].maybe("LastChangedDate")
    for task in tasks if changed else ():
        started = task["startedAt"].time
        if changed and started < changed.time:
            evidence = (
                f"started {started:%m-%d %H:%M} UTC,"
                f" the secret changed {changed.time:%m-%d %H:%M} UTC"
            )
            yield Found(task["taskArn"].text.rpartition("/")[2], evidence, words=named(facts))


def _given(facts: Facts, secret: str) -> bool:
    """Return whether any container is given the secret, or one of its keys."""
    containers = task_definition.containers(facts)
    given = [one["valueFrom"] for each in containers for one in each.get("secrets") or ()]
    return any(one.startswith(secret) for one in given)


@check(
    "secret-rotation-broken",
    "P09",
    "critical",
    reads=("database", "database_secret"),
    says="The rotation of the database's password is broken, or its secret is being deleted.",
    remedy="aws secretsmanager rotate-secret --secret-id '{resource}'",
)
def rotation(facts: Facts) -> Iterator[Found]:
    """RDS keeps the secret and rotates it; it says so itself if that fails."""
    arn = facts.deployed.output("db_secret_arn")
    if facts.gone("database_secret"):
        yield Found(arn, "AWS knows no such secret")
        return
    secret = facts["database_secret"]
    deleted, due = secret.maybe("DeletedDate"), secret.maybe("NextRotationDate")
    if deleted:
        yield Found(arn, f"it is deleted since {deleted.time:%m-%d %H:%M} UTC")
    elif due and due.time < facts.now - LATE:
        yield Found(arn, f"it was to rotate on {due.time:%m-%d %H:%M} UTC")
    else:
        status = instance(facts)["MasterUserSecret"]["SecretStatus"].text
        if status == "impaired":
            yield Found(arn, f"RDS calls it {status}")
