"""Rules of the tenants (ADR 3): each reaches its own files, through one role and one tag."""

from collections.abc import Iterator
from re import fullmatch
from typing import Final

from policy.documents import Statement, statements
from policy.findings import Finding, Judgement
from policy.registry import check, rule
from policy.relations import StackView
from policy.resources import Resource
from policy.tokens import BUCKET, IAM_POLICY, ROLE, ROLE_POLICY

TAG: Final = "aws:requesttag/tenant_id"
KEYS: Final = "aws:tagkeys"
OWN: Final = r"(?:(?:dev|staging)/)?tenants/tenant-\$\{aws:PrincipalTag/tenant_id\}/\*"
SHARED: Final = r"(?:(?:dev|staging)/)?shared/.*"
IN_A_BUCKET: Final = r"arn:aws:s3:::[^/]+/"
UUID_LIKE: Final = "????????-????-????-????-????????????"
MAY_ASSUME: Final = {"sts:AssumeRole", "sts:TagSession"}
TENANT: Final = "-tenant-role"
TASK: Final = "-ecs-task-role"

ISOLATION = rule(
    id="iam-tenant-isolation",
    clause=("S8",),
    kind="stack",
    tokens=(ROLE, IAM_POLICY, ROLE_POLICY, BUCKET),
    levels="M/M/M",
    severity="critical",
    aim="A tenant's session reaches that tenant's folder, and nobody holds a right on them all.",
    otherwise="One tenant would read another's files.",
    fix="use the tenant role: session tag tenant_id, UUID-shaped, and paths made of it.",
)


@check(ISOLATION, "a", each=(ROLE,))
def tenant_role_is_taken_with_one_tag(role: Resource, stack: StackView) -> Iterator[Judgement]:
    """By the task role alone; the tag is there, has the shape of a UUID, and is the only one."""
    del stack
    if not role["name"].text().endswith(TENANT):
        return
    for statement in statements(role["assumeRolePolicy"]):
        conditions = statement.conditions()
        yield from _taken_by(statement)
        if set(statement.strings("Action")) != MAY_ASSUME:
            yield Finding(f"{statement.label} allows {', '.join(statement.strings('Action'))}")
        for operator, key, value in (
            ("Null", TAG, "false"),
            ("StringLike", TAG, UUID_LIKE),
            ("ForAllValues:StringEquals", KEYS, "tenant_id"),
        ):
            if conditions.get((operator, key)) != (value,):
                yield Finding(f"{statement.label} lacks {operator} {key} {value}")


def _taken_by(statement: Statement) -> Iterator[Judgement]:
    for kind, name in statement.principals():
        if kind != "AWS" or not name.endswith(TASK):
            yield Finding(f'{statement.label} trusts "{name}", which is not the task role')


@check(ISOLATION, "b", each=(ROLE_POLICY,))
def tenants_stay_in_their_folder(policy: Resource, stack: StackView) -> Iterator[Judgement]:
    """The tenant role's objects and lists lie below its own tag."""
    if _holder(policy, stack, TENANT):
        for statement in statements(policy["policy"]):
            yield from _own_folder(statement)


def _own_folder(statement: Statement) -> Iterator[Judgement]:
    for action in _actions(statement):
        if action.startswith("s3:list"):
            if not _only(OWN, _listed(statement)):
                yield Finding(f"{statement.label} lists more than the tenant's own folder")
        elif not _only(IN_A_BUCKET + OWN, _things(statement)):
            yield Finding(f"{statement.label} allows {action} outside the tenant's own folder")


@check(ISOLATION, "c", each=(ROLE_POLICY,))
def tasks_hold_no_right_on_tenants(policy: Resource, stack: StackView) -> Iterator[Judgement]:
    """The task role takes the tenant role and reads what is shared."""
    if not _holder(policy, stack, TASK):
        return
    for statement in filter(lambda each: each.allows, statements(policy["policy"])):
        for action in _actions(statement):
            if action.startswith("sts:") and not _only(f".*{TENANT}", _things(statement)):
                yield Finding(f"{statement.label} may take another role than the tenants'")
            if action.startswith("s3:") and not _is_shared(statement, action):
                yield Finding(f"{statement.label} allows {action} on more than shared/")


def _is_shared(statement: Statement, action: str) -> bool:
    """Whether an action is a read below shared/."""
    if action == "s3:listbucket":
        return _only(SHARED, _listed(statement))
    return action == "s3:getobject" and _only(IN_A_BUCKET + SHARED, _things(statement))


@check(ISOLATION, "d", each=(ROLE_POLICY, IAM_POLICY))
def variables_are_iams(policy: Resource, stack: StackView) -> Iterator[Judgement]:
    """${tenant_id} is plain text to IAM; the record's own policy matches nothing with it."""
    del stack
    for statement in statements(policy["policy"]):
        for thing in (*_things(statement), *sum(statement.conditions().values(), ())):
            if "${tenant_id}" in thing:
                yield Finding(f"{statement.label} has ${{tenant_id}}, which IAM does not know")


def _actions(statement: Statement) -> tuple[str, ...]:
    """Return its actions in small letters: IAM reads them in any."""
    return tuple(action.lower() for action in statement.strings("Action"))


def _things(statement: Statement) -> tuple[str, ...]:
    return statement.strings("Resource")


def _listed(statement: Statement) -> tuple[str, ...]:
    return statement.conditions().get(("StringLike", "s3:prefix"), ())


def _only(form: str, found: tuple[str, ...]) -> bool:
    """Whether there are some, and all have this form: no resource at all may mean every one."""
    return bool(found) and all(fullmatch(form, one) for one in found)


def _holder(policy: Resource, stack: StackView, end: str) -> bool:
    """Whether the role that carries a policy has a name with this end."""
    roles = stack.joined(policy, "role", ROLE, name="name")
    return any(role["name"].text().endswith(end) for role in roles)
