"""`triflow logs errors|slow|5xx`: the saved queries of the stack, run by Logs Insights (ADR M10).

Their text and log group are the deployed ones; a query costs by what it reads, so no more is read
than `since` names.
"""

import re
import time
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from triflow import aws, outputs
from triflow.aws import Aws, Refusal
from triflow.deployed import Deployed
from triflow.errors import TriflowError
from triflow.logs import lines

QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition"
SECONDS_BETWEEN = 1
SECONDS_AT_MOST = 120
UNDER_WAY = {"Scheduled", "Running"}
# As Logs Insights writes a time, without saying that it is UTC.
TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3}")
POINTER = "@ptr"


def run(stack: str, console: Console, what: str, since: str) -> None:
    """Run a saved query over the last `since` and show its rows, none being no failure.

    TriflowError if the stack has no such query, or if AWS gives no answer within 120 seconds.
    """
    reach = lines.span(since)
    asked = aws.find()
    deployed = outputs.read(asked, stack)
    text, groups = _saved(deployed, what)
    # Whole seconds: the one that has just begun belongs to it.
    end = int(datetime.now(tz=UTC).timestamp()) + 1
    begin = end - int(reach.total_seconds())
    wish = {"queryString": text, "logGroupNames": groups, "startTime": begin, "endTime": end}
    answer = _answer(asked, deployed, wish)
    rows = [_row(row) for row in answer.get("results") or ()]
    if rows:
        _show(console, rows)
    console.print(_summary(answer, rows, what, since), highlight=False, markup=False)
    if asked.server:
        console.print("The local AWS does not filter: an account shows only what is asked for.")


def _saved(deployed: Deployed, what: str) -> tuple[str, list[str]]:
    for query in deployed.of_kind(QUERY):
        known = query["outputs"]
        if str(known["name"]).endswith(f"/{what}"):
            return str(known["queryString"]), [str(group) for group in known["logGroupNames"]]
    raise TriflowError(
        f"{deployed.stack} has no saved query {what}.", "Nothing was asked.", deployed.up
    )


def _answer(asked: Aws, deployed: Deployed, wish: dict[str, Any]) -> dict[str, Any]:
    logs = aws.demand(lambda: asked.client("logs"))
    started = aws.answer(lambda: str(logs.start_query(**wish)["queryId"]))
    if isinstance(started, Refusal):
        raise refused(deployed, ", ".join(wish["logGroupNames"]), started)
    try:
        return _polled(logs, started)
    except KeyboardInterrupt:
        aws.answer(lambda: logs.stop_query(queryId=started))
        raise


def _polled(logs: Any, query: str) -> dict[str, Any]:  # noqa: ANN401 - made at run time
    deadline = time.monotonic() + SECONDS_AT_MOST
    while True:
        answer: dict[str, Any] = aws.demand(lambda: logs.get_query_results(queryId=query))
        status = answer.get("status")
        if status == "Complete":
            return answer
        if status not in UNDER_WAY or time.monotonic() > deadline:
            aws.answer(lambda: logs.stop_query(queryId=query))
            raise TriflowError(
                f"The query ended as {status}, or took more than {SECONDS_AT_MOST} seconds.",
                "Its rows are not known.",
                "ask for less: --since 10m",
            )
        time.sleep(SECONDS_BETWEEN)


def refused(deployed: Deployed, group: str, why: Refusal) -> TriflowError:
    """Return the error of a log group that cannot be read; one that is not there is P20."""
    if why.kind != "not found":
        return TriflowError(why.fact, "The log cannot be read.", why.fix)
    return TriflowError(
        f"The log group {group} does not exist.",
        f"What {deployed.stack} writes is kept nowhere (P20).",
        deployed.up,
    )


def _row(row: list[dict[str, str]]) -> dict[str, str]:
    return {
        str(cell.get("field")): _cell(str(cell.get("field")), str(cell.get("value", "")))
        for cell in row
        if cell.get("field") != POINTER
    }


def _cell(field: str, value: str) -> str:
    if TIME.fullmatch(value):
        there = datetime.fromisoformat(value).replace(tzinfo=UTC)
        return lines.moment(there.timestamp() * 1000)
    if field == "@timestamp" and value.isdecimal():  # as the local AWS writes it
        return lines.moment(int(value))
    return lines.shown(value)


def _show(console: Console, rows: list[dict[str, str]]) -> None:
    """Print the rows in columns; the last one, mostly the message, as wide as it is."""
    headings = list(dict.fromkeys(field for row in rows for field in row))
    table = [headings, *([row.get(heading, "") for heading in headings] for row in rows)]
    widths = [max(len(row[place]) for row in table) for place in range(len(headings) - 1)]
    for row in table:
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=False)]
        text = "  ".join([*cells, row[-1]])
        console.print(text, highlight=False, markup=False, soft_wrap=True)


def _summary(answer: dict[str, Any], rows: list[dict[str, str]], what: str, since: str) -> str:
    read = answer.get("statistics") or {}
    scanned = f"; {read['recordsScanned']:.0f} lines were read" if "recordsScanned" in read else ""
    told = f"{len(rows)} rows" if rows else "Nothing"
    return f"{told} for {what} in the last {since}{scanned}. Times are Korean."
