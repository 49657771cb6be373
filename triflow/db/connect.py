"""`triflow db connect`: psql here, through a running task, to the database there (ADR C8, D8).

The session of Systems Manager forwards a port of this machine through the task's agent. The
password is fetched with this machine's rights, handed to psql by its environment and shown nowhere.
"""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console

from triflow import aws as asking
from triflow import ecs_exec, outputs
from triflow.aws import REGION, Aws
from triflow.deployed import Deployed
from triflow.ecs_exec import Target
from triflow.errors import Exit, TriflowError

DATABASE = "triflow"
DOCUMENT = "AWS-StartPortForwardingSessionToRemoteHost"
SECONDS_BETWEEN_LOOKS = 0.5
LOOKS = 60


@dataclass(frozen=True)
class Way:
    """A way in: the task with its container's runtime id, the database, the port here."""

    target: Target
    runtime: str
    host: str
    port: str
    local_port: int

    @property
    def command(self) -> list[str]:
        """Return the command line that opens the way, with nothing secret in it."""
        parameters = {
            "host": [self.host],
            "portNumber": [self.port],
            "localPortNumber": [str(self.local_port)],
        }
        return [
            "aws", "ssm", "start-session", "--region", REGION,
            "--target", f"ecs:{self.target.cluster}_{self.target.task}_{self.runtime}",
            "--document-name", DOCUMENT, "--parameters", json.dumps(parameters),
        ]  # fmt: skip


def connect(stack: str, local_port: int, console: Console, *, only_print: bool) -> int:
    """Open the way and run psql over it; return psql's exit code.

    TriflowError if a program is missing here, no task can be entered or the secret is refused.
    """
    if not only_print:
        ecs_exec.require_programs()
        _require_psql()
        _require_free(local_port)
    aws = asking.find()
    deployed = outputs.read(aws, stack)
    if aws.server:
        raise TriflowError(
            "The local AWS has neither a task to go through nor a database behind it.",
            "Nothing was opened.",
            "export TRIFLOW_AWS=account   (then this again, on the account itself)",
        )
    way = find(aws, deployed, local_port)
    if only_print:
        console.print(shlex.join(way.command), markup=False, highlight=False, soft_wrap=True)
        return Exit.DONE
    secret = _secret(aws, deployed)
    with _open(aws, way):
        return _psql(_environment(way, secret))


def find(aws: Aws, deployed: Deployed, local_port: int) -> Way:
    """Return the way through a healthy task. TriflowError says why there is none."""
    target = ecs_exec.find(aws, deployed)
    answer = asking.demand(
        lambda: aws.client("ecs").describe_tasks(cluster=target.cluster, tasks=[target.task])
    )
    containers = answer["tasks"][0].get("containers") or ()
    runtime = next((c.get("runtimeId") for c in containers if c["name"] == target.container), None)
    if not runtime:
        raise TriflowError(
            f"ECS tells no runtime id of the container {target.container}.",
            "Nothing was opened.",
            "run it again in a minute, when the task has started",
        )
    host, _, port = deployed.output("db_endpoint").partition(":")
    return Way(target, runtime, host, port or "5432", local_port)


def _require_psql() -> None:
    if not shutil.which("psql"):
        raise TriflowError(
            "psql is not on this machine.",
            "Nothing was opened.",
            "apt-get install postgresql-client   (or: triflow db connect --print)",
        )


def _require_free(port: int) -> None:
    """Whoever listens there already would be handed the password."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise TriflowError(
                f"Another program listens on port {port}.",
                "Nothing was opened.",
                f"triflow db connect --port {port + 1}",
            )


def _secret(aws: Aws, deployed: Deployed) -> Mapping[str, str]:
    """Return user and password as RDS keeps them (ADR D15)."""
    arn = deployed.output("db_secret_arn")
    answer = asking.demand(lambda: aws.client("secretsmanager").get_secret_value(SecretId=arn))
    secret: Mapping[str, str] = json.loads(answer["SecretString"])
    return secret


def _environment(way: Way, secret: Mapping[str, str]) -> dict[str, str]:
    return os.environ | {
        "PGHOST": "127.0.0.1",
        "PGPORT": str(way.local_port),
        "PGDATABASE": DATABASE,
        "PGUSER": secret["username"],
        "PGPASSWORD": secret["password"],
        "PGSSLMODE": "require",
    }


@contextmanager
def _open(aws: Aws, way: Way) -> Iterator[None]:
    """Keep the session open while the block runs; TriflowError with its words if it ends first."""
    with subprocess.Popen(  # noqa: S603 - the AWS CLI
        way.command,
        env=aws.environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # Ctrl-C in psql ends a query, and not the way
    ) as session:
        try:
            _wait_for_port(session, way.local_port)
            yield
        finally:
            if session.poll() is None:
                os.killpg(session.pid, signal.SIGTERM)


def _wait_for_port(session: "subprocess.Popen[str]", port: int) -> None:
    for _ in range(LOOKS):
        if session.poll() is not None:
            said = session.stdout.read().strip() if session.stdout else ""
            raise TriflowError(
                f"The session ended before the way was open: {said or 'it said nothing'}.",
                "psql was not started.",
                "triflow exec true   (says whether the task can be entered at all)",
            )
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(SECONDS_BETWEEN_LOOKS)
    raise TriflowError(
        f"Port {port} was not opened within 30 s.",
        "psql was not started.",
        "triflow db connect --port 15433   (or look with --print)",
    )


def _psql(environment: Mapping[str, str]) -> int:
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        return subprocess.run(["psql"], env=environment, check=False).returncode  # noqa: S607 - PATH
    finally:
        signal.signal(signal.SIGINT, before)
