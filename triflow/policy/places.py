"""Where in the repository a clause is built: the line that a finding is shown at."""

import re
from functools import cache
from pathlib import Path

from triflow.stacks import ROOT, chosen

CODE = ("components", "foundation", "program")


@cache
def built(clause: str) -> tuple[str, int] | None:
    """Return the file and line that cite a clause, after the word ADR; None where none does."""
    cited = re.compile(rf"ADR [A-Z0-9, to]*\b{clause}\b")
    for folder in CODE:
        for file in sorted((ROOT / folder).rglob("*.py")):
            for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
                if cited.search(line):
                    return str(file.relative_to(ROOT)), number
    return None


def settings_of(stack: str) -> str:
    """Return the stack file, relative to the repository."""
    return str(Path(chosen(stack)[0].folder) / f"Pulumi.{stack}.yaml")


def of_finding(clauses: tuple[str, ...], stack: str) -> tuple[str, int]:
    """Return where the first clause that some code cites is built; else the stack file's top."""
    found = (built(clause) for clause in clauses)
    return next((place for place in found if place), (settings_of(stack or "prod"), 1))
