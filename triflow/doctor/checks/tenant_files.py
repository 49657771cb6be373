"""P18: why the tasks, or one tenant's session, may not read or write files (ADR S8).

Policies are compared with those of the state. That sees what was taken away by hand, and the
trust between the roles; it does not see what the organization forbids.
"""

from collections.abc import Iterator
from typing import Final

from triflow.doctor import grants
from triflow.doctor.answers import Facts, Seen
from triflow.doctor.finding import MEND, Found, check

BECOME: Final = "sts:"
TASK_POLICY, TENANT_POLICY = "tenants-task-role-s3-access", "tenants-tenant-role-files"


def _lost(facts: Facts, read: str, name: str) -> list[str]:
    """Return what a role's inline policy no longer grants, or refuses, against the state."""
    declared = facts.declared(name)["policy"]
    if facts.gone(read):
        return grants.missing(declared, Seen({"Statement": []}, read))
    live = facts[read]["PolicyDocument"]
    refused = [f"refused: {one}" for one in grants.added_denials(declared, live)]
    return grants.missing(declared, live) + refused


@check(
    "task-role-s3-denied",
    "P18",
    "critical",
    reads=("task_policy",),
    says="The task's role may not read the shared folder.",
    remedy=MEND,
)
def task_role(facts: Facts) -> Iterator[Found]:
    """What the task needs as itself; of tenants' files it may read none."""
    lost = [one for one in _lost(facts, "task_policy", TASK_POLICY) if BECOME not in one]
    if lost:
        role = facts.declared(TASK_POLICY)["role"].text
        yield Found(role, f"its policy no longer grants {'; '.join(lost)}")


@check(
    "tenant-assume-denied",
    "P18",
    "critical",
    reads=("task_policy", "tenant_role"),
    says="A task cannot take the tenant's role, so every file of every tenant is refused.",
    remedy=MEND,
)
def becoming_a_tenant(facts: Facts) -> Iterator[Found]:
    """Both sides have to agree: what the task may do, and whom the tenant's role trusts."""
    lost = [one for one in _lost(facts, "task_policy", TASK_POLICY) if BECOME in one]
    if lost:
        role = facts.declared(TASK_POLICY)["role"].text
        yield Found(role, f"its policy no longer grants {'; '.join(lost)}")
    declared = facts.declared("tenants-tenant-role")
    name = declared["name"].text
    if facts.gone("tenant_role"):
        yield Found(name, "AWS knows no such role")
        return
    trust = facts["tenant_role"]["Role"]["AssumeRolePolicyDocument"]
    if grants.missing(declared["assumeRolePolicy"], trust):
        yield Found(name, "it no longer trusts the task's role as declared")


@check(
    "tenant-files-denied",
    "P18",
    "critical",
    reads=("tenant_policy",),
    says="A tenant's session may not use its own folder.",
    remedy=MEND,
)
def tenant_role(facts: Facts) -> Iterator[Found]:
    """What a session that is tagged with a tenant may do below that tenant's folder."""
    lost = _lost(facts, "tenant_policy", TENANT_POLICY)
    if lost:
        role = facts.declared(TENANT_POLICY)["role"].text
        yield Found(role, f"its policy no longer grants {'; '.join(lost)}")
