"""What tests of the functions share: an AWS in this process, and a stand-in for Slack."""

from collections.abc import Iterator
from functools import cache

import boto3
import pytest
from moto import mock_aws

from functions.object_tagger import handler as tagger
from functions.service_restart import handler as restart
from functions.slack_relay import channels, slack
from functions.slack_relay import handler as relay
from tests.functions.slack_stand_in import Slack

# A client takes 50 ms to make, as boto3 reads its models, and works in every AWS of the process.
a_client = cache(boto3.client)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty AWS in Seoul; what the functions keep between invocations is forgotten."""
    monkeypatch.setattr(boto3, "client", a_client)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-2")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    tagger._s3.cache_clear()
    restart._ecs.cache_clear()
    channels.forget()
    relay._delivered.clear()
    with mock_aws():
        yield


@pytest.fixture
def stand_in() -> Iterator[Slack]:
    """A Slack on a free port of this machine."""
    with Slack() as server:
        yield server


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The pauses between attempts, in seconds, noted instead of slept."""
    noted: list[float] = []
    monkeypatch.setattr(slack, "sleep", noted.append)
    return noted
