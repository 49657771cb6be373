"""P06 and P07: whether the role of whoever asks may deploy all of the stack, and push images.

IAM judges each action for each of the things that it was asked about; what counts is its own.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final, NamedTuple

from triflow.doctor import rights
from triflow.doctor.answers import Facts, NotApplicable, Seen, Unknown
from triflow.doctor.finding import Found, check

ALLOWED: Final = "allowed"
ADMINISTRATOR: Final = ":policy/AdministratorAccess"
SETTLED: Final = timedelta(days=7)
PERSONAL: Final = "AWSReservedSSO_"  # what IAM Identity Center makes, and an administrator keeps
MEND: Final = "aws iam list-role-policies --role-name {role}"


def role_of(facts: Facts) -> str:
    """Return the name of the role that asks. NotApplicable for whoever is no role."""
    arn = facts["caller"]["Arn"].text
    if ":assumed-role/" not in arn:
        raise NotApplicable("only the rights of a role are looked at")
    return arn.split("/")[1]


class Decision(NamedTuple):
    """What IAM says of an action: its word, and who beside the role says no."""

    action: str
    word: str
    blocked: list[str]
    by: list[str]


def _decisions(facts: Facts) -> list[Decision]:
    """Return what IAM says of deploying; NotApplicable if none is allowed, as for an onlooker."""
    _ = role_of(facts), facts["caller_role"]
    found = _decided(facts, rights.deploying(facts.deployed))
    if not any(one.word == ALLOWED for one in found):
        raise NotApplicable("your role deploys nothing, so nothing is missing for it")
    return found


def _refused(facts: Facts, word: str) -> list[Decision]:
    """Return the decisions of that word which the role's own policies make."""
    return [one for one in _decisions(facts) if one.word == word and not one.blocked]


def _decided(facts: Facts, wanted: Mapping[str, str]) -> list[Decision]:
    """Return the decisions about these actions, each for its own thing."""
    results = facts["deploy_rights"]["EvaluationResults"].each()
    named = [(one["EvalActionName"].text, one) for one in results]
    return [_decision(action, one, wanted[action]) for action, one in named if action in wanted]


def _decision(action: str, result: Seen, arn: str) -> Decision:
    """Where IAM was asked about several things, the word above them all is that of the worst."""
    details = result.maybe("ResourceSpecificResults")
    own = [one for one in details.each() if one["EvalResourceName"].text == arn] if details else []
    one = own[0] if own else result
    word = one["EvalResourceDecision" if own else "EvalDecision"].text
    matched = one.maybe("MatchedStatements")
    by = [each["SourcePolicyId"].text for each in (matched.each() if matched else ())]
    return Decision(action, word, list(dict.fromkeys(_blocked(result) + _blocked(one))), by)


def _blocked(result: Seen) -> list[str]:
    """Return who beside the role has a say, and says no; absent where nobody else has one."""
    others = {
        "the organization": ("OrganizationsDecisionDetail", "AllowedByOrganizations"),
        "a permissions boundary": (
            "PermissionsBoundaryDecisionDetail",
            "AllowedByPermissionsBoundary",
        ),
    }
    found = {who: result.maybe(part) for who, (part, _) in others.items()}
    return [who for who, detail in found.items() if detail and not detail[others[who][1]].flag]


READS: Final = ("caller", "caller_role", "deploy_rights")


@check(
    "deploy-permission-missing",
    "P07",
    "critical",
    reads=READS,
    says="Your role may deploy a part of the stack only, so an update would stop half way.",
    remedy=MEND,
)
def permission_missing(facts: Facts) -> Iterator[Found]:
    """One action stands for each kind of resource that the stack has."""
    for one in _refused(facts, "implicitDeny"):
        yield Found(one.action, "nothing allows it", words={"role": role_of(facts)})


@check(
    "deploy-explicit-deny",
    "P07",
    "critical",
    reads=READS,
    says="A policy denies your role an action; adding rights does not help.",
    remedy=MEND,
)
def explicit_deny(facts: Facts) -> Iterator[Found]:
    """The policy is named, as IAM calls it."""
    for one in _refused(facts, "explicitDeny"):
        evidence = f"denied by {', '.join(one.by) or 'a policy that IAM does not name'}"
        yield Found(one.action, evidence, words={"role": role_of(facts)})


@check(
    "deploy-scp-or-boundary",
    "P07",
    "critical",
    reads=READS,
    says="The organization or a boundary blocks an action, not your role.",
    remedy="aws organizations list-policies --filter SERVICE_CONTROL_POLICY",
    level="L2",
)
def scp_or_boundary(facts: Facts) -> Iterator[Found]:
    """Only who owns the organization can change it."""
    for one in _decisions(facts):
        for who in one.blocked:
            yield Found(one.action, f"{who} does not allow it")


@check(
    "ecr-push-denied",
    "P06",
    "warning",
    reads=READS,
    says="Your role deploys, but may not push an image, although a login works.",
    remedy=MEND,
)
def push_denied(facts: Facts) -> Iterator[Found]:
    """Who deploys pushes; an onlooker needs neither."""
    role, _ = role_of(facts), _decisions(facts)
    found = _decided(facts, rights.pushing(facts.deployed))
    if not found:
        raise Unknown(f"IAM said nothing of {rights.PUSHING}")
    for one in found:
        if one.word != ALLOWED:
            how = "nothing allows it" if one.word == "implicitDeny" else "it is denied"
            yield Found(one.action, how, words={"role": role})


@check(
    "deploy-admin-left",
    "P07",
    "warning",
    reads=("caller", "caller_policies", "caller_role"),
    says="The administrator's right that a role was given for the build was never taken back.",
    remedy="aws iam detach-role-policy --role-name {resource}"
    " --policy-arn arn:aws:iam::aws:policy/AdministratorAccess",
)
def admin_left(facts: Facts) -> Iterator[Found]:
    """A role younger than a week may still be building."""
    role = role_of(facts)
    made = facts["caller_role"]["Role"]["CreateDate"].time
    for one in facts["caller_policies"]["AttachedPolicies"].each():
        old = made < facts.now - SETTLED and not role.startswith(PERSONAL)
        if one["PolicyArn"].text.endswith(ADMINISTRATOR) and old:
            yield Found(role, f"it has {one['PolicyArn'].text} since {made:%Y-%m-%d} or later")
