"""Messages that are neither alarm nor event, read: AWS Budgets, `triflow alarms test`, the rest.

Owns: the lines of a budget message, which AWS sends as English prose ("Creating an Amazon SNS topic
for budget notifications" in the cost management user guide shows no schema).
Leaves alone: the budget itself (components/budget).
"""

import re
from collections.abc import Mapping

from .notice import Notice
from .untrusted import moment, text

TEST_MARK = "triflowAlarmsTest"
BUDGET_MARK = "AWS Budget Notification"

BUDGET_LINES = {
    "Budget Name": "예산 Budget",
    "Budgeted Amount": "한도 Limit",
    "Alert Type": "종류 Type",
}
_AMOUNT = re.compile(r"^(?:ACTUAL|FORECASTED) Amount: *(\S+)", re.MULTILINE)


def read_budget(message: str) -> Notice:
    """Return the notice of an AWS Budgets message: amounts in the budget's currency."""
    lines = dict(line.split(": ", 1) for line in message.splitlines() if ": " in line)
    amount = _AMOUNT.search(message)
    threshold = lines.get("Alert Threshold", "")
    return Notice(
        kind="budget",
        korean="예산 초과 예상" if "FORECASTED" in lines.get("Alert Type", "") else "예산 초과",
        english="Budget alert",
        source="AWS Budgets",
        measure=text(f"{amount[1] if amount else ''} {threshold}"),
        facts=tuple((label, text(lines.get(key))) for key, label in BUDGET_LINES.items()),
        problem="P22",
        level="L2",
    )


def read_test(test: Mapping[str, object]) -> Notice:
    """Return the notice of `triflow alarms test`; its id is what the log is searched for."""
    return Notice(
        kind="test",
        korean="알림 시험입니다. 조치할 것이 없습니다.",
        english="This is a test of the alarms. Nothing needs to be done.",
        source="triflow alarms test",
        when=moment(test.get("sentAt")),
        facts=(("시험 번호 Test id", text(test.get("id"))),),
        test_id=text(test.get("id")),
    )


def read_plain(message: str, subject: str) -> Notice:
    """Return the notice of a message nobody foresaw: subject and text as they came."""
    return Notice(kind="plain", korean=subject or "알림", source="SNS", reason=message)
