"""`triflow exec`: a command inside a healthy task, or the exact reason why that cannot be."""

import json
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.triflow.aws_stand_in import AwsStandIn, Told
from tests.triflow.small_prod import CLUSTER, SERVICE, TASK, a_prod, a_service, a_task
from triflow import ecs_exec
from triflow.errors import TriflowError

pytestmark = pytest.mark.clause("C8")

EXEC = [
    "ssmmessages:CreateControlChannel",
    "ssmmessages:CreateDataChannel",
    "ssmmessages:OpenControlChannel",
    "ssmmessages:OpenDataChannel",
]


def allowing(*actions: str, effect: str = "Allow") -> dict[str, Any]:
    """Return the answer to a question for a policy that allows, or denies, these actions."""
    statement = {"Effect": effect, "Action": list(actions)}
    return {"PolicyDocument": json.dumps({"Statement": [statement]})}


def open_house() -> dict[str, Told]:
    """Return AWS's answers where everything is as ECS Exec needs it."""
    return {
        "ecs.DescribeServices": {"services": [a_service()]},
        "ecs.ListTasks": {"taskArns": [TASK]},
        "ecs.DescribeTasks": {"tasks": [a_task()]},
        "iam.ListRolePolicies": {"PolicyNames": ["operations"]},
        "iam.GetRolePolicy": allowing(*EXEC),
        "iam.ListAttachedRolePolicies": {"AttachedPolicies": []},
    }


def found(answers: Mapping[str, Told] | None = None) -> ecs_exec.Target:
    """Return the task that is entered where AWS answers well but for `answers`."""
    return ecs_exec.find(AwsStandIn({**open_house(), **(answers or {})}).aws, a_prod())


def another_task(**changed: object) -> dict[str, Any]:
    """Return a task beside the usual one."""
    return a_task(taskArn=TASK[:-4] + "beef", **changed)


def with_agent(**agent: str) -> list[dict[str, Any]]:
    """Return the containers of a task whose agent is so."""
    return [{"name": "backend", "managedAgents": [{"name": "ExecuteCommandAgent", **agent}]}]


def test_the_command_runs_in_the_backend_of_a_running_task() -> None:
    """Cluster, task and region are the stack's own."""
    target = found()

    assert target.command("ls -la") == [
        "aws", "ecs", "execute-command", "--region", "ap-northeast-2", "--cluster", CLUSTER,
        "--task", TASK.rpartition("/")[2], "--container", "backend", "--interactive",
        "--command", "ls -la",
    ]  # fmt: skip


def test_a_healthy_task_is_chosen_before_a_sick_one() -> None:
    """The sick one may be killed at any moment."""
    sick, healthy = a_task(healthStatus="UNHEALTHY"), another_task()

    assert found({"ecs.DescribeTasks": {"tasks": [sick, healthy]}}).task.endswith("beef")


def test_a_task_that_is_only_starting_is_not_entered() -> None:
    """There is no agent in it yet."""
    starting = another_task(lastStatus="PENDING")

    assert found({"ecs.DescribeTasks": {"tasks": [starting, a_task()]}}).task in TASK


@pytest.mark.parametrize(
    ("answers", "fact", "fix"),
    [
        pytest.param(
            {"ecs.DescribeServices": {"services": []}},
            f"The service {SERVICE} is gone.",
            "make up STACK=prod",
            id="no service",
        ),
        pytest.param(
            {"ecs.DescribeServices": {"services": [a_service(enableExecuteCommand=False)]}},
            f"ECS Exec is switched off for {SERVICE} (ADR C8).",
            "then this again: it names the line that replaces the tasks",
            id="switched off",
        ),
        pytest.param(
            {"ecs.ListTasks": {"taskArns": []}},
            f"No task of {SERVICE} is running.",
            "triflow status --stack prod",
            id="no task",
        ),
        pytest.param(
            {"ecs.DescribeTasks": {"tasks": [a_task(lastStatus="STOPPED")]}},
            f"No task of {SERVICE} is running.",
            "triflow status --stack prod",
            id="stopped meanwhile",
        ),
        pytest.param(
            {"ecs.DescribeTasks": {"tasks": [a_task(enableExecuteCommand=False)]}},
            "The 1 running tasks were started before ECS Exec was switched on.",
            f"aws ecs update-service --cluster {CLUSTER} --service {SERVICE} "
            "--force-new-deployment",
            id="older task",
        ),
        pytest.param(
            {"iam.GetRolePolicy": allowing("s3:GetObject", *EXEC[:3])},
            "The task role lacks ssmmessages:OpenDataChannel (ADR C8).",
            "make up STACK=prod",
            id="one right less",
        ),
        pytest.param(
            {"iam.GetRolePolicy": allowing(*EXEC, effect="Deny")},
            "The task role lacks ssmmessages:CreateControlChannel",
            "make up STACK=prod",
            id="denied",
        ),
        pytest.param(
            {
                "ecs.DescribeTasks": {
                    "tasks": [a_task(containers=with_agent(lastStatus="STOPPED", reason="boom"))]
                }
            },
            "The agent of ECS Exec is stopped in every running task (boom).",
            f"aws ecs stop-task --cluster {CLUSTER} --task {TASK.rpartition('/')[2]}",
            id="agent stopped",
        ),
        pytest.param(
            {"ecs.DescribeTasks": {"tasks": [a_task(containers=[])]}},
            "The agent of ECS Exec is not reported in every running task.",
            "wait a minute",
            id="no agent",
        ),
        pytest.param(
            {"ecs.DescribeServices": "AccessDeniedException"},
            "DescribeServices was denied",
            "get-caller-identity",
            id="services denied",
        ),
        pytest.param(
            {"ecs.ListTasks": "ThrottlingException"},
            "ListTasks was throttled",
            "again in a minute",
            id="tasks throttled",
        ),
        pytest.param(
            {"ecs.DescribeTasks": "ExpiredTokenException"},
            "DescribeTasks was refused for its credentials",
            "aws sso login",
            id="session over",
        ),
    ],
)
def test_each_reason_is_named_with_what_to_type(
    answers: Mapping[str, Told], fact: str, fix: str
) -> None:
    """AWS itself would only say that the target is not connected."""
    with pytest.raises(TriflowError) as told:
        found(answers)

    assert fact in told.value.fact
    assert fix in told.value.fix


@pytest.mark.parametrize("code", ["AccessDenied", "Throttling", "NoSuchEntity"])
def test_rights_that_may_not_be_read_do_not_stand_in_the_way(code: str) -> None:
    """An operator may enter a task without being allowed to read roles."""
    assert found({"iam.ListRolePolicies": code}).task in TASK


def test_rights_may_come_by_pattern_and_from_an_attached_policy() -> None:
    """A policy of one statement may be an object, an action a plain text."""
    document = {"Statement": {"Effect": "Allow", "Action": "ssmmessages:*"}}

    target = found(
        {
            "iam.ListRolePolicies": {},
            "iam.ListAttachedRolePolicies": {
                "AttachedPolicies": [{"PolicyArn": "arn:aws:iam::1:policy/sessions"}]
            },
            "iam.GetPolicy": {"Policy": {"DefaultVersionId": "v3"}},
            "iam.GetPolicyVersion": {"PolicyVersion": {"Document": json.dumps(document)}},
        }
    )

    assert target.task in TASK


def programs(monkeypatch: pytest.MonkeyPatch, folder: Path, *names: str) -> None:
    """Put programs, and no others, on PATH; they tell what they were called with."""
    for name in names:
        program = folder / name
        program.write_text(f'#!/bin/sh\necho "$@" "$AWS_ENDPOINT_URL" >{folder}/told\nexit 7\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(folder))


@pytest.mark.parametrize(("there", "missing"), [((), "aws"), (("aws",), "session-manager-plugin")])
def test_a_missing_program_is_found_before_aws_is_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, there: tuple[str, ...], missing: str
) -> None:
    """Nobody waits for AWS to learn that the plugin is missing."""
    stand_in = AwsStandIn({})
    monkeypatch.setattr("triflow.aws.find", lambda: stand_in.aws)
    programs(monkeypatch, tmp_path, *there)

    with pytest.raises(TriflowError, match=f"{missing} is not on this machine") as told:
        ecs_exec.run("prod", [])

    assert "https://docs.aws.amazon.com/" in told.value.fix
    assert stand_in.operations == []


@pytest.mark.parametrize(
    ("words", "typed"), [([], "/bin/sh"), (["ls", "a b"], "ls 'a b'"), (["ls | wc"], "ls | wc")]
)
def test_the_session_is_opened_in_the_aws_that_was_asked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: list[str], typed: str
) -> None:
    """The local AWS's task is never looked for in an account; the exit code is the session's."""
    stand_in = AwsStandIn(open_house())
    monkeypatch.setattr("triflow.aws.find", lambda: stand_in.aws)
    monkeypatch.setattr("triflow.outputs.read", lambda *_: a_prod())
    programs(monkeypatch, tmp_path, "aws", "session-manager-plugin")

    assert ecs_exec.run("prod", words) == 7
    told = (tmp_path / "told").read_text()
    assert told.endswith(f"--interactive --command {typed} http://127.0.0.1:5999\n")


def test_an_account_is_asked_with_the_callers_own_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Profile and keys stay what they are; only the region is ours."""
    monkeypatch.setenv("AWS_PROFILE", "triflow-production")

    environment = AwsStandIn({}, local=False).aws.environment

    assert environment["AWS_PROFILE"] == "triflow-production"
    assert environment["AWS_REGION"] == "ap-northeast-2"
    assert "AWS_PROFILE" not in AwsStandIn({}).aws.environment
