"""A notice as a Slack message.

Owns: the look, and Slack's limits ("Block Kit" reference: header 150 characters, section text
3,000, field 2,000, 10 fields, 50 blocks; a text may not be empty).
Leaves alone: sending it.

Links are links in text: a button makes Slack call back an address that this project does not have.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone

from .notice import LEVELS, SEVERITIES, STATES, Notice

# Korea has no summer time, and the Lambda image need not hold a time zone database.
KST = timezone(timedelta(hours=9), "KST")

HEADER_LIMIT, SECTION_LIMIT, FIELD_LIMIT, FIELDS_LIMIT = 150, 3000, 2000, 10
ELLIPSIS = "…"
_HALF_ESCAPE = re.compile(r"&[a-z]{0,3}$")
EMOJI = {"critical": "🚨", "warning": "⚠️"}

Block = dict[str, object]


def message(notice: Notice, environment: str) -> Block:
    """Return the payload of an incoming webhook; `text` is what a phone's notification shows."""
    title = headline(notice, environment)
    summary = " · ".join(filter(None, (title, notice.measure)))
    about = f"*{escape(notice.english)}*\n`{escape(notice.source)}`" if notice.english else ""
    blocks: list[Block] = [{"type": "header", "text": _plain(title)}]
    blocks += _section(about or f"`{escape(notice.source)}`")
    blocks += [{"type": "section", "fields": list(_fields(notice))}]
    blocks += _section(f"*원인 Reason*\n{escape(notice.reason)}" if notice.reason else "")
    blocks += _section(f"*먼저 할 일 Do first*\n{escape(notice.advice)}" if notice.advice else "")
    blocks += _links(notice)
    return {"text": clip(escape(summary), SECTION_LIMIT), "blocks": blocks}


def plain(notice: Notice, environment: str) -> Block:
    """Return the same as bare text, for when Slack refuses the blocks."""
    lines = (
        headline(notice, environment),
        notice.english,
        notice.source,
        notice.measure,
        korean_time(notice.when),
        notice.reason,
        notice.runbook,
    )
    return {"text": clip(escape("\n".join(filter(None, lines))), SECTION_LIMIT)}


def headline(notice: Notice, environment: str) -> str:
    """Return the title: sign, environment, severity or recovery, what happened."""
    if notice.kind == "test":
        sign, word = "🧪", "시험"
    elif notice.state == "OK":
        sign, word = "✅", "복구"
    elif notice.state == "INSUFFICIENT_DATA":
        sign, word = "❔", STATES["INSUFFICIENT_DATA"]
    else:
        sign, word = EMOJI[notice.severity], SEVERITIES[notice.severity]
    return " ".join(f"{sign} [{environment}] {word} · {notice.korean}".split())


def korean_time(moment: datetime | None, form: str = "%Y-%m-%d %H:%M:%S KST") -> str:
    """Return the time in Korea, empty when there is none or no calendar has it."""
    try:
        return moment.astimezone(KST).strftime(form) if moment else ""
    except OverflowError:
        return ""


def escape(words: str) -> str:
    """Return text that Slack shows as it is: the three characters that begin links and mentions."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clip(words: str, limit: int) -> str:
    """Return at most `limit` characters of escaped text, never half of an escape."""
    if len(words) <= limit:
        return words
    return _HALF_ESCAPE.sub("", words[: limit - len(ELLIPSIS)]) + ELLIPSIS


def _plain(words: str) -> Block:
    return {"type": "plain_text", "text": clip(words, HEADER_LIMIT), "emoji": True}


def _section(words: str) -> list[Block]:
    if not words:
        return []
    return [{"type": "section", "text": {"type": "mrkdwn", "text": clip(words, SECTION_LIMIT)}}]


def _fields(notice: Notice) -> Iterable[Block]:
    rows = (
        ("상태 State", _state(notice)),
        ("측정값과 기준 Value, threshold", notice.measure),
        ("시각 Time", korean_time(notice.when)),
        ("심각도 Severity", f"{SEVERITIES[notice.severity]} {notice.severity}"),
        ("담당 Escalation", _escalation(notice.level)),
        *notice.facts,
    )
    shown = [(label, words) for label, words in rows if words]
    for label, words in shown[:FIELDS_LIMIT]:
        yield {"type": "mrkdwn", "text": clip(f"*{label}*\n{escape(words)}", FIELD_LIMIT)}


def _state(notice: Notice) -> str:
    if not notice.was:
        return ""
    states = (notice.was, notice.state)
    return " → ".join(f"{STATES.get(each, '')} {each}".strip() for each in states)


def _escalation(level: str) -> str:
    order = list(LEVELS)
    following = order[order.index(level) + 1 :][:1]
    return "\n다음 next ".join(f"{each} {LEVELS[each]}" for each in (level, *following))


def _links(notice: Notice) -> list[Block]:
    named = (
        (notice.runbook, " ".join(filter(None, ("런북 Runbook", notice.problem)))),
        (notice.console, "콘솔 Console"),
    )
    # A link cut in half would be refused, so one that is too long is left out.
    links = [f"<{escape(url)}|{name}>" for url, name in named if 0 < len(url) < FIELD_LIMIT / 5]
    elements = [{"type": "mrkdwn", "text": link} for link in links]
    return [{"type": "context", "elements": elements}] if elements else []
