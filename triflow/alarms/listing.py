"""`triflow alarms list`: every alarm with its state and its page, and who hears it."""

import re
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from triflow import aws, outputs, report
from triflow.alarms import topics
from triflow.aws import Aws, Refusal
from triflow.deployed import Deployed
from triflow.report import Line, State, unanswered
from triflow.status.facts import MOST_NAMES, alarms_of

# From worst to best, as the screen has them.
STATES: dict[str, State] = {"ALARM": "failed", "INSUFFICIENT_DATA": "ok", "OK": "ok"}
PAGE = re.compile(r"^(?P<problem>P\d\d) (?P<level>L\d) (?P<link>\S+)", re.MULTILINE)


def show(stack: str, console: Console, *, as_json: bool = False) -> int:
    """Show the alarms of a stack and their listeners. TriflowError if the stack is not up."""
    asked = aws.find()
    deployed = outputs.read(asked, stack)
    told = [*alarms(asked, deployed), *listeners(asked, deployed)]
    if as_json:
        console.out(report.as_json(stack, told), highlight=False)
    else:
        console.print(f"Alarms of {stack} in {asked.place}", highlight=False)
        report.show(console, told)
        report.show_where(console, asked.server, (line.fix for line in told))
    return report.exit_code(told)


def alarms(asked: Aws, deployed: Deployed) -> list[Line]:
    """Return a line for each alarm that is recorded, those that ring first."""
    recorded = {str(one["id"]): one["outputs"] for one in alarms_of(deployed)}
    if not recorded:
        return [Line("failed", "alarms", "are not deployed yet", deployed.up)]
    answer = aws.answer(lambda: _described(asked, list(recorded)))
    if isinstance(answer, Refusal):
        return [unanswered("alarms", answer)]
    alive = {str(one.get("AlarmName")): one for one in answer}
    told = [_line(deployed, alarm, alive.get(name)) for name, alarm in recorded.items()]
    return sorted(told, key=lambda line: (line.state == "ok", line.fact))


def _described(asked: Aws, names: Sequence[str]) -> list[dict[str, Any]]:
    client = asked.client("cloudwatch")
    answer = client.describe_alarms(AlarmNames=names, MaxRecords=MOST_NAMES)
    return list(answer.get("MetricAlarms") or ())


def _line(deployed: Deployed, recorded: dict[str, Any], alive: dict[str, Any] | None) -> Line:
    name = str(recorded["name"])
    severity = topics.severity_of(next(iter(recorded.get("alarmActions") or ()), ""))
    page = PAGE.search(str(recorded.get("alarmDescription") or ""))
    where = f"{page['problem']} {page['level']} {page['link']}" if page else "no runbook page"
    if alive is None:
        return Line("failed", name, f"{'gone':<17} {severity:<8} {where}", deployed.up)
    state = str(alive.get("StateValue") or "")
    if state not in STATES:
        return Line("unknown", name, "could not be checked: CloudWatch tells no state")
    if not alive.get("ActionsEnabled", True):
        fix = f"aws cloudwatch enable-alarm-actions --alarm-names {name}"
        return Line("failed", name, f"{'tells nobody':<17} {severity:<8} {where}", fix)
    return Line(STATES[state], name, f"{state:<17} {severity:<8} {where}")


def listeners(asked: Aws, deployed: Deployed) -> list[Line]:
    """Return a line for each subscriber of each topic."""
    heard = topics.subscriptions(asked, deployed)
    return [
        line for name, answer in heard.items() for line in topics.heard_by(deployed, name, answer)
    ]
