"""P07: whether the role of whoever asks may deploy all of the stack, or only half of it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor.answers import Facts, NotApplicable, Seen
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


def _decisions(facts: Facts) -> list[Seen]:
    """Return what IAM says of each action; NotApplicable if none is allowed, as for an onlooker."""
    role_of(facts)
    _ = facts["caller_role"]
    results = facts["deploy_rights"]["EvaluationResults"].each()
    if not any(one["EvalDecision"].text == ALLOWED for one in results):
        raise NotApplicable("your role deploys nothing, so nothing is missing for it")
    return results


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
    role = role_of(facts)
    for one in _decisions(facts):
        if one["EvalDecision"].text == "implicitDeny" and not _blocked(one):
            yield Found(one["EvalActionName"].text, "nothing allows it", words={"role": role})


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
    role = role_of(facts)
    for one in _decisions(facts):
        if one["EvalDecision"].text == "explicitDeny" and not _blocked(one):
            matched = one.maybe("MatchedStatements")
            by = [each["SourcePolicyId"].text for each in (matched.each() if matched else ())]
            evidence = f"denied by {', '.join(by) or 'a policy that IAM does not name'}"
            yield Found(one["EvalActionName"].text, evidence, words={"role": role})


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
        for who in _blocked(one):
            yield Found(one["EvalActionName"].text, f"{who} does not allow it")


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
