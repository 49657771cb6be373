"""`triflow db` but for its SQL: the task in the VPC, the way in, and what the screens say."""

import json
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.triflow.aws_stand_in import AwsStandIn, Told
from tests.triflow.small_prod import (
    ACCOUNT,
    CLUSTER,
    LOG_GROUP,
    PREFIX,
    SERVICE,
    TASK,
    TASK_DEFINITION,
    a_prod,
    a_service,
    a_task,
)
from tests.triflow.stage import a_screen, text_of
from triflow import aws, ecs_exec, outputs
from triflow.db import connect, extensions, one_off, sessions
from triflow.db.one_off import Outcome
from triflow.deployed import Deployed
from triflow.ecs_exec import Target
from triflow.errors import Exit, TriflowError

NETWORK = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}}
SECRET = f"arn:aws:secretsmanager:ap-northeast-2:{ACCOUNT}:secret:rds!db-1-abcdef"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/{PREFIX}-ecs-task-execution-role"
OWN = TASK_DEFINITION.replace("-backend:7", "-backend-psql:1")
ADDRESS = f"{PREFIX}-db.abc.ap-northeast-2.rds.amazonaws.com"
Answers = dict[str, Told]


def the_definition() -> dict[str, Any]:
    """Return the backend's task definition as ECS describes it."""
    return {
        "family": f"{PREFIX}-backend",
        "executionRoleArn": ROLE,
        "containerDefinitions": [
            {
                "name": "backend",
                "environment": [
                    {"name": "DB_HOST", "value": ADDRESS},
                    {"name": "DB_NAME", "value": "triflow"},
                    {"name": "DB_PORT", "value": "5432"},
                    {"name": "ENVIRONMENT", "value": "prod"},
                ],
                "secrets": [
                    {"name": "ANTHROPIC_API_KEY", "valueFrom": "another"},
                    {"name": "DB_PASSWORD", "valueFrom": f"{SECRET}:password::"},
                    {"name": "DB_USERNAME", "valueFrom": f"{SECRET}:username::"},
                ],
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {
                        "awslogs-group": LOG_GROUP,
                        "awslogs-region": "ap-northeast-2",
                        "awslogs-stream-prefix": "backend",
                    },
                },
            }
        ],
    }


def an_ended_task(**container: object) -> dict[str, Any]:
    """Return a stopped task whose psql ended well, or otherwise."""
    return {
        "tasks": [
            {
                "taskArn": TASK,
                "lastStatus": "STOPPED",
                "containers": [{"name": "psql", "exitCode": 0, **container}],
            }
        ]
    }


def a_task_without_psql(reason: str) -> dict[str, Any]:
    """Return a stopped task whose container never began."""
    container = {"name": "psql", "reason": reason}
    return {"tasks": [{"taskArn": TASK, "lastStatus": "STOPPED", "containers": [container]}]}


def well(*printed: str) -> Answers:
    """Return the answers of an AWS in which the task runs and prints these lines."""
    return {
        "ecs.DescribeServices": {
            "services": [a_service(taskDefinition=TASK_DEFINITION, networkConfiguration=NETWORK)]
        },
        "ecs.DescribeTaskDefinition": {"taskDefinition": the_definition()},
        "ecs.RegisterTaskDefinition": {"taskDefinition": {"taskDefinitionArn": OWN}},
        "ecs.RunTask": {"tasks": [{"taskArn": TASK}]},
        "ecs.DescribeTasks": an_ended_task(),
        "ecs.StopTask": {},
        "ecs.DeregisterTaskDefinition": {},
        "cloudwatch-logs.GetLogEvents": {"events": [{"message": line} for line in printed]},
    }


def prod() -> Deployed:
    """Return prod with its database, as recorded."""
    deployed = a_prod()
    for one in deployed.resources:
        if one["type"] == "aws:rds/instance:Instance":
            one["outputs"]["identifier"] = f"{PREFIX}-db"
        if one["type"] == "pulumi:pulumi:Stack":
            one["outputs"] |= {"db_endpoint": f"{ADDRESS}:5432", "db_secret_arn": SECRET}
    return deployed


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no test wait between looks at a task, and let all look at the same prod."""
    monkeypatch.setattr(one_off, "SECONDS_BETWEEN_LOOKS", 0.0)
    monkeypatch.setattr(outputs, "read", lambda _aws, _stack: prod())


def asking(monkeypatch: pytest.MonkeyPatch, answers: Answers, *, local: bool = False) -> AwsStandIn:
    """Have the verbs ask an AWS that answers so."""
    stand_in = AwsStandIn(answers, local=local)
    monkeypatch.setattr(aws, "find", lambda: stand_in.aws)
    return stand_in


def running(answers: Answers, *, local: bool = False) -> tuple[AwsStandIn, TriflowError | Outcome]:
    """Run one statement; return the AWS that was asked, and the outcome or the sentence."""
    stand_in = AwsStandIn(answers, local=local)
    try:
        return stand_in, one_off.run(stand_in.aws, prod(), ["SELECT 1"], lambda _line: None)
    except TriflowError as error:
        return stand_in, error


def of(stand_in: AwsStandIn, operation: str) -> Any:  # noqa: ANN401 - botocore's parameters
    """Return the parameters of the only call of an operation."""
    (params,) = [params for name, params in stand_in.asked if name == operation]
    return params


@pytest.mark.clause("D8", "D10")
def test_the_task_runs_where_the_service_runs_and_is_withdrawn() -> None:
    """The service's subnets and groups, its role and log group; afterwards nothing is left."""
    stand_in, outcome = running(well("1"))

    assert outcome == Outcome(0, ("1",))
    started = of(stand_in, "ecs.RunTask")
    assert {key: started[key] for key in started if key != "clientToken"} == {
        "cluster": CLUSTER,
        "taskDefinition": OWN,
        "launchType": "FARGATE",
        "networkConfiguration": NETWORK,
        "startedBy": "triflow-db",
    }
    assert of(stand_in, "ecs.DeregisterTaskDefinition") == {"taskDefinition": OWN}
    assert of(stand_in, "cloudwatch-logs.GetLogEvents")["logStreamName"].startswith("psql/psql/")
    assert "ecs.StopTask" not in stand_in.operations


@pytest.mark.clause("D15")
def test_the_password_is_named_in_the_task_and_never_fetched_for_it() -> None:
    """Secrets Manager hands it to the container; of other secrets the task knows nothing."""
    stand_in, _ = running(well())

    registered = of(stand_in, "ecs.RegisterTaskDefinition")
    (container,) = registered["containerDefinitions"]
    assert container["secrets"] == [
        {"name": "PGPASSWORD", "valueFrom": f"{SECRET}:password::"},
        {"name": "PGUSER", "valueFrom": f"{SECRET}:username::"},
    ]
    assert {"name": "PGSSLMODE", "value": "require"} in container["environment"]
    assert "taskRoleArn" not in registered
    assert "secrets-manager.GetSecretValue" not in stand_in.operations


@pytest.mark.parametrize(
    "operation",
    [
        "ecs.DescribeServices",
        "ecs.DescribeTaskDefinition",
        "ecs.RegisterTaskDefinition",
        "ecs.RunTask",
        "ecs.DescribeTasks",
        "cloudwatch-logs.GetLogEvents",
    ],
)
@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_a_refusal_at_any_step_is_a_sentence_and_leaves_nothing_running(
    operation: str, code: str
) -> None:
    """What had been registered is withdrawn, what had been started is stopped."""
    stand_in, failure = running({**well(), operation: code})

    assert isinstance(failure, TriflowError)
    assert code in failure.fact
    began = stand_in.operations.count
    if operation in {"ecs.RunTask", "ecs.DescribeTasks", "cloudwatch-logs.GetLogEvents"}:
        assert began("ecs.DeregisterTaskDefinition") == 1
    assert began("ecs.StopTask") == (operation == "ecs.DescribeTasks")


@pytest.mark.parametrize(
    ("answers", "fact"),
    [
        (
            {"ecs.DescribeServices": {"services": []}},
            f"ECS knows nothing of the service {SERVICE}.",
        ),
        (
            {"ecs.RunTask": {"tasks": [], "failures": [{"reason": "Capacity is unavailable"}]}},
            "ECS started no task: Capacity is unavailable.",
        ),
        (
            {"ecs.DescribeTasks": a_task_without_psql("CannotPullContainerError")},
            "The task ended before psql began: CannotPullContainerError.",
        ),
        (
            {"ecs.DescribeTasks": {"tasks": [{"taskArn": TASK, "lastStatus": "RUNNING"}]}},
            f"The task {TASK.rpartition('/')[2]} had not ended after five minutes and was stopped.",
        ),
    ],
)
def test_a_task_that_does_not_get_to_psql_says_why(answers: Answers, fact: str) -> None:
    """No service, no capacity, no image, no end."""
    _, failure = running({**well(), **answers})

    assert isinstance(failure, TriflowError)
    assert failure.fact == fact


def test_a_log_that_comes_after_the_task_has_ended_is_waited_for() -> None:
    """The stream is there a few seconds later; one that stays away is an empty answer."""
    coming: list[Told] = ["ResourceNotFoundException", {"events": []}]

    def answer(_params: object) -> Any:  # noqa: ANN401 - an answer or the code of an error
        return coming.pop(0) if coming else {"events": [{"message": "1"}]}

    _, outcome = running({**well(), "cloudwatch-logs.GetLogEvents": answer})
    _, silent = running({**well(), "cloudwatch-logs.GetLogEvents": {"events": []}})

    assert outcome == Outcome(0, ("1",))
    assert silent == Outcome(0, ())


def test_an_interrupt_stops_the_task_and_withdraws_its_definition(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Ctrl-C while waiting; the statements can be run again."""

    def interrupt(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(one_off, "time", SimpleNamespace(sleep=interrupt))
    stand_in = AwsStandIn(well(), local=False)

    with pytest.raises(KeyboardInterrupt):
        one_off.run(stand_in.aws, prod(), ["SELECT 1"], lambda _line: None)

    assert stand_in.operations[-2:] == ["ecs.StopTask", "ecs.DeregisterTaskDefinition"]


def test_the_local_aws_is_not_said_to_have_run_anything() -> None:
    """It accepts the task, which is stopped at once; the verb fails and says so."""
    stand_in, failure = running(well("a line"), local=True)

    assert isinstance(failure, TriflowError)
    assert failure.fact == "The local AWS accepted the task but starts no containers."
    assert failure.consequence == "No statement was run."
    assert stand_in.operations[-2:] == ["ecs.StopTask", "ecs.DeregisterTaskDefinition"]


@pytest.mark.clause("D10")
def test_extensions_are_told_one_by_one(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """Versions of those that are there, PostgreSQL's words for the one that is not, the reboot."""
    asking(
        monkeypatch,
        well(
            "ERROR:  could not open extension control file",
            "extension,plpgsql,1.0",
            "extension,uuid-ossp,1.1",
            "extension,pg_trgm,1.6",
            "extension,pg_stat_statements,1.9",
            "libraries,rdsutils",
        ),
    )
    screen = a_screen()

    code = extensions.extensions("prod", screen)

    assert code == Exit.FAILED
    assert text_of(screen) == snapshot


def test_a_database_that_does_not_answer_has_no_extension_missing() -> None:
    """Nothing is known of them then, and psql's own words are told."""
    said = "psql: error: connection to server at timeout expired"

    lines = list(extensions.judged(Outcome(2, (said,)), "the-db"))

    assert [line.state for line in lines] == ["unknown"] * 4 + ["failed"]
    assert lines[-1].fact == said


ROWS = (
    "session,101,triflow_admin,active,Lock,102,400,400,UPDATE orders SET a = 1",
    "session,102,triflow_admin,idle in transaction,Client,,380,420,SELECT 1",
    'session,103,triflow_admin,active,,,301,301,"SELECT a, b FROM reports"',
    "session,104,triflow_admin,active,,,2,2,SELECT 2",
    "connections,17,100",
)


def test_sessions_are_a_table_with_a_line_for_each_that_harms(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """The blocker first and not its victim; an idle transaction is ended, a query cancelled."""
    asking(monkeypatch, well(*ROWS))
    screen = a_screen()

    code = sessions.sessions("prod", screen)

    assert code == Exit.FAILED
    assert "\n".join(line.rstrip() for line in text_of(screen).splitlines()) == snapshot


def test_a_database_at_rest_has_nothing_to_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """No table, one line, exit code 0."""
    asking(monkeypatch, well("connections,3,100"))
    screen = a_screen()

    code = sessions.sessions("prod", screen)

    assert code == Exit.DONE
    assert text_of(screen).splitlines()[-1] == "0 at work, 3 of 100 connections."


def test_a_database_that_cannot_be_asked_is_not_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own words are the reason."""
    asking(monkeypatch, well("psql: error: FATAL: remaining connection slots are reserved"))

    with pytest.raises(TriflowError) as failure:
        sessions.sessions("prod", a_screen())

    assert "remaining connection slots are reserved" in failure.value.fact


@pytest.fixture
def way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a healthy task that can be entered, and all programs that are needed."""
    monkeypatch.setattr(ecs_exec, "find", lambda _aws, _deployed: Target(CLUSTER, "0a1b"))
    monkeypatch.setattr(ecs_exec, "require_programs", lambda: None)
    monkeypatch.setattr(connect, "_require_psql", lambda: None)


def a_way_in() -> Answers:
    """Return the answers of an AWS with a task and the database's secret."""
    container = {"name": "backend", "runtimeId": "0a1b-265927825"}
    secret = {"username": "triflow_admin", "password": "hunter2"}
    return {
        "ecs.DescribeTasks": {"tasks": [a_task(containers=[container])]},
        "secrets-manager.GetSecretValue": {"SecretString": json.dumps(secret)},
    }


@pytest.mark.usefixtures("way_in")
@pytest.mark.clause("C8", "D8")
def test_the_way_in_is_printed_without_a_secret(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """The command line of the AWS CLI, whole; the secret is not even fetched."""
    stand_in = asking(monkeypatch, a_way_in())
    screen = a_screen()

    code = connect.connect("prod", 15432, screen, only_print=True)

    assert code == Exit.DONE
    assert text_of(screen) == snapshot
    assert stand_in.operations == ["ecs.DescribeTasks"]


@pytest.mark.usefixtures("way_in")
@pytest.mark.clause("D15")
def test_psql_gets_the_password_by_its_environment_only(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither the session's command line nor the screen has it; the session ends with psql."""
    asking(monkeypatch, a_way_in())
    port = a_free_port()
    listening = (
        "import socket, time; s = socket.socket(); "
        "s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); "
        f"s.bind(('127.0.0.1', {port})); s.listen(); time.sleep(600)"
    )
    real = vars(connect.Way)["command"].fget
    commands: list[list[str]] = []

    def stand_in(way: connect.Way) -> list[str]:
        commands.append(real(way))
        return [sys.executable, "-c", listening]

    monkeypatch.setattr(connect.Way, "command", property(stand_in))
    (tmp_path / "psql").write_text('#!/bin/sh\necho "$PGPASSWORD $PGPORT $#" > "$OUT"\nexit 3\n')
    (tmp_path / "psql").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setenv("OUT", str(tmp_path / "out"))
    screen = a_screen()

    code = connect.connect("prod", port, screen, only_print=False)

    assert code == 3
    assert (tmp_path / "out").read_text().split() == ["hunter2", str(port), "0"]
    assert "hunter2" not in text_of(screen) + json.dumps(commands)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def a_free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.mark.usefixtures("way_in")
def test_a_session_that_ends_at_once_is_told_in_its_own_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The task's agent may be gone in the meantime; psql is not started."""
    asking(monkeypatch, a_way_in())
    ends = ["/bin/sh", "-c", "echo TargetNotConnected; exit 254"]
    monkeypatch.setattr(connect.Way, "command", property(lambda _way: ends))

    with pytest.raises(TriflowError) as failure:
        connect.connect("prod", a_free_port(), a_screen(), only_print=False)

    assert failure.value.fact == "The session ended before the way was open: TargetNotConnected."


@pytest.mark.usefixtures("way_in")
def test_no_stranger_on_the_port_is_handed_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody listens there already: nothing is opened, no secret is fetched."""
    stand_in = asking(monkeypatch, a_way_in())
    with socket.socket() as stranger:
        stranger.bind(("127.0.0.1", 0))
        stranger.listen()
        port = stranger.getsockname()[1]

        with pytest.raises(TriflowError) as failure:
            connect.connect("prod", port, a_screen(), only_print=False)

    assert failure.value.fact == f"Another program listens on port {port}."
    assert stand_in.operations == []


@pytest.mark.usefixtures("way_in")
def test_a_secret_that_is_denied_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the call; no session was begun."""
    asking(monkeypatch, {**a_way_in(), "secrets-manager.GetSecretValue": "AccessDeniedException"})
    monkeypatch.setattr(subprocess, "Popen", None)

    with pytest.raises(TriflowError) as failure:
        connect.connect("prod", a_free_port(), a_screen(), only_print=False)

    assert "GetSecretValue was denied" in failure.value.fact


@pytest.mark.usefixtures("way_in")
def test_the_local_aws_has_no_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """No task runs in it, and no database stands behind it."""
    asking(monkeypatch, a_way_in(), local=True)

    with pytest.raises(TriflowError) as failure:
        connect.connect("prod", 15432, a_screen(), only_print=True)

    assert failure.value.fact.startswith("The local AWS has neither a task")
