"""Rules of identity (ADR 1): what a role may do, and who may take it."""

from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from re import fullmatch
from typing import Final

from policy.documents import Statement, statements, strings
from policy.findings import Finding, Judgement, NotJudged
from policy.registry import check, rule
from policy.resources import Resource
from policy.tokens import IAM_POLICY, ROLE, ROLE_POLICY, ROLE_POLICY_ATTACHMENT
from policy.values import Answer, NotYetError

EVERYTHING: Final = ("*", "iam:*")
ADMINISTRATORS: Final = ("AdministratorAccess", "IAMFullAccess", "PowerUserAccess")
# Actions that AWS offers no resource for. Source: the service authorization reference, 2026-11.
WITHOUT_RESOURCE: Final = (
    *("ecr:GetAuthorizationToken", "cloudwatch:PutMetricData", "logs:DescribeLogGroups"),
    *("ssmmessages:CreateControlChannel", "ssmmessages:CreateDataChannel"),
    *("ssmmessages:OpenControlChannel", "ssmmessages:OpenDataChannel"),
    *("scheduler:ListSchedules", "sts:GetCallerIdentity", "ecs:DeregisterTaskDefinition"),
    "elasticloadbalancing:SetWebAcl",
)
# What a right would reach further than its resource says without a condition on this key: any
# policy on a role, any service, any metric of the account.
CONDITIONED: Final = {
    "iam:PassRole": "iam:PassedToService",
    "iam:AttachRolePolicy": "iam:PolicyARN",
    "iam:CreateServiceLinkedRole": "iam:AWSServiceName",
    "cloudwatch:PutMetricData": "cloudwatch:namespace",
}
LONGEST_SESSION_SECONDS: Final = 3600  # AWS's own default
SERVICES: Final = (
    *("ecs-tasks", "lambda", "scheduler", "backup", "firehose", "logs", "events"),
    *("application-autoscaling", "vpc-flow-logs"),
)
# Services that act for many accounts at once and have to be told for which.
SHARED_SERVICES: Final = ("scheduler", "logs", "firehose", "backup", "vpc-flow-logs")
ACCOUNT: Final = r"\d{12}"

IAM_LEAST_PRIVILEGE = rule(
    id="iam-least-privilege",
    clause=("C9",),
    kind="resource",
    tokens=(IAM_POLICY, ROLE_POLICY, ROLE, ROLE_POLICY_ATTACHMENT),
    levels="M/M/M",
    severity="critical",
    external=(
        *("CKV_AWS_62", "CKV_AWS_63", "CKV_AWS_274", "CKV2_AWS_40", "CKV2_AWS_56", "IAM.1"),
        *("CKV_AWS_355", "CKV_AWS_356", "CKV_AWS_286", "CKV_AWS_287", "CKV_AWS_288"),
        *("CKV_AWS_289", "CKV_AWS_290", "IAM.21", "AwsSolutions-IAM5"),
    ),
    aim="A role is allowed named actions on named things.",
    otherwise="Whoever gets hold of a task would get hold of the account (guide, problem 7).",
    fix="name the actions and the ARNs.",
)


def _documents(holder: Resource) -> Iterator[Answer]:
    """Yield the documents that a policy, or a role with policies inside, carries."""
    if holder.token in (IAM_POLICY, ROLE_POLICY):
        yield holder["policy"]
    for inline in holder["inlinePolicies"].items() if holder.token == ROLE else ():
        yield inline["policy"]


def _each_grant(
    holder: Resource, judge: Callable[[Statement], Iterator[Judgement]]
) -> Iterator[Judgement]:
    """Judge every statement that allows something; each unknown document is a question."""
    for asked in _documents(holder):
        try:
            for statement in statements(asked):
                if statement.allows:
                    yield from judge(statement)
        except NotYetError as not_yet:
            yield NotJudged(not_yet.path)


@check(IAM_LEAST_PRIVILEGE, "a", each=(IAM_POLICY, ROLE_POLICY, ROLE))
def nobody_may_everything(holder: Resource) -> Iterator[Judgement]:
    """No statement allows every action, or all but some."""
    yield from _each_grant(holder, _everything)


def _everything(statement: Statement) -> Iterator[Judgement]:
    for action in statement.strings("Action"):
        if action.lower() in EVERYTHING:
            yield Finding(f'{statement.label} allows "{action}"')
    if not statement.content["NotAction"].is_missing:
        yield Finding(f"{statement.label} allows all but some actions (NotAction)")


@check(IAM_LEAST_PRIVILEGE, "a", each=(ROLE, ROLE_POLICY_ATTACHMENT))
def nobody_is_administrator(holder: Resource) -> Iterator[Judgement]:
    """None of AWS's policies for administrators is attached."""
    for arn in (*strings(holder["policyArn"]), *strings(holder["managedPolicyArns"])):
        if arn.rpartition("/")[2] in ADMINISTRATORS:
            yield Finding(f"{arn} is attached")


@check(IAM_LEAST_PRIVILEGE, "b", each=(IAM_POLICY, ROLE_POLICY, ROLE))
def actions_and_things_are_named(holder: Resource) -> Iterator[Judgement]:
    """No whole service, no "*" as the thing, except where AWS knows no thing; no open PassRole."""
    yield from _each_grant(holder, _too_wide)


def _too_wide(statement: Statement) -> Iterator[Judgement]:
    actions, things = statement.strings("Action"), statement.strings("Resource")
    for action in actions:
        if fullmatch(r"[\w-]+:\*", action):
            yield Finding(f'{statement.label} allows "{action}", a whole service')
    if not statement.content["NotResource"].is_missing and not _sends_text_messages(statement):
        yield Finding(f"{statement.label} allows all but some things (NotResource)")
    if "*" in things:
        wide = [action for action in actions if action not in WITHOUT_RESOURCE]
        if wide:
            yield Finding(f'{statement.label} allows {", ".join(wide)} on "*"')
    for right, key in CONDITIONED.items():
        if _allows(actions, right) and not _has(statement.conditions(), key.lower()):
            yield Finding(f"{statement.label} allows {right} without a condition on {key}")
    if _allows(actions, "iam:PassRole"):
        roles = [thing for thing in things if ":role/" in thing and not thing.endswith(":role/*")]
        if len(roles) != len(things):
            yield Finding(f"{statement.label} allows iam:PassRole of more than named roles")


def _allows(actions: tuple[str, ...], right: str) -> bool:
    """Whether one of the actions is a right, or covers it by wildcards; case does not count."""
    return any(fnmatchcase(right.lower(), action.lower()) for action in actions)


def _sends_text_messages(statement: Statement) -> bool:
    """Whether it allows messages to phones, which have no ARN: to all that is no topic."""
    no_topic = statement.strings("NotResource") == ("arn:aws:sns:*:*:*",)
    return no_topic and statement.strings("Action") == ("sns:Publish",)


def _has(conditions: dict[tuple[str, str], tuple[str, ...]], key: str) -> bool:
    return any(
        found == key and "*" not in values for (_, found), values in conditions.items() if values
    )


IAM_TRUST_SCOPED = rule(
    id="iam-trust-scoped",
    clause=("C9",),
    kind="resource",
    tokens=(ROLE,),
    levels="M/M/M",
    severity="critical",
    external=("CKV_AWS_60", "CKV_AWS_61"),
    aim="A role is taken by the one service it was made for, on behalf of this account.",
    otherwise="Somebody else's account or service could act as ours.",
    fix="name the service and aws:SourceAccount; for CI the audience and the repository.",
)


@check(IAM_TRUST_SCOPED)
def trust_is_narrow(role: Resource) -> Iterator[Judgement]:
    """Known services, this account, and for federated identities an audience and a subject."""
    for statement in statements(role["assumeRolePolicy"]):
        conditions = statement.conditions()
        if not statement.content["NotPrincipal"].is_missing:
            yield Finding(f"{statement.label} trusts all but some (NotPrincipal)")
        for kind, name in statement.principals():
            if not statement.allows:
                continue
            if kind == "Service":
                yield from _service(statement, name, _has(conditions, "aws:sourceaccount"))
            elif kind == "Federated":
                yield from _federation(statement, name)
            elif not _is_own(name, role):
                yield Finding(f'{statement.label} trusts "{name}", not of this account')


@check(IAM_TRUST_SCOPED)
def sessions_are_short(role: Resource) -> Iterator[Judgement]:
    """Whoever gets hold of a session's keys has them for an hour at most."""
    seconds = role["maxSessionDuration"].count()
    if seconds > LONGEST_SESSION_SECONDS:
        yield Finding(f"maxSessionDuration is {seconds}, at most {LONGEST_SESSION_SECONDS}")


def _service(statement: Statement, name: str, scoped: bool) -> Iterator[Judgement]:  # noqa: FBT001
    service = name.removesuffix(".amazonaws.com")
    if service not in SERVICES or service == name:
        yield Finding(f'{statement.label} trusts the service "{name}", which runs nothing here')
    elif service in SHARED_SERVICES and not scoped:
        yield Finding(f"{statement.label} trusts {name} without aws:SourceAccount")


def _federation(statement: Statement, name: str) -> Iterator[Judgement]:
    for claim in ("aud", "sub"):
        values = [
            value
            for (_, key), found in statement.conditions().items()
            if key.endswith(f":{claim}")
            for value in found
        ]
        if not values or not all(map(_is_narrow, values)):
            yield Finding(f"{statement.label} trusts {name} without a narrow {claim}")


def _is_narrow(claim: str) -> bool:
    """Whether a claim names one audience, or one repository with any of its branches."""
    return "*" not in claim or bool(fullmatch(r"repo:[\w.-]+/[\w.-]+:.+", claim))


def _is_own(name: str, role: Resource) -> bool:
    """Whether a principal is of the account that the provider is pinned to."""
    account = fullmatch(rf"(?:arn:aws:iam::)?({ACCOUNT})(?::.+)?", name)
    if account is None or role.provider is None:
        return False
    return account[1] in strings(role.provider["allowedAccountIds"])
