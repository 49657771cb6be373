"""Tells what the doctor found: on the screen, worst first, or as JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from rich.console import Console
from rich.text import Text

from triflow import report as lines
from triflow.doctor import problems, verdict
from triflow.doctor.finding import Finding
from triflow.doctor.verdict import Outcome

if TYPE_CHECKING:
    from local.aws.server import Server

STYLES: Final = {"critical": "bold red", "warning": "yellow", "info": "cyan"}
MOST_SHOWN: Final = 5  # resources of one finding; the rest is counted


@dataclass(frozen=True)
class Look:
    """One run: whose stack, where, how it ended, and what it cost in calls.

    `server` is the local AWS, if that was asked.
    """

    stack: str
    where: str
    outcomes: Sequence[Outcome]
    health: verdict.Health
    calls: int
    server: "Server | None" = None


def tell(console: Console, look: Look) -> None:
    """Write everything that a person needs, worst first."""
    _say(console, f"{look.stack} in {look.where}: {_counted(look)}")
    told = verdict.told(look.outcomes)
    # One finding may concern many resources, and is explained once.
    for _, same in groupby(told, key=lambda one: (one.id, one.severity)):
        console.print()
        _finding(console, list(same), look.outcomes)
    _unknown(console, look.outcomes)
    console.print()
    for problem, words in _by_problem(look.outcomes):
        title = problems.titled(problem).title
        _say(console, f"{problem}  {title}: {words}")
    if told and look.server:
        console.print()
        lines.show_where(console, look.server, (one.remedy for one in told))
        lines.show_limits(console, look.server)


def _finding(console: Console, same: Sequence[Finding], outcomes: Sequence[Outcome]) -> None:
    first = same[0]
    head = Text.assemble((first.severity, STYLES[first.severity]), f"  {first.problem}  {first.id}")
    console.print(head, soft_wrap=True)
    _say(console, first.says, 2)
    for one in same[:MOST_SHOWN]:
        _say(console, f"{one.resource}: {one.evidence}", 4)
    if len(same) > MOST_SHOWN:
        _say(console, f"and {len(same) - MOST_SHOWN} more", 4)
    # Left whole, so that it can be copied.
    for line in dict.fromkeys(one.remedy for one in same[:MOST_SHOWN]):
        console.print(Text(f"  Fix: {line}", style="cyan"), soft_wrap=True)
    who = problems.ESCALATION[first.level]
    _say(console, f"Call {first.level}, {who}. Runbook: {first.runbook}", 2)
    for one in verdict.explained(outcomes, first.id):
        _say(console, f"Because of this: {one.problem} {one.id}, {one.resource}: {one.evidence}", 2)


def _unknown(console: Console, outcomes: Iterable[Outcome]) -> None:
    unknown = sorted((one.reason, one.check.id) for one in outcomes if one.result == "unknown")
    for reason, same in groupby(unknown, key=lambda one: one[0]):
        console.print()
        _say(console, f"could not be checked because {reason}:")
        _say(console, ", ".join(name for _, name in same), 2)


def _by_problem(outcomes: Sequence[Outcome]) -> list[tuple[str, str]]:
    ordered = sorted(outcomes, key=lambda one: one.check.problem)
    groups = groupby(ordered, key=lambda one: one.check.problem)
    return [(problem, verdict.of_problem(list(same))) for problem, same in groups]


def _counted(look: Look) -> str:
    found = verdict.told(look.outcomes)
    counts = [f"{sum(f.severity == word for f in found)} {word}" for word in STYLES]
    unknown = sum(one.result == "unknown" for one in look.outcomes)
    told = [one for one in (*counts, f"{unknown} not checked") if not one.startswith("0 ")]
    applied = sum(one.result != "not applicable" for one in look.outcomes)
    return f"{', '.join(told) or 'healthy'}. {applied} checks, {look.calls} calls of AWS."


def _say(console: Console, sentence: str, indent: int = 0) -> None:
    for line in Text(sentence).wrap(console, console.width - indent):
        line.rstrip()
        console.print(Text(" " * indent) + line, soft_wrap=True)


def as_json(look: Look) -> str:
    """Return the same for scripts."""
    return json.dumps(rows(look), ensure_ascii=False, indent=2)


def rows(look: Look) -> dict[str, Any]:
    """Return the same as plain values; `exit_code` is that of the command."""
    return {
        "stack": look.stack,
        "where": look.where,
        "health": look.health.name.lower(),
        "exit_code": int(look.health),
        "calls": look.calls,
        "findings": [asdict(f) for one in look.outcomes for f in one.findings],
        "not_checked": [
            {"id": one.check.id, "problem": one.check.problem, "reason": one.reason}
            for one in look.outcomes
            if one.result == "unknown"
        ],
        "problems": dict(_by_problem(look.outcomes)),
    }
