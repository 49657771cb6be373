"""`triflow logs`: the guide's three queries over the logs, and what is written right now."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from components.dashboard import QUERIES
from tests.triflow.aws_stand_in import AwsStandIn, Told
from tests.triflow.small_prod import LOG_GROUP, PREFIX, a_prod, resource
from tests.triflow.stage import a_screen, text_of
from triflow.deployed import Deployed
from triflow.errors import TriflowError
from triflow.logs import lines, queries, tail

pytestmark = pytest.mark.clause("M10")

DATABASE_LOG = f"/aws/rds/instance/{PREFIX}-db/postgresql"
START, RESULTS, STOP = (
    f"cloudwatch-logs.{verb}" for verb in ("StartQuery", "GetQueryResults", "StopQuery")
)
EVENTS = "cloudwatch-logs.FilterLogEvents"
NOON_MS = 1768878000000  # 2026-01-20, noon in Seoul


def deployed() -> Deployed:
    """Return prod with its saved queries and log groups."""
    return a_prod(
        *(
            resource(
                "aws:cloudwatch/queryDefinition:QueryDefinition",
                key,
                name=f"{PREFIX}/{key}",
                queryString=text,
                logGroupNames=[LOG_GROUP],
            )
            for key, text in QUERIES.items()
        ),
        resource("aws:cloudwatch/logGroup:LogGroup", LOG_GROUP),
        resource("aws:cloudwatch/logGroup:LogGroup", DATABASE_LOG),
    )


def stage(
    monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, Told], *, local: bool = False
) -> AwsStandIn:
    """Have the verb find an AWS that answers so, and prod in it; nobody waits."""
    stand_in = AwsStandIn(answers, local=local)
    monkeypatch.setattr("triflow.aws.find", lambda: stand_in.aws)
    monkeypatch.setattr("triflow.outputs.read", lambda *_: deployed())
    clock = SimpleNamespace(sleep=lambda _seconds: None, monotonic=time.monotonic)
    monkeypatch.setattr("triflow.logs.queries.time", clock)
    return stand_in


def rows(*found: Mapping[str, str]) -> dict[str, Any]:
    """Return the answer to a query that is complete."""
    cells = [[{"field": name, "value": value} for name, value in row.items()] for row in found]
    return {"status": "Complete", "results": cells, "statistics": {"recordsScanned": 1204.0}}


def in_turn(*answers: Mapping[str, Any] | str) -> Callable[[Mapping[str, Any]], Any]:
    """Return an answer that is another one each time."""
    rest = iter(answers)
    return lambda _params: next(rest)


@pytest.mark.parametrize("what", ["errors", "slow", "5xx"])
def test_each_query_is_the_deployed_one_over_its_own_log(
    monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """Text and log group come from the stack; no more is read than was asked for."""
    stand_in = stage(monkeypatch, {START: {"queryId": "q"}, RESULTS: rows()})

    queries.run("prod", a_screen(), what, "30m")

    (_, wish), *_ = stand_in.asked
    assert wish["queryString"] == QUERIES[what]
    assert wish["logGroupNames"] == [LOG_GROUP]
    assert wish["endTime"] - wish["startTime"] == 30 * 60


def test_a_line_of_this_very_second_is_asked_for_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A query ends at a whole second, and the error that one is looking for is the newest."""
    stand_in = stage(monkeypatch, {START: {"queryId": "q"}, RESULTS: rows()})
    before = time.time()

    queries.run("prod", a_screen(), "errors", "30m")

    assert stand_in.asked[0][1]["endTime"] > before


def test_rows_stand_in_columns_with_korean_times_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """A password in a log line, and a letter that would steer the terminal, are not passed on."""
    found = rows(
        {"@timestamp": "2026-01-20 03:00:00.000", "@message": "ERROR password=hush", "@ptr": "x"},
        {"@timestamp": "2026-01-20 03:00:05.250", "@message": "ERROR \x1b[31mred", "@ptr": "y"},
    )
    stage(monkeypatch, {START: {"queryId": "q"}, RESULTS: found})
    screen = a_screen()

    queries.run("prod", screen, "errors", "1h")

    assert text_of(screen) == snapshot


def test_nothing_found_is_told_and_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """The best answer there is."""
    stage(monkeypatch, {START: {"queryId": "q"}, RESULTS: {"status": "Complete"}})
    screen = a_screen()

    queries.run("prod", screen, "5xx", "1h")

    assert text_of(screen) == "Nothing for 5xx in the last 1h. Times are Korean.\n"


def test_the_local_aws_says_that_it_does_not_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lines are not what an account would show."""
    stage(monkeypatch, {START: {"queryId": "q"}, RESULTS: rows()}, local=True)
    screen = a_screen()

    queries.run("prod", screen, "errors", "1h")

    assert "The local AWS does not filter" in text_of(screen)


def test_a_query_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scheduled, running, complete."""
    answers = in_turn({"status": "Scheduled"}, {"status": "Running"}, rows({"duration": "2001"}))
    stage(monkeypatch, {START: {"queryId": "q"}, RESULTS: answers})
    screen = a_screen()

    queries.run("prod", screen, "slow", "1h")

    assert "1 rows for slow in the last 1h; 1204 lines were read." in text_of(screen)


@pytest.mark.parametrize("status", ["Failed", "Cancelled", "Timeout", None])
def test_a_query_that_ends_otherwise_is_stopped_and_told(
    monkeypatch: pytest.MonkeyPatch, status: str | None
) -> None:
    """Nothing that it may have found is taken for all there is."""
    stand_in = stage(
        monkeypatch,
        {START: {"queryId": "q"}, RESULTS: {"status": status} if status else {}, STOP: {}},
    )

    with pytest.raises(TriflowError, match=f"The query ended as {status}"):
        queries.run("prod", a_screen(), "errors", "1h")

    assert stand_in.operations[-1] == STOP


def test_an_interrupted_query_does_not_run_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """It costs by what it reads."""
    stand_in = stage(
        monkeypatch, {START: {"queryId": "q"}, RESULTS: {"status": "Running"}, STOP: {}}
    )

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    clock = SimpleNamespace(sleep=interrupt, monotonic=time.monotonic)
    monkeypatch.setattr("triflow.logs.queries.time", clock)

    with pytest.raises(KeyboardInterrupt):
        queries.run("prod", a_screen(), "errors", "1h")

    assert stand_in.operations[-1] == STOP


REFUSALS = [
    ("ResourceNotFoundException", "does not exist", "make up STACK=prod"),
    ("AccessDeniedException", "was denied", "get-caller-identity"),
    ("ThrottlingException", "was throttled", "in a minute"),
    ("ExpiredTokenException", "was refused for its credentials", "aws sso login"),
]


@pytest.mark.parametrize(("code", "fact", "fix"), REFUSALS)
def test_a_refused_query_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, code: str, fact: str, fix: str
) -> None:
    """A missing log group is P20."""
    stage(monkeypatch, {START: code})

    with pytest.raises(TriflowError, match=fact) as told:
        queries.run("prod", a_screen(), "errors", "1h")

    assert fix in told.value.fix


@pytest.mark.parametrize(("code", "fact", "fix"), REFUSALS)
def test_a_refused_tail_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, code: str, fact: str, fix: str
) -> None:
    """The same sentences."""
    stage(monkeypatch, {EVENTS: code})

    with pytest.raises(TriflowError, match=fact) as told:
        tail.run("prod", a_screen(), "service", "1h", "", follow=True)

    assert fix in told.value.fix


def test_a_stack_without_the_query_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half deployed; nothing is asked."""
    stand_in = stage(monkeypatch, {})
    monkeypatch.setattr("triflow.outputs.read", lambda *_: a_prod())

    with pytest.raises(TriflowError, match="prod has no saved query slow"):
        queries.run("prod", a_screen(), "slow", "1h")

    assert stand_in.operations == []


def test_a_stack_without_a_database_has_no_log_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half deployed."""
    stage(monkeypatch, {})
    monkeypatch.setattr("triflow.outputs.read", lambda *_: a_prod())

    with pytest.raises(TriflowError, match="prod has no log group of its database"):
        tail.run("prod", a_screen(), "database", "1h", "", follow=True)


def an_event(number: int, message: str) -> dict[str, Any]:
    """Return a line of the log."""
    return {
        "eventId": str(number),
        "timestamp": NOON_MS + number * 1000,
        "logStreamName": "backend/backend/0a1b2c3d4e5f",
        "message": message,
    }


def test_a_tail_shows_each_line_once_until_it_is_interrupted(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """Also one that comes late, and one on a page behind an empty one."""
    first, second, late = an_event(1, "one\n"), an_event(3, "three\n"), an_event(2, "two, late\n")
    stand_in = stage(
        monkeypatch,
        {
            EVENTS: in_turn(
                {"events": [], "nextToken": "more"},
                {"events": [first, second]},
                {"events": [first, late, second]},
            )
        },
    )
    looks = []

    def wait(_seconds: float) -> None:
        looks.append(1)
        if len(looks) >= 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("triflow.logs.tail.time", SimpleNamespace(sleep=wait))
    screen = a_screen()

    tail.run("prod", screen, "service", "9999d", "ERROR", follow=True)

    assert text_of(screen) == snapshot
    assert {params["filterPattern"] for _, params in stand_in.asked} == {"ERROR"}
    assert {params["logGroupName"] for _, params in stand_in.asked} == {LOG_GROUP}
    assert stand_in.asked[-1][1]["startTime"] == NOON_MS + 3000 - tail.LATE_MS


def test_the_databases_log_can_be_tailed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Once, where nobody wants to wait for more."""
    stand_in = stage(monkeypatch, {EVENTS: {"events": [an_event(1, "LOG:  checkpoint")]}})
    screen = a_screen()

    tail.run("prod", screen, "database", "10m", "", follow=False)

    assert [params["logGroupName"] for _, params in stand_in.asked] == [DATABASE_LOG]
    assert "LOG:  checkpoint" in text_of(screen)


@pytest.mark.parametrize(
    ("text", "reach"),
    [
        ("45s", timedelta(seconds=45)),
        ("30m", timedelta(minutes=30)),
        ("1h", timedelta(hours=1)),
        ("2d", timedelta(days=2)),
    ],
)
def test_a_span_of_time_is_a_number_and_a_unit(text: str, reach: timedelta) -> None:
    """Seconds, minutes, hours, days."""
    assert lines.span(text) == reach


@pytest.mark.parametrize("text", ["", "h", "0h", "1", "1w", "-1h", "1h30m", "1\uff11h", "999999h"])
def test_no_other_span_is_taken(text: str) -> None:
    """A slip asks AWS nothing."""
    with pytest.raises(TriflowError, match="is no span of time"):
        lines.span(text)


def test_a_very_long_line_is_cut() -> None:
    """CloudWatch takes a quarter of a megabyte in one line."""
    assert len(lines.shown("word " * 50_000)) <= lines.MOST_LETTERS + 1
