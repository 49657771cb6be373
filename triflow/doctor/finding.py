"""A finding and the registry of checks: each check is a row, and a pure function beside it.

To add a finding:

1. Its read. If no row of `reads.READS` has it, add one: a name (a noun), the service, boto3's
   method, the parameters from the stack's outputs and state, and the IAM action if it is called
   otherwise. Metrics are rows of `metrics.METRICS`, all in one call. A healthy look makes 40 calls
   at most: what can wait for a symptom, or for somebody who names the problem, is a row of
   `further_reads.READS`.
2. Its check, in the module of `checks/` that its subject belongs to (a new module is listed in
   `checks.MODULES`): `@check(...)` over a function from `Facts` to `Found`s. It yields nothing
   if all is well, one `Found` for each thing that is not, and raises `NotApplicable` where it has
   nothing to say. `facts["database"]["Endpoint"]` is unknown by itself where a field is missing;
   only what AWS leaves out on purpose is asked for with `maybe`. What should be there is
   `facts.declared("database-instance")`: the state, never a figure of its own.
3. What it explains, if anything: a row of `causes.CAUSES`.
4. Its cases: rows of a chapter of `tests/triflow/doctor_cases.py` (facts by hand: found, near
   miss) and one of `tests/end_to_end/doctor_cases.py` (how to break the platform and to mend it).
5. `make docs` writes it into the runbook.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from triflow.doctor.answers import Facts

# Program and cloud are made to agree; {up} and {pulumi} are how the engine is called there.
MEND: Final = "{up} --refresh -s {stack}"

Severity = Literal["critical", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("critical", "warning", "info")


@dataclass(frozen=True)
class Found:
    """What a check saw: on which resource, what shows it, and words for the remedy's {places}."""

    resource: str
    evidence: str
    severity: Severity | None = None
    words: Mapping[str, str] = field(default_factory=dict)


Ask = Callable[[Facts], Iterable[Found]]


@dataclass(frozen=True, kw_only=True)
class Check:
    """A finding's row; in `remedy`, the line to type, {stack}, {prefix}, {resource} are places."""

    id: str
    problem: str
    severity: Severity
    reads: tuple[str, ...]
    says: str
    remedy: str
    level: str = ""
    ask: Ask


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that is wrong, as it is told; `because_of` names the finding that explains it."""

    id: str
    problem: str
    severity: Severity
    resource: str
    says: str
    evidence: str
    remedy: str
    level: str
    runbook: str
    because_of: str = ""


REGISTRY: Final[dict[str, Check]] = {}


def check(
    id: str,  # noqa: A002 - the word of the spec
    problem: str,
    severity: Severity,
    *,
    reads: tuple[str, ...],
    says: str,
    remedy: str,
    level: str = "",
) -> Callable[[Ask], Ask]:
    """Register the function below as a check; its row's words are those of `Check`."""

    def register(ask: Ask) -> Ask:
        if id in REGISTRY:
            raise ValueError(f"two checks are called {id}")
        REGISTRY[id] = Check(
            id=id,
            problem=problem,
            severity=severity,
            reads=reads,
            says=says,
            remedy=remedy,
            level=level,
            ask=ask,
        )
        return ask

    return register
