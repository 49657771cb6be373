"""P18: what was refused of late, what the bucket itself refuses, and who got more than his own.

Roles that grant too little are `tenant_files`'s.
"""

from collections.abc import Iterator
from typing import Final

from triflow.doctor import grants, masking, refusals
from triflow.doctor.answers import Facts
from triflow.doctor.checks.tenant_files import TASK_POLICY, TENANT_POLICY
from triflow.doctor.finding import MEND, Found, check

TENANT_ROLE: Final = "tenants-tenant-role"


@check(
    "s3-denied-in-logs",
    "P18",
    "warning",
    reads=("refused_lines",),
    says="Files were refused to the backend in the last hour.",
    remedy="triflow logs errors --stack {stack}",
)
def refused(facts: Facts) -> Iterator[Found]:
    """Asked for only while the backend is in trouble: a refusal alone may be a tenant's mistake."""
    lines = refusals.lines(facts)
    if lines:
        log = facts.deployed.output("log_group_name")
        yield Found(log, f"{len(lines)} times, last: {masking.shown(lines[0], refusals.REFUSED)}")


@check(
    "bucket-policy-denies",
    "P18",
    "critical",
    reads=("bucket_policy",),
    says="The bucket's policy refuses what the roles may.",
    remedy=MEND,
)
def bucket(facts: Facts) -> Iterator[Found]:
    """Beside what the program refuses in it; a bucket without a policy refuses nothing."""
    if facts.gone("bucket_policy"):
        return
    declared = facts.declared("storage-bucket-policy")["policy"]
    more = grants.added_denials(declared, facts["bucket_policy"]["Policy"])
    if more:
        name = facts.declared("storage-bucket")["bucket"].text
        yield Found(name, f"also refused: {'; '.join(more)}")


@check(
    "tenant-isolation-broken",
    "P18",
    "critical",
    reads=("task_policy", "tenant_policy", "tenant_role"),
    says="A role of the files grants more than declared: one tenant may reach another's.",
    remedy=MEND,
    level="L2",
)
def isolation(facts: Facts) -> Iterator[Found]:
    """Against the state: what the two roles may beyond it, and who else may become a tenant."""
    for read, name in (("task_policy", TASK_POLICY), ("tenant_policy", TENANT_POLICY)):
        if not facts.gone(read):
            declared = facts.declared(name)
            more = grants.added_grants(declared["policy"], facts[read]["PolicyDocument"])
            if more:
                yield Found(declared["role"].text, f"its policy also grants {'; '.join(more)}")
    if not facts.gone("tenant_role"):
        role = facts.declared(TENANT_ROLE)
        trust = facts["tenant_role"]["Role"]["AssumeRolePolicyDocument"]
        if grants.added_grants(role["assumeRolePolicy"], trust):
            yield Found(role["name"].text, "it trusts more than the task's role")
