"""Asks AWS for what the chosen checks need: each call once, all that can go at once at once."""

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
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
from triflow.doctor.answers import Answer, Facts, NotApplicable, Unknown
from triflow.doctor.reads import CALLER, READS, Read

WORKERS: Final = 16
NO_LOGIN: Final = (NoCredentialsError, PartialCredentialsError, ProfileNotFound)
OLD_LOGIN: Final = (
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
    TokenRetrievalError,
    CredentialRetrievalError,
)


class NoLogin(Exception):  # noqa: N818 - what the doctor tells instead of all else
    """AWS does not know who asks: `old` if there was a login once; then nothing can be read."""

    def __init__(self, told: str, *, old: bool) -> None:
        super().__init__(told)
        self.old = old


def facts(
    deployed: Deployed,
    wanted: Iterable[str],
    asked: Aws,
    now: datetime,
    environment: Mapping[str, str] = os.environ,
) -> Facts:
    """Return the answers to the wanted reads and to those that they need.

    NoLogin if AWS does not know who asks; every other failure is an answer of its read.
    """
    names = _with_needed({CALLER, *wanted})
    known = Facts({}, deployed, now, environment)

    def ask(name: str) -> Answer:
        return _ask(READS[name], asked, known)

    with ThreadPoolExecutor(WORKERS) as pool:
        # Who asks goes first: without a login each further call would only fail likewise.
        known = Facts({CALLER: ask(CALLER)}, deployed, now, environment)
        while left := [name for name in names if name not in known.answers]:
            ready = [name for name in left if set(READS[name].after) <= set(known.answers)]
            answers = dict(zip(ready, pool.map(ask, ready), strict=True))
            known = Facts({**known.answers, **answers}, deployed, now, environment)
    return known


def _with_needed(names: set[str]) -> list[str]:
    """Return the reads, and those whose answers they need, in the order of the catalogue."""
    more = {needed for name in names for needed in READS[name].after} - names
    return _with_needed(names | more) if more else [name for name in READS if name in names]


def _ask(read: Read, asked: Aws, known: Facts) -> Answer:
    try:
        return Answer("known", _call(read, asked.client(read.service))(**read.asks(known)))
    except Unknown as lack:
        return Answer("not asked", reason=str(lack))
    except NotDeployed as lack:
        return Answer("not asked", reason=lack.reason)
    except NotApplicable as why:
        return Answer("not needed", reason=str(why))
    except NO_LOGIN as absent:
        raise NoLogin(str(absent), old=False) from absent
    except OLD_LOGIN as old:
        raise NoLogin(str(old), old=True) from old
    except ClientError as refused:
        return _refused(read, refused, known)
    except ERRORS:
        return Answer("failed", reason=f"{read.service} did not answer")


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
        raise NoLogin(f"{read.action} was answered with {code}", old=True) from error
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
