"""A real PostgreSQL of this machine in a folder of its own, for as long as a block runs.

It is looked for in TRIFLOW_POSTGRES, on PATH and where Debian puts it.
"""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from triflow.db import one_off
from triflow.db.extensions import PRELOADED
from triflow.db.one_off import Outcome

USER = "triflow_admin"
END_OF_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
)
HOW_TO_GET_ONE = (
    "no PostgreSQL here; apt-get install postgresql postgresql-16-pgvector, or TRIFLOW_POSTGRES=bin"
)


@dataclass(frozen=True)
class Postgres:
    """A server that listens on a socket in `folder` only."""

    binaries: Path
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """Return what psql reads, as the task in the VPC has it."""
        own = {"PGHOST": str(self.folder), "PGUSER": USER, "PGDATABASE": "postgres"}
        return os.environ | own

    def run(self, statements: Sequence[str]) -> Outcome:
        """Run statements as the container would, and return what it would have logged."""
        done = subprocess.run(  # noqa: S603 - psql
            [str(self.binaries / "psql"), *one_off.psql(statements)],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Outcome(done.returncode, tuple(done.stdout.splitlines()))

    @contextmanager
    def at_work(self, statement: str) -> Iterator[None]:
        """Have a session at a statement while the block runs; the server ends it with the block."""
        session = subprocess.Popen(  # noqa: S603 - psql
            [str(self.binaries / "psql"), *one_off.psql([statement])],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            yield
        finally:
            session.terminate()
            session.wait()
            self.run([END_OF_OTHERS])


def found() -> Path | None:
    """Return the folder of the newest installation's programs; None without one."""
    told = [Path(os.environ["TRIFLOW_POSTGRES"])] if "TRIFLOW_POSTGRES" in os.environ else []
    on_path = shutil.which("initdb")
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    places = [*told, *([Path(on_path).resolve().parent] if on_path else []), *installed]
    programs = ("initdb", "pg_ctl", "psql")
    return next((p for p in places if all((p / name).exists() for name in programs)), None)


@contextmanager
def running(binaries: Path) -> Iterator[Postgres]:
    """Make a database and serve it; it refuses to run as root, so then another user does.

    Not below the folder of the tests, which only their own user may enter.
    """
    owner = "postgres" if os.getuid() == 0 else None
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        if owner:
            shutil.chown(folder, owner)
        options = f"-k {folder} -c listen_addresses='' -c shared_preload_libraries={PRELOADED}"

        def run(program: str, *arguments: str) -> None:
            subprocess.run(  # noqa: S603 - PostgreSQL's own programs
                [str(binaries / program), "-D", str(folder / "data"), *arguments],
                user=owner,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                check=True,
            )

        run("initdb", "-A", "trust", "-U", USER)
        run("pg_ctl", "start", "-w", "-t", "300", "-l", str(folder / "log"), "-o", options)
        try:
            yield Postgres(binaries, folder)
        finally:
            run("pg_ctl", "stop", "-m", "immediate")
