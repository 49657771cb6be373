"""The rules as a page: what each is for, at which level it stands, by how many cases it is proven.

Written from the registry, so that it says what the pack does. The number of cases comes from the
tests, which the pack does not know.
"""

import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any

from policy import rules, tables, waivers
from policy.registry import REGISTRY, Rule

Counts = Mapping[str, Counter[str]]  # rule -> reports, lets pass, leaves open -> how many


def page(counted: Counts, plan: Mapping[str, Any]) -> str:
    """Return the page; `plan` is how many rules were planned, and what came otherwise."""
    total: Counter[str] = sum(counted.values(), Counter())
    kinds = Counter(rule.kind for rule in REGISTRY.rules.values())
    lines = [
        "# Policies",
        "",
        f"{len(REGISTRY.rules)} rules ({kinds['resource']} on one resource, {kinds['stack']} on",
        f"the stack, {kinds['run']} on the run) with {len(REGISTRY.checks)} checks, proven by",
        f"{total['reports']} changes that must be reported, {total['lets pass']} near misses and",
        f"{total['leaves open']} unknown values.",
        "",
        "Levels are dev/staging/prod: M mandatory, A advisory, - off. Cases are reported / let",
        "pass / left open. Parts are the letters that messages and waivers name, as in `rule(a)`.",
    ]
    for module in rules.MODULES:
        lines += _module(module, counted)
    lines += ["", "## Kinds of resource", "", *_kinds(), "", "## Contradictions to baselines", ""]
    lines += [*_baselines(), "", "## How many, and why", "", *_planned(plan)]
    return "\n".join([*lines, ""])


def _module(module: str, counted: Counts) -> list[str]:
    file = f"policy/rules/{module}.py"
    title = (sys.modules[f"policy.rules.{module}"].__doc__ or "").split("\n")[0]
    lines = ["", f"## [{file}](../{file})", "", title]
    own = {
        check.rule.id: check.rule
        for check in REGISTRY.checks
        if check.ask.__module__ == f"policy.rules.{module}"
    }
    for rule in own.values():
        parts = sorted({check.part for check in REGISTRY.checks if check.rule is rule} - {""})
        count = counted[rule.id]
        numbers = f"{count['reports']} / {count['lets pass']} / {count['leaves open']}"
        lines += [
            "",
            f"### {rule.id}",
            "",
            f"**{rule.aim}** {rule.otherwise}",
            "",
            "| clauses | levels | severity | kind | parts | cases | looks at |",
            "|---|---|---|---|---|---|---|",
            _row(
                ", ".join(rule.clause),
                rule.levels,
                rule.severity,
                rule.kind,
                ", ".join(parts) or "-",
                numbers,
                _tokens(rule),
            ),
            "",
            f"Fix: {rule.fix}",
        ]
        if rule.external:
            lines += ["", f"External ids: {', '.join(rule.external)}"]
    return lines


def _tokens(rule: Rule) -> str:
    short = (token.removeprefix("aws:").rpartition(":")[0] for token in rule.tokens)
    return ", ".join(name or "everything" for name in short)


def _kinds() -> list[str]:
    lists = {"accepted": tables.ACCEPTED, "forbidden": tables.FORBIDDEN}
    return [
        "A kind that a rule looks at is judged; any other that is not listed here is reported.",
        "",
        "| kind, or how it begins | is | reason |",
        "|---|---|---|",
        *(
            _row(kind, what, why)
            for what, rows in lists.items()
            for kind, why in sorted(rows.items())
        ),
    ]


def _baselines() -> list[str]:
    book = waivers.load()
    rows = (
        _row(
            waiver.id,
            ", ".join(waiver.external),
            ", ".join(waiver.environments),
            waiver.clause,
            waiver.reason,
            ", ".join(waiver.compensated_by),
            str(waiver.expires),
        )
        for waiver in book.baselines
    )
    return [
        "Where the record contradicts a public baseline on purpose. Each row ends on its day.",
        "",
        "| id | external rule not followed | environments | clause | reason | instead | until |",
        "|---|---|---|---|---|---|---|",
        *rows,
        "",
        f"Waivers of this pack's own findings: {len(book.findings)}.",
    ]


def _planned(plan: Mapping[str, Any]) -> list[str]:
    """Explain the number of rules against the number that was planned."""
    missing = [rule_id for rule_id in plan["awaits"] if rule_id not in REGISTRY.rules]
    written = plan["planned"] - len(missing)
    lines = [
        f"{plan['planned']} were planned; {written} of them are written, and {len(plan['added'])}",
        f"besides: {written + len(plan['added'])} rules.",
    ]
    lines += [f"**Gap**: {', '.join(missing)} to be written."] if missing else []
    for heading, key in (
        ("Added to the plan", "added"),
        ("Not as planned", "differs"),
        ("One decision, two rules, and why both stay", "one_decision_two_rules"),
    ):
        lines += ["", f"### {heading}", "", "| rule | why |", "|---|---|"]
        lines += [_row(f"`{rules}`", why.strip()) for rules, why in plan[key].items()]
    return lines


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
