"""`triflow logs tail`: what service or database write, as they write it."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from triflow import aws, outputs
from triflow.aws import Aws
from triflow.deployed import Deployed
from triflow.errors import TriflowError
from triflow.logs import lines
from triflow.logs.queries import refused

GROUP = "aws:cloudwatch/logGroup:LogGroup"
OF_THE_DATABASE = "/aws/rds/instance/"
SECONDS_BETWEEN = 2
REMEMBERED = 10_000  # lines that are not shown twice
LATE_MS = 15_000  # how long after its own time a line may come to be listed


def run(
    stack: str, console: Console, of: str, since: str, containing: str, *, follow: bool
) -> None:
    """Show the lines of the last `since`, then each new one until Ctrl-C; `of` names the writer.

    TriflowError if the log group is missing, or if AWS refuses.
    """
    reach = lines.span(since)
    asked = aws.find()
    deployed = outputs.read(asked, stack)
    group = _group(deployed, of)
    seen: dict[str, None] = {}
    begin = int((datetime.now(tz=UTC) - reach).timestamp() * 1000)
    try:
        while True:
            for event in _events(asked, group, begin, containing):
                key = str(event.get("eventId"))
                if key not in seen:
                    seen[key] = None
                    _tell(console, event)
                    begin = max(begin, int(event.get("timestamp", 0)) - LATE_MS)
            if not follow:
                return
            seen = dict.fromkeys(list(seen)[-REMEMBERED:])
            time.sleep(SECONDS_BETWEEN)
    except aws.ERRORS as error:
        raise refused(deployed, group, aws.refusal(error)) from error
    except KeyboardInterrupt:
        return


def _group(deployed: Deployed, of: str) -> str:
    if of == "service":
        return str(deployed.output("log_group_name"))
    names = [str(one["id"]) for one in deployed.of_kind(GROUP)]
    found = [name for name in names if name.startswith(OF_THE_DATABASE)]
    if not found:
        raise TriflowError(
            f"{deployed.stack} has no log group of its database.",
            "There is nothing to follow.",
            deployed.up,
        )
    return found[0]


def _events(asked: Aws, group: str, begin: int, containing: str) -> Iterator[dict[str, Any]]:
    """Give the lines since `begin` in milliseconds; a page may be empty and not the last."""
    wish: dict[str, Any] = {"logGroupName": group, "startTime": begin}
    wish |= {"filterPattern": containing} if containing else {}
    pages = asked.client("logs").get_paginator("filter_log_events").paginate(**wish)
    return (event for page in pages for event in page.get("events") or ())


def _tell(console: Console, event: dict[str, Any]) -> None:
    when = lines.moment(float(event.get("timestamp", 0)))
    stream = str(event.get("logStreamName", "")).rpartition("/")[2][:8]
    text = f"{when}  {stream:<8}  {lines.shown(str(event.get('message', '')))}"
    console.print(text, highlight=False, markup=False, soft_wrap=True)
