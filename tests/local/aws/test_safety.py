"""The provider never talks to anything but the local AWS that the state belongs to."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.aws import epoch
from local.aws.__main__ import loopback_endpoint
from local.errors import LocalError
from tests.local.aws.driver import Engine, RefusedError, configured

LAUNCHER = Path(__file__).parents[3] / "local/aws/bin/pulumi-resource-aws"


@pytest.mark.parametrize(
    "endpoint", ["", "https://ec2.amazonaws.com", "http://10.0.0.1:5000", "http://127.0.0.1.evil"]
)
def test_it_refuses_an_endpoint_off_this_machine(endpoint: str) -> None:
    """Without a loopback address nothing is started."""
    with pytest.raises(LocalError, match="this machine only"):
        loopback_endpoint(endpoint)


def test_the_process_ends_with_one_sentence_and_without_a_port() -> None:
    """Nothing but the sentence is printed, and nothing on stdout, which carries the port."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}

    ended = subprocess.run(
        [sys.executable, "-m", "local.aws"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("AWS_ENDPOINT_URL is not set, and the local AWS provider")
    assert "Traceback" not in ended.stderr


def test_the_launcher_is_executable() -> None:
    """The engine finds it on PATH only then."""
    assert os.access(LAUNCHER, os.X_OK)


def test_an_emptied_server_is_noticed_before_anything_is_done(moto: str, home: Path) -> None:
    """The mark in the server and the one in the home folder differ."""
    (home / "server.json").write_text(json.dumps({"epoch": "another"}))

    with pytest.raises(RefusedError, match=r"It was restarted, .* gone\.\nFix: refresh first"):
        configured(moto)


def test_a_server_that_is_down_is_one_sentence(home: Path) -> None:
    """No trace, and the command that starts it."""
    assert home.exists()

    with pytest.raises(RefusedError, match=r"does not answer.*\nFix: run `triflow local start`"):
        configured("http://127.0.0.1:9")


def test_another_account_is_refused_in_the_words_of_the_aws_provider(moto: str, home: Path) -> None:
    """AllowedAccountIds holds, given as JSON text as the SDK sends it."""
    assert home.exists()

    with pytest.raises(RefusedError, match="AWS account ID not allowed: 123456789012"):
        configured(moto, allowedAccountIds=json.dumps(["210987654321"]))


def test_an_allowed_account_may_work(moto: str, home: Path) -> None:
    """The account that the local AWS plays is the one allowed."""
    assert home.exists()

    provider = configured(moto, allowedAccountIds=json.dumps(["123456789012"]))

    assert provider.session.account == "123456789012"


def test_two_regions_do_not_see_each_other(engine: Engine, moto: str) -> None:
    """A second provider works in its own region."""
    tokyo = Engine(configured(moto, region="ap-northeast-1"))

    engine.up("aws:sns/topic:Topic", "topic", {"name": "twin"})
    tokyo.up("aws:sns/topic:Topic", "topic", {"name": "twin"})

    assert ":ap-northeast-2:" in engine.state["topic"].identity
    assert ":ap-northeast-1:" in tokyo.state["topic"].identity
    assert tokyo.destroyed()


def test_the_epoch_of_a_stranger_is_none() -> None:
    """A port where nobody listens has no epoch."""
    assert epoch.current("http://127.0.0.1:9") is None
