"""From facts to what is told: each check asked, causes joined to what they explain, exit code."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Literal

from triflow.deployed import Deployed, NotDeployed
from triflow.doctor import causes, problems
from triflow.doctor.answers import ON_REQUEST, Facts, NotApplicable, Unknown
from triflow.doctor.finding import SEVERITIES, Check, Finding, Found

Result = Literal["found", "ok", "unknown", "not applicable"]


class Health(IntEnum):
    """How the doctor ends; scripts may rely on these numbers."""

    HEALTHY = 0
    WARNING = 1
    CRITICAL = 2
    UNKNOWN = 3
    NOT_STARTED = 4


@dataclass(frozen=True)
class Outcome:
    """What one check came to; `reason` is why it is unknown or does not apply."""

    check: Check
    result: Result
    findings: tuple[Finding, ...] = ()
    reason: str = ""


def judge(checks: Iterable[Check], facts: Facts) -> list[Outcome]:
    """Ask every check and tell which findings explain which."""
    outcomes = [ask(check, facts) for check in checks]
    reasons = causes.explained_by({one.check.id for one in outcomes if one.findings})
    return [
        replace(one, findings=tuple(replace(f, because_of=reasons[f.id]) for f in one.findings))
        if one.check.id in reasons
        else one
        for one in outcomes
    ]


def ask(check: Check, facts: Facts) -> Outcome:
    """Ask one check. What it cannot know is its result, and no exception."""
    try:
        found = tuple(check.ask(facts.only(check.reads)))
    except Unknown as lack:
        return Outcome(check, "unknown", reason=str(lack))
    except NotDeployed as lack:
        return Outcome(check, "unknown", reason=lack.reason)
    except NotApplicable as why:
        return Outcome(check, "not applicable", reason=str(why))
    findings = tuple(finding(check, one, facts.deployed) for one in found)
    return Outcome(check, "found" if findings else "ok", findings)


def finding(check: Check, found: Found, deployed: Deployed | None, stack: str = "") -> Finding:
    """Return the finding with its remedy filled in."""
    problem = problems.titled(check.problem)
    stack = deployed.stack if deployed else stack
    engine = problems.LOCALLY if deployed and deployed.endpoint else problems.IN_AN_ACCOUNT
    words = {"resource": found.resource, **found.words, **engine}
    return Finding(
        id=check.id,
        problem=check.problem,
        severity=found.severity or check.severity,
        resource=found.resource,
        says=check.says,
        evidence=found.evidence,
        remedy=problems.filled(check.remedy, stack, words),
        level=check.level or problem.level,
        runbook=problem.page,
    )


def told(outcomes: Iterable[Outcome]) -> list[Finding]:
    """Return the findings that nothing explains, worst first."""
    found = [one for outcome in outcomes for one in outcome.findings if not one.because_of]
    return sorted(found, key=_worst_first)


def _worst_first(one: Finding) -> tuple[int, str, str, str]:
    return (SEVERITIES.index(one.severity), one.problem, one.id, one.resource)


def explained(outcomes: Iterable[Outcome], cause: str) -> list[Finding]:
    """Return the findings that one finding explains."""
    return [one for each in outcomes for one in each.findings if one.because_of == cause]


def health(outcomes: Sequence[Outcome]) -> Health:
    """Return the worst that was found; unknown is never counted as healthy."""
    severities = {one.severity for outcome in outcomes for one in outcome.findings}
    if "critical" in severities:
        return Health.CRITICAL
    if "warning" in severities:
        return Health.WARNING
    if any(one.result == "unknown" for one in outcomes):
        return Health.UNKNOWN
    return Health.HEALTHY


def of_problem(outcomes: Sequence[Outcome]) -> str:
    """Return one problem's result in words, from its checks' outcomes."""
    if {one.reason for one in outcomes} == {ON_REQUEST}:
        return f"not looked at; --problem {outcomes[0].check.problem} without --watch does"
    worst = health(outcomes)
    unknown = sum(one.result == "unknown" for one in outcomes)
    if unknown == len(outcomes):
        return "not checked"
    word = "healthy" if worst is Health.UNKNOWN else worst.name.lower()
    known = len(outcomes) - unknown
    return f"{word}, partly checked ({known} of {len(outcomes)})" if unknown else word
