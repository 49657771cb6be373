"""What one message says, whatever sent it: the form between reading and telling.

Owns: the words for severities, states and the escalation levels of the guide.
Leaves alone: where the message came from (alarm, events, others) and how it looks (blocks, sms).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Severity = Literal["critical", "warning"]

SEVERITIES: dict[Severity, str] = {"critical": "긴급", "warning": "주의"}
STATES = {"OK": "정상", "ALARM": "경보", "INSUFFICIENT_DATA": "데이터 부족"}

# Guide, internal escalation: who is called first, and who next.
LEVELS = {
    "L1": "온콜 DevOps On-call",
    "L2": "DevOps Lead (@devops-lead)",
    "L3": "CTO",
    "L4": "AWS Support",
}


@dataclass(frozen=True, kw_only=True)
class Notice:
    """One message, read. Empty texts are left out when it is told."""

    kind: Literal["alarm", "event", "budget", "test", "plain"]
    korean: str
    source: str
    """The alarm, or the service that speaks."""
    english: str = ""
    state: str = "ALARM"
    """ALARM, OK or INSUFFICIENT_DATA; what is not an alarm is an ALARM without `was`."""
    was: str = ""
    when: datetime | None = None
    measure: str = ""
    """Value against threshold with units: `85.3 % > 80 %`."""
    facts: tuple[tuple[str, str], ...] = ()
    """Label and text of what else is known."""
    reason: str = ""
    advice: str = ""
    """What to do first."""
    problem: str = ""
    """P01-P23 of the guide."""
    level: str = "L1"
    runbook: str = ""
    console: str = ""
    text_message: bool = True
    """False where ADR 6 names Slack alone for a critical alarm."""
    test_id: str = ""
    severity: Severity = "warning"
