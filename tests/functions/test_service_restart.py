"""Which Secrets Manager events restart the service, and how often."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from functions.service_restart import handler

NAME = "rds!db-0c7c2a1b-5e11-4a1e-9d3b-6f7a4e1d2f4c"
ARN = f"arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:{NAME}-AbCdEf"
OTHER = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:anthropic-api-key-GhIjKl"
CLUSTER, SERVICE = "triflow-ai-production-cluster", "triflow-ai-production-backend-service"


def an_event(kind: str, name: str, detail: dict[str, Any], when: datetime) -> dict[str, Any]:
    """Return a Secrets Manager event as EventBridge delivers it."""
    return {
        "version": "0",
        "id": "9d3b",
        "detail-type": kind,
        "source": "aws.secretsmanager",
        "time": when.isoformat(),
        "detail": {"eventSource": "secretsmanager.amazonaws.com", "eventName": name, **detail},
    }


def later() -> datetime:
    """Return a time after the service was made, however long ago these tests were collected."""
    return datetime.now(UTC) + timedelta(days=1)


def a_rotation(secret: str = ARN, when: datetime | None = None) -> dict[str, Any]:
    """Return what follows a rotation by RDS, with the fields that CloudTrail fills."""
    detail = {
        "eventType": "AwsServiceEvent",
        "requestParameters": None,
        "responseElements": None,
        "additionalEventData": {"SecretId": secret},
    }
    return an_event(
        "AWS Service Event via CloudTrail", "RotationSucceeded", detail, when or later()
    )


def a_call(name: str, secret: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return what follows a person's or program's call."""
    detail = {"eventType": "AwsApiCall", "requestParameters": {"secretId": secret, **more}}
    return an_event("AWS API Call via CloudTrail", name, detail, later())


@pytest.fixture
def ecs(aws: None, monkeypatch: pytest.MonkeyPatch) -> Any:  # noqa: ANN401 - boto3's
    """ECS with the service, and the function's environment."""
    assert aws is None
    monkeypatch.setenv("CLUSTER", CLUSTER)
    monkeypatch.setenv("SERVICE", SERVICE)
    monkeypatch.setenv("SECRET_ARNS", f"{ARN},{OTHER}")
    client = boto3.client("ecs")
    client.create_cluster(clusterName=CLUSTER)
    client.register_task_definition(
        family="triflow-ai-production-backend",
        containerDefinitions=[{"name": "backend", "image": "backend", "memory": 1536}],
    )
    client.create_service(
        cluster=CLUSTER,
        serviceName=SERVICE,
        taskDefinition="triflow-ai-production-backend",
        desiredCount=2,
    )
    return client


@pytest.fixture
def restarts(ecs: Any, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:  # noqa: ANN401
    """What ECS was asked to change, while it is changed."""
    asked: list[dict[str, Any]] = []
    real = ecs.update_service
    monkeypatch.setattr(handler, "_ecs", lambda: ecs)

    def update_service(**more: Any) -> None:  # noqa: ANN401 - as boto3's
        asked.append(more)
        real(**more)

    monkeypatch.setattr(ecs, "update_service", update_service)
    return asked


@pytest.mark.clause("C11")
@pytest.mark.parametrize(
    "event",
    [
        a_rotation(ARN),
        a_rotation(OTHER),
        a_call("PutSecretValue", OTHER),
        a_call("PutSecretValue", "anthropic-api-key"),
        a_call("PutSecretValue", OTHER.removesuffix("-GhIjKl")),
        a_call("PutSecretValue", OTHER, versionStages=["AWSCURRENT"]),
        a_call("UpdateSecret", OTHER, versionStages=None),
    ],
    ids=["managed rotation", "rotation", "put", "by name", "partial ARN", "current", "update"],
)
def test_a_new_value_restarts_the_service(
    restarts: list[dict[str, Any]], event: dict[str, Any]
) -> None:
    """However the value changed and however the caller named the secret: one forced deployment."""
    done = handler.handle(event, None)

    assert done == {"outcome": "restarted"}
    assert restarts == [{"cluster": CLUSTER, "service": SERVICE, "forceNewDeployment": True}]


@pytest.mark.clause("C11")
def test_a_repeated_event_restarts_once(restarts: list[dict[str, Any]]) -> None:
    """The first delivery's deployment began after the rotation, so its tasks have the value."""
    event = a_rotation(when=datetime.now(UTC))
    handler.handle(event, None)

    again = handler.handle(event, None)

    assert again == {"outcome": "already-restarted"}
    assert len(restarts) == 1


def test_a_deployment_begun_before_the_rotation_does_not_count(
    restarts: list[dict[str, Any]],
) -> None:
    """Its tasks may have read the old value: a rotation in the middle of it deploys again."""
    handler.handle(a_rotation(when=datetime.now(UTC)), None)

    done = handler.handle(a_rotation(when=later()), None)

    assert done == {"outcome": "restarted"}
    assert len(restarts) == 2


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (a_rotation(ARN.replace("rds!db", "rds!other")), "other-secret"),
        (a_rotation(NAME + "-2"), "other-secret"),
        (a_call("PutSecretValue", OTHER, versionStages=["AWSPENDING"]), "other-event"),
        (a_call("RotateSecret", ARN), "other-event"),
        (a_call("GetSecretValue", ARN), "other-event"),
        ({**a_rotation(), "source": "aws.ssm"}, "other-event"),
        ({**a_rotation(), "detail": None}, "other-event"),
        (
            an_event("AWS Service Event via CloudTrail", "RotationFailed", {}, later()),
            "other-event",
        ),
        (
            an_event(
                "AWS API Call via CloudTrail",
                "PutSecretValue",
                {"errorCode": "AccessDenied", "requestParameters": {"secretId": ARN}},
                later(),
            ),
            "other-event",
        ),
    ],
    ids=[
        "another secret",
        "a longer name",
        "a pending value",
        "rotation asked for",
        "reading",
        "another service",
        "no detail",
        "rotation failed",
        "refused call",
    ],
)
def test_what_gives_the_tasks_no_new_value_restarts_nothing(
    restarts: list[dict[str, Any]], event: dict[str, Any], outcome: str
) -> None:
    """A restart for nothing costs a deployment; each near miss stays silent."""
    done = handler.handle(event, None)

    assert done == {"outcome": outcome}
    assert restarts == []


def test_an_event_without_a_time_restarts(restarts: list[dict[str, Any]]) -> None:
    """Not knowing when, once too often is better than an old password."""
    event = {**a_rotation(), "time": None}

    done = handler.handle(event, None)

    assert done == {"outcome": "restarted"}
    assert len(restarts) == 1


@pytest.mark.usefixtures("ecs")
def test_a_service_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A renamed service would keep its old secret in silence."""
    monkeypatch.setenv("SERVICE", "renamed")

    with pytest.raises(handler.RestartError) as told:
        handler.handle(a_rotation(), None)

    assert str(told.value) == (
        "The service renamed does not exist in the cluster triflow-ai-production-cluster. Its tasks"
        " keep the old secret.\n"
        "Fix: update the stack, which gives this function the service's name."
    )


@pytest.mark.usefixtures("ecs")
@pytest.mark.parametrize("name", ["CLUSTER", "SERVICE", "SECRET_ARNS"])
def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """The error says which variable to set."""
    monkeypatch.delenv(name)

    with pytest.raises(handler.RestartError, match=f"The environment variable {name} is missing"):
        handler.handle(a_rotation(), None)
