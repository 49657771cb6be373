"""`triflow exec`: a command inside a healthy running task, or the exact reason why that cannot be.

ECS Exec needs five things, and AWS names none of them when it fails: a service that allows it, a
task started since, rights of the task role, a running agent, and the plugin on this machine.
"""

import fnmatch
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from triflow import aws, outputs
from triflow.aws import REGION, Aws, Refusal
from triflow.deployed import Deployed
from triflow.errors import TriflowError

CONTAINER = "backend"
AGENT = "ExecuteCommandAgent"
SHELL = "/bin/sh"
# What the agent in the task has to be allowed (ADR C8).
RIGHTS = tuple(
    f"ssmmessages:{verb}{channel}Channel"
    for verb in ("Create", "Open")
    for channel in ("Control", "Data")
)
PROGRAMS = {
    "aws": "install the AWS CLI: https://docs.aws.amazon.com/cli/latest/userguide/install-cliv2.html",
    "session-manager-plugin": "install the Session Manager plugin: https://docs.aws.amazon.com/"
    "systems-manager/latest/userguide/session-manager-working-with-install-plugin.html",
}
NOBODY = "Nothing was started."


@dataclass(frozen=True)
class Target:
    """Where a command can run: a task of a cluster, and the container in it."""

    cluster: str
    task: str
    container: str = CONTAINER

    def command(self, words: str) -> list[str]:
        """Return the command line that opens the session."""
        return [
            "aws", "ecs", "execute-command", "--region", REGION, "--cluster", self.cluster,
            "--task", self.task, "--container", self.container, "--interactive",
            "--command", words,
        ]  # fmt: skip


def run(stack: str, words: Sequence[str]) -> int:
    """Run a command, a shell without one, in a task of a stack; return the AWS CLI's exit code.

    ECS Exec does not tell how the command itself ended. TriflowError with the reason and what to
    type if there is no way in.
    """
    require_programs()
    asked = aws.find()
    deployed = outputs.read(asked, stack)
    target = find(asked, deployed)
    command = shlex.join(words) if len(words) > 1 else "".join(words) or SHELL
    # The session handles Ctrl-C itself: it belongs to the program inside the task.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(  # noqa: S603 - the AWS CLI; the words go to the task as they are
            target.command(command), env=asked.environment, check=False
        ).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def require_programs() -> None:
    """Raise TriflowError for the first program that ECS Exec needs here and that is missing."""
    for program, remedy in PROGRAMS.items():
        if not shutil.which(program):
            raise TriflowError(f"{program} is not on this machine.", NOBODY, remedy)


def find(asked: Aws, deployed: Deployed) -> Target:
    """Return a task that can be entered, a healthy one first. TriflowError says why there is none.

    Rights that cannot be read are left for the session to find out.
    """
    cluster, service = deployed.output("cluster_name"), deployed.output("service_name")
    told = aws.together(
        {
            "service": partial(_service, asked, cluster, service),
            "tasks": partial(_tasks, asked, cluster, service),
            "rights": partial(_granted, asked, deployed.output("task_role_arn")),
        }
    )
    _require_service(deployed, service, aws.given(told["service"], NOBODY))
    opened = _opened(deployed, cluster, service, aws.given(told["tasks"], NOBODY))
    rights = told["rights"]
    if not isinstance(rights, Refusal):
        _require_rights(deployed, [str(one["action"]) for one in rights])
    return Target(cluster, _with_agent(cluster, opened))


def _service(asked: Aws, cluster: str, service: str) -> list[dict[str, Any]]:
    answer = asked.client("ecs").describe_services(cluster=cluster, services=[service])
    return list(answer.get("services") or ())


def _tasks(asked: Aws, cluster: str, service: str) -> list[dict[str, Any]]:
    ecs = asked.client("ecs")
    wish = {"cluster": cluster, "serviceName": service, "desiredStatus": "RUNNING"}
    arns = ecs.list_tasks(**wish).get("taskArns")
    answer = ecs.describe_tasks(cluster=cluster, tasks=arns) if arns else {}
    return [one for one in answer.get("tasks") or () if one.get("lastStatus") == "RUNNING"]


def _granted(asked: Aws, role_arn: str) -> list[dict[str, Any]]:
    """Return the actions that the task role's own policies allow, patterns included."""
    iam, role = asked.client("iam"), role_arn.rpartition("/")[2]
    names = iam.list_role_policies(RoleName=role).get("PolicyNames") or ()
    documents = [
        iam.get_role_policy(RoleName=role, PolicyName=name).get("PolicyDocument") or {}
        for name in names
    ]
    attached = iam.list_attached_role_policies(RoleName=role).get("AttachedPolicies") or ()
    for policy in attached:
        arn = policy["PolicyArn"]
        version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        answer = iam.get_policy_version(PolicyArn=arn, VersionId=version)
        documents.append(answer["PolicyVersion"]["Document"])
    return [{"action": action} for document in documents for action in _allowed(document)]


def _allowed(document: dict[str, Any]) -> Iterator[str]:
    statements = document.get("Statement") or ()
    for statement in [statements] if isinstance(statements, dict) else statements:
        if statement.get("Effect") == "Allow":
            actions = statement.get("Action") or ()
            yield from [actions] if isinstance(actions, str) else actions


def _require_service(deployed: Deployed, name: str, found: list[dict[str, Any]]) -> None:
    if not found:
        raise TriflowError(f"The service {name} is gone.", NOBODY, deployed.up)
    if found[0].get("enableExecuteCommand") is False:
        raise TriflowError(
            f"ECS Exec is switched off for {name} (ADR C8).",
            "No task of it can be entered.",
            f"{deployed.up}, then this again: it names the line that replaces the tasks",
        )


def _opened(
    deployed: Deployed, cluster: str, service: str, tasks: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    if not tasks:
        raise TriflowError(
            f"No task of {service} is running.",
            NOBODY,
            f"triflow status --stack {deployed.stack}   (says why)",
        )
    opened = [task for task in tasks if task.get("enableExecuteCommand") is not False]
    if not opened:
        raise TriflowError(
            f"The {len(tasks)} running tasks were started before ECS Exec was switched on.",
            "They stay closed for as long as they run.",
            f"aws ecs update-service --cluster {cluster} --service {service} "
            "--force-new-deployment   (replaces them, without an outage)",
        )
    return opened


def _with_agent(cluster: str, opened: list[dict[str, Any]]) -> str:
    with_agent = [task for task in opened if _agent(task).get("lastStatus") == "RUNNING"]
    if not with_agent:
        agent = _agent(opened[0])
        state = str(agent.get("lastStatus") or "not reported").lower()
        reason = f" ({agent['reason']})" if agent.get("reason") else ""
        raise TriflowError(
            f"The agent of ECS Exec is {state} in every running task{reason}.",
            NOBODY,
            "wait a minute if the task is new; then "
            f"aws ecs stop-task --cluster {cluster} --task {_id(opened[0])}   "
            "(the service starts another)",
        )
    with_agent.sort(key=lambda task: task.get("healthStatus") != "HEALTHY")
    return _id(with_agent[0])


def _agent(task: dict[str, Any]) -> dict[str, Any]:
    containers = [one for one in task.get("containers") or () if one.get("name") == CONTAINER]
    agents = [agent for one in containers for agent in one.get("managedAgents") or ()]
    return next((agent for agent in agents if agent.get("name") == AGENT), {})


def _id(task: dict[str, Any]) -> str:
    return str(task.get("taskArn", "")).rpartition("/")[2]


def _require_rights(deployed: Deployed, granted: Sequence[str]) -> None:
    lacking = [
        right
        for right in RIGHTS
        if not any(fnmatch.fnmatchcase(right.lower(), one.lower()) for one in granted)
    ]
    if lacking:
        raise TriflowError(
            f"The task role lacks {', '.join(lacking)} (ADR C8).",
            "The agent in the task cannot open a channel, and the session would hang.",
            deployed.up,
        )
