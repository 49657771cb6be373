"""A report as JSON for scripts and as Markdown for a pull request."""

from typing import Any

from policy import waivers
from policy.judge import Verdict
from triflow.policy.report import Report, RuleReport, Word, level_of

SIGNS: dict[Word, str] = {
    "broken": "❌",
    "advised": "⚠️",
    "open": "❔",
    "waived": "🟡",
    "holds": "✅",
    "idle": "⚪",
    "off": "⚪",
}


# Rules of the record as a whole have no clause of their own.
_ALL = {"all": {"says": "the record as a whole", "deployed": "as said"}}


def as_data(report: Report) -> dict[str, Any]:
    """Return everything that the report knows, for scripts."""
    return {
        "stack": report.stack,
        "environment": report.environment,
        "judged": report.judged,
        "rules": {word: report.count(word) for word in SIGNS},
        "clauses": [
            {
                "clause": clause,
                "says": row["says"],
                "deployed": row["deployed"],
                "verdict": report.verdict(clause),
                "rules": [_rule(each) for each in report.of_clause(clause)],
            }
            for clause, row in (report.clauses | _ALL).items()
        ],
        "baselines": [
            {
                "id": row.id,
                "not_followed": row.external,
                "reason": row.reason,
                "until": str(row.expires),
            }
            for row in waivers.load().baselines
            if report.environment in row.environments
        ],
    }


def _rule(each: RuleReport) -> dict[str, Any]:
    return {
        "id": each.rule.id,
        "level": each.level,
        "severity": each.rule.severity,
        "verdict": each.word,
        "external": each.rule.external,
        "open": each.open,
        "findings": [_finding(verdict) for verdict in each.verdicts],
    }


def _finding(verdict: Verdict) -> dict[str, Any]:
    return {
        "check": verdict.check.id,
        "resource": verdict.resource.urn if verdict.resource else None,
        "level": level_of(verdict),
        "message": verdict.message,
        "waiver": verdict.waiver.id if verdict.waiver else None,
    }


def as_markdown(report: Report) -> str:
    """Return the findings in full and the clauses folded away, as GitHub shows them."""
    counts = ", ".join(f"{report.count(word)} {word}" for word in SIGNS if report.count(word))
    lines = [
        f"### Policies: {report.stack}",
        "",
        f"{len(report.rules)} rules asked {report.judged} times: {counts}.",
        "",
    ]
    for verdict in report.findings:
        lines += _item(verdict)
    lines += ["", "<details><summary>Clause by clause</summary>", ""]
    lines += ["| clause | record | verdict | rules |", "|---|---|---|---|"]
    for clause, row in (report.clauses | _ALL).items():
        word = report.verdict(clause)
        told = f"{SIGNS[word]} {word}" if word else "no policy can judge it"
        names = ", ".join(f"`{each.rule.id}`" for each in report.of_clause(clause))
        lines.append(f"| {clause} | {row['says']} | {told} | {names} |")
    return "\n".join([*lines, "", "</details>", ""])


def _item(verdict: Verdict) -> list[str]:
    sign = "🟡" if verdict.waiver else "❌" if level_of(verdict) == "mandatory" else "⚠️"
    message, _, fix = verdict.message.partition("\nFix: ")
    lines = [f"- {sign} {_plain(message)}", f"  **Fix:** {_plain(fix)}"]
    if verdict.waiver:
        lines.append(f"  Waived until {verdict.waiver.expires}: {_plain(verdict.waiver.reason)}")
    return lines


def _plain(text: str) -> str:
    """What a resource is called must not become a table, a tag or a mention."""
    one_line = " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")
    return one_line.replace("@", "@\u200b")
