"""What of this computer misleads: the region that a shell names, and a wrong clock."""

from dataclasses import replace

import pytest

from tests.triflow import doctor_world
from triflow.doctor.verdict import Outcome


def in_a_shell(**environment: str) -> Outcome:
    """Return what is said of the region in a shell with these variables."""
    known = replace(doctor_world.with_answers(), environment=environment)
    return doctor_world.outcomes(known)["aws-wrong-region"]


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_DEFAULT_REGION": "us-east-1"},
        {"AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "ap-northeast-2"},
    ],
    ids=["the old name", "both"],
)
def test_a_shell_in_another_region_is_told_what_to_export(environment: dict[str, str]) -> None:
    """The AWS CLI takes AWS_REGION before the other one."""
    (found,) = in_a_shell(**environment).findings

    assert "is us-east-1, the stack is in ap-northeast-2" in found.evidence
    line = "export AWS_REGION=ap-northeast-2 AWS_DEFAULT_REGION=ap-northeast-2"
    assert found.remedy == line


@pytest.mark.parametrize(
    "environment",
    [{}, {"AWS_REGION": "ap-northeast-2"}, {"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}],
    ids=["none", "the same", "empty"],
)
def test_a_shell_without_a_region_or_in_the_same_is_well(environment: dict[str, str]) -> None:
    """A profile may name one, which no line of ours overrides."""
    assert in_a_shell(**environment).result == "ok"


@pytest.mark.parametrize("date", ["", "tomorrow", "Sun, 22 Nov 2026 09:12:00 -0000"])
def test_an_answer_without_a_time_leaves_the_clock_unknown(date: str) -> None:
    """As a proxy may give one."""
    answers = doctor_world.healthy()
    answers["caller"]["ResponseMetadata"]["HTTPHeaders"]["date"] = date

    outcome = doctor_world.outcomes(doctor_world.facts(answers))["aws-clock-skew"]

    assert outcome.result == "unknown"
