"""Asks AWS for what the chosen checks need: each call once, all that can go at once at once."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import FIRST_EXCEPTION, Future, wait
from dataclasses import replace
from datetime import datetime
from functools import partial
from threading import Semaphore, Thread
from typing import Any, Final

from botocore.exceptions import (
    ClientError,
    CredentialRetrievalError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)

from triflow.aws import ERRORS, Aws, refusal
from triflow.deployed import Deployed, NotDeployed
from triflow.doctor import machine
from triflow.doctor.answers import ON_REQUEST, Answer, Facts, NotApplicable, Unknown
from triflow.doctor.asks import CALLER
from triflow.doctor.read import Read
from triflow.doctor.reads import READS

AT_ONCE: Final = 16
SECONDS_AT_MOST: Final = 20  # for all calls together; a slow AWS is an answer, too
NO_LOGIN: Final = (NoCredentialsError, PartialCredentialsError, ProfileNotFound)
MISSING, EXPIRED = "aws-credentials-missing", "aws-credentials-expired"
# AWS's words for a signature that is right, and of another time.
ANOTHER_TIME: Final = ("Signature expired", "Signature not yet current", "RequestTimeTooSkewed")
OLD_LOGIN: Final = (
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
    TokenRetrievalError,
    CredentialRetrievalError,
)


class NoLogin(Exception):  # noqa: N818 - what the doctor tells instead of all else
    """AWS does not know who asks, so nothing can be read; `finding` is what that is called."""

    def __init__(self, told: str, finding: str) -> None:
        super().__init__(told)
        self.finding = finding


def facts(
    deployed: Deployed,
    wanted: Iterable[str],
    asked: Aws,
    now: datetime,
    environment: Mapping[str, str] = os.environ,
    *,
    seconds: float = SECONDS_AT_MOST,
    requested: bool = False,
) -> Facts:
    """Return the answers to the wanted reads and to those that they need.

    What is asked on request only is asked if they are `requested`: a problem was named.

    NoLogin if AWS does not know who asks; every other failure is an answer of its read, and so is
    that it has not answered when the seconds for all of them are over.
    """
    names = _with_needed({CALLER, *wanted})
    until = time.monotonic() + seconds
    # Who asks goes first: without a login each further call would only fail likewise.
    nothing = Facts({}, deployed, now, environment, requested)
    caller = _ask(READS[CALLER], asked, nothing)
    unasked = {name for name in names if READS[name].on_request and not requested}
    left_out = {name: Answer("not needed", reason=ON_REQUEST) for name in unasked}
    known = replace(nothing, answers={CALLER: caller, **left_out})
    while left := [name for name in names if name not in known.answers]:
        ready = [name for name in left if set(READS[name].after) <= set(known.answers)]
        asks = {name: partial(_ask, READS[name], asked, known) for name in ready}
        answers = _together(asks, until)
        late = {name: _late(READS[name], seconds) for name in ready}
        known = replace(known, answers={**known.answers, **late, **answers})
    return known


def _late(read: Read, seconds: float) -> Answer:
    return Answer("failed", reason=f"{read.service} had not answered after {seconds:g} s")


def _together(asks: Mapping[str, Callable[[], Answer]], until: float) -> dict[str, Answer]:
    """Return the answers that have come by then.

    The threads are daemons: unlike those of a pool, they do not hold up a process that ends.
    """
    if time.monotonic() >= until:
        return {}
    gate = Semaphore(AT_ONCE)
    under_way = {name: Future[Answer]() for name in asks}
    for name, ask in asks.items():
        Thread(target=_answer, args=(under_way[name], ask, gate), daemon=True).start()
    seconds = max(until - time.monotonic(), 0)
    done = wait(under_way.values(), seconds, return_when=FIRST_EXCEPTION).done
    return {name: one.result() for name, one in under_way.items() if one in done}


def _answer(asked: Future[Answer], ask: Callable[[], Answer], gate: Semaphore) -> None:
    try:
        with gate:
            asked.set_result(ask())
    except NoLogin as refusal:
        asked.set_exception(refusal)


def _with_needed(names: set[str]) -> list[str]:
    """Return the reads, and those whose answers they need, in the order of the catalogue."""
    more = {needed for name in names for needed in READS[name].after} - names
    return _with_needed(names | more) if more else [name for name in READS if name in names]


def _ask(read: Read, asked: Aws, known: Facts) -> Answer:
    try:
        return Answer("known", _answered(read, asked, known))
    except Unknown as lack:
        return Answer("not asked", reason=str(lack))
    except NotDeployed as lack:
        return Answer("not asked", reason=lack.reason)
    except NotApplicable as why:
        return Answer("not needed", reason=str(why))
    except NO_LOGIN as absent:
        raise NoLogin(str(absent), MISSING) from absent
    except OLD_LOGIN as old:
        raise NoLogin(str(old), EXPIRED) from old
    except ClientError as refused:
        return _refused(read, refused, known)
    except ERRORS:
        return Answer("failed", reason=f"{read.service} did not answer")


def _answered(read: Read, asked: Aws, known: Facts) -> Any:  # noqa: ANN401 - JSON
    parameters = read.asks(known)
    if read.service == machine.SERVICE:
        return machine.CALLS[read.call](known)
    return _call(read, asked.client(read.service))(**parameters)


def _call(read: Read, client: Any) -> Callable[..., Any]:  # noqa: ANN401 - boto3 makes its class
    if not read.paged:
        return getattr(client, read.call)  # type: ignore[no-any-return]
    pages = client.get_paginator(read.call)
    return lambda **parameters: pages.paginate(**parameters).build_full_result()


def _refused(read: Read, error: ClientError, known: Facts) -> Answer:
    code = error.response.get("Error", {}).get("Code", "")
    code = code or str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode"))
    kind = refusal(error).kind
    if code in read.gone:
        return Answer("gone", reason=f"{read.action} was answered with {code}")
    if kind == "credentials":
        late = any(words in str(error) for words in ANOTHER_TIME)
        finding = "aws-clock-skew" if late else EXPIRED
        raise NoLogin(f"{read.action} was answered with {code}", finding) from error
    if kind == "denied":
        reason = f"{read.action} was denied for {_caller(known)} ({code})"
        return Answer("denied", reason=reason)
    if kind == "throttled":
        return Answer("failed", reason=f"{read.service} was asked too often ({code})")
    return Answer("failed", reason=f"{read.action} was answered with {code}")


def _caller(known: Facts) -> str:
    """Return who asks, as far as it is known."""
    answer = known.answers.get(CALLER)
    value = answer.value if answer and answer.kind == "known" else {}
    return str(value.get("Arn") or "the caller")
