"""A report as SARIF 2.1.0, the form that GitHub's code scanning reads."""

import hashlib
from typing import Any

from policy import rules as rule_modules
from policy.judge import Verdict
from policy.registry import REGISTRY, Rule
from triflow.policy import places
from triflow.policy.report import Report, level_of

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
# GitHub sorts by it: over 9.0 critical, over 7.0 high, over 4.0 medium.
SECURITY_SEVERITY = {"critical": "9.5", "high": "8.0", "medium": "5.5", "low": "3.0"}
LEVELS = {"mandatory": "error", "advisory": "warning", "off": "note"}


def as_sarif(report: Report) -> dict[str, Any]:
    """Return one run with every rule and every finding; a waived one is suppressed, not lost."""
    rule_modules.load()
    indices = {rule_id: index for index, rule_id in enumerate(REGISTRY.rules)}
    driver = {
        "name": "triflow-policy",
        "semanticVersion": "1.0.0",
        "rules": [_rule(rule, report.environment) for rule in REGISTRY.rules.values()],
    }
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "automationDetails": {"id": f"triflow-policy/{report.stack}/"},
                "results": [_result(one, indices, report) for one in report.findings],
            }
        ],
    }


def _rule(rule: Rule, environment: str) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.aim},
        "fullDescription": {"text": f"{rule.aim} {rule.otherwise}"},
        "help": {"text": f"Fix: {rule.fix}", "markdown": f"**Fix:** {rule.fix}"},
        "defaultConfiguration": {"level": LEVELS[rule.level(environment)]},
        "properties": {
            "tags": ["security", *(f"ADR/{clause}" for clause in rule.clause), *rule.external],
            "security-severity": SECURITY_SEVERITY[rule.severity],
            "precision": "very-high",
        },
    }


def _result(verdict: Verdict, indices: dict[str, int], report: Report) -> dict[str, Any]:
    rule = verdict.check.rule
    urn = verdict.resource.urn if verdict.resource else report.stack
    file, line = places.of_finding(rule.clause, report.environment)
    result = {
        "ruleId": rule.id,
        "ruleIndex": indices[rule.id],
        "level": LEVELS[level_of(verdict)],
        "message": {"text": verdict.message},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": file},
                    "region": {"startLine": line},
                },
                "logicalLocations": [{"fullyQualifiedName": urn, "kind": "resource"}],
            }
        ],
        # By check and resource: a moved line or another figure is still the same finding.
        "partialFingerprints": {"check/v1": _digest(verdict.check.id, urn)},
    }
    if verdict.waiver:
        why = f"{verdict.waiver.reason} Until {verdict.waiver.expires}."
        result["suppressions"] = [{"kind": "external", "justification": why}]
    return result


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
