"""From facts to the lines of the screen: pure functions, each about one thing.

An answer that lacks a field says so by "unknown", and never passes for a healthy one.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final, NamedTuple

from triflow.aws import Refusal
from triflow.kst import shown
from triflow.report import Line, State, some, unanswered
from triflow.status import facts, service
from triflow.status.facts import Answers, Facts

# What RDS does to an instance while it serves.
SERVING = {
    "available", "backing-up", "configuring-enhanced-monitoring", "configuring-log-exports",
    "configuring-iam-database-auth", "modifying", "storage-optimization", "storage-config-upgrade",
}  # fmt: skip
ASLEEP = {"stopped", "stopping", "starting"}


def lines(found: Facts) -> list[Line]:
    """Return every line of the screen, from the visitor's side inwards."""
    parts = (line for part in PARTS for line in _answered(found, part))
    return [*_account(found), *service.lines(found), *parts]


def _answered(found: Facts, part: "Part") -> Iterator[Line]:
    """Yield a part's lines, or the one that says why there is no answer to tell of."""
    answer = found.answers.get(part.asked)
    if answer is None:
        yield Line("failed", part.subject, part.absent, found.deployed.up)
    elif isinstance(answer, Refusal):
        yield unanswered(part.subject, answer)
    else:
        yield from part.lines(found, answer)


def _account(found: Facts) -> Iterator[Line]:
    """Say only what is wrong: every other line would say it in worse words."""
    answer = found.answers["account"]
    if isinstance(answer, Refusal):
        yield unanswered("account", answer)
        return
    account, meant = answer[0].get("Account"), _accounts(found)
    if account not in meant:
        yield Line(
            "failed",
            "account",
            f"the credentials are of {account}; {found.deployed.stack} is in {' or '.join(meant)}",
            "export AWS_PROFILE=...   (one of that account)",
        )


def _accounts(found: Facts) -> list[str]:
    """Return the accounts that the stack's own provider may work in."""
    providers = found.deployed.of_kind("pulumi:providers:aws")
    return [one for each in providers for one in json.loads(each["outputs"]["allowedAccountIds"])]


def _database(found: Facts, answer: Answers) -> Iterator[Line]:
    database = answer[0] if answer else {}
    status = database.get("DBInstanceStatus")
    if not status:
        yield Line("unknown", "database", "could not be checked: RDS tells no status")
        return
    told = [
        str(status),
        f"PostgreSQL {database.get('EngineVersion', 'of unknown version')}",
        str(database.get("DBInstanceClass", "of unknown class")),
        "two zones" if database.get("MultiAZ") else "one zone",
    ]
    restorable = database.get("LatestRestorableTime")
    if isinstance(restorable, datetime):
        told.append(f"restorable to {shown(restorable)}")
    well = status in SERVING or (status in ASLEEP and found.may_sleep)
    yield Line("ok" if well else "failed", "database", ", ".join(told))


def _alarms(found: Facts, answer: Answers) -> Iterator[Line]:
    recorded = [str(each["id"]) for each in facts.alarms_of(found.deployed)]
    states = {one.get("AlarmName"): one.get("StateValue") for one in answer}
    ringing = [name for name in recorded if states.get(name) == "ALARM"]
    gone = [name for name in recorded if name not in states]
    silent = [name for name in recorded if states.get(name, "OK") not in {"ALARM", "OK"}]
    told = [f"{len(ringing)} of {len(recorded)} ring", *some(ringing)]
    told += [f"{len(silent)} without data"] if silent else []
    told += [f"{len(gone)} gone", *some(gone)] if gone else []
    state: State = "failed" if ringing or gone else "ok"
    fix = f"triflow alarms list --stack {found.deployed.stack}" if state == "failed" else ""
    yield Line(state, "alarms", "; ".join(told), fix)


def _cost(found: Facts, answer: Answers) -> Iterator[Line]:
    limit, spent = _usd(answer[0].get("BudgetLimit")), answer[0].get("CalculatedSpend") or {}
    actual, expected = _usd(spent.get("ActualSpend")), _usd(spent.get("ForecastedSpend"))
    if not actual or not limit:
        # A bill knows the tag Environment only once it is activated, and is a day late.
        yield Line(
            "unknown",
            "cost",
            "unknown: the budget has counted nothing this month",
            "activate the cost allocation tag Environment in Billing   "
            f"(what it should cost: triflow cost --stack {found.deployed.stack})",
        )
        return
    told = f"USD {actual:.2f} of {limit:.0f} this month"
    told += f", {expected:.2f} expected by its end" if expected else ""
    well = max(actual, expected) <= limit
    yield Line("ok" if well else "failed", "cost", told)


class Part(NamedTuple):
    """A row: what was asked, the subject of its lines, and what is said if it was not asked."""

    asked: str
    subject: str
    absent: str
    lines: Callable[[Facts, Answers], Iterator[Line]]


PARTS: Final = (
    Part("database", "database", "is not deployed yet", _database),
    Part("alarms", "alarms", "are not deployed yet", _alarms),
    Part("budget", "cost", "the budget is not deployed yet", _cost),
)


def _usd(amount: object) -> float:
    """Return the dollars of an amount; 0 if there is none."""
    return float(amount.get("Amount") or 0) if isinstance(amount, dict) else 0.0
