"""A stack as the program registers it, and an AWS that answers exactly what was asked of it.

    with_answers(database={"DBInstances": [...]})    facts in which one answer is another
    healthy()["database"]                            an answer to copy and spoil

Answers are those of AWS in shape: of each only the fields that some check reads, and a near one.
They stand in `doctor_healthy`, a file per chapter; a new file is listed in CHAPTERS.
"""

import copy
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from tests.triflow.doctor_healthy import (
    database,
    files,
    ground,
    money,
    network,
    nights,
    tasks,
    watch,
)
from tests.triflow.doctor_stack import NOW, Json, a_stack
from triflow.deployed import Deployed
from triflow.doctor import checks, verdict
from triflow.doctor.answers import Answer, Facts
from triflow.doctor.verdict import Outcome

CHAPTERS = (ground, network, tasks, database, files, money, watch, nights)


@cache
def _healthy(stack: str) -> Json:
    return {
        read: answer
        for chapter in CHAPTERS
        for read, answer in chapter.answers(a_stack(stack)).items()
    }


def healthy(stack: str = "prod") -> Json:
    """Return what AWS answers to each read while all is well; a copy, to be spoilt."""
    return copy.deepcopy(_healthy(stack))


def facts(answers: Mapping[str, Any], stack: Deployed | None = None) -> Facts:
    """Return facts with these answers; one that is an Answer is taken as it is."""
    known = {k: v if isinstance(v, Answer) else Answer("known", v) for k, v in answers.items()}
    return Facts(known, stack or a_stack(), NOW, {"PULUMI_CONFIG_PASSPHRASE": "set"})


def with_answers(**changed: Any) -> Facts:  # noqa: ANN401 - JSON
    """Return the facts of a healthy stack in which some answers are others."""
    return facts(healthy() | changed)


def without_environment(known: Facts) -> Facts:
    """Return the facts as they are where no variable is set."""
    return replace(known, environment={})


def outcomes(known: Facts, read: str = "") -> dict[str, Outcome]:
    """Return what each check says, by its id; with a read, of those checks that need it."""
    asked = [one for one in checks.load().values() if not read or read in one.reads]
    return {one.check.id: one for one in verdict.judge(asked, known)}
