"""P04: a database that is being made, or cannot be; and an update that was cut."""

from collections.abc import Iterator
from typing import Final

from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.checks.database import instance
from triflow.doctor.finding import Found, check

MAKING: Final = ("creating", "backing-up", "modifying", "upgrading", "renaming")
# RDS leaves these only when what they name has been mended.
STUCK: Final = (
    "failed",
    "incompatible-network",
    "incompatible-parameters",
    "incompatible-option-group",
    "incompatible-restore",
    "insufficient-capacity",
    "inaccessible-encryption-credentials",
    "inaccessible-encryption-credentials-recoverable",
    "restore-error",
    "storage-full",
)


@check(
    "rds-still-creating",
    "P04",
    "info",
    reads=("database",),
    says="The database is busy: in two zones a new one takes 15 to 20 minutes.",
    remedy="triflow doctor --problem P04 --watch --stack {stack}",
)
def still_creating(facts: Facts) -> Iterator[Found]:
    """Not a mistake, and what follows from it is not one either."""
    if facts.gone("database"):
        raise NotApplicable("there is no database yet")
    one = instance(facts)
    status = one["DBInstanceStatus"].text
    if status in MAKING or status.startswith("configuring-"):
        yield Found(one["DBInstanceIdentifier"].text, f"its status is {status}")


@check(
    "rds-create-failed",
    "P04",
    "critical",
    reads=("database",),
    says="The database is in a state that does not heal by waiting.",
    remedy="aws rds describe-events --source-type db-instance --source-identifier {resource}"
    " --duration 1440",
)
def create_failed(facts: Facts) -> Iterator[Found]:
    """The events name the cause; the program mends it."""
    if facts.gone("database"):
        raise NotApplicable("there is no database yet")
    one = instance(facts)
    status = one["DBInstanceStatus"].text
    if status in STUCK:
        yield Found(one["DBInstanceIdentifier"].text, f"its status is {status}")


@check(
    "pulumi-pending-operation",
    "P04",
    "critical",
    reads=(),
    says="The last update was cut while it changed something.",
    remedy="{pulumi} refresh -s {stack} && {up} -s {stack}",
)
def pending_operation(facts: Facts) -> Iterator[Found]:
    """What it was about may exist without being in the state."""
    count = facts.deployed.pending
    if count:
        many = "operation is" if count == 1 else "operations are"
        yield Found(facts.deployed.stack, f"{count} {many} pending in its state")
