"""AWS as the verbs ask it: which one, and what its refusals are called."""

import json
from pathlib import Path

import botocore.session
import pytest
from botocore import exceptions
from botocore.parsers import ResponseParserError

from local.aws.server import Server
from local.engine.found import Engine
from local.state import State
from local.workspace import Workspace
from tests.local.engine.machine import Machine
from triflow import aws, outputs
from triflow.aws import Aws, Refusal
from triflow.errors import TriflowError

LOCAL = Server("http://127.0.0.1:5999", 1, "mark")


def an_answer(code: str, message: str = "") -> exceptions.ClientError:
    """Return the error that botocore raises when a service answers with this code."""
    return exceptions.ClientError({"Error": {"Code": code, "Message": message}}, "DescribeServices")


def running(monkeypatch: pytest.MonkeyPatch, server: Server | None, wish: str = "") -> None:
    """Have the clone's local AWS run or not, and TRIFLOW_AWS say something."""
    monkeypatch.setattr("triflow.aws.local_aws.find", lambda _home: server)
    monkeypatch.setenv("TRIFLOW_AWS", wish)


def a_stack(*resources: dict[str, object]) -> tuple[dict[str, object], ...]:
    """Return recorded resources, the stack with its outputs first."""
    root: dict[str, object] = {
        "type": "pulumi:pulumi:Stack",
        "outputs": {"cluster_name": "the-cluster", "url": ""},
    }
    return (root, *resources)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AccessDeniedException", "denied"),
        ("UnauthorizedOperation", "denied"),
        ("AuthorizationError", "denied"),
        ("403", "denied"),
        ("ThrottlingException", "throttled"),
        ("TooManyRequestsException", "throttled"),
        ("RequestLimitExceeded", "throttled"),
        ("ExpiredTokenException", "credentials"),
        ("InvalidClientTokenId", "credentials"),
        ("ClusterNotFoundException", "not found"),
        ("DBInstanceNotFound", "not found"),
        ("NoSuchBucket", "not found"),
        ("AWS.SimpleQueueService.NonExistentQueue", "not found"),
        ("InternalFailure", "failed"),
        ("", "failed"),
    ],
)
def test_each_code_of_aws_has_one_meaning(code: str, kind: str) -> None:
    """Services spell alike things differently; the kind, the operation and the fix are told."""
    told = aws.refusal(an_answer(code, "Because"))

    assert told.kind == kind
    assert told.fact.startswith("DescribeServices ")
    assert told.fact.endswith(": Because.")
    assert told.fix


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (exceptions.NoCredentialsError(), "credentials"),
        (exceptions.ProfileNotFound(profile="nobody"), "credentials"),
        (exceptions.UnauthorizedSSOTokenError(), "credentials"),
        (exceptions.EndpointConnectionError(endpoint_url="https://x"), "unreachable"),
        (exceptions.ConnectTimeoutError(endpoint_url="https://x"), "unreachable"),
        (exceptions.ReadTimeoutError(endpoint_url="https://x"), "unreachable"),
        (exceptions.ParamValidationError(report="no"), "failed"),
        (ResponseParserError("<!doctype html>"), "failed"),
    ],
)
def test_an_error_before_any_answer_has_a_meaning_too(error: Exception, kind: str) -> None:
    """No credentials, no network and a wrong call are told apart."""
    assert aws.refusal(error).kind == kind


def test_the_kilobyte_that_ec2_appends_is_not_shown() -> None:
    """An encoded message is of no use to a reader."""
    told = aws.refusal(
        an_answer(
            "UnauthorizedOperation", "Not allowed. Encoded authorization failure message: aGk"
        )
    )

    assert told.fact == "DescribeServices was denied (UnauthorizedOperation): Not allowed."


def test_one_refusal_does_not_keep_the_other_answers_away() -> None:
    """Asked together, each gets its own answer."""

    def refuse() -> str:
        raise an_answer("ThrottlingException")

    told = aws.together({"one": lambda: "here", "two": refuse})

    assert told["one"] == "here"
    assert isinstance(told["two"], Refusal)
    assert told["two"].kind == "throttled"


def test_a_demand_that_is_refused_ends_the_command_in_three_sentences() -> None:
    """Fact, consequence, what to type."""

    def refuse() -> str:
        raise an_answer("AccessDenied", "no")

    with pytest.raises(TriflowError) as ended:
        aws.demand(refuse)

    assert "was denied" in ended.value.fact
    assert "get-caller-identity" in ended.value.fix


def test_the_local_aws_is_asked_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else it is the account; either can be wished for by name."""
    running(monkeypatch, LOCAL)
    assert aws.find().server == LOCAL
    running(monkeypatch, None)
    assert aws.find().server is None
    running(monkeypatch, LOCAL, "account")
    assert aws.find().server is None


def test_a_local_aws_that_is_wished_for_and_down_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wants to be led to the account instead."""
    running(monkeypatch, None, "local")

    with pytest.raises(TriflowError, match="The local AWS is not running"):
        aws.find()


def test_a_wish_for_no_aws_there_is_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slip in the variable never falls back to anything."""
    running(monkeypatch, LOCAL, "prod")

    with pytest.raises(TriflowError, match="names no AWS"):
        aws.find()


def test_a_profile_that_does_not_exist_cannot_stop_the_local_aws(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The local AWS takes any key and reads nobody's files."""
    running(monkeypatch, LOCAL)
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    client = aws.find().client("sts")

    assert client.meta.endpoint_url == LOCAL.endpoint
    assert client.meta.region_name == "ap-northeast-2"


@pytest.mark.parametrize(("server", "seconds"), [(None, 5), (LOCAL, 20)])
def test_a_client_gives_up_soon_and_is_made_once(server: Server | None, seconds: int) -> None:
    """Two tries of five seconds: an operator at three in the morning does not wait for sixty.

    The local AWS is one process on a machine that may be busy: it has more.
    """
    asked = Aws(botocore.session.Session(), server)

    client = asked.client("sts")

    assert asked.client("sts") is client
    assert client.meta.config.connect_timeout == 5
    assert client.meta.config.read_timeout == seconds
    assert client.meta.config.retries["total_max_attempts"] == 2


def test_outputs_are_read_from_the_local_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """No engine is started for it."""
    state = State(a_stack({"type": "aws:ecs/cluster:Cluster"}), 0, "")
    monkeypatch.setattr("triflow.outputs.Workspace.state", lambda *_: state)
    monkeypatch.setattr("triflow.outputs.Workspace.was_emptied", lambda *_: False)

    found = outputs.read(Aws(botocore.session.Session(), LOCAL), "prod")

    assert found.output("cluster_name") == "the-cluster"
    assert len(found.of_kind("aws:ecs/cluster:Cluster")) == 1
    with pytest.raises(TriflowError, match="prod has no output url"):
        found.output("url")


@pytest.mark.parametrize(
    ("emptied", "says"),
    [(False, "prod is not up in the local AWS"), (True, "what was up of prod is gone with it")],
)
def test_a_stack_that_is_not_up_is_told(
    monkeypatch: pytest.MonkeyPatch, *, emptied: bool, says: str
) -> None:
    """Never brought up, or gone with an earlier local AWS."""
    state = State(a_stack({"type": "aws:ecs/cluster:Cluster"}), 0, "") if emptied else None
    monkeypatch.setattr("triflow.outputs.Workspace.state", lambda *_: state)
    monkeypatch.setattr("triflow.outputs.Workspace.was_emptied", lambda *_: emptied)

    with pytest.raises(TriflowError, match=says):
        outputs.read(Aws(botocore.session.Session(), LOCAL), "prod")


def engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    """Put a program that answers as the engine would in the engine's place."""
    machine = Machine(tmp_path)
    machine.pulumi()
    machine.program("pulumi", '[ "$1" = version ] && echo v3.259.0 && exit', script)
    monkeypatch.setenv("PATH", str(machine.bin))


def test_outputs_of_an_account_are_exported_by_the_engine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """One engine call, for that stack; secrets stay encrypted in it."""
    export = {"deployment": {"resources": a_stack({"type": "aws:ecs/cluster:Cluster"})}}
    (tmp_path / "export.json").write_text(json.dumps(export))
    told = tmp_path / "arguments"
    engine(monkeypatch, tmp_path, f'echo "$@" >{told}; cat {tmp_path}/export.json')

    found = outputs.read(Aws(botocore.session.Session()), "prod")

    assert found.output("cluster_name") == "the-cluster"
    assert told.read_text() == "stack export -s prod --non-interactive\n"


def test_what_an_update_has_replaced_is_not_deployed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An update that failed leaves it in the state, marked for deletion."""
    kind = "aws:ecs/cluster:Cluster"
    state = State(a_stack({"type": kind, "id": "old", "delete": True}, {"type": kind}), 0, "")
    monkeypatch.setattr("triflow.outputs.Workspace.state", lambda *_: state)
    monkeypatch.setattr("triflow.outputs.Workspace.was_emptied", lambda *_: False)

    found = outputs.read(Aws(botocore.session.Session(), LOCAL), "prod")

    assert found.of_kind(kind) == ({"type": kind},)


def test_an_account_is_read_by_the_engine_that_was_built_before(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Who has brought the platform up locally needs no other engine for `status`."""
    export = {"deployment": {"resources": a_stack({"type": "aws:ecs/cluster:Cluster"})}}
    pulumi = Machine(tmp_path).program("pulumi", f"echo '{json.dumps(export)}'")
    monkeypatch.setattr("triflow.outputs.locate.ready", lambda: Engine(pulumi, "3.259.0", "built"))

    assert outputs.read(Aws(botocore.session.Session()), "prod").output("cluster_name")


def test_a_machine_without_an_engine_is_told_how_to_get_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And none is built meanwhile: who asks for a status does not wait six minutes for it."""
    machine = Machine(tmp_path)
    machine.go()
    monkeypatch.setenv("PATH", str(machine.bin))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    with pytest.raises(TriflowError) as told:
        outputs.read(Aws(botocore.session.Session()), "prod")

    assert told.value.fact.startswith("No Pulumi engine is ready: no pulumi on PATH")
    assert "-m local.engine" in told.value.fix
    assert machine.builds() == 0


def test_a_backend_that_is_too_slow_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A prompt that nobody sees would otherwise wait for ever."""
    engine(monkeypatch, tmp_path, "exec sleep 60")

    with pytest.raises(TriflowError, match=r"cannot be read: no answer in 0\.1 s"):
        outputs.read(Aws(botocore.session.Session()), "prod", seconds=0.1)


def test_a_backend_that_cannot_be_read_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The engine's own reason, and what to type."""
    engine(monkeypatch, tmp_path, "echo 'error: access denied' >&2; exit 255")

    with pytest.raises(TriflowError, match="cannot be read: access denied") as told:
        outputs.read(Aws(botocore.session.Session()), "prod")

    assert "pulumi login" in told.value.fix
    assert not isinstance(told.value, outputs.NotUp)


def test_a_clone_whose_local_aws_has_stopped_is_told_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The account is asked then, and whoever never meant one has no use for its login alone."""
    engine(monkeypatch, tmp_path, "echo 'error: access denied' >&2; exit 255")
    workspace = Workspace(tmp_path / "clone")
    monkeypatch.setattr(outputs, "Workspace", lambda _root: workspace)

    def fix() -> str:
        with pytest.raises(TriflowError) as told:
            outputs.read(Aws(botocore.session.Session()), "prod")
        return told.value.fix

    without = fix()
    workspace.home.mkdir(parents=True)
    beside_it = fix()

    assert "the local AWS" not in without
    assert beside_it == f"{without}; the local AWS is not running: make up STACK=prod"


def test_a_backend_that_knows_no_such_stack_was_read(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Then the stack is not up; unless it is another stack's backend, so that is told as well."""
    engine(monkeypatch, tmp_path, "echo \"error: no stack named 'prod' found\" >&2; exit 255")

    with pytest.raises(outputs.NotUp, match="logged in to knows no stack prod") as told:
        outputs.read(Aws(botocore.session.Session()), "prod")

    assert "docs/first-deployment.md; or, if it is up: pulumi login" in told.value.fix


def test_an_export_that_is_no_state_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As from a wrapper that prints a greeting in the engine's place."""
    engine(monkeypatch, tmp_path, "echo Welcome")

    with pytest.raises(TriflowError, match="cannot be read: what pulumi exports is no state"):
        outputs.read(Aws(botocore.session.Session()), "prod")
