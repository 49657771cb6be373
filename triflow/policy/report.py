"""What became of every rule and every clause on one stack, as data for all forms of a report."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from policy import state
from policy.judge import Outcome, Verdict
from policy.registry import REGISTRY, Level, Rule
from policy.resources import environment_of
from triflow import aws, outputs
from triflow.errors import TriflowError
from triflow.stacks import ROOT

CLAUSES = ROOT / "docs" / "clauses.yaml"
# From the worst on: broken stops an update; idle found nothing to judge; off is so by decision.
Word = Literal["broken", "advised", "open", "waived", "holds", "idle", "off"]
WORST_FIRST: tuple[Word, ...] = ("broken", "advised", "open", "waived", "holds", "idle", "off")


@dataclass(frozen=True)
class RuleReport:
    """One rule on one stack: its level there, what became of it, and every finding."""

    rule: Rule
    level: Level
    word: Word
    verdicts: tuple[Verdict, ...]
    open: tuple[str, ...]


@dataclass(frozen=True)
class Report:
    """All rules on one stack; `clauses` has what the record says of each clause."""

    stack: str
    environment: str
    rules: tuple[RuleReport, ...]
    clauses: dict[str, dict[str, str]]
    judged: int

    def of_clause(self, clause: str) -> tuple[RuleReport, ...]:
        """Return the rules that hold a clause."""
        return tuple(each for each in self.rules if clause in each.rule.clause)

    def verdict(self, clause: str) -> Word | None:
        """Return the worst of a clause's rules; None where no policy can judge it."""
        words = {each.word for each in self.of_clause(clause)}
        return next((word for word in WORST_FIRST if word in words), None)

    def count(self, word: Word) -> int:
        """Return of how many rules this became."""
        return sum(each.word == word for each in self.rules)

    @property
    def findings(self) -> tuple[Verdict, ...]:
        """Return every finding, the mandatory ones first; waived ones too."""
        found = [verdict for each in self.rules for verdict in each.verdicts]
        return tuple(
            sorted(found, key=lambda one: (one.waiver is not None, level_of(one) != "mandatory"))
        )


def of_stack(name: str) -> Report:
    """Judge what a stack has deployed. TriflowError if it is not up."""
    return of_records(name, outputs.read(aws.find(), name).resources)


def of_file(path: Path) -> Report:
    """Judge an exported state. TriflowError if the file is none."""
    try:
        records = json.loads(path.read_text(encoding="utf-8"))["deployment"]["resources"]
    except (OSError, ValueError, KeyError, TypeError) as damage:
        raise TriflowError(
            f"{path} is no exported state ({type(damage).__name__}).",
            "Nothing was judged.",
            "pulumi stack export -s prod --file state.json   (then this with state.json)",
        ) from damage
    return of_records(path.name, records)


def of_records(name: str, records: Sequence[dict[str, Any]]) -> Report:
    """Judge recorded resources."""
    outcome = state.judged(records)
    environment = environment_of(next((str(one["urn"]) for one in records), ""))
    rules = tuple(_rule(rule, environment, outcome) for rule in REGISTRY.rules.values())
    return Report(name, environment, rules, clauses(), len(outcome.asked))


def clauses() -> dict[str, dict[str, str]]:
    """Return what the record says of each clause and what is deployed, by its id."""
    found: dict[str, dict[str, str]] = yaml.safe_load(CLAUSES.read_text(encoding="utf-8"))[
        "clauses"
    ]
    return found


def level_of(verdict: Verdict) -> Level:
    """Return how hard a finding weighs; a notice in advance weighs less than its rule."""
    return verdict.finding.level or verdict.level


def _rule(rule: Rule, environment: str, outcome: Outcome) -> RuleReport:
    level = rule.level(environment)
    verdicts = tuple(one for one in outcome.verdicts if one.check.rule is rule)
    waiting = tuple(path for check, path in outcome.open if check.split("(")[0] == rule.id)
    word = _word(level, verdicts, waiting, asked=rule.id in outcome.asked)
    return RuleReport(rule, level, word, verdicts, waiting)


def _word(
    level: Level, verdicts: tuple[Verdict, ...], waiting: tuple[str, ...], *, asked: bool
) -> Word:
    live = [level_of(one) for one in verdicts if one.waiver is None]
    became: dict[Word, bool] = {
        "off": level == "off",
        "broken": "mandatory" in live,
        "advised": bool(live),
        "open": bool(waiting),
        "waived": bool(verdicts),
        "idle": not asked,
    }
    return next((word for word, is_so in became.items() if is_so), "holds")
