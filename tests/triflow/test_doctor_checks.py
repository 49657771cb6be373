"""Every finding: it comes about, stays silent beside a near miss, and never guesses or raises.

Which way each comes about stands in `doctor_cases`; the world that is spoilt in `doctor_world`.
"""

import copy
import graphlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.triflow import doctor_world
from tests.triflow.doctor_case import Case
from tests.triflow.doctor_cases import CASES
from tests.triflow.doctor_stack import a_stack
from triflow import deployed
from triflow.doctor import causes, checks, problems, verdict
from triflow.doctor.answers import Answer
from triflow.doctor.finding import Check
from triflow.doctor.reads import READS
from triflow.doctor.verdict import Outcome

CHECKS = tuple(checks.load().values())
# Told where fetching ends, before there is any fact; test_doctor_fetch has them.
BEFORE_ALL_ELSE = {"aws-credentials-missing", "aws-credentials-expired"}
# Of the state or the environment alone; test_doctor_state and test_doctor_look have them.
OF_THE_STATE = {
    *("pulumi-backend-login", "pulumi-pending-operation", "proxy-half-set", "sg-inline-rules"),
    *("bucket-name-not-unique", "aws-wrong-region"),
}
# Words by which a call reads; none of them changes anything.
READING = ("describe_", "get_", "list_", "filter_", "simulate_")


# The content of a document, and no field of an answer: grants.py compares it as a whole.
DOCUMENTS = {"PolicyDocument", "AssumeRolePolicyDocument"}

# AWS leaves them out to say: kept for ever, nothing exported, asked about one thing only, none.
LEFT_OUT_ON_PURPOSE = {
    *("retentionInDays", "EnabledCloudwatchLogsExports", "ResourceSpecificResults", "Uploads"),
    *("Transitions", "NoncurrentVersionTransitions", "Expiration", "NoncurrentVersionExpiration"),
}


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:  # noqa: ANN401 - JSON
    """Yield the way to every key of every map, however deep."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield (*path, key)
            if key not in DOCUMENTS:
                yield from places(below, (*path, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from places(below, (*path, number))


def changed(value: Any, path: tuple[str | int, ...], put: Any = None) -> Any:  # noqa: ANN401 - JSON
    """Return a copy in which the key is missing, or has another value."""
    found = copy.deepcopy(value)
    part = found
    for step in path[:-1]:
        part = part[step]
    if put is None:
        del part[path[-1]]
    else:
        part[path[-1]] = put
    return found


def where_it_applies(check: Check) -> str:
    """Return the first stack of which the check says something; prod if it never does."""
    for stack in problems.PREFIXES:
        known = doctor_world.facts(doctor_world.healthy(stack), a_stack(stack))
        if verdict.ask(check, known).result != "not applicable":
            return stack
    return "prod"


def where_asked(read: str) -> tuple[deployed.Deployed, dict[str, Any]]:
    """Return a stack that the read is asked of, and its answers; parts that some lack are not."""
    worlds = {stack: doctor_world.healthy(stack) for stack in problems.PREFIXES}
    stack = next(one for one, world in worlds.items() if not isinstance(world[read], Answer))
    return a_stack(stack), worlds[stack]


def named(one: object) -> str:
    """Return a row's name for the list of tests."""
    return one.finding if isinstance(one, Case) else one.id if isinstance(one, Check) else str(one)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_finding_comes_about_or_stays_silent(case: Case) -> None:
    """As its row says, with the evidence that a person needs to believe it."""
    answers = doctor_world.healthy(case.stack)
    case.spoil(answers)

    known = doctor_world.facts(answers, a_stack(case.stack))
    outcome = verdict.ask(checks.load()[case.finding], known)

    evidence = " | ".join(one.evidence for one in outcome.findings)
    assert outcome.result == ("found" if case.evidence else "ok"), outcome.reason or evidence
    assert case.evidence in evidence
    assert not [one.remedy for one in outcome.findings if re.search(r"\{\w+\}", one.remedy)]


def test_every_finding_has_a_row_in_which_it_comes_about() -> None:
    """A check that never found anything has not been seen to work."""
    shown = {case.finding for case in CASES if case.evidence}

    assert shown == {one.id for one in CHECKS} - BEFORE_ALL_ELSE - OF_THE_STATE


@pytest.mark.parametrize("stack", problems.PREFIXES)
def test_a_healthy_stack_has_no_finding_and_nothing_unknown(stack: str) -> None:
    """The world in which all the others are spoilt."""
    known = doctor_world.facts(doctor_world.healthy(stack), a_stack(stack))

    results = {
        key: one
        for key, one in doctor_world.outcomes(known).items()
        if one.result not in ("ok", "not applicable")
    }

    assert results == {}


@pytest.mark.parametrize("check", [one for one in CHECKS if one.reads], ids=named)
def test_a_denied_read_makes_a_finding_unknown(check: Check) -> None:
    """Each read that a check names matters to it: without any one of them it cannot say."""
    stack = where_it_applies(check)
    for read in check.reads:
        reason = f"{READS[read].action} was denied for someone (AccessDenied)"
        answers = doctor_world.healthy(stack) | {read: Answer("denied", reason=reason)}

        outcome = verdict.ask(check, doctor_world.facts(answers, a_stack(stack)))

        assert outcome == Outcome(check, "unknown", reason=reason), read


@pytest.mark.thorough
@pytest.mark.parametrize("read", READS)
def test_a_missing_field_is_unknown_or_changes_nothing(read: str) -> None:
    """Whatever is left out of an answer, no check raises, and none calls it healthy or sick."""
    stack, whole = where_asked(read)
    before = doctor_world.outcomes(doctor_world.facts(whole, stack), read)

    for path in places(whole[read]):
        if path[-1] in LEFT_OUT_ON_PURPOSE:
            continue
        spoilt = whole | {read: changed(whole[read], path)}
        after = doctor_world.outcomes(doctor_world.facts(spoilt, stack), read)
        told = {key: one.result for key, one in after.items() if one != before[key]}
        assert set(told.values()) <= {"unknown"}, (path, told)


@pytest.mark.thorough
@pytest.mark.parametrize("wrong", ["text", 7, [], {}, True], ids=repr)
@pytest.mark.parametrize("read", READS)
def test_a_field_of_another_kind_raises_nothing(read: str, wrong: object) -> None:
    """An answer that AWS has never given is a result too."""
    stack, whole = where_asked(read)

    results = [
        one.result
        for path in places(whole[read])
        for one in doctor_world.outcomes(
            doctor_world.facts(whole | {read: changed(whole[read], path, wrong)}, stack), read
        ).values()
    ]

    assert set(results) <= {"ok", "unknown", "found", "not applicable"}


@pytest.mark.parametrize("stack", problems.PREFIXES)
def test_half_a_stack_raises_nothing(stack: str) -> None:
    """Of a stack that stopped while it was made, what is not there cannot be checked."""
    whole = a_stack(stack)
    half = deployed.Deployed(stack, whole.resources[1:40])
    known = doctor_world.facts(doctor_world.healthy(), half)

    results = {one.result for one in doctor_world.outcomes(known).values()}

    assert "unknown" in results
    assert results <= {"ok", "unknown", "found", "not applicable"}


def test_every_check_is_told_in_full() -> None:
    """A sentence, a problem of the guide, and reads that there are."""
    for one in CHECKS:
        assert one.problem in {problem.id for problem in problems.guide()}
        assert one.says.endswith("."), one.id
        assert set(one.reads) <= set(READS), one.id


def test_an_update_of_prod_is_typed_with_the_policy_pack() -> None:
    """Without it the program refuses."""
    steps = [one for each in problems.guide() for one in problems.in_stack(each, "prod").remedies]
    lines = [*(one.type for one in steps), *(problems.filled(one.remedy, "prod") for one in CHECKS)]

    updates = [one for one in lines if "pulumi up" in one]

    assert [one for one in updates if problems.IN_AN_ACCOUNT["up"] not in one] == []
    assert updates


def test_a_cause_is_a_finding_and_explains_in_one_direction() -> None:
    """A circle would hide all of its findings."""
    effects = {one for row in causes.CAUSES.values() for one in row}

    assert set(causes.CAUSES) | effects <= {one.id for one in CHECKS}
    # graphlib raises CycleError where there is a circle.
    assert set(graphlib.TopologicalSorter(causes.CAUSES).static_order()) >= effects


def test_the_healthy_world_answers_every_read() -> None:
    """One that it left out would be unknown in every test, and prove nothing."""
    assert set(doctor_world.healthy()) == set(READS)


def test_every_call_only_reads() -> None:
    """And boto3 has it, in a service of that name."""
    assert all(one.call.startswith(READING) for one in READS.values())


def test_every_read_is_needed() -> None:
    """By a check, or by another read that a check needs."""
    asked = {read for one in CHECKS for read in one.reads}
    needed = {read for one in READS.values() for read in one.after}

    assert set(READS) == asked | needed
