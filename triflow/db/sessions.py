"""`triflow db sessions`: who is at work in the database, who waits for whom (guide 10, ADR D11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from triflow import aws as asking
from triflow import outputs
from triflow.db import one_off
from triflow.db.one_off import Outcome
from triflow.doctor import masking
from triflow.errors import Exit, TriflowError

SLOW_SECONDS: Final = 300  # the guide ends what has been at work for longer

# What speaks of a password is not shown: it would stay in the log for two weeks.
BUSY: Final = """
SELECT 'session', pid, usename, state, coalesce(wait_event_type, ''),
       array_to_string(pg_blocking_pids(pid), ' '),
       round(extract(epoch FROM clock_timestamp() - query_start)),
       round(extract(epoch FROM clock_timestamp() - coalesce(xact_start, query_start))),
       CASE WHEN query ~* 'password' THEN '(not shown: it speaks of a password)'
            ELSE left(regexp_replace(query, '\\s+', ' ', 'g'), 120) END
FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND state <> 'idle'
ORDER BY query_start
LIMIT 20"""
COUNT: Final = """
SELECT 'connections', count(*), current_setting('max_connections')
FROM pg_stat_activity WHERE backend_type = 'client backend'"""
STATEMENTS: Final = (BUSY, COUNT)


@dataclass(frozen=True)
class Session:
    """A connection that is not idle; seconds since its query and its transaction began."""

    pid: int
    user: str
    state: str
    waits_for: str
    blocked_by: tuple[int, ...]
    query_seconds: int
    transaction_seconds: int
    query: str


def sessions(stack: str, console: Console) -> Exit:
    """Show the sessions of a stack's database, the longest first, and what ends each bad one."""
    aws = asking.find()
    deployed = outputs.read(aws, stack)

    def tell(line: str) -> None:
        console.print(f"{stack}: {line}", markup=False, highlight=False, soft_wrap=True)

    outcome = one_off.run(aws, deployed, STATEMENTS, tell)
    connections = outcome.rows("connections")
    if not connections:
        said = " ".join(outcome.errors) or f"exit code {outcome.exit_code}, not a word"
        raise TriflowError(
            f"The database did not say who is at work: {masking.shown(said)}.",
            "Nothing was changed in it.",
            "triflow logs tail   (and triflow doctor)",
        )
    found = read(outcome)
    [[used, limit]] = connections
    show(console, found, f"{used} of {limit} connections")
    return Exit.FAILED if remedies(found) else Exit.DONE


def read(outcome: Outcome) -> list[Session]:
    """Return the sessions that the task printed."""
    return [
        Session(
            pid=int(pid),
            user=user,
            state=state,
            waits_for=waits_for,
            blocked_by=tuple(int(other) for other in blocked_by.split()),
            query_seconds=int(query_seconds or 0),
            transaction_seconds=int(transaction_seconds or 0),
            query=masking.shown(query),
        )
        for (
            pid, user, state, waits_for, blocked_by, query_seconds, transaction_seconds, query,
        ) in outcome.rows("session")
    ]  # fmt: skip


def show(console: Console, found: Sequence[Session], connections: str) -> None:
    """Print the table, and below it a line to type for each session that harms."""
    table = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    for heading in ("pid", "user", "state", "seconds", "waits for", "query"):
        table.add_column(heading, no_wrap=heading != "query")
    for one in found:
        waits = " ".join(map(str, one.blocked_by)) or one.waits_for or "-"
        table.add_row(
            str(one.pid), one.user, one.state, str(one.query_seconds), waits, Text(one.query)
        )
    if found:
        console.print(table)
    console.print(f"{len(found)} at work, {connections}.", highlight=False)
    for fact, fix in remedies(found):
        console.print(Text.assemble(("✗ ", "bold red"), fact), soft_wrap=True)
        console.print(Text.assemble(("  Fix: ", "bold"), fix), soft_wrap=True)


def remedies(found: Sequence[Session]) -> list[tuple[str, str]]:
    """Return what harms and the SQL that ends it: blockers first, and never their victims."""
    blockers = {pid for one in found for pid in one.blocked_by}
    return [
        (fact, f"triflow db connect   then: {statement}")
        for one in sorted(found, key=lambda one: one.pid not in blockers)
        if (told := _harm(one, found)) is not None
        for fact, statement in [told]
    ]


def _harm(one: Session, found: Sequence[Session]) -> tuple[str, str] | None:
    """An idle transaction has no query to cancel: only its end frees what it holds."""
    end = "terminate" if one.state.startswith("idle in transaction") else "cancel"
    statement = f"SELECT pg_{end}_backend({one.pid});"
    victims = sum(one.pid in other.blocked_by for other in found)
    if one.blocked_by:
        return None
    if victims:
        others = "1 other" if victims == 1 else f"{victims} others"
        return f"{one.pid} ({one.state}) blocks {others}", statement
    if end == "terminate" and one.transaction_seconds > SLOW_SECONDS:
        return f"{one.pid} holds a transaction open for {one.transaction_seconds} s", statement
    if one.query_seconds > SLOW_SECONDS:
        return f"{one.pid} has been at work for {one.query_seconds} s", statement
    return None
