"""What the policy pack says, as data: its messages are taken apart here and nowhere else."""

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

SUMMARY = "triflow-policy-summary "
ESTIMATE = re.compile(r"triflow-cost-estimate (?P<text>[^:]+: USD (?P<usd>[\d,.]*\d).*)", re.DOTALL)
# [rule-id] ADR N1, N4 (high): what is so. What follows.
# Fix: what to do
MESSAGE = re.compile(
    r"\[(?P<rule>[^\]]+)\] ADR (?P<clauses>[^(]+) \((?P<severity>\w+)\): "
    r"(?P<text>.*?)\s*^Fix: (?P<fix>.*)",
    re.DOTALL | re.MULTILINE,
)


@dataclass(frozen=True)
class Violation:
    """One judgement of a rule that does not hold; `level` is mandatory or advisory."""

    rule: str
    clauses: str
    severity: str
    level: str
    resource: str
    text: str
    fix: str

    @property
    def stops(self) -> bool:
        """Whether the update does not go on with it."""
        return self.level == "mandatory"


@dataclass(frozen=True)
class Counts:
    """The pack's own count: rules in force, asked, not held, waived, and left for the update."""

    rules: int = 0
    judged: int = 0
    violations: int = 0
    waived: int = 0
    unknown: int = 0


@dataclass(frozen=True)
class Month:
    """What the pack says that a month of the stack would cost, in its own words and in dollars."""

    text: str
    usd: Decimal


def read(event: dict[str, Any]) -> Violation | Counts | Month:
    """Return what a policy event of the engine says; the policy's own description is left out."""
    message = event["message"]
    if SUMMARY in message:
        counts = json.loads(message.partition(SUMMARY)[2])
        return Counts(**{name: counts.get(name, 0) for name in Counts.__dataclass_fields__})
    if told := ESTIMATE.search(message):
        return Month(told["text"].strip(), Decimal(told["usd"].replace(",", "")))
    resource = event.get("resourceUrn", "").rpartition("::")[2]
    return parse(message, event["enforcementLevel"], resource, event["policyName"])


def parse(message: str, level: str, resource: str, policy: str = "policy") -> Violation:
    """Take a rule's message apart; one of another pack stays whole, under its policy's name."""
    parts = MESSAGE.search(message)
    if not parts:
        return Violation(policy, "", "", level, resource, message.strip(), "")
    return Violation(
        rule=parts["rule"],
        clauses=parts["clauses"].strip(),
        severity=parts["severity"],
        level=level,
        resource=resource,
        text=parts["text"].strip(),
        fix=parts["fix"].strip(),
    )
