"""The stack's database by name, as its state has it."""

from collections.abc import Mapping
from typing import Any

from triflow import aws as asking
from triflow.aws import Aws
from triflow.deployed import Deployed
from triflow.errors import TriflowError

INSTANCE = "aws:rds/instance:Instance"


def recorded(deployed: Deployed) -> Mapping[str, Any]:
    """Return the recorded instance. TriflowError if the stack has none yet."""
    found = next(iter(deployed.of_kind(INSTANCE)), None)
    if not found:
        raise TriflowError(
            f"{deployed.stack} has no database yet.", "There is nothing to ask.", deployed.up
        )
    return found


def named(deployed: Deployed) -> str:
    """Return the identifier of the stack's instance."""
    return str(recorded(deployed)["outputs"]["identifier"])


def described(aws: Aws, identifier: str) -> Mapping[str, Any]:
    """Return what RDS says of an instance. TriflowError if it knows none, or does not answer."""
    answer = asking.demand(
        lambda: aws.client("rds").describe_db_instances(DBInstanceIdentifier=identifier)
    )
    found: Mapping[str, Any] = answer["DBInstances"][0]
    return found
