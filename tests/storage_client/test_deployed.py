"""The settings of the task that the programs register, read by the client (ADR S1, S8, S9).

That AWS gives the task these variables, and lets it take the role, is shown end to end.
"""

import asyncio
import json

import pytest

from tests.isolation import stage
from tests.program.recorder import record
from tests.storage_client.stand_ins import AN_UPLOAD, Bucket, a_tenant
from triflow_storage import Connection, TenantStorage
from triflow_storage.connection import REGION

pytestmark = pytest.mark.thorough

TASK = "aws:ecs/taskDefinition:TaskDefinition"
PLACES = {
    "prod": ("triflow-ai-prod-123456789012", "tenants/"),
    "staging": ("triflow-ai-nonprod-123456789012", "staging/tenants/"),
    "dev": ("triflow-ai-nonprod-123456789012", "dev/tenants/"),
}


def variables(stack: str) -> dict[str, str]:
    """What the backend's container finds in its environment."""
    containers = json.loads(record(stack).one(TASK).props["containerDefinitions"])
    [backend] = [each for each in containers if each["name"] == "backend"]
    return {each["name"]: each["value"] for each in backend["environment"]}


@pytest.mark.clause("S1", "S8", "S9")
@pytest.mark.parametrize("stack", PLACES)
def test_the_tasks_own_settings_lead_to_its_bucket_and_folder(
    stack: str, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is set by hand: what the task gets is what the client asks for."""
    name, folder = PLACES[stack]
    given = variables(stack)
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    where = {"LocationConstraint": REGION}
    bucket.s3.create_bucket(Bucket=f"{name}-{stack}", CreateBucketConfiguration=where)
    # The local AWS is no TLS; that it judges no policy is what lets the backend run against it.
    policy = json.dumps(stage.bucket(stack).policy).replace(name, f"{name}-{stack}")
    bucket.s3.put_bucket_policy(Bucket=f"{name}-{stack}", Policy=policy)
    monkeypatch.setenv("TRIFLOW_STORAGE_BUCKET", f"{given['TRIFLOW_STORAGE_BUCKET']}-{stack}")

    connection = Connection.from_environment()
    asyncio.run(TenantStorage(a_tenant(1), connection).put(AN_UPLOAD, b"content"))
    connection.close()

    stored = Bucket(f"{name}-{stack}", bucket.s3)
    assert stored.keys() == [f"{folder}tenant-{a_tenant(1)}/uploads/report.bin"]
    assert stored.tags(stored.keys()[0]) == {"data-class": "upload"}
    assert given["AWS_REGION"] == REGION


@pytest.mark.clause("S8")
@pytest.mark.parametrize("stack", PLACES)
def test_the_task_is_told_of_the_role_that_it_may_take(stack: str) -> None:
    """The variable is the output of the role itself, so it is there before a task starts."""
    task = record(stack).one(TASK)

    fed = record(stack).depends_on(task, "containerDefinitions")
    assert {"tenants-tenant-role", "tenants-tenant-role-files"} <= fed
