"""What keeps a stack from being deleted, and how it is lifted: on the local AWS only.

There are three kinds: Pulumi's own `protect` and `retainOnDelete`, guards that the provider reads
from the state (a log group that outlives its stack, a final snapshot), and locks that AWS holds.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from triflow.runner import Runner
from triflow.stacks import Stack

STATE_GUARDS: Final = ("protect", "retainOnDelete")
BUCKET: Final = "aws:s3/bucket:Bucket"

# Properties that say what a deletion leaves behind, and what they are when it leaves nothing.
LEAVING_NOTHING: Final[Mapping[str, Mapping[str, Any]]] = {
    "aws:cloudwatch/logGroup:LogGroup": {"skipDestroy": False},
    "aws:ecr/repository:Repository": {"forceDelete": True},
    "aws:ecs/taskDefinition:TaskDefinition": {"skipDestroy": False},
    "aws:rds/instance:Instance": {"skipFinalSnapshot": True, "deleteAutomatedBackups": True},
    "aws:secretsmanager/secret:Secret": {"recoveryWindowInDays": 0},
}

# What AWS itself refuses to delete: the call that says it may be, with the resource's id.
UNLOCKING: Final[Mapping[str, tuple[str, str, str, Mapping[str, Any]]]] = {
    "aws:rds/instance:Instance": (
        "rds",
        "modify_db_instance",
        "DBInstanceIdentifier",
        {"DeletionProtection": False, "ApplyImmediately": True},
    ),
    "aws:lb/loadBalancer:LoadBalancer": (
        "elbv2",
        "modify_load_balancer_attributes",
        "LoadBalancerArn",
        {"Attributes": [{"Key": "deletion_protection.enabled", "Value": "false"}]},
    ),
}


def lift(running: Runner, stack: Stack) -> None:
    """Let everything of the stack be deleted, and empty its buckets: AWS keeps full ones."""
    known = running.state(stack)
    resources = known.resources if known else ()
    guarded = [resource for resource in resources if unguarded(resource) != resource]
    if guarded:
        running.tell(
            f"{stack.name}: protection of {len(guarded)} resources is lifted, "
            "only because this is the local AWS"
        )
        exported = json.loads(running.ask(stack, "stack", "export"))
        deployment = exported["deployment"]
        deployment["resources"] = [unguarded(resource) for resource in deployment["resources"]]
        running.ask(stack, "stack", "import", text=json.dumps(exported))
    _open_in_aws(running, resources)


def unguarded(resource: Mapping[str, Any]) -> dict[str, Any]:
    """Return a resource of the state without what would keep it, or leave something behind."""
    freed = {name: value for name, value in resource.items() if name not in STATE_GUARDS}
    wanted = LEAVING_NOTHING.get(resource["type"])
    if wanted:
        freed |= {side: {**resource.get(side, {}), **wanted} for side in ("inputs", "outputs")}
    return freed


def _open_in_aws(running: Runner, resources: Sequence[Mapping[str, Any]]) -> None:
    locked = [r for r in resources if r.get("id") and r["type"] in {BUCKET, *UNLOCKING}]
    if not locked:
        return
    import boto3  # noqa: PLC0415 - half a second, and not every stack has a lock

    session: Any = boto3.Session(  # of services named by data, so of no type known beforehand
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - no secret: the local AWS takes any
    )
    where = {"endpoint_url": running.server.endpoint}
    for resource in locked:
        region = resource["outputs"]["region"]
        if resource["type"] == BUCKET:
            s3 = session.resource("s3", region_name=region, **where)
            s3.Bucket(resource["id"]).object_versions.delete()
        else:
            service, operation, member, arguments = UNLOCKING[resource["type"]]
            name = resource["outputs"].get("identifier", resource["id"])
            client = session.client(service, region_name=region, **where)
            getattr(client, operation)(**{member: name, **arguments})
