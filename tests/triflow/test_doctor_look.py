"""The doctor from end to end without AWS: who asks, how a call fails, what is told, exit codes."""

import json
import threading
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
    UnauthorizedSSOTokenError,
)
from syrupy.assertion import SnapshotAssertion

from local.aws.server import Server
from tests.triflow import doctor_cases_reach, doctor_stack, doctor_world
from tests.triflow.doctor_healthy import measures
from tests.triflow.stage import a_screen, text_of
from triflow import deployed
from triflow.aws import Aws
from triflow.deployed import NotDeployed
from triflow.doctor import fetch, listing, look, report, verdict
from triflow.doctor.answers import Answer
from triflow.doctor.fetch import NoLogin
from triflow.doctor.finding import REGISTRY
from triflow.doctor.report import Look
from triflow.doctor.verdict import Health
from triflow.errors import TriflowError

ADDRESS = "http://127.0.0.1:9"
DENIED = Answer("denied", reason="rds:DescribeDBInstances was denied for someone (AccessDenied)")


# Codes by which AWS says that it does not know who asks, and that this one may not.
EXPIRED = (
    "ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException",
    "SignatureDoesNotMatch", "RequestExpired",
)  # fmt: skip
OTHER_TIMES = (
    "Signature expired: 20261122T090000Z is now earlier than 20261122T093000Z",
    "Signature not yet current: 20261122T091000Z is still later than 20261122T090500Z",
)
REFUSED = (
    "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError",
    "AuthorizationErrorException", "UnauthorizedException", "403", "SubscriptionRequiredException",
    "OptInRequired",
)  # fmt: skip


def answering(answer: Callable[[str], Any]) -> Aws:
    """Return an AWS in which every call is answered by its operation's name, or raises."""
    session = botocore.session.Session()
    session.set_credentials("a", "b")

    def before(model: Any, **_: object) -> tuple[Any, Any]:  # noqa: ANN401 - botocore's own
        said = answer(model.name)
        if isinstance(said, Exception):
            raise said
        status = 400 if "Error" in said else 200
        http = type("Http", (), {"status_code": status})()
        return http, {"ResponseMetadata": {"HTTPStatusCode": status}} | said

    # What it returns is the answer; the stubs know handlers only that return nothing.
    session.register("before-call", before)  # type: ignore[arg-type]
    return Aws(session)


def seen(known: Any, *problems: str) -> Look:  # noqa: ANN401 - facts
    """Return the look that these facts give."""
    outcomes = verdict.judge(look.named(problems), known)
    return Look("prod", "AWS, ap-northeast-2", outcomes, verdict.health(outcomes), calls=19)


def told(shown: Look) -> str:
    """Return the screen of a look."""
    screen = a_screen()
    report.tell(screen, shown)
    return text_of(screen)


@pytest.mark.parametrize("server", [None, Server("http://127.0.0.1:5999", 1, "m")])
def test_a_look_at_the_local_aws_says_so_below_its_findings(server: Server | None) -> None:
    """What it lacks is no fault of the stack, and a line pasted from there asks an account."""
    answers = doctor_world.healthy()
    answers["database"]["DBInstances"][0]["DBInstanceStatus"] = "stopped"

    shown = told(replace(seen(doctor_world.facts(answers)), server=server))

    assert "Fix: aws rds start-db-instance" in shown
    assert ("The local AWS starts no tasks" in shown) == bool(server)
    assert ("export AWS_ENDPOINT_URL=http://127.0.0.1:5999" in shown) == bool(server)


def sick() -> Any:  # noqa: ANN401 - facts
    """Return a world in which a cause hides its effect, and one thing is a warning."""
    answers = doctor_world.healthy()
    answers["targets"]["TargetHealthDescriptions"] = []
    answers["metrics"] = measures.metrics(requests=[100.0], balancer_502=[50.0], **measures.WRITTEN)
    doctor_cases_reach.alarm("Threshold", 99.0)(answers)
    answers["database"] = DENIED
    return doctor_world.facts(answers)


def test_the_screen_tells_the_worst_first(snapshot: SnapshotAssertion) -> None:
    """With evidence, what to type, whom to call; an effect stands under its cause."""
    assert told(seen(sick())) == snapshot


def test_the_screen_of_a_healthy_stack_is_short(snapshot: SnapshotAssertion) -> None:
    """Quiet when fine."""
    assert told(seen(doctor_world.with_answers(), "P18", "P21")) == snapshot


def test_of_many_resources_five_are_told(snapshot: SnapshotAssertion) -> None:
    """The rest is counted."""
    answers = doctor_world.healthy()
    for one in answers["alarms"]["MetricAlarms"]:
        one["ActionsEnabled"] = False

    assert told(seen(doctor_world.facts(answers), "P21")) == snapshot


def test_scripts_get_the_same_as_json(snapshot: SnapshotAssertion) -> None:
    """With the exit code and what could not be checked."""
    shown = json.loads(report.as_json(seen(sick(), "P09", "P15")))

    assert shown == snapshot


@pytest.mark.parametrize(
    ("spoilt", "health"),
    [
        ({}, Health.HEALTHY),
        ({"database": DENIED}, Health.UNKNOWN),
        ({"targets": {"TargetHealthDescriptions": []}}, Health.CRITICAL),
        ({"targets": {"TargetHealthDescriptions": []}, "database": DENIED}, Health.CRITICAL),
    ],
    ids=["nothing", "unknown", "critical", "critical and unknown"],
)
def test_the_exit_code_is_the_worst(spoilt: dict[str, Any], health: Health) -> None:
    """What is unknown is never counted as healthy, and never hides what is critical."""
    assert seen(doctor_world.with_answers(**spoilt)).health is health


def signed_at(words: str) -> dict[str, Any]:
    """Return how AWS refuses a signature that is right, and of another time."""
    return {"Error": {"Code": "SignatureDoesNotMatch", "Message": words}}


@pytest.mark.parametrize(
    ("raised", "finding"),
    [
        (NoCredentialsError(), "aws-credentials-missing"),
        (UnauthorizedSSOTokenError(), "aws-credentials-expired"),
        *(({"Error": {"Code": code}}, "aws-credentials-expired") for code in EXPIRED),
        *((signed_at(words), "aws-clock-skew") for words in OTHER_TIMES),
    ],
    ids=str,
)
def test_without_a_login_nothing_else_is_asked(raised: object, finding: str) -> None:
    """One finding of P03, and the exit code of what could not start."""
    asked: list[str] = []

    def answer(operation: str) -> object:
        asked.append(operation)
        return raised

    shown = look.look(doctor_stack.a_stack(), look.named(()), answering(answer), doctor_stack.NOW)

    assert [one.check.id for one in shown.outcomes] == [finding]
    assert shown.health is Health.NOT_STARTED
    assert asked == ["GetCallerIdentity"]


@pytest.mark.parametrize(
    ("raised", "kind", "reason"),
    [
        *(
            ({"Error": {"Code": code}}, "denied", "rds:DescribeDBInstances was denied for arn:me")
            for code in REFUSED
        ),
        ({"Error": {"Code": "DBInstanceNotFound"}}, "gone", "answered with DBInstanceNotFound"),
        ({"Error": {"Code": "Odd"}}, "failed", "rds:DescribeDBInstances was answered with Odd"),
        ({"Error": {"Code": "Throttling"}}, "failed", "rds was asked too often"),
        (EndpointConnectionError(endpoint_url=ADDRESS), "failed", "rds did not answer"),
        (ReadTimeoutError(endpoint_url=ADDRESS), "failed", "rds did not answer"),
    ],
    ids=str,
)
def test_a_failed_call_is_an_answer(raised: object, kind: str, reason: str) -> None:
    """With the words that end `could not be checked because`."""

    def answer(operation: str) -> object:
        return {"Arn": "arn:me"} if operation == "GetCallerIdentity" else raised

    known = fetch.facts(doctor_stack.a_stack(), ["database"], answering(answer), doctor_stack.NOW)

    assert known.answers["database"].kind == kind
    assert reason in known.answers["database"].reason


def test_a_call_with_nothing_to_ask_about_is_not_made() -> None:
    """Of a half deployed stack the rest is still asked."""
    asked: list[str] = []

    def answer(operation: str) -> object:
        asked.append(operation)
        return {"Arn": "arn:me"}

    whole = doctor_stack.a_stack()
    half = deployed.Deployed("prod", whole.of_kind(deployed.PROVIDER))
    known = fetch.facts(half, ["database", "subscriptions"], answering(answer), doctor_stack.NOW)

    assert asked == ["GetCallerIdentity", "ListSubscriptions"]
    assert known.answers["database"].reason == "prod has no database-instance in its state"


def test_an_unknown_profile_is_a_missing_login(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader's own environment names it."""
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    with pytest.raises(NoLogin, match="nobody") as refusal:
        fetch.facts(doctor_stack.a_stack(), (), Aws(botocore.session.Session()), doctor_stack.NOW)

    assert refusal.value.finding == "aws-credentials-missing"


def test_a_state_without_its_passphrase_is_a_finding() -> None:
    """The secrets in it could not be opened by the next update."""
    check = REGISTRY["pulumi-backend-login"]
    guarded = {"secrets_providers": {"type": "passphrase"}, "resources": []}
    stack = deployed.from_state("prod", guarded)
    known = doctor_world.facts(doctor_world.healthy(), stack)

    given = verdict.ask(check, known)
    absent = verdict.ask(check, doctor_world.without_environment(known))

    assert (given.result, absent.result) == ("ok", "found")


def test_a_secret_output_is_not_there_for_the_doctor() -> None:
    """It would need the passphrase, and nothing that is looked at is a secret."""
    root = {"urn": "::s", "type": "pulumi:pulumi:Stack"}
    stack = deployed.from_state(
        "prod", {"resources": [root | {"outputs": {"x": {deployed.ENCRYPTED: "1"}}}]}
    )

    with pytest.raises(NotDeployed, match="no output x"):
        stack.output("x")


def test_the_aws_that_is_named_is_the_one_that_is_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As in every other verb: nobody looks at an account while the local AWS was meant."""
    monkeypatch.setenv("TRIFLOW_AWS", "local")
    monkeypatch.setattr("triflow.aws.local_aws.find", lambda _home: None)

    with pytest.raises(TriflowError, match="The local AWS is not running"):
        look.at("prod", look.named(["P09"]))


@pytest.mark.parametrize("problem", ["P99", "p00"])
def test_a_problem_that_is_unknown_is_a_sentence(problem: str) -> None:
    """And the exit code of what could not start."""
    screen = a_screen()

    code = look.doctor("prod", [problem], screen, as_json=False, watch=False)

    assert code == Health.NOT_STARTED
    assert f"No finding is of a problem called {problem.upper()}." in text_of(screen)


def test_watching_looks_again_until_it_is_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last look's exit code is the answer."""
    looks = iter([sick(), doctor_world.with_answers()])
    pauses = iter([None, KeyboardInterrupt()])

    def pause(_: float) -> None:
        if isinstance(end := next(pauses), KeyboardInterrupt):
            raise end

    monkeypatch.setattr(look, "at", lambda *_, **__: seen(next(looks)))
    monkeypatch.setattr("triflow.doctor.look.time", SimpleNamespace(sleep=pause))
    screen = a_screen()

    code = look.doctor("prod", [], screen, as_json=False, watch=True)

    assert code == Health.HEALTHY
    assert "critical" in text_of(screen)
    assert "healthy." in text_of(screen)


def test_the_list_ends_with_its_counts() -> None:
    """As many lines as findings; the sentence is the README's."""
    screen = a_screen()

    listing.show(screen)

    *rows, counts = text_of(screen).splitlines()
    assert len(rows) == len(REGISTRY)
    assert counts.startswith(f"{len(REGISTRY)} findings (")


def test_a_slow_aws_ends_the_look_and_is_told() -> None:
    """What has not come when the time for all calls is over could not be checked."""
    ends = threading.Event()

    def slow(operation: str) -> Any:  # noqa: ANN401 - JSON
        if operation == "DescribeDBInstances":
            ends.wait()
        return doctor_world.healthy()["caller"]

    try:
        known = fetch.facts(
            doctor_stack.a_stack(),
            {"database"},
            answering(slow),
            doctor_stack.NOW,
            seconds=0.2,
        )
    finally:
        ends.set()

    reason = "rds had not answered after 0.2 s"
    assert known.answers["database"] == Answer("failed", reason=reason)


def test_nothing_more_is_asked_when_the_time_is_over() -> None:
    """But for who asks, which comes first."""
    asked: list[str] = []

    def noted(operation: str) -> Any:  # noqa: ANN401 - JSON
        asked.append(operation)
        return doctor_world.healthy()["caller"]

    known = fetch.facts(
        doctor_stack.a_stack(), {"tasks"}, answering(noted), doctor_stack.NOW, seconds=0
    )

    assert asked == ["GetCallerIdentity"]
    assert {one.kind for name, one in known.answers.items() if name != "caller"} == {"failed"}
