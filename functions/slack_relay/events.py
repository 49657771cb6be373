"""EventBridge events and RDS event notifications, read.

Owns: the table of what is shown of each kind. An event that is not in it is shown whole.
Leaves alone: which events are sent here; the rules in components/monitoring choose.

Shapes: "Amazon ECS task state change events" and its neighbours in the ECS developer guide, "Amazon
RDS event categories and event messages", "Monitoring AWS Backup events using Amazon EventBridge",
"Amazon EventBridge support for ACM", "Reference: AWS Health events Amazon EventBridge schema".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .notice import Notice
from .untrusted import at, items, mapping, moment, number, text


@dataclass(frozen=True)
class Row:
    """How a kind of event reads: titles, problem, level, facts (label, path in detail), reason."""

    korean: str
    english: str
    problem: str = ""
    level: str = "L1"
    facts: tuple[tuple[str, str], ...] = ()
    reason: str = ""


EVENTS = {
    "ECS Task State Change": Row(
        "ECS 태스크 중지",
        "ECS task stopped",
        "P12",
        facts=(("서비스 Service", "group"), ("중지 코드 Stop code", "stopCode")),
        reason="stoppedReason",
    ),
    "ECS Deployment State Change": Row(
        "ECS 배포 상태 변경",
        "ECS deployment changed state",
        "P12",
        facts=(("이벤트 Event", "eventName"), ("배포 Deployment", "deploymentId")),
        reason="reason",
    ),
    "ECS Service Action": Row(
        "ECS 서비스 이벤트",
        "ECS service event",
        "P11",
        facts=(("이벤트 Event", "eventName"),),
        reason="reason",
    ),
    "RDS DB Instance Event": Row(
        "DB 이벤트",
        "Database event",
        "P09",
        facts=(("DB", "SourceIdentifier"), ("이벤트 Event", "EventID")),
        reason="Message",
    ),
    "Backup Job State Change": Row(
        "백업 작업 상태 변경",
        "Backup job changed state",
        level="L2",
        facts=(
            ("상태 State", "state"),
            ("볼트 Vault", "backupVaultName"),
            ("대상 Resource", "resourceArn"),
        ),
        reason="statusMessage",
    ),
    "ACM Certificate Approaching Expiration": Row(
        "인증서 만료 임박",
        "Certificate is about to expire",
        level="L2",
        facts=(("도메인 Domain", "CommonName"), ("남은 일수 Days left", "DaysToExpiry")),
    ),
    "ACM Certificate Expired": Row(
        "인증서 만료", "Certificate has expired", facts=(("도메인 Domain", "CommonName"),)
    ),
    "AWS Health Event": Row(
        "AWS 상태 이벤트",
        "AWS Health event",
        level="L4",
        facts=(("서비스 Service", "service"), ("종류 Type", "eventTypeCode")),
        reason="eventDescription.0.latestDescription",
    ),
    "AWS Service Event via CloudTrail": Row(
        "비밀 회전 이벤트",
        "Secret rotation event",
        "P09",
        facts=(("이벤트 Event", "eventName"), ("비밀 Secret", "additionalEventData.SecretId")),
        reason="errorMessage",
    ),
}

# Titles of the RDS events that mean something to the platform.
RDS_EVENTS = {
    "RDS-EVENT-0004": ("DB 종료", "Database was shut down"),
    "RDS-EVENT-0006": ("DB 재시작", "Database restarted"),
    "RDS-EVENT-0007": ("DB 저장 공간 소진", "Database storage is exhausted"),
    "RDS-EVENT-0013": ("DB 장애 조치 시작", "Database failover started"),
    "RDS-EVENT-0015": ("DB 장애 조치 완료", "Database failover completed"),
    "RDS-EVENT-0031": ("DB 장애", "Database has failed"),
    "RDS-EVENT-0049": ("DB 장애 조치 완료", "Database failover completed"),
    "RDS-EVENT-0087": ("DB 중지", "Database was stopped"),
    "RDS-EVENT-0088": ("DB 시작", "Database was started"),
    "RDS-EVENT-0089": ("DB 저장 공간 부족", "Database storage is low"),
    "RDS-EVENT-0154": ("DB 7일 만에 자동 시작", "Database was started after seven days"),
}

# What a stopped task says, and the problem of the guide that it means.
CLUES = (
    (re.compile(r"OutOfMemory|OOM"), "P14"),
    (re.compile(r"CannotPull|ResourceInitializationError"), "P13"),
    (re.compile(r"unable to place|PLACEMENT_FAILURE"), "P11"),
)
KILLED_EXIT_CODE = 137


def read(event: Mapping[str, object], raw: str) -> Notice:
    """Return the notice of an EventBridge event; one not in the table is shown as `raw`."""
    kind = text(event.get("detail-type")) or "?"
    detail = mapping(event.get("detail"))
    row = EVENTS.get(kind, Row(kind, "EventBridge event"))
    korean, english = RDS_EVENTS.get(text(detail.get("EventID")), (row.korean, row.english))
    facts = tuple((label, text(at(detail, path))) for label, path in row.facts)
    return Notice(
        kind="event",
        korean=korean,
        english=english,
        source=text(event.get("source")) or "?",
        when=moment(event.get("time")),
        facts=(*facts, ("컨테이너 Containers", _containers(detail))),
        reason=text(at(detail, row.reason)) if kind in EVENTS else raw,
        problem=_problem(detail, raw) or row.problem,
        level=row.level,
    )


def read_rds(message: Mapping[str, object]) -> Notice:
    """Return the notice of an RDS event subscription's message, which is older than EventBridge."""
    event_id = text(message.get("Event ID")).rpartition("#")[2]
    row = EVENTS["RDS DB Instance Event"]
    korean, english = RDS_EVENTS.get(event_id, (row.korean, row.english))
    return Notice(
        kind="event",
        korean=korean,
        english=english,
        source="aws.rds",
        when=moment(message.get("Event Time")),
        facts=(("DB", text(message.get("Source ID"))), ("이벤트 Event", event_id)),
        reason=text(message.get("Event Message")),
        problem=row.problem,
    )


def _containers(detail: Mapping[str, object]) -> str:
    shown = []
    for each in items(detail.get("containers")):
        ended = " ".join(text(at(each, key)) for key in ("name", "exitCode", "reason"))
        shown.append(ended.strip())
    return "\n".join(filter(None, shown))


def _problem(detail: Mapping[str, object], raw: str) -> str:
    codes = [number(at(each, "exitCode")) for each in items(detail.get("containers"))]
    # Linux ends a process that exceeds its memory with SIGKILL: 128 + 9.
    if KILLED_EXIT_CODE in codes:
        return "P14"
    found = (problem for clue, problem in CLUES if "containers" in detail and clue.search(raw))
    return next(found, "")
