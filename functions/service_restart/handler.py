"""The restarter's entry: one Secrets Manager event in, at most one forced deployment.

Owns: reading the event, and asking ECS once per new value. Leaves alone: see the package.
"""

import json
import logging
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Literal

import boto3

log = logging.getLogger("service_restart")
log.setLevel(logging.INFO)

CALLS = ("PutSecretValue", "UpdateSecret")
CURRENT = "AWSCURRENT"
_SECRET_ARN = re.compile(r"(arn:[^:]+:secretsmanager:[^:]+:\d+:secret:(.+))-[A-Za-z0-9]{6}")

Outcome = Literal["restarted", "already-restarted", "other-secret", "other-event"]


class RestartError(Exception):
    """A fact, its consequence and what to type."""


def handle(event: Mapping[str, Any], _context: object) -> dict[str, Outcome]:
    """Force a new deployment if the event gives one of the service's secrets a new value.

    Called twice for one event, it deploys once: tasks begun after the event have the new value.

    Raises:
        RestartError: the service does not exist, or an environment variable is missing.
        ClientError: ECS refused; Lambda repeats the event.
    """
    outcome = _judge(event)
    log.info(json.dumps({"restart": outcome, "eventId": str(event.get("id", ""))}))
    return {"outcome": outcome}


def _judge(event: Mapping[str, Any]) -> Outcome:
    secret = changed_secret(event)
    if secret is None:
        return "other-event"
    if not any(secret in names(arn.strip()) for arn in _setting("SECRET_ARNS").split(",")):
        return "other-secret"
    cluster, service = _setting("CLUSTER"), _setting("SERVICE")
    if _begun(cluster, service) >= _time(event):
        return "already-restarted"
    _ecs().update_service(cluster=cluster, service=service, forceNewDeployment=True)
    return "restarted"


def changed_secret(event: Mapping[str, Any]) -> str | None:
    """Return the name or ARN of the secret whose current value the event changed, else None."""
    detail = event.get("detail") or {}
    if event.get("source") != "aws.secretsmanager" or detail.get("errorCode"):
        return None
    if detail.get("eventName") == "RotationSucceeded":
        found = (detail.get("additionalEventData") or {}).get("SecretId")
    elif detail.get("eventName") in CALLS:
        asked = detail.get("requestParameters") or {}
        stages = asked.get("versionStages") or [CURRENT]
        found = asked.get("secretId") if CURRENT in stages else None
    else:
        found = None
    return found or None


def names(arn: str) -> tuple[str, ...]:
    """Return what a caller may call the secret: its ARN, that without the random end, its name."""
    found = _SECRET_ARN.fullmatch(arn)
    return (arn, found[1], found[2]) if found else (arn,)


def _time(event: Mapping[str, Any]) -> datetime:
    """Return when the value changed; an event without a time restarts rather than not."""
    try:
        return datetime.fromisoformat(str(event.get("time")))
    except ValueError:
        return datetime.max.replace(tzinfo=UTC)


def _begun(cluster: str, service: str) -> datetime:
    """Return when the deployment whose tasks are wanted now began."""
    services = _ecs().describe_services(cluster=cluster, services=[service])["services"]
    active = [each for each in services if each["status"] == "ACTIVE"]
    if not active:
        raise RestartError(
            f"The service {service} does not exist in the cluster {cluster}. Its tasks keep the old"
            " secret.\nFix: update the stack, which gives this function the service's name."
        )
    deployments = active[0].get("deployments", [])
    begun = [each["createdAt"] for each in deployments if each["status"] == "PRIMARY"]
    return max(begun, default=datetime.min.replace(tzinfo=UTC))


def _setting(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise RestartError(
            f"The environment variable {name} is missing. The tasks keep the old secret.\n"
            f"Fix: set {name} on the function (docstring of service_restart) and deploy."
        )
    return value


@cache
def _ecs() -> Any:  # noqa: ANN401 - boto3 makes its clients at run time
    return boto3.client("ecs")
