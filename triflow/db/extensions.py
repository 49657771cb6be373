"""`triflow db extensions`: what the application needs inside its database (ADR D10, guide 8)."""

import shlex
from collections.abc import Iterator
from typing import Final

from rich.console import Console

from triflow import aws as asking
from triflow import outputs, report
from triflow.db import instance, one_off
from triflow.db.one_off import Outcome
from triflow.report import Line

EXTENSIONS: Final = ("vector", "uuid-ossp", "pg_trgm", "pg_stat_statements")
PRELOADED: Final = "pg_stat_statements"

# Again and again without harm: one that is there is left as it is.
STATEMENTS: Final = (
    "SET client_min_messages = warning",
    *(f'CREATE EXTENSION IF NOT EXISTS "{name}"' for name in EXTENSIONS),
    "SELECT 'extension', extname, extversion FROM pg_extension",
    "SELECT 'libraries', current_setting('shared_preload_libraries')",
)


def extensions(stack: str, console: Console) -> int:
    """Create what is missing in a stack's database and tell what is there."""
    aws = asking.find()
    deployed = outputs.read(aws, stack)

    def tell(line: str) -> None:
        console.print(f"{stack}: {line}", markup=False, highlight=False, soft_wrap=True)

    lines = list(judged(one_off.run(aws, deployed, STATEMENTS, tell), instance.named(deployed)))
    report.show(console, lines)
    return report.exit_code(lines)


def judged(outcome: Outcome, database: str) -> Iterator[Line]:
    """Yield a line for each extension, and PostgreSQL's words for each that is missing."""
    found = {cells[0]: cells[1] for cells in outcome.rows("extension") if len(cells) > 1}
    for name in EXTENSIONS:
        if name in found:
            yield Line("ok", name, f"version {found[name]}")
        elif not found:
            yield Line("unknown", name, "the database did not say")
        else:
            yield Line("failed", name, "is not there")
    for error in outcome.errors:
        yield Line(
            "failed",
            "PostgreSQL",
            error.strip(),
            f"triflow doctor explain {shlex.quote(error.strip())}",
        )
    yield from _preloaded(outcome, database)


def _preloaded(outcome: Outcome, database: str) -> Iterator[Line]:
    """Name an extension that exists and collects nothing: its library waits for a reboot."""
    for [libraries, *_] in outcome.rows("libraries"):
        if PRELOADED not in libraries:
            yield Line(
                "failed",
                PRELOADED,
                "its library is not loaded, so it collects nothing",
                f"aws rds reboot-db-instance --db-instance-identifier {database}   (an outage)",
            )
