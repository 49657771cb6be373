"""The SQL of `triflow db`, on a real PostgreSQL, through the psql that the task runs."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from tests.triflow import real_postgres
from tests.triflow.real_postgres import HOW_TO_GET_ONE, Postgres
from triflow.db import extensions, sessions
from triflow.db.extensions import EXTENSIONS

pytestmark = pytest.mark.thorough

SECONDS_TO_WAIT = 60
Answer = TypeVar("Answer")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """Give a running server, its database new."""
    binaries = real_postgres.found()
    if not binaries:
        pytest.skip(HOW_TO_GET_ONE)
    with real_postgres.running(binaries) as server:
        yield server


def available(postgres: Postgres) -> set[str]:
    """Return the extensions that the machine's packages brought."""
    outcome = postgres.run(["SELECT 'row', name FROM pg_available_extensions"])
    return {name for [name] in outcome.rows("row")}


@pytest.mark.clause("D10")
def test_all_extensions_are_made_and_a_second_run_leaves_them(postgres: Postgres) -> None:
    """Twice the same lines, each extension with its version, and no word of complaint."""
    lacking = set(EXTENSIONS) - available(postgres)
    if lacking:
        pytest.skip(f"this PostgreSQL has no {', '.join(lacking)}; {HOW_TO_GET_ONE}")

    first = list(extensions.judged(postgres.run(extensions.STATEMENTS), "the-db"))
    second = list(extensions.judged(postgres.run(extensions.STATEMENTS), "the-db"))

    assert [(line.state, line.subject) for line in first] == [("ok", name) for name in EXTENSIONS]
    assert second == first
    assert postgres.run(["SELECT '[1,2]'::vector <-> '[1,3]'::vector"]).lines == ("1",)


def test_an_extension_that_the_server_does_not_have_keeps_no_other_away(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PostgreSQL's own sentence is told, with what explains it; the ones that exist are made."""
    monkeypatch.setattr(extensions, "EXTENSIONS", ("plpgsql", "no_such_thing"))
    create = 'CREATE EXTENSION IF NOT EXISTS "no_such_thing"'

    lines = list(extensions.judged(postgres.run([create, *extensions.STATEMENTS[-2:]]), "the-db"))

    assert [(line.state, line.subject) for line in lines] == [
        ("ok", "plpgsql"),
        ("failed", "no_such_thing"),
        ("failed", "PostgreSQL"),
    ]
    assert "ERROR:" in lines[-1].fact
    assert lines[-1].fix.startswith("triflow doctor explain 'ERROR:")


LOCKED = (
    "SELECT 'row', pid FROM pg_locks "
    "WHERE relation = 'orders'::regclass AND mode = 'AccessExclusiveLock' AND granted"
)


def test_a_blocked_session_is_shown_with_the_one_to_end(postgres: Postgres) -> None:
    """One holds a lock and sleeps, another waits for it; the fix names the first."""
    postgres.run(["CREATE TABLE IF NOT EXISTS orders (id int)"])
    with postgres.at_work("BEGIN; LOCK TABLE orders; SELECT pg_sleep(600) -- the\n   blocker"):
        eventually(lambda: postgres.run([LOCKED]).rows("row"))
        with postgres.at_work("SELECT * FROM orders"):
            seen = eventually(lambda: [one for one in now(postgres) if one.blocked_by])
            every = now(postgres)

    (blocked,) = seen
    (first,) = [one for one in every if not one.blocked_by]
    assert blocked.blocked_by == (first.pid,)
    assert "pg_sleep(600) -- the blocker" in first.query
    assert sessions.remedies(every) == [
        (
            f"{first.pid} (active) blocks 1 other",
            f"triflow db connect   then: SELECT pg_cancel_backend({first.pid});",
        )
    ]


def test_a_query_that_speaks_of_a_password_is_not_shown(postgres: Postgres) -> None:
    """It would stay in the log for two weeks."""
    with postgres.at_work("SELECT pg_sleep(600) AS password, 'hunter2'"):
        (seen,) = eventually(lambda: [one for one in now(postgres) if "password" in one.query])

    assert seen.query == "(not shown: it speaks of a password)"


def now(postgres: Postgres) -> list[sessions.Session]:
    """Return who is at work."""
    return sessions.read(postgres.run(sessions.STATEMENTS))


def eventually(ask: Callable[[], list[Answer]]) -> list[Answer]:
    """Return the answer once there is one; another process gives it in its own time."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while time.monotonic() < deadline:
        if answer := ask():
            return answer
        time.sleep(0.1)
    raise AssertionError("it did not come to pass")
