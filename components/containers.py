"""The containers of a task, as ECS takes them: the backend, and Prometheus beside it (ADR C7, C10).

Pure: plain values in, JSON out. ECS wants numbers as numbers and environment values as strings, and
finds a slip in it only when the task is registered.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BACKEND = "backend"
PORT = 8000
SIDECAR_CPU = 64  # units
SIDECAR_MB = 384
SPARE_MB = 128  # of the task, left to neither: a task that meets its own limit is killed whole

# By digest, since anybody at the registry can move a tag. From Quay: Docker Hub counts pulls, and
# all tasks leave by the address of one NAT gateway.
PROMETHEUS = (
    "quay.io/prometheus/prometheus:v3.5.0"
    "@sha256:63805ebb8d2b3920190daf1cb14a60871b16fd38bed42b857a3182bc621f4996"
)
REMOTE_WRITE_TOKEN = "REMOTE_WRITE_TOKEN"  # noqa: S105  # the name of the variable that holds it

# Fargate mounts no files, so the container writes its own before it begins. In agent mode
# Prometheus keeps nothing but what it has not yet sent.
SIDECAR_START = (
    "umask 077; "
    'printf %s "$PROMETHEUS_CONFIG" > /tmp/prometheus.yml; '
    f'printf %s "${REMOTE_WRITE_TOKEN}" > /tmp/token; '
    "exec /bin/prometheus --agent --config.file=/tmp/prometheus.yml --storage.agent.path=/tmp/wal"
)


@dataclass(frozen=True, kw_only=True)
class Task:
    """What the containers are made of; secrets are ARNs by the variable that will hold them."""

    environment: str
    region: str
    image: str
    cpu: int
    memory_mb: int
    log_group: str
    variables: Mapping[str, str]
    secrets: Mapping[str, str]
    remote_write_url: str
    remote_write_token_arn: str


def definitions(task: Task) -> str:
    """Return both containers as JSON text."""
    return json.dumps([_backend(task), _prometheus(task)])


def _backend(task: Task) -> dict[str, Any]:
    return {
        "name": BACKEND,
        "image": task.image,
        "essential": True,
        "cpu": task.cpu - SIDECAR_CPU,
        "memory": task.memory_mb - SIDECAR_MB - SPARE_MB,
        "portMappings": [{"containerPort": PORT, "protocol": "tcp"}],
        "environment": _named(task.variables, "value"),
        "secrets": _named(task.secrets, "valueFrom"),
        # A shell of ECS Exec leaves orphans behind; process 1 has to collect them (ADR C8).
        "linuxParameters": {"initProcessEnabled": True},
        "logConfiguration": _logs(task, BACKEND),
    }


def _prometheus(task: Task) -> dict[str, Any]:
    """Never essential: the service does not stop because its metrics do."""
    return {
        "name": "prometheus",
        "image": PROMETHEUS,
        "essential": False,
        "cpu": SIDECAR_CPU,
        "memory": SIDECAR_MB,
        "entryPoint": ["/bin/sh", "-c"],
        "command": [SIDECAR_START],
        "environment": _named({"PROMETHEUS_CONFIG": _prometheus_config(task)}, "value"),
        "secrets": _named({REMOTE_WRITE_TOKEN: task.remote_write_token_arn}, "valueFrom"),
        "dependsOn": [{"containerName": BACKEND, "condition": "START"}],
        "logConfiguration": _logs(task, "prometheus"),
    }


def _prometheus_config(task: Task) -> str:
    """JSON is YAML, and needs no indentation to be kept."""
    return json.dumps(
        {
            "global": {
                "scrape_interval": "60s",
                "external_labels": {"environment": task.environment},
            },
            "scrape_configs": [
                {"job_name": BACKEND, "static_configs": [{"targets": [f"localhost:{PORT}"]}]}
            ],
            "remote_write": [
                {
                    "url": task.remote_write_url,
                    "authorization": {"credentials_file": "/tmp/token"},  # noqa: S108  # the task's
                }
            ],
        }
    )


def _logs(task: Task, stream_prefix: str) -> dict[str, Any]:
    return {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": task.log_group,
            "awslogs-region": task.region,
            "awslogs-stream-prefix": stream_prefix,
        },
    }


def _named(values: Mapping[str, str], key: str) -> list[dict[str, str]]:
    """Sorted: ECS gives them back sorted, and another order would be another revision."""
    return [{"name": name, key: values[name]} for name in sorted(values)]
