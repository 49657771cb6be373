"""The doctor on the deployed platform: each way to break it is found, and mended is healthy again.

One deployment serves all, and the operations after them. The rows stand in `doctor_cases`, what
moto lacks in `doctor_world`.
"""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel

from tests.end_to_end import (
    doctor_cases_beyond,
    doctor_cases_further,
    doctor_cases_ground,
    doctor_cases_nights,
    doctor_cases_tasks,
)
from tests.end_to_end.clone import Clone
from tests.end_to_end.doctor_case import Case, targets
from tests.end_to_end.doctor_cases import CASES
from tests.end_to_end.doctor_world import OPERATOR, STACK, World
from triflow.doctor import checks, machine, verdict
from triflow.doctor.asks import CALLER
from triflow.doctor.reads import READS
from triflow.doctor.verdict import Health

pytestmark = pytest.mark.end_to_end

# What somebody changed by hand, each on a resource of its own.
BY_ONE_UPDATE = (
    "sg-alb-ingress-missing",
    "sg-alb-ingress-redirect-missing",
    "sg-alb-egress-ecs-missing",
    "sg-ecs-ingress-alb-missing",
    "sg-ecs-egress-db-missing",
    "sg-ecs-egress-443-missing",
    "sg-rds-ingress-ecs-missing",
    "rds-public",
    "alb-listener-broken",
    "health-check-drift",
    "task-role-s3-denied",
    "tenant-files-denied",
    "tenant-assume-denied",
    "exec-role-ecr-denied",
    "exec-role-secret-denied",
    "private-egress-missing",
    "alarm-missing",
    "sns-policy-lacks-publisher",
)
MOST_CALLS = 40
# What gives cause to ask, by the read that is not asked without it.
SYMPTOMS = {
    "crash_lines": doctor_cases_tasks.few,
    "bucket_location": doctor_cases_ground.without_rules,
    "refused_lines": doctor_cases_further.answers_5xx,
    "bucket_policy": doctor_cases_further.in_trouble(doctor_cases_further.refused),
    "vpc_dns": doctor_cases_further.answers_5xx,
    "access_lists": doctor_cases_further.answers_5xx,
    "uploads": doctor_cases_ground.without_rules,
    "own_buckets": doctor_cases_nights.refused,
}
# Asked of a stack with a night stop only.
OF_NIGHTS = ("schedules", "scheduled_actions", "database_events")
# Asked only if there is a reservation.
OF_RESERVATIONS = ("reservation_use",)
OF_AWS = [name for name, one in READS.items() if one.service != machine.SERVICE and name != CALLER]
READING = ("Describe", "Get", "List", "Filter", "Simulate")


@pytest.fixture(scope="module")
def up(prod: Clone) -> Iterator[World]:
    """Give the platform with an image, and two tasks behind its load balancer; take both back."""
    world = World(prod)
    targets("register")(world)
    doctor_cases_tasks.push(world)
    world.confirmed()
    world.passes(minutes=0)
    trusts_nobody = json.dumps({"Version": "2012-10-17", "Statement": []})
    world.aws("iam").create_role(RoleName=OPERATOR, AssumeRolePolicyDocument=trusts_nobody)
    yield world
    world.aws("iam").delete_role(RoleName=OPERATOR)
    doctor_cases_tasks.delete_image(world)
    targets("deregister")(world)


@pytest.fixture(scope="module")
def night(up: World) -> Iterator[World]:
    """Give staging beside it, and take it down again: other modules say that it is not up."""
    up.clone.ok("up", "staging")
    world = World(up.clone, "staging")
    world.passes(minutes=0)
    yield world
    up.clone.ok("destroy", "staging")


@pytest.fixture
def asleep(night: World) -> Iterator[World]:
    """Give staging with all well, and let it speak for itself afterwards."""
    yield from _well(night)


@pytest.fixture
def world(up: World) -> Iterator[World]:
    """Give the platform with all well, and let it speak for itself afterwards."""
    yield from _well(up)


def _well(world: World) -> Iterator[World]:
    world.called.clear()
    world.unsaid()
    yield world
    world.unsaid()


def operation(read: str) -> str:
    """Return the name under which a read's call is known to its service."""
    row = READS[read]
    loader = Loader()
    model = ServiceModel(loader.load_service_model(row.service, "service-2"), row.service)
    names = {one: one.replace("_", "").lower() for one in model.operation_names}
    (found,) = [one for one, plain in names.items() if plain == row.call.replace("_", "")]
    return f"{row.service}.{found}"


def test_the_platform_as_deployed_is_healthy(world: World) -> None:
    """In at most 40 calls, each of which only reads; nothing is left unknown."""
    seen = world.look()

    unknown = {one.check.id: one.reason for one in seen.outcomes if one.result == "unknown"}
    assert unknown == {}
    assert world.found(seen) == set()
    assert seen.health is Health.HEALTHY
    assert seen.calls == len(world.called) <= MOST_CALLS
    verbs = [name.partition(".")[2] for name in world.called]
    assert [one for one in verbs if not one.startswith(READING)] == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.finding)
def test_what_is_broken_is_found_and_mended_is_healthy(case: Case, world: World) -> None:
    """Exactly that, with its problem, and nothing else of the problem."""
    found_and_mended(case, world)


NIGHTS = (*doctor_cases_nights.NIGHTS, *doctor_cases_further.AT_NIGHT)


@pytest.mark.parametrize("case", NIGHTS, ids=lambda case: case.finding)
def test_a_broken_night_is_found_and_mended_is_healthy(case: Case, asleep: World) -> None:
    """On staging, which is stopped at night."""
    found_and_mended(case, asleep)


def found_and_mended(case: Case, world: World) -> None:
    """Break it, look, mend it, and look again."""
    case.breaks(world)
    broken = world.look(case.problem)
    world.unsaid()
    case.mends(world)
    world.unsaid()
    mended = world.look(case.problem)

    assert world.found(broken) == {case.finding, *case.also}
    assert broken.health in (Health.CRITICAL, Health.WARNING)
    assert (world.found(mended), mended.health) == (set(), Health.HEALTHY)


ALWAYS = [name for name in OF_AWS if not READS[name].on_symptom and name not in OF_NIGHTS]


@pytest.mark.parametrize("read", ALWAYS)
def test_a_denied_call_is_told_and_the_rest_is_checked(read: str, world: World) -> None:
    """Its findings could not be checked, with the action that is lacking; the others are known."""
    if read in OF_RESERVATIONS:
        doctor_cases_beyond.reserved()(world)
    denied_is_told(read, world)


@pytest.mark.parametrize("read", OF_NIGHTS)
def test_a_denied_call_about_nights_is_told(read: str, asleep: World) -> None:
    """Likewise, of a stack that has them."""
    denied_is_told(read, asleep)


def denied_is_told(read: str, world: World) -> None:
    """Deny the call and look for its problems."""
    world.denies(READS[read].service, operation(read))
    problems = {one.problem for one in checks.load().values() if read in one.reads}

    seen = world.look(*problems)

    unknown = {one.check.id: one.reason for one in seen.outcomes if one.result == "unknown"}
    applied = [one for one in seen.outcomes if one.result != "not applicable"]
    needing = {one.check.id for one in applied if read in one.check.reads}
    assert unknown
    assert needing <= set(unknown)
    assert all(f"{READS[read].action} was denied for arn:aws:" in unknown[one] for one in needing)
    assert world.found(seen) == set()
    assert seen.health is Health.UNKNOWN


@pytest.mark.parametrize("read", [name for name, one in READS.items() if one.on_symptom])
def test_a_denied_call_that_a_symptom_asks_for_is_told(read: str, world: World) -> None:
    """Without the symptom it is not made, and what rests on it does not apply.

    Unless its problem was named: then it is made whatever is well.
    """
    world.passes(hours=1)  # so that what an earlier symptom counted is past
    resting = {one.id for one in checks.load().values() if read in one.reads}
    problems = {one.problem for one in checks.load().values() if read in one.reads}
    well = world.look()
    world.denies(READS[read].service, operation(read))
    SYMPTOMS[read](world)

    ill = world.look(*problems)

    action = f"{READS[read].action} was denied for arn:aws:"
    unknown = {one.check.id: one.reason for one in ill.outcomes if one.result == "unknown"}
    assert all(action in unknown[one] for one in resting)
    assert resting <= {one.check.id for one in well.outcomes if one.result == "not applicable"}


def test_expired_credentials_stop_everything_at_once(world: World) -> None:
    """One call, one finding of P03, and the exit code that says nothing was checked."""
    world.denies("sts", "sts.GetCallerIdentity", "ExpiredToken")

    seen = world.look()

    assert world.found(seen) == {"aws-credentials-expired"}
    assert seen.health is Health.NOT_STARTED
    assert world.called == ["sts.GetCallerIdentity"]


def test_the_command_works_from_any_folder(world: World, tmp_path: Path) -> None:
    """A process of its own, as a script calls it."""
    command = world.clone.command("doctor", "--stack", STACK, "--problem", "P18", "--json")

    told = subprocess.run(  # noqa: S603 - our own command
        command,
        cwd=tmp_path,
        env=world.clone.environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert json.loads(told.stdout)["problems"] == {"P18": "healthy"}


def test_a_stack_that_is_not_up_is_a_sentence(world: World) -> None:
    """And the exit code that says nothing was checked."""
    told = world.clone.triflow("doctor", "--stack", "dev")

    assert told.returncode == Health.NOT_STARTED
    assert "dev is not up in the local AWS. There is nothing to look at." in told.stdout
    assert "Fix: make up STACK=dev" in told.stdout


def test_what_is_broken_is_mended_by_the_remedy_that_is_printed(world: World) -> None:
    """All at once, and one update makes it well; the screen's own line is typed, as it stands."""
    rows = {case.finding: case for case in CASES}
    for finding in BY_ONE_UPDATE:
        rows[finding].breaks(world)
    for breaks in doctor_cases_tasks.DESTROYED.values():
        breaks(world)
    broken = world.look()
    remedies = {one.remedy for one in verdict.told(broken.outcomes)}

    (remedy,) = remedies
    world.clone.ok(*remedy.removeprefix("triflow ").split(), "--yes")
    world.looks_again()
    mended = world.look()

    assert {*BY_ONE_UPDATE, *doctor_cases_tasks.DESTROYED} <= world.found(broken)
    assert broken.health is Health.CRITICAL
    assert (world.found(mended), mended.health) == (set(), Health.HEALTHY)
