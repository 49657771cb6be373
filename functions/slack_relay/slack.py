"""Posting to a Slack incoming webhook.

Owns: time-outs, and repeating on 429, 5xx and broken connections until the deadline.
Leaves alone: what is said (blocks). The URL is a credential: it stands in no error and no log.

Facts: the answer to success is 200; 429 names seconds in Retry-After; 400 says in the body what it
refuses ("Sending messages using incoming webhooks" and "Rate limits" in Slack's documentation).
"""

import json
import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from time import monotonic, sleep
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, ProxyHandler, Request, build_opener

from .errors import RelayError

ATTEMPTS = 5
TIMEOUT_SECONDS, SHORTEST_TIMEOUT_SECONDS = 5.0, 1.0
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 8.0
_WORD = re.compile(r"[a-z_]{1,40}")


class RefusedError(RelayError):
    """Slack understood the request and will never accept it; `status` says how."""

    def __init__(self, status: int, word: str) -> None:
        self.status = status
        super().__init__(
            f"Slack refused the message: {status} {word}.",
            "The message is not delivered and goes to the dead-letter queue.",
            "make a new webhook for the channel and put its URL into the relay's secret.",
        )


class _NoRedirect(HTTPRedirectHandler):
    """A redirected POST becomes a GET, whose 200 would pass for a delivery: follow none."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass(frozen=True)
class _Answer:
    status: int
    """0 when no answer came."""
    word: str
    retry_after: float | None = None


_opener = build_opener(ProxyHandler({}), _NoRedirect())


def post(url: str, payload: Mapping[str, object], deadline: float) -> int:
    """Deliver the payload and return how many attempts it took; `deadline` is a monotonic time.

    One attempt is made even after the deadline: text messages may have used the time up.

    Raises:
        RefusedError: Slack answered 3xx or 4xx, except 408 and 429.
        RelayError: no attempt succeeded in time; repeating later may help.
    """
    for attempt in range(1, ATTEMPTS + 1):
        left = max(deadline - monotonic(), SHORTEST_TIMEOUT_SECONDS)
        answer = _once(url, payload, min(TIMEOUT_SECONDS, left))
        if answer.status == HTTPStatus.OK:
            return attempt
        if not _is_passing(answer.status):
            raise RefusedError(answer.status, answer.word)
        wait = answer.retry_after if answer.retry_after is not None else _backoff(attempt)
        if attempt == ATTEMPTS or monotonic() + wait >= deadline:
            break
        sleep(wait)
    raise RelayError(
        f"Slack did not take the message in {attempt} attempts: {answer.status} {answer.word}.",
        "Lambda repeats it, then it goes to the dead-letter queue.",
        "look at https://slack-status.com, then redrive the dead-letter queue.",
    )


def _is_passing(status: int) -> bool:
    passing = (0, HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
    return status in passing or status >= HTTPStatus.INTERNAL_SERVER_ERROR


def _backoff(attempt: int) -> float:
    """Return seconds to wait: doubling, with full jitter, so that many do not come at once."""
    longest = min(LONGEST_WAIT_SECONDS, FIRST_WAIT_SECONDS * 2**attempt)
    return random.uniform(0, longest)  # noqa: S311 - a pause, not a secret


def _once(url: str, payload: Mapping[str, object], timeout: float) -> _Answer:
    body = json.dumps(payload).encode("ascii")
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = Request(url, body, headers)  # noqa: S310 - channels lets no other scheme through
    try:
        with _opener.open(request, timeout=timeout) as response:
            return _Answer(response.status, "ok")
    except HTTPError as error:
        with error:
            return _Answer(error.code, _said(error), _seconds(error.headers.get("Retry-After")))
    except (OSError, HTTPException) as error:
        return _Answer(0, type(getattr(error, "reason", error)).__name__)


def _said(error: HTTPError) -> str:
    """Return Slack's one-word reason, such as `no_service`; anything longer is not Slack's."""
    try:
        word = error.read(64).decode("ascii", "replace").strip()
    except (OSError, HTTPException):
        return ""
    return word if _WORD.fullmatch(word) else ""


def _seconds(retry_after: str | None) -> float | None:
    return float(retry_after) if retry_after and retry_after.isdecimal() else None
