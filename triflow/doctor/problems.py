"""The 23 problems of the troubleshooting guide, and three for what it has no chapter for.

They are read from `guide/`: a file per chapter.
Keys of a problem: `title`, `korean`, `severity`, `level` (who is called first), `escalate` (who is
called next, and when), `causes`, `look` and `remedies` (what it is for, and what to type),
`note` (where today's platform differs from the guide), `clauses` of the decision record,
`alarms` that link to it, `signs` and `maybe` (see `signs`). In what is typed, {prefix} and
{stack} stand for the names of an environment, {up} for `pulumi up` with what it needs; words in
capitals are for the reader to fill in.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from triflow import stacks

PAGES = "docs/runbook"
BEYOND = ("PM", "PQ", "PX")
# What resources are called in each stack; settings.py makes the same names.
PREFIXES: Mapping[str, str] = {
    "prod": "triflow-ai-production",
    "staging": "triflow-ai-staging",
    "dev": "triflow-ai-dev",
}
# How the engine is called, in an account and in the local AWS, which has the pack by itself.
IN_AN_ACCOUNT: Mapping[str, str] = {
    "pulumi": "pulumi",
    "up": f"{stacks.PACK} pulumi up",
}
LOCALLY: Mapping[str, str] = {"pulumi": "triflow local pulumi", "up": "triflow local pulumi up"}
ESCALATION: Mapping[str, str] = {
    "L1": "on-call DevOps",
    "L2": "DevOps lead, Slack @devops-lead",
    "L3": "CTO, by phone",
    "L4": "AWS Support",
}


@dataclass(frozen=True)
class Step:
    """One thing to do: what it is for, and the line to type; empty if nothing is typed."""

    says: str
    type: str = ""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """A problem of the guide; `alarms` are names without the environment's prefix."""

    id: str
    title: str
    korean: str
    severity: Literal["critical", "warning"]
    level: str
    escalate: str = ""
    causes: tuple[str, ...]
    look: tuple[Step, ...]
    remedies: tuple[Step, ...]
    note: str = ""
    clauses: tuple[str, ...]
    alarms: tuple[str, ...] = ()
    signs: tuple[str, ...]
    maybe: tuple[str, ...] = ()

    @property
    def page(self) -> str:
        """The runbook's page, from the root of the repository."""
        return f"{PAGES}/{self.id.lower()}.md"

    @property
    def called(self) -> str:
        """Who is called first, and next."""
        return f"{self.level}, {ESCALATION[self.level]}.{' ' * bool(self.escalate)}{self.escalate}"


@cache
def guide() -> tuple[Problem, ...]:
    """Return the problems in the order of the guide, names not yet filled in."""
    found: dict[str, Problem] = {}
    for file in (files("triflow.doctor") / "guide").iterdir():
        # In C, if libyaml is there: the guide is read before anything is said.
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        rows = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe ones
        found |= {key: _problem(key, row) for key, row in rows.items()}
    return tuple(found[key] for key in sorted(found))


def titled(key: str) -> Problem:
    """Return the problem of that id. KeyError if there is none."""
    return _by_id()[key]


@cache
def _by_id() -> dict[str, Problem]:
    return {one.id: one for one in guide()}


def in_stack(problem: Problem, stack: str) -> Problem:
    """Return the problem with a stack's names, one of `PREFIXES`, in its lines."""
    return replace(
        problem, look=_steps(problem.look, stack), remedies=_steps(problem.remedies, stack)
    )


def _steps(steps: Iterable[Step], stack: str) -> tuple[Step, ...]:
    return tuple(replace(step, type=filled(step.type, stack)) for step in steps)


def filled(line: str, stack: str, words: Mapping[str, str] = IN_AN_ACCOUNT) -> str:
    """Return a line to type with the names of a stack and other words in their places.

    Replaced word by word: a query's own braces mean something else.
    """
    for place, word in {"prefix": PREFIXES[stack], "stack": stack, **words}.items():
        line = line.replace(f"{{{place}}}", word)
    return line


def _problem(key: str, row: Mapping[str, Any]) -> Problem:
    steps = {part: tuple(Step(**step) for step in row[part]) for part in ("look", "remedies")}
    lists = {part: tuple(words) for part, words in row.items() if isinstance(words, list)}
    return Problem(id=key, **{**row, **lists, **steps})
