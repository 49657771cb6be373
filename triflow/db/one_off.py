"""Statements in a one-off task beside the service: nobody else reaches the database (ADR D8, D10).

Network, log group, role and secrets are those of the running service. The task definition is made
for one run and withdrawn after it, so it belongs to nobody's state. The password goes from Secrets
Manager into the container, and by no other way.
"""

import csv
import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from triflow import aws as asking
from triflow.aws import Aws, Refusal
from triflow.deploy.rollout import Service
from triflow.deployed import Deployed
from triflow.errors import TriflowError

# The client of a newer version speaks to every older server. By digest, since a tag can move; from
# AWS's mirror, since Docker Hub counts what leaves by one NAT gateway.
IMAGE: Final = (
    "public.ecr.aws/docker/library/postgres:17-alpine"
    "@sha256:742f40ea20b9ff2ff31db5458d127452988a2164df9e17441e191f3b72252193"
)
CONTAINER: Final = "psql"
BACKEND: Final = "backend"
SECONDS_BETWEEN_LOOKS: Final = 3.0
LOOKS_AT_LOG: Final = 5
LOOKS: Final = 100  # five minutes: pulling the image takes most of one
# psql's own variables by the backend's.
PLAIN: Final = {"DB_HOST": "PGHOST", "DB_PORT": "PGPORT", "DB_NAME": "PGDATABASE"}
SECRET: Final = {"DB_USERNAME": "PGUSER", "DB_PASSWORD": "PGPASSWORD"}
PSQL: Final = ("-X", "--quiet", "--csv", "--tuples-only")
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Seat:
    """Where a task beside the service runs: its network, and the definition it is made of."""

    service: Service
    network: Mapping[str, Any]
    definition: Mapping[str, Any]


@dataclass(frozen=True)
class Outcome:
    """What psql printed, line by line, and its exit code; 0 does not mean that all went well."""

    exit_code: int
    lines: tuple[str, ...]

    @property
    def errors(self) -> tuple[str, ...]:
        """Return the lines in which PostgreSQL or psql complains."""
        return tuple(line for line in self.lines if "ERROR:" in line or "psql: error" in line)

    def rows(self, mark: str) -> list[list[str]]:
        """Return the cells of the rows that begin with a mark, and so are no other lines."""
        marked = [line for line in self.lines if line.startswith(f"{mark},")]
        return [cells[1:] for cells in csv.reader(marked)]


def psql(statements: Sequence[str]) -> list[str]:
    """Return psql's arguments for statements that are run one by one, whatever the others do."""
    return [*PSQL, *(word for statement in statements for word in ("-c", statement))]


def run(aws: Aws, deployed: Deployed, statements: Sequence[str], tell: Tell) -> Outcome:
    """Run statements in a task and return what was printed.

    TriflowError if the task cannot be started or ends without an exit code, or if this is the local
    AWS, which starts none. An interrupt stops the task; the statements have to bear that.
    """
    seat = _seat(aws, deployed)
    with _defined(aws, seat, statements) as definition:
        task = _started(aws, seat, definition)
        tell(f"task {_id(task)} accepted; its output goes to {_log(seat)['awslogs-group']}")
        if aws.server:
            _stop(aws, seat, task, "the local AWS starts no containers")
            raise TriflowError(
                "The local AWS accepted the task but starts no containers.",
                "No statement was run.",
                "export TRIFLOW_AWS=account   (then this again, on the account itself)",
            )
        return _outcome(aws, seat, _ended(aws, seat, task))


def _seat(aws: Aws, deployed: Deployed) -> Seat:
    service = Service(deployed.output("cluster_name"), deployed.output("service_name"))
    ecs = asking.demand(lambda: aws.client("ecs"))
    answer = asking.demand(
        lambda: ecs.describe_services(cluster=service.cluster, services=[service.name])
    )
    found: Mapping[str, Any] = next(iter(answer.get("services") or ()), {})
    if not found.get("networkConfiguration"):
        raise TriflowError(
            f"ECS knows nothing of the service {service.name}.",
            "The network of the database's neighbours is not known, so nothing was started.",
            deployed.up,
        )
    wish = found["taskDefinition"]
    told = asking.demand(lambda: ecs.describe_task_definition(taskDefinition=wish))
    return Seat(service, found["networkConfiguration"], told["taskDefinition"])


def definition(seat: Seat, statements: Sequence[str]) -> dict[str, Any]:
    """Return the task definition: psql with the backend's database, secrets, role and log group."""
    return {
        "family": f"{seat.definition['family']}-psql",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": seat.definition["executionRoleArn"],
        "containerDefinitions": [
            {
                "name": CONTAINER,
                "image": IMAGE,
                "essential": True,
                "cpu": 256,
                "memory": 512,
                "entryPoint": ["psql"],
                "command": psql(statements),
                "environment": [
                    *_renamed(_backend(seat).get("environment", ()), PLAIN),
                    {"name": "PGSSLMODE", "value": "require"},  # ADR D11
                    {"name": "PGCONNECT_TIMEOUT", "value": "15"},  # seconds
                ],
                "secrets": _renamed(_backend(seat).get("secrets", ()), SECRET),
                "logConfiguration": {
                    "logDriver": "awslogs",
                    "options": {**_log(seat), "awslogs-stream-prefix": CONTAINER},
                },
            }
        ],
    }


def _backend(seat: Seat) -> Mapping[str, Any]:
    containers = seat.definition["containerDefinitions"]
    found: Mapping[str, Any] = next(one for one in containers if one["name"] == BACKEND)
    return found


def _log(seat: Seat) -> Mapping[str, str]:
    options: Mapping[str, str] = _backend(seat)["logConfiguration"]["options"]
    return {key: options[key] for key in ("awslogs-group", "awslogs-region")}


def _renamed(
    variables: Sequence[Mapping[str, str]], names: Mapping[str, str]
) -> list[dict[str, str]]:
    return [
        {**variable, "name": names[variable["name"]]}
        for variable in variables
        if variable["name"] in names
    ]


@contextmanager
def _defined(aws: Aws, seat: Seat, statements: Sequence[str]) -> Iterator[str]:
    """Register the task definition while the block runs; a task that runs keeps it by itself."""
    ecs = aws.client("ecs")
    answer = asking.demand(lambda: ecs.register_task_definition(**definition(seat, statements)))
    arn = answer["taskDefinition"]["taskDefinitionArn"]
    try:
        yield arn
    finally:
        asking.demand(lambda: ecs.deregister_task_definition(taskDefinition=arn))


def _started(aws: Aws, seat: Seat, definition: str) -> str:
    answer = asking.demand(
        lambda: aws.client("ecs").run_task(
            cluster=seat.service.cluster,
            taskDefinition=definition,
            launchType="FARGATE",
            networkConfiguration=seat.network,
            startedBy="triflow-db",
        )
    )
    if not answer.get("tasks"):
        reasons = ", ".join(one.get("reason", "") for one in answer.get("failures") or ())
        raise TriflowError(
            f"ECS started no task: {reasons or 'it gave no reason'}.",
            "No statement was run.",
            f"triflow doctor explain {shlex.quote(reasons or 'no reason')}",
        )
    return str(answer["tasks"][0]["taskArn"])


def _ended(aws: Aws, seat: Seat, task: str) -> Mapping[str, Any]:
    """Wait until the task has stopped, for five minutes; whatever ends the waiting stops it."""
    ecs, cluster = aws.client("ecs"), seat.service.cluster
    stopped = False
    try:
        for _ in range(LOOKS):
            time.sleep(SECONDS_BETWEEN_LOOKS)
            answer = asking.demand(lambda: ecs.describe_tasks(cluster=cluster, tasks=[task]))
            seen: Mapping[str, Any] = next(iter(answer.get("tasks") or ()), {})
            stopped = seen.get("lastStatus") == "STOPPED"
            if stopped:
                return seen
    finally:
        if not stopped:
            _stop(aws, seat, task, "triflow db no longer waits for it")
    raise TriflowError(
        f"The task {_id(task)} had not ended after five minutes and was stopped.",
        "Whether its statements were run is not known; they can be run again.",
        f"aws logs tail {_log(seat)['awslogs-group']} --log-stream-name-prefix {CONTAINER}/",
    )


def _stop(aws: Aws, seat: Seat, task: str, reason: str) -> None:
    cluster = seat.service.cluster
    asking.demand(lambda: aws.client("ecs").stop_task(cluster=cluster, task=task, reason=reason))


def _outcome(aws: Aws, seat: Seat, task: Mapping[str, Any]) -> Outcome:
    containers: Sequence[Mapping[str, Any]] = task.get("containers") or ({},)
    exit_code = containers[0].get("exitCode")
    if exit_code is None:  # it never began: no image, no secret, no address
        reason = str(containers[0].get("reason") or task.get("stoppedReason") or "no reason given")
        raise TriflowError(
            f"The task ended before psql began: {reason}.",
            "No statement was run.",
            f"triflow doctor explain {shlex.quote(reason)}",
        )
    return Outcome(exit_code, tuple(_printed(aws, seat, str(task["taskArn"]))))


def _printed(aws: Aws, seat: Seat, task: str) -> list[str]:
    """The log arrives some seconds after the end of the task; until then it may not even exist."""
    for _ in range(LOOKS_AT_LOG):
        answer = asking.together(
            {
                "log": lambda: aws.client("logs").get_log_events(
                    logGroupName=_log(seat)["awslogs-group"],
                    logStreamName=f"{CONTAINER}/{CONTAINER}/{_id(task)}",
                    startFromHead=True,
                )
            }
        )["log"]
        if isinstance(answer, Refusal):
            if answer.kind != "not found":
                raise TriflowError(answer.fact, "What psql printed is not known.", answer.fix)
        elif answer.get("events"):
            return [str(event.get("message", "")) for event in answer["events"]]
        time.sleep(SECONDS_BETWEEN_LOOKS)
    return []


def _id(task: str) -> str:
    return task.rpartition("/")[2]
