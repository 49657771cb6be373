"""`triflow policy report`, `check` and `explain`, as screens."""

import difflib
import json
from pathlib import Path

from rich.console import Console
from rich.table import Table

from policy import rules, waivers
from policy.registry import REGISTRY, Rule
from triflow import screens, violations
from triflow.errors import Exit, TriflowError
from triflow.policy import forms, report, sarif
from triflow.policy.report import Report, level_of

MOST_NAMES = 3  # that come near to one that does not exist
QUIET = ("holds", "idle", "off")


def tell(name: str, console: Console, form: str) -> Exit:
    """Show what became of every clause on a stack; `form` is screen, json, md or sarif."""
    told = report.of_stack(name)
    if form == "json":
        _print(console, json.dumps(forms.as_data(told), indent=2, ensure_ascii=False))
    elif form == "sarif":
        _print(console, json.dumps(sarif.as_sarif(told), indent=2, ensure_ascii=False))
    elif form == "md":
        _print(console, forms.as_markdown(told))
    else:
        _clauses(told, console)
        _findings(told, console)
    return Exit.DONE


def check(name: str, file: Path | None, console: Console) -> Exit:
    """Judge a stack's recorded resources, or a file's; exit code 3 if a mandatory rule breaks."""
    told = report.of_file(file) if file else report.of_stack(name)
    _findings(told, console)
    counts = ", ".join(f"{told.count(w)} {w}" for w in report.WORST_FIRST if told.count(w))
    _print(console, f"{told.stack}: {len(told.rules)} rules, asked {told.judged} times: {counts}.")
    return Exit.POLICY if told.count("broken") else Exit.DONE


def explain(asked: str, console: Console) -> Exit:
    """Show a rule, or a clause with its rules. TriflowError if there is neither."""
    rules.load()
    clauses = report.clauses()
    wanted = asked.split("(", maxsplit=1)[0]
    if wanted in REGISTRY.rules:
        _rule(REGISTRY.rules[wanted], console)
        return Exit.DONE
    clause = wanted.upper()
    if clause not in clauses:
        near = difflib.get_close_matches(wanted, [*REGISTRY.rules, *clauses], MOST_NAMES, 0.4)
        raise TriflowError(
            f"There is no rule and no clause called {asked}.",
            "Nothing is explained.",
            f"triflow policy explain {near[0] if near else 'D3'}"
            + (f"   (or {', '.join(near[1:])})" if near[1:] else ""),
        )
    row = clauses[clause]
    _print(console, f"ADR {clause}: {row['says']}\nDeployed: {row['deployed']}")
    guards = [rule for rule in REGISTRY.rules.values() if clause in rule.clause]
    if not guards:
        _print(console, f"No rule: {row.get('no_rule', 'it is to be written')}")
    for rule in guards:
        _print(console, f"\n{rule.id}  {rule.levels}  {rule.severity}\n  {rule.aim}")
    return Exit.DONE


def _clauses(told: Report, console: Console) -> None:
    lines = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for heading in ("clause", "verdict", "record", "rules"):
        lines.add_column(heading, no_wrap=heading in ("clause", "verdict"))
    for clause, row in told.clauses.items():
        word = told.verdict(clause)
        guards = told.of_clause(clause)
        loud = [each.rule.id for each in guards if each.word not in QUIET]
        lines.add_row(
            clause, word or "-", row["says"], ", ".join(loud) or f"{len(guards)}" if guards else "-"
        )
    console.print(lines)
    console.print()


def _findings(told: Report, console: Console) -> None:
    for one in told.findings:
        if one.waiver is None:
            name = one.resource.name if one.resource else ""
            violation = violations.parse(one.message, level_of(one), name)
            console.print(screens.verdict(violation, told.stack), crop=False)
    for each in told.rules:
        for path in each.open:
            _print(console, f"? {each.rule.id}  not judged: {path}")


def _rule(rule: Rule, console: Console) -> None:
    parts = [each for each in REGISTRY.checks if each.rule is rule]
    _print(console, f"{rule.id}: {rule.aim}")
    _print(console, f"Otherwise: {rule.otherwise}\nFix: {rule.fix}\n")
    for label, text in (
        ("clauses", ", ".join(f"ADR {clause}" for clause in rule.clause)),
        ("level", f"{rule.levels} in dev/staging/prod (M mandatory, A advisory, - off)"),
        ("severity", rule.severity),
        ("looks at", ", ".join(rule.tokens)),
        ("external", ", ".join(rule.external) or "no public baseline has it"),
    ):
        _print(console, f"{label:<10}{text}")
    for part in parts:
        _print(console, f"{part.part and f'({part.part})':<10}{(part.ask.__doc__ or '').strip()}")
    for waiver in waivers.load().findings:
        if waiver.rule.split("(")[0] == rule.id:
            _print(console, f"waived    {waiver.resource} until {waiver.expires}: {waiver.reason}")


def _print(console: Console, text: str) -> None:
    console.print(text, markup=False, highlight=False, soft_wrap=True)
