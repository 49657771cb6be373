"""`triflow preflight` on the state: where it is kept, who holds it, and when it cannot be read."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.triflow import preflight_stage as stage
from tests.triflow.aws_stand_in import AwsStandIn
from tests.triflow.preflight_stage import the, told
from triflow import outputs, stacks
from triflow.errors import TriflowError
from triflow.preflight import run


@pytest.fixture(autouse=True)
def _the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delegate the zone, and have the program's own plugin."""
    stage.the_world(monkeypatch)


@pytest.mark.parametrize(
    ("held", "state"), [(True, "failed"), (False, "ok")], ids=["locked", "free"]
)
def test_a_lock_is_seen_in_each_kind_of_backend(tmp_path: Path, *, held: bool, state: str) -> None:
    """A folder keeps a file, a service tells of an update."""
    if held:
        locks = tmp_path / ".pulumi/locks/organization/triflow-ai/prod"
        locks.mkdir(parents=True)
        (locks / "0815.json").write_text("{}")
    folder = told(engine={"whoami": json.dumps({"url": f"file://{tmp_path}"})}, local=True)
    listed = json.dumps([{"name": "triflow/triflow-ai/prod", "updateInProgress": held}])
    service = told(engine={"whoami": '{"url": "https://app.pulumi.com/kim"}', "stack": listed})

    assert the("lock", folder).state == state
    assert the("lock", service).state == state


@pytest.mark.parametrize("url", ["file://~", "file://~/", "file://~?no_tmp_dir=true"])
def test_a_lock_is_seen_in_the_folder_that_pulumi_login_local_keeps(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine tells its address as it was typed; the home is where it keeps the state."""
    home = SimpleNamespace(pw_dir=str(tmp_path))
    monkeypatch.setattr("triflow.preflight.machine.pwd.getpwuid", lambda _uid: home)
    locks = tmp_path / ".pulumi/locks/organization/triflow-ai/prod"
    locks.mkdir(parents=True)
    (locks / "0815.json").write_text("{}")

    line = the("lock", told(engine={"whoami": json.dumps({"url": url})}, local=True))

    assert (line.state, "0815" in line.fact) == ("failed", True)


def test_a_service_that_does_not_tell_of_updates_leaves_the_lock_unknown() -> None:
    """Neither held nor free."""
    found = told(engine={"whoami": '{"url": "https://app.pulumi.com/kim"}', "stack": ""})

    assert the("lock", found).state == "unknown"


UNREADABLE = TriflowError("The state cannot be read: no way.", "It is unknown.", "pulumi login ...")


@pytest.mark.parametrize("subject", ["zone", "image"])
def test_a_foundation_whose_state_cannot_be_read_is_not_said_to_be_missing(subject: str) -> None:
    """To bring it up once more would make a second zone, with other name servers."""
    line = the(subject, told(foundation={}, unread={"foundation": UNREADABLE}))

    assert (line.state, line.fact) == (
        "unknown",
        "could not be checked: The state cannot be read: no way",
    )
    assert line.fix == "pulumi login ..."


def test_a_stack_whose_state_cannot_be_read_may_have_subscriptions() -> None:
    """It is not claimed that there is no topic yet."""
    line = the("subscriptions", told(unread={"prod": UNREADABLE}))

    assert (line.state, line.fix) == ("unknown", "pulumi login ...")


@pytest.mark.parametrize(
    ("why", "unread"),
    [(outputs.NotUp("It is not up.", "Nothing.", "up"), {}), (UNREADABLE, {"prod", "foundation"})],
    ids=["not up", "unreadable"],
)
def test_what_is_not_up_is_known_and_what_cannot_be_read_is_not(
    why: TriflowError, unread: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only of the second is anything unknown."""

    def refuse(_aws: object, _name: str) -> None:
        raise why

    monkeypatch.setattr("triflow.preflight.run.outputs.read", refuse)
    monkeypatch.setattr("triflow.preflight.run.engine.find", lambda *_: None)
    monkeypatch.setattr("triflow.preflight.run.engine.plan", lambda *_: stage.PLAN)

    looked_at = run._context(AwsStandIn({}, local=False).aws, stacks.chosen("prod")[0])

    assert set(looked_at.unread) == set(unread)
    assert looked_at.foundation == {}
