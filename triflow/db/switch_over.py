"""How people put a restored database in the place of the one that runs, line by line to type.

The names are exchanged, so that address, alarms and backups go on as they are. The state follows
by the resource id, which is all that the engine knows an instance by.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from triflow import stacks


def lines(stack: str, source: Mapping[str, Any], restored: Mapping[str, Any]) -> Iterator[str]:
    """Yield the steps; nothing of them has been done."""
    now, new = str(source["DBInstanceIdentifier"]), str(restored["DBInstanceIdentifier"])
    rename = "aws rds modify-db-instance --apply-immediately --db-instance-identifier"
    # For some minutes RDS knows no instance of the new name, and at that the wait ends at once.
    wait = "until aws rds wait db-instance-available --db-instance-identifier"
    before = f"{now}-before"
    yield f"Look into it first: {restored.get('Endpoint', {}).get('Address', 'no address yet')}"
    yield "To switch over (stops the application; nothing of this has been done):"
    yield f"  {rename} {now} --new-db-instance-identifier {before}"
    yield f"  {wait} {before}; do sleep 10; done"
    yield f"  {rename} {new} --new-db-instance-identifier {now}"
    yield f"  {wait} {now}; do sleep 10; done"
    yield (
        f"  pulumi stack export -s {stack} | sed 's/{source['DbiResourceId']}/"
        f"{restored['DbiResourceId']}/g' | pulumi stack import -s {stack}"
    )
    yield f"  pulumi refresh -s {stack} --yes   (takes over address and secret of the new one)"
    yield (f"  {stacks.in_account(stack)}   (the tasks start again, with the new secret)")
    yield f"To drop it instead: {_drop(new)}"


def _drop(name: str) -> str:
    return (
        f"aws rds modify-db-instance --db-instance-identifier {name} --no-deletion-protection && "
        f"aws rds delete-db-instance --db-instance-identifier {name} --skip-final-snapshot"
    )
