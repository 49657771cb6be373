"""`triflow status`: what runs, on one screen."""

import copy
from collections.abc import Iterator, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from local.aws.server import Server
from tests.triflow.aws_stand_in import AwsStandIn, Told
from tests.triflow.small_prod import (
    ALARMS,
    CLUSTER,
    NOON,
    TASK_DEFINITION,
    a_database,
    a_prod,
    a_service,
    a_task,
    resource,
    well,
)
from tests.triflow.stage import a_screen, text_of
from triflow import aws
from triflow.deployed import Deployed
from triflow.errors import TriflowError
from triflow.report import Line
from triflow.status import facts, show
from triflow.status.lines import lines

HEALTH = "elastic-load-balancing-v2.DescribeTargetHealth"
HEALTHY = {
    "TargetHealthDescriptions": [{"Target": {"Id": "1"}, "TargetHealth": {"State": "healthy"}}]
}
A_SCHEDULE = resource("aws:scheduler/schedule:Schedule", "db-stop")


def told(answers: Mapping[str, Told] | None = None, deployed: Deployed | None = None) -> list[Line]:
    """Return the lines of prod, where AWS answers well but for `answers`."""
    stand_in = AwsStandIn({**well(), **(answers or {})})
    return lines(facts.gather(stand_in.aws, deployed or a_prod()))


def the(subject: str, found: list[Line]) -> Line:
    """Return the one line about a subject."""
    (line,) = [line for line in found if line.subject == subject]
    return line


def on_screen(monkeypatch: pytest.MonkeyPatch, answers: Mapping[str, Told]) -> tuple[str, int]:
    """Return the whole screen at noon in Seoul, and the exit code."""
    monkeypatch.setattr("triflow.status.show.aws.find", lambda: AwsStandIn(answers).aws)
    monkeypatch.setattr("triflow.status.show.outputs.read", lambda *_: a_prod())
    monkeypatch.setattr("triflow.status.show.shown", lambda _now: "2026-01-20 12:00 KST")
    screen = a_screen()
    code = show.status("prod", screen)
    return text_of(screen), code


def test_a_healthy_prod_is_all_check_marks(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """One line each, nothing to type, exit code 0."""
    screen, code = on_screen(monkeypatch, well())

    assert code == 0
    assert screen == snapshot


def test_a_bad_night_is_told_line_by_line(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """What is broken, what could not be checked, and where to go on; exit code 1."""
    ringing = {"AlarmName": ALARMS[0], "StateValue": "ALARM"}
    event = {"message": "(service x) was unable to place a task."}
    target = {"State": "unhealthy", "Reason": "Target.FailedHealthChecks"}
    bad: dict[str, Told] = {
        "ecs.DescribeServices": {"services": [a_service(runningCount=1, events=[event])]},
        "ecs.DescribeTasks": {"tasks": [a_task(healthStatus="UNHEALTHY")]},
        HEALTH: {
            "TargetHealthDescriptions": [{"Target": {"Id": "10.0.11.7"}, "TargetHealth": target}]
        },
        "rds.DescribeDBInstances": "ThrottlingException",
        "cloudwatch.DescribeAlarms": {"MetricAlarms": [ringing]},
        "budgets.DescribeBudget": "AccessDeniedException",
    }

    screen, code = on_screen(monkeypatch, {**well(), **bad})

    assert code == 1
    assert screen == snapshot


@pytest.mark.parametrize("operation", sorted(well()))
@pytest.mark.parametrize("code", ["AccessDenied", "ThrottlingException", "ExpiredToken"])
def test_a_refused_call_leaves_every_other_line_as_it_was(operation: str, code: str) -> None:
    """What could not be asked is unknown, never well and never a traceback."""
    before = {line.subject: line for line in told()}

    found = told({operation: code})

    changed = [line for line in found if before.get(line.subject) != line]
    assert {line.state for line in changed} == {"unknown"}
    gone = set(before) - {line.subject for line in found}
    assert gone <= {"deployment"}


def without_each_field(answer: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the answer as often as it has fields at any depth, each time without one of them."""
    for path in _paths(answer, ()):
        spoilt: Any = copy.deepcopy(dict(answer))
        inside = spoilt
        for step in path[:-1]:
            inside = inside[step]
        del inside[path[-1]]
        yield spoilt


def _paths(value: object, above: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        yield from ((*above, key) for key in value)
    elif isinstance(value, list):
        value = dict(enumerate(value))
    for key, inside in value.items() if isinstance(value, dict) else ():
        yield from _paths(inside, (*above, key))


@pytest.mark.parametrize("operation", sorted(well()))
def test_a_missing_field_never_ends_in_a_traceback(operation: str) -> None:
    """Whatever field AWS leaves out, every line is still told."""
    answer = well()[operation]
    assert isinstance(answer, dict)
    subjects = {line.subject for line in told()}

    for spoilt in without_each_field(answer):
        found = told({operation: spoilt})

        assert subjects - {line.subject for line in found} <= {"deployment"}, spoilt


@pytest.mark.parametrize(
    ("subject", "operation", "answer"),
    [
        ("service", "ecs.DescribeServices", {"services": [a_service(runningCount=None)]}),
        ("deployment", "ecs.DescribeServices", {"services": [a_service(deployments=[])]}),
        ("targets", HEALTH, {"TargetHealthDescriptions": [{"Target": {"Id": "10.0.11.7"}}]}),
        ("database", "rds.DescribeDBInstances", {"DBInstances": []}),
        ("cost", "budgets.DescribeBudget", {}),
    ],
)
def test_what_aws_does_not_say_is_unknown(
    subject: str, operation: str, answer: Mapping[str, Any]
) -> None:
    """An answer without the field that decides never passes for a healthy one."""
    assert the(subject, told({operation: answer})).state == "unknown"


def test_credentials_of_another_account_are_named() -> None:
    """Everything else would look gone, and nobody would know why."""
    line = the("account", told({"sts.GetCallerIdentity": {"Account": "210987654321"}}))

    assert line.state == "failed"
    assert line.fact == "the credentials are of 210987654321; prod is in 123456789012"


def test_a_rolled_back_deployment_is_not_taken_for_the_last_update() -> None:
    """ECS completed it, but it runs what the update had replaced."""
    before = {"status": "PRIMARY", "rolloutState": "COMPLETED", "updatedAt": NOON}
    rolled_back = before | {"taskDefinition": TASK_DEFINITION.replace(":7", ":6")}

    line = the(
        "deployment",
        told({"ecs.DescribeServices": {"services": [a_service(deployments=[rolled_back])]}}),
    )

    assert line.state == "failed"
    assert "rolled back?" in line.fact


@pytest.mark.clause("L9")
def test_a_canary_has_lines_of_its_own() -> None:
    """Its tasks, its deployment and its targets are never taken for the service's."""
    name, group = "triflow-ai-production-backend-canary-service", "arn:the-canarys-group"
    recorded = {"name": name, "cluster": CLUSTER, "loadBalancers": [{"targetGroupArn": group}]}
    canary = resource("aws:ecs/service:Service", name, **recorded)
    both = [a_service(), a_service(serviceName=name, desiredCount=1, runningCount=0)]

    found = told(
        {
            "ecs.DescribeServices": {"services": both},
            HEALTH: lambda wish: {} if wish["TargetGroupArn"] == group else HEALTHY,
        },
        a_prod(canary),
    )

    states = {line.subject: line.state for line in found}
    assert states["service"] == states["targets"] == states["canary deployment"] == "ok"
    assert states["canary service"] == states["canary targets"] == "failed"


@pytest.mark.parametrize(("scheduled", "state"), [(True, "ok"), (False, "failed")])
def test_only_a_stack_with_a_schedule_may_be_asleep(*, scheduled: bool, state: str) -> None:
    """A stopped database and no task are fine in dev at night, and an outage in prod (ADR E2)."""
    night: dict[str, Told] = {
        "ecs.DescribeServices": {"services": [a_service(desiredCount=0, runningCount=0)]},
        "ecs.ListTasks": {"taskArns": []},
        HEALTH: {"TargetHealthDescriptions": []},
        "rds.DescribeDBInstances": {"DBInstances": [a_database(DBInstanceStatus="stopped")]},
    }

    found = told(night, a_prod(*([A_SCHEDULE] if scheduled else [])))

    for subject in ("service", "tasks", "targets", "database"):
        assert the(subject, found).state == state, subject


def test_a_budget_that_counts_nothing_is_unknown_and_not_free() -> None:
    """Until the cost allocation tag is activated, AWS reports zero dollars."""
    nothing = {"Budget": {"BudgetLimit": {"Amount": "289"}, "CalculatedSpend": {}}}

    line = the("cost", told({"budgets.DescribeBudget": nothing}))

    assert line.state == "unknown"
    assert "cost allocation tag" in line.fix


def test_a_forecast_above_the_budget_is_told_before_it_is_spent() -> None:
    """The month is lost by its forecast."""
    spend = {"ActualSpend": {"Amount": "200"}, "ForecastedSpend": {"Amount": "300"}}
    budget = {"Budget": {"BudgetLimit": {"Amount": "289"}, "CalculatedSpend": spend}}

    line = the("cost", told({"budgets.DescribeBudget": budget}))

    assert (line.state, line.fact) == (
        "failed",
        "USD 200.00 of 289 this month, 300.00 expected by its end",
    )


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        ("aws:ecs/service:Service", "service"),
        ("aws:rds/instance:Instance", "database"),
        ("aws:cloudwatch/metricAlarm:MetricAlarm", "alarms"),
        ("aws:budgets/budget:Budget", "cost"),
    ],
)
def test_a_half_deployed_stack_says_what_is_not_there_yet(kind: str, subject: str) -> None:
    """The rest is shown as it is."""
    line = the(subject, told(deployed=a_prod(without=kind)))

    assert line.state == "failed"
    assert "not deployed yet" in line.fact
    assert "make up STACK=prod" in line.fix


def test_what_somebody_deleted_is_gone() -> None:
    """Recorded, and not in AWS."""
    found = told({"ecs.DescribeServices": {"services": []}, "cloudwatch.DescribeAlarms": {}})

    assert the("service", found).fact.endswith("is gone")
    assert "2 gone" in the("alarms", found).fact


def test_status_changes_nothing() -> None:
    """Every call is one that reads."""
    stand_in = AwsStandIn(well())

    facts.gather(stand_in.aws, a_prod())

    verbs = {operation.partition(".")[2] for operation in stand_in.operations}
    assert len(stand_in.operations) == 8
    assert all(verb.startswith(("Describe", "List", "Get")) for verb in verbs), verbs


def test_foundation_has_no_status() -> None:
    """Nothing of it runs."""
    with pytest.raises(TriflowError, match="foundation runs nothing"):
        show.status("foundation", a_screen())


def test_a_stack_that_is_not_up_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to type."""
    monkeypatch.setattr(
        "triflow.aws.local_aws.find", lambda _home: Server("http://127.0.0.1:5999", 1, "m")
    )
    monkeypatch.setattr("triflow.outputs.Workspace.state", lambda *_: None)

    with pytest.raises(TriflowError, match="prod is not up in the local AWS"):
        show.status("prod", a_screen())


def test_no_credentials_at_all_is_told_on_every_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real search for them finds none; nothing is taken for well, nothing is a traceback."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("TRIFLOW_AWS", "account")

    found = lines(facts.gather(aws.find(), a_prod()))

    assert {line.state for line in found} == {"unknown"}
    assert all("without credentials" in line.fact for line in found)
    assert all("AWS_PROFILE" in line.fix for line in found)


def test_a_watch_ends_with_what_it_saw_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is the way out of it and no failure."""
    looks = []

    def wait(_seconds: float) -> None:
        looks.append(1)
        if len(looks) >= 2:
            raise KeyboardInterrupt

    monkeypatch.setattr("triflow.status.show.time", SimpleNamespace(sleep=wait))
    monkeypatch.setattr("triflow.status.show.aws.find", lambda: AwsStandIn(well()).aws)
    monkeypatch.setattr("triflow.status.show.outputs.read", lambda *_: a_prod())
    screen = a_screen()

    code = show.status("prod", screen, watch=True)

    assert code == 0
    assert text_of(screen).count("2 of 2 tasks run") == 2


def test_scripts_get_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the same exit code."""
    monkeypatch.setattr("triflow.status.show.aws.find", lambda: AwsStandIn(well()).aws)
    monkeypatch.setattr("triflow.status.show.outputs.read", lambda *_: a_prod())
    screen = a_screen()

    assert show.status("prod", screen, as_json=True) == 0
    assert '"subject": "database"' in text_of(screen)
