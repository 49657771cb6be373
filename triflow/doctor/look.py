"""`triflow doctor`: look at a stack, say what is wrong with it and what to type."""

import os
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Final

from rich.console import Console

from triflow import aws, outputs
from triflow.aws import Aws
from triflow.deployed import Deployed
from triflow.doctor import checks, fetch, report, verdict
from triflow.doctor.fetch import NoLogin
from triflow.doctor.finding import REGISTRY, Check, Found
from triflow.doctor.problems import PREFIXES
from triflow.doctor.report import Look
from triflow.doctor.verdict import Health, Outcome
from triflow.errors import TriflowError

SECONDS_BETWEEN: Final = 10


def doctor(
    stack: str, wished: Collection[str], console: Console, *, as_json: bool, watch: bool
) -> int:
    """Look once, or again and again until interrupted, and return the last look's exit code."""
    try:
        # What costs a cent is not asked every ten seconds.
        again = partial(at, stack, named(wished), requested=bool(wished) and not watch)
        if not watch:
            return _shown(again(), console, as_json=as_json)
        return _watched(again, console, as_json=as_json)
    except TriflowError as error:
        # The exit code of other verbs' failures would say "warning" here.
        console.print(str(error), markup=False, highlight=False, soft_wrap=True)
        return Health.NOT_STARTED


def named(wished: Collection[str]) -> list[Check]:
    """Return the checks of these problems, or all. TriflowError for a problem that has none."""
    known = checks.load()
    wanted = {one.upper() for one in wished}
    absent = wanted - {one.problem for one in known.values()}
    if absent:
        raise TriflowError(
            f"No finding is of a problem called {', '.join(sorted(absent))}.",
            "Nothing was looked at.",
            "triflow doctor list",
        )
    return [one for one in known.values() if not wanted or one.problem in wanted]


def look(
    found: Deployed, chosen: Sequence[Check], asked: Aws, now: datetime, *, requested: bool = False
) -> Look:
    """Return what the checks say of a stack, asking AWS as few times as they need.

    `requested` if the problems were named: then it is also asked what costs money.
    """
    before = len(asked.calls)
    wanted = {read for one in chosen for read in one.reads}
    try:
        facts = fetch.facts(found, wanted, asked, now, requested=requested)
    except NoLogin as refusal:
        calls = len(asked.calls) - before
        return Look(
            found.stack, asked.place, [_no_login(found, refusal)], Health.NOT_STARTED, calls
        )
    outcomes, calls = verdict.judge(chosen, facts), len(asked.calls) - before
    return Look(found.stack, asked.place, outcomes, verdict.health(outcomes), calls, asked.server)


def at(
    stack: str,
    chosen: Sequence[Check],
    seconds: float = outputs.SECONDS_TO_EXPORT,
    *,
    requested: bool = False,
) -> Look:
    """Return what the checks say of the stack of that name.

    TriflowError if there is no such stack, nothing of it is deployed, or its backend does not
    answer within the seconds.
    """
    if stack not in PREFIXES:
        raise TriflowError(
            f"There is no environment called {stack}.",
            "Nothing was looked at.",
            f"name one of {', '.join(PREFIXES)}",
        )
    asked = aws.find()
    found = outputs.read(asked, stack, seconds)
    return look(found, chosen, asked, datetime.now(UTC), requested=requested)


def at_problems(
    stack: str, wished: Collection[str], seconds: float = outputs.SECONDS_TO_EXPORT
) -> Look | None:
    """Return a look at a stack for some problems; None if no check is about any of them."""
    chosen = [one for one in checks.load().values() if one.problem in wished]
    return at(stack, chosen, seconds, requested=True) if chosen else None


def _no_login(found: Deployed, refusal: NoLogin) -> Outcome:
    """Return the one finding that is told if AWS does not know who asks."""
    row = REGISTRY[refusal.finding]
    told = Found(os.environ.get("AWS_PROFILE", "the default profile"), str(refusal), "critical")
    return Outcome(row, "found", (verdict.finding(row, told, found),))


def _shown(seen: Look, console: Console, *, as_json: bool) -> int:
    if as_json:
        console.out(report.as_json(seen), highlight=False)
    else:
        report.tell(console, seen)
    return seen.health


def _watched(again: Callable[[], Look], console: Console, *, as_json: bool) -> int:
    """Look every ten seconds; Ctrl-C ends it, and the last look's exit code is the answer."""
    code = int(Health.NOT_STARTED)
    try:
        while True:
            seen = again()
            if not as_json:
                console.clear()
            code = _shown(seen, console, as_json=as_json)
            time.sleep(SECONDS_BETWEEN)
    except KeyboardInterrupt:
        return code
