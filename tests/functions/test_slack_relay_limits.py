"""What Slack refuses is never sent, whatever arrives."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.slack_relay import blocks, reader, sms
from functions.slack_relay.notice import Notice
from tests.functions import messages

LONG = "가나다 & <라마바> 👍 " * 5000


def notice_of(message: object, **more: str) -> Notice:
    """Return how a message on the critical topic is read."""
    return reader.read(messages.a_notification(message, **more), messages.CRITICAL, "")


def texts(part: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - JSON
    """Return kind and words of every text object in a payload."""
    if isinstance(part, list):
        return [found for each in part for found in texts(each)]
    if not isinstance(part, dict):
        return []
    own = [(part["type"], part["text"])] if part.get("type") in ("mrkdwn", "plain_text") else []
    return own + [found for each in part.values() for found in texts(each)]


def assert_slack_takes(payload: dict[str, Any]) -> None:
    """Assert the limits of Slack's reference for the kinds of block that are used."""
    assert 1 <= len(payload["blocks"]) <= 50
    assert 1 <= len(payload["text"]) <= 3000
    assert all(1 <= len(words) <= 3000 for _, words in texts(payload["blocks"]))
    header, *others = payload["blocks"]
    assert len(header["text"]["text"]) <= 150
    for block in others:
        rows = block.get("fields", [])
        assert len(rows) <= 10
        assert all(len(row["text"]) <= 2000 for row in rows)
        assert block["type"] != "section" or rows or block["text"]
    json.dumps(payload, ensure_ascii=False).encode()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
KINDS = (
    messages.RDS_CPU,
    messages.ALB_5XX,
    messages.RDS_CPU["Trigger"],
    messages.TASK_KILLED,
    messages.TASK_KILLED["detail"],
    messages.RDS_NOTIFICATION,
    messages.TEST,
)


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """A message that AWS sends, with any of its values replaced by anything."""
    kind = dict(draw(st.sampled_from(KINDS)))
    for key in draw(st.sets(st.sampled_from(sorted(kind)), max_size=4)):
        kind[key] = draw(json_values)
    wrapped = draw(st.sampled_from(("", "Trigger", "detail")))
    whole = {**messages.RDS_CPU, "detail-type": "ECS Task State Change", wrapped: kind}
    if draw(st.booleans()):
        del whole["AlarmName"]
    return json.dumps(kind if not wrapped else whole)


@pytest.mark.clause("M7")
@settings(max_examples=150)
@given(message=st.text() | json_values.map(json.dumps) | spoiled(), subject=st.text())
def test_any_text_on_the_topic_gives_a_message_slack_takes(message: str, subject: str) -> None:
    """No text crashes the relay or leaves Slack's limits: an alarm is not lost to its own words."""
    notice = notice_of(message, Subject=subject)

    assert_slack_takes(blocks.message(notice, "prod"))
    assert 1 <= len(blocks.plain(notice, "prod")["text"]) <= 3000  # type: ignore[arg-type]
    assert len(sms.words(notice, "prod").encode("utf-16-le")) <= 140


@pytest.mark.parametrize(
    "message",
    [
        LONG,
        {**messages.RDS_CPU, "NewStateReason": LONG, "AlarmDescription": LONG, "AlarmName": LONG},
        {**messages.TASK_KILLED, "detail": {"stoppedReason": LONG, "group": LONG}},
        messages.BUDGET.replace("triflow-ai-production", LONG.replace("\n", " ")),
    ],
    ids=["plain", "alarm", "event", "budget"],
)
def test_over_long_texts_are_cut(message: object) -> None:
    """A text past Slack's limit ends in an ellipsis, within the limit."""
    payload = blocks.message(notice_of(message, Subject=LONG), "prod")

    assert_slack_takes(payload)
    assert any(words.endswith("…") for _, words in texts(payload["blocks"]))


def test_a_cut_never_halves_an_escape() -> None:
    """`&amp;` cut after `&am` would be shown as those letters."""
    cut = [blocks.clip(blocks.escape("&" * 30), limit) for limit in range(10, 20)]

    assert [words.replace("&amp;", "").rstrip("…") for words in cut] == [""] * 10


@pytest.mark.parametrize("message", ["", " ", "\x00", "null", "[]", "[" * 200_000, '"\\ud800"'])
def test_empty_and_broken_messages_are_still_told(message: str) -> None:
    """Somebody published something: that alone is worth a line."""
    payload = blocks.message(notice_of(message), "prod")

    assert_slack_takes(payload)
    assert payload["text"] == "🚨 [prod] 긴급 · 알림"


def test_half_a_character_pair_is_replaced() -> None:
    """JSON can carry a lone surrogate, which no encoding for Slack or SNS can."""
    notice = notice_of({**messages.RDS_CPU, "AlarmDescription": "CPU \ud83d 높음 / CPU"})

    assert_slack_takes(blocks.message(notice, "prod"))
    assert notice.korean == "CPU \ufffd 높음"


def test_a_time_no_calendar_has_is_left_out() -> None:
    """The first hours of year 1 in UTC-12 and the last of 9999 have no Korean time."""
    alarm = {**messages.RDS_CPU, "StateChangeTime": "9999-12-31T23:59:59+0000"}

    payload = blocks.message(notice_of(alarm), "prod")

    assert "시각 Time" not in json.dumps(payload, ensure_ascii=False)
