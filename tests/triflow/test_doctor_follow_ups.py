"""What the doctor asks only if something gives cause to: a healthy look makes no such call."""

from dataclasses import replace

import pytest

from tests.triflow import doctor_stack, doctor_world
from tests.triflow.doctor_case import Answers, counted, gone, put
from tests.triflow.doctor_cases_tasks import LIVE, Spoil, health
from triflow.doctor import listing, machine, problems, verdict
from triflow.doctor.answers import ON_REQUEST, Answer, Facts, NotApplicable
from triflow.doctor.read import Read
from triflow.doctor.reads import READS
from triflow.doctor.verdict import Health

FEW = put(1, *LIVE, "runningCount")
ILL = health("Target.Timeout")


def spoilt(spoil: Spoil) -> Answers:
    """Return the answers of a healthy stack, spoilt."""
    answers = doctor_world.healthy()
    spoil(answers)
    return answers


def is_asked(read: Read, known: Facts) -> bool:
    """Return whether there is cause to ask; Unknown where it cannot be asked."""
    try:
        read.asks(known)
    except NotApplicable:
        return False
    return True


@pytest.mark.parametrize("spoil", [FEW, ILL], ids=["few", "ill"])
def test_the_log_is_asked_for_crashes_if_tasks_are_lacking_or_ill(spoil: Spoil) -> None:
    """Of the last hour, for lines that name a crash, and for a bounded number of them."""
    asked = READS["crash_lines"].asks(doctor_world.facts(spoilt(spoil)))

    assert asked["logGroupName"] == "/aws/ecs/triflow-ai-production-backend"
    assert asked["startTime"] == int(doctor_stack.NOW.timestamp() - 3600) * 1000
    assert '?"ModuleNotFoundError"' in asked["filterPattern"].split()
    assert asked["PaginationConfig"] == {"MaxItems": 50}


def test_the_log_of_healthy_tasks_is_not_asked() -> None:
    """A line of a log alone is no crash, and reading a busy log takes many calls."""
    with pytest.raises(NotApplicable, match="all tasks that are wanted run"):
        READS["crash_lines"].asks(doctor_world.with_answers())


FAILING = counted(requests=[100.0], target_5xx=[1.0])
REFUSED = put([{"message": "AccessDenied: PutObject"}], "refused_lines", "events")
OF_THE_BACKEND = ("refused_lines", "vpc_dns", "access_lists")


@pytest.mark.parametrize("spoil", [FEW, ILL, FAILING], ids=["few", "ill", "failing"])
@pytest.mark.parametrize("read", OF_THE_BACKEND)
def test_a_backend_in_trouble_gives_cause_to_look_around_it(read: str, spoil: Spoil) -> None:
    """Tasks that are lacking or ill, or a request that they did not answer."""
    assert is_asked(READS[read], doctor_world.facts(spoilt(spoil)))


@pytest.mark.parametrize("read", OF_THE_BACKEND)
def test_nothing_is_looked_for_around_a_backend_that_is_well(read: str) -> None:
    """What failed an hour ago is past."""
    past = counted(requests=[100.0] * 12, target_5xx=[0.0] * 11 + [50.0])

    assert not is_asked(READS[read], doctor_world.facts(spoilt(past)))


@pytest.mark.parametrize("read", [*OF_THE_BACKEND, "bucket_policy"])
def test_whoever_names_a_problem_has_it_looked_into(read: str) -> None:
    """He has seen a symptom that the doctor does not know of."""
    named = replace(doctor_world.with_answers(), requested=True)

    assert is_asked(READS[read], named)


@pytest.mark.parametrize("read", ["crash_lines", "bucket_location", "uploads"])
def test_what_a_symptom_only_explains_is_not_asked_without_it(read: str) -> None:
    """A line of the log alone is no crash, and a bucket with its rules is where it was made."""
    named = replace(doctor_world.with_answers(), requested=True)

    assert not is_asked(READS[read], named)


def test_what_the_bucket_refuses_is_asked_if_a_file_was_refused() -> None:
    """The log's line is the symptom of a symptom."""
    asked = READS["bucket_policy"].asks(doctor_world.facts(spoilt(REFUSED)))

    assert asked["Bucket"] == "triflow-ai-prod-123456789012"
    assert not is_asked(READS["bucket_policy"], doctor_world.with_answers())


def test_what_was_not_needed_does_not_apply() -> None:
    """It is neither unknown nor called healthy."""
    known = doctor_world.with_answers(crash_lines=Answer("not needed", reason="all is well"))

    outcome = doctor_world.outcomes(known)["app-crash-signature"]

    assert (outcome.result, outcome.reason) == ("not applicable", "all is well")


def test_what_costs_a_cent_is_told_apart_from_what_is_well() -> None:
    """A problem of which nothing was looked at is not called healthy, and says how to look."""
    unasked = Answer("not needed", reason=ON_REQUEST)
    rights = ("caller_role", "caller_policies", "deploy_rights")
    known = doctor_world.with_answers(**dict.fromkeys(rights, unasked))

    outcomes = [one for one in doctor_world.outcomes(known).values() if one.check.problem == "P07"]

    assert verdict.of_problem(outcomes) == "not looked at; --problem P07 without --watch does"
    assert verdict.health(outcomes) is Health.HEALTHY


# What only some stacks have: prod its snapshot and reservations, the others their nights.
BY_STACK = {
    "prod": {"backup_jobs", "reservations"},
    "staging": {"schedules", "scheduled_actions", "database_events"},
    "dev": {"schedules", "scheduled_actions", "database_events"},
}
OF_A_BUCKET = {"lifecycle"}  # dev borrows staging's


@pytest.mark.parametrize("stack", problems.PREFIXES)
def test_a_healthy_look_at_an_account_makes_few_calls(stack: str) -> None:
    """All reads of that stack but those that a symptom or a person asks for."""
    known = doctor_world.facts(doctor_world.healthy(stack), doctor_stack.a_stack(stack))
    assert not known.deployed.endpoint

    of_aws = {name: one for name, one in READS.items() if one.service != machine.SERVICE}
    always = {name for name, one in of_aws.items() if not (one.on_symptom or one.on_request)}
    asked = {name for name in always if is_asked(of_aws[name], known)}

    others = set().union(*BY_STACK.values()) - BY_STACK[stack]
    assert asked == always - others - (OF_A_BUCKET if stack == "dev" else set())
    assert len(asked) <= listing.MOST_CALLS
    symptoms = {name for name, one in of_aws.items() if one.on_symptom}
    assert not [name for name in symptoms if is_asked(of_aws[name], known)]


@pytest.mark.parametrize("code", ["NoSuchLifecycleConfiguration", "NoSuchBucket"])
def test_where_the_bucket_is_is_asked_if_it_has_no_rules(code: str) -> None:
    """Of no bucket there is nothing to ask."""
    known = doctor_world.facts(spoilt(gone("lifecycle", code)))

    assert is_asked(READS["bucket_location"], known) == (code != "NoSuchBucket")


def _given(one: Answers, containers: str) -> Answers:
    """Return a resource of the state; the backend's task with other containers."""
    if not one["urn"].endswith("::compute-backend-task"):
        return one
    return one | {"inputs": {"containerDefinitions": containers}}


def test_an_image_of_another_registry_is_not_looked_for_in_ecr() -> None:
    """ECR could only say that it does not know it."""
    containers = '[{"name": "backend", "image": "quay.io/team/backend:1"}]'
    stack = doctor_stack.a_stack()
    moved = replace(stack, resources=tuple(_given(one, containers) for one in stack.resources))

    with pytest.raises(NotApplicable, match=r"quay\.io/team/backend is in no repository of ECR"):
        READS["image"].asks(doctor_world.facts({}, moved))


def test_tasks_that_are_lacking_without_a_trace_are_unknown() -> None:
    """AWS keeps a stopped task for an hour: that there is none is no proof that none crashed."""
    answers = spoilt(FEW)
    answers["tasks"]["tasks"].pop()

    outcome = doctor_world.outcomes(doctor_world.facts(answers))["ecs-oom-killed"]

    assert outcome.result == "unknown"
    assert "AWS keeps those that stopped for an hour only" in outcome.reason
