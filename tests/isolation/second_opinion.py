"""Asks a maintained evaluator, iam-simulate of cloud-copilot, every question of the matrix too.

Run: python -m tests.isolation.second_opinion. It needs Node and npm, which nothing else here does:
so it is run by hand when the policies, the matrix or the evaluator change. It fetches the version
named here into a folder that it removes again. It also checks what evaluator.py takes on trust:
that each document is valid, and that AWS knows each condition key for the action it goes with.
Keys with a * in them are left out: it takes such a key for a pattern, where S3 has a name.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.isolation import cases
from tests.isolation.cases import Case
from tests.program.recorder import ACCOUNT

PACKAGE = "@cloud-copilot/iam-simulate@0.1.173"
PROGRAM = Path(__file__).with_suffix(".mjs")


def main() -> int:
    """Compare all answers; 1 if one differs, or if a question was not understood."""
    asked = [
        case for row in cases.rows() for case in row.cases() if "*" not in case.request.resource
    ]
    wrong = [
        f"{case.question}: {answer}"
        for case, answer in zip(asked, _answers(asked), strict=True)
        if answer.get("errors") or answer.get("ignored") or _allows(answer) != case.answer
    ]
    for line in wrong:
        print(line)  # noqa: T201 - the report
    print(f"{len(asked)} questions, {len(wrong)} answered otherwise by {PACKAGE}")  # noqa: T201
    return 1 if wrong else 0


def _allows(answer: dict[str, Any]) -> bool:
    return bool(answer.get("result") == "Allowed")


def _answers(asked: list[Case]) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        npm = ["npm", "install", "--silent", "--no-audit", "--no-fund", PACKAGE]
        subprocess.run(npm, cwd=folder, check=True)  # noqa: S603 - our own command
        program = Path(folder) / PROGRAM.name
        program.write_text(PROGRAM.read_text(encoding="utf-8"), encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - likewise
            ["node", str(program)],  # noqa: S607 - the user's own
            cwd=folder,
            input=json.dumps([_question(case) for case in asked]),
            capture_output=True,
            text=True,
            check=True,
        )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _question(case: Case) -> dict[str, Any]:
    names = sorted(case.request.caller, key=lambda name: "assumed-role" in name)
    return {
        "principal": names[-1] if names else None,
        "action": case.request.action,
        "resource": case.request.resource,
        "account": ACCOUNT,
        "context": case.request.context,
        "own": case.own,
        "other": case.other,
    }


if __name__ == "__main__":
    sys.exit(main())
