"""A moto server inside the test process, and the provider as the engine drives it."""

import json
import logging
import os
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

# moto's models and werkzeug's server use what their own dependencies deprecate.
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from moto.server import ThreadedMotoServer

    from local.aws import moto_process

from local.aws import epoch
from local.aws.server import SECONDS_TO_START
from tests.local.aws.driver import Engine, configured

ACCOUNT = "123456789012"


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """The endpoint of a server, started once for all tests of a process."""
    os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "true"
    logging.getLogger("werkzeug").setLevel(logging.WARNING)  # else a line for each request
    moto_process.correct()
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def home(moto: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of the local AWS at `moto`, with an epoch of its own."""
    mark = epoch.write(moto, SECONDS_TO_START)
    (tmp_path / "server.json").write_text(json.dumps({"endpoint": moto, "epoch": mark}))
    monkeypatch.setenv("LOCAL_AWS_HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def engine(moto: str, home: Path) -> Iterator[Engine]:
    """A stack in Seoul without resources; what a test leaves in it is deleted again."""
    del home
    stack = Engine(configured(moto))
    yield stack
    if not stack.destroyed():
        _empty(moto)


@pytest.fixture
def aws(moto: str) -> Callable[[str], Any]:
    """boto3's client factory for looking behind the provider's back."""
    session = boto3.Session("test", "test", region_name="ap-northeast-2")
    client: Callable[..., Any] = session.client
    return lambda service: client(service, endpoint_url=moto)


def _empty(moto: str) -> None:
    """Empty the server: slow, since it then loads AWS's own policies again."""
    request = urllib.request.Request(f"{moto}/moto-api/reset", method="POST")  # noqa: S310 - moto's own
    with urllib.request.urlopen(request):  # noqa: S310 - likewise
        pass
