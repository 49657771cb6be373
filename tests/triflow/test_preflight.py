"""`triflow preflight`: whether a first deployment can go through, before it is begun."""

import copy
import functools
import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.triflow import preflight_stage as stage
from tests.triflow.aws_stand_in import AwsStandIn, Told
from tests.triflow.preflight_stage import of_all_checks, the, told
from tests.triflow.small_prod import ACCOUNT, REGION, TOPICS, resource
from tests.triflow.stage import a_screen, text_of
from triflow import stacks
from triflow.errors import TriflowError
from triflow.preflight import context, engine, run
from triflow.preflight.engine import Plan
from triflow.report import Line

CHECKS = len(run.CHECKS)


@pytest.fixture(autouse=True)
def _the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    stage.the_world(monkeypatch)


@functools.cache
def undisturbed() -> tuple[Line, ...]:
    """Return the lines of an account in order; asked once, since many tests compare with it."""
    return tuple(told())


def test_an_account_in_order_is_all_check_marks(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """The whole screen, at least 14 checks, exit code 0."""
    asked = AwsStandIn(stage.in_order(), local=False).aws
    monkeypatch.setattr("triflow.preflight.run.aws.find", lambda: asked)
    monkeypatch.setattr(
        "triflow.preflight.run._context", lambda asked, _stack: stage.a_context(asked)
    )
    screen = a_screen()

    code = run.preflight("prod", screen)

    assert code == 0
    assert CHECKS >= 14
    assert text_of(screen) == snapshot


def test_scripts_get_the_same_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """As JSON, and nothing but JSON."""
    asked = AwsStandIn({**stage.in_order(), "iam.ListRoles": "Throttling"}, local=False).aws
    monkeypatch.setattr("triflow.preflight.run.aws.find", lambda: asked)
    monkeypatch.setattr(
        "triflow.preflight.run._context", lambda asked, _stack: stage.a_context(asked)
    )
    screen = a_screen()

    code = run.preflight("prod", screen, as_json=True)

    assert code == 3
    lines = json.loads(text_of(screen))["lines"]
    assert [line["subject"] for line in lines if line["state"] == "unknown"] == ["service roles"]


ROOT_USER = {"Account": ACCOUNT, "Arn": f"arn:aws:iam::{ACCOUNT}:root"}
STRANGER = {"Account": "210987654321", "Arn": "arn:aws:iam::210987654321:user/kim"}
ZONE_A = {"AvailabilityZones": [{"ZoneName": f"{REGION}a", "State": "available"}]}
FULL: dict[str, Any] = {"Vpcs": [{}] * 5}


@pytest.mark.parametrize(
    ("subject", "answers", "look", "fact", "fix"),
    [
        ("credentials", {"sts.GetCallerIdentity": ROOT_USER}, {}, ":root", "aws configure sso"),
        (
            "account",
            {"sts.GetCallerIdentity": STRANGER},
            {},
            f"the credentials are of 210987654321, the stack file says {ACCOUNT}",
            "pulumi config set accountId 210987654321 -s prod",
        ),
        (
            "region",
            {"ec2.DescribeAvailabilityZones": ZONE_A},
            {},
            f"not available to this account: {REGION}c",
            "aws ec2 describe-availability-zones",
        ),
        ("Pulumi CLI", {}, {"engine": {"version": "v3.207.9"}}, "3.207.9 takes no", "3.208.0"),
        (
            "AWS plugin",
            {},
            {"engine": {"plugin": '[{"name": "aws", "version": "6.0.0"}]'}},
            f"{stage.VERSION} is missing; here: 6.0.0",
            f"pulumi plugin install resource aws {stage.VERSION}",
        ),
        (
            "state",
            {},
            {"engine": {"whoami": ""}},
            "cannot be reached: no way",
            f"pulumi login 's3://triflow-ai-state-{ACCOUNT}?region={REGION}'",
        ),
        (
            "state",
            {},
            {"engine": {"whoami": '{"url": "file:///home/kim"}'}},
            "on this machine, where nobody else sees it",
            "pulumi login 's3://",
        ),
        (
            "lock",
            {"s3.ListObjectsV2": {"Contents": [{"Key": "x/0815.json"}]}},
            {},
            "an update of prod holds it: 0815.json",
            "pulumi cancel -s prod",
        ),
        (
            "plan",
            {},
            {"plan": Plan(refusal="a policy does not hold")},
            "the preview fails: a policy does not hold",
            "make preview STACK=prod",
        ),
        ("zone", {}, {"foundation": {}}, "foundation, which owns it, is not up", "-C foundation"),
        ("image", {}, {"foundation": {}}, "foundation, which owns the", "-C foundation"),
        (
            "image",
            {"ecr.DescribeImages": "ImageNotFoundException"},
            {},
            "triflow-ai-backend has no image 1.0.0",
            "docker push",
        ),
        (
            "secrets",
            {"secrets-manager.DescribeSecret": "ResourceNotFoundException"},
            {},
            f"do not exist yet: {stage.SECRETS[0]}",
            "--target '**compute:AppSecrets**'",
        ),
        (
            "secrets",
            {"secrets-manager.DescribeSecret": {"Name": "empty"}},
            {},
            f"have no value: {stage.SECRETS[0]}",
            f"put-secret-value --secret-id {stage.SECRETS[0]} --secret-string file:///dev/stdin",
        ),
        ("bucket", {"s3.HeadBucket": "403"}, {}, "belongs to somebody else", "another name"),
        ("bucket", {"s3.HeadBucket": "301"}, {}, "belongs to somebody else", "another name"),
        ("bucket", {"s3.HeadBucket": {}}, {}, "is in this account already", "aws s3 rb s3://"),
        (
            "VPCs",
            {"ec2.DescribeVpcs": FULL},
            {},
            "5 of 5 in use, 1 more wanted: too few by 1",
            "--service-code vpc --quota-code L-F678F1CE --desired-value 6",
        ),
        (
            "Fargate vCPUs",
            {"cloudwatch.GetMetricStatistics": {"Datapoints": [{"Maximum": 30.0}]}},
            {},
            "30 of 32 in use, 10 more wanted: too few by 8",
            "--service-code fargate --quota-code L-3032A538 --desired-value 40",
        ),
        (
            "service roles",
            {"iam.ListRoles": {"Roles": [{"Path": "/aws-service-role/rds.amazonaws.com/"}]}},
            {},
            "missing: ecs.amazonaws.com, elasticloadbalancing.amazonaws.com, ",
            "create-service-linked-role --aws-service-name ecs.amazonaws.com",
        ),
        (
            "text messages",
            {"sns.GetSMSSandboxAccountStatus": {"IsInSandbox": True}},
            {},
            "only verified numbers",
            "create-sms-sandbox-phone-number --region ap-northeast-1",
        ),
    ],
)
def test_what_is_missing_is_told_with_its_fix(
    subject: str, answers: Mapping[str, Told], look: dict[str, Any], fact: str, fix: str
) -> None:
    """Each check, broken in its own way."""
    line = the(subject, told(answers, **look))

    assert line.state == "failed"
    assert fact in line.fact
    assert fix in line.fix


@pytest.mark.parametrize("operation", sorted(stage.in_order()))
@pytest.mark.parametrize("code", ["AccessDenied", "ThrottlingException", "ExpiredToken"])
def test_a_refused_call_is_unknown_and_the_rest_is_still_checked(operation: str, code: str) -> None:
    """Only a bucket that may not be seen is somebody else's."""
    before = {line.subject: line for line in undisturbed()}

    found = told({operation: code})

    changed = [line for line in found if before.get(line.subject) != line]
    assert changed
    if (operation, code) != ("s3.HeadBucket", "AccessDenied"):
        assert {line.state for line in changed} == {"unknown"}
    assert len(found) >= CHECKS - 1


@pytest.mark.parametrize("operation", sorted(stage.in_order()))
def test_a_missing_field_never_ends_in_a_traceback(operation: str) -> None:
    """Every check still tells its line."""
    answer = stage.in_order()[operation]
    if not isinstance(answer, dict):
        answer = {"Quota": {"Value": 5.0}}
    for key in answer:
        spoilt = copy.deepcopy(answer)
        del spoilt[key]

        found = told({operation: spoilt})

        assert len({line.subject for line in found}) >= CHECKS, key


@pytest.mark.parametrize(
    ("subject", "answers"),
    [
        ("VPCs", {"service-quotas.GetServiceQuota": {"Quota": {}}}),
        ("text messages", {"sns.GetSMSSandboxAccountStatus": {}}),
    ],
)
def test_what_aws_does_not_say_is_unknown(subject: str, answers: Mapping[str, Told]) -> None:
    """An answer without the field that decides."""
    assert the(subject, told(answers)).state == "unknown"


def test_a_quota_that_was_never_raised_has_its_default() -> None:
    """Service Quotas knows no applied value then."""
    default: dict[str, Told] = {
        "service-quotas.GetServiceQuota": "NoSuchResourceException",
        "service-quotas.GetAWSDefaultServiceQuota": {"Quota": {"Value": 2.0}},
    }

    line = the("VPCs", told(default))

    assert (line.state, line.fact) == ("failed", "2 of 2 in use, 1 more wanted: too few by 1")


def test_what_is_there_already_needs_no_quota() -> None:
    """Another update of a stack that is up, in an account that is full."""
    line = the("VPCs", told({"ec2.DescribeVpcs": FULL}, plan=Plan()))

    assert (line.state, line.fact) == ("ok", "5 of 5 in use, 0 more wanted")


@pytest.mark.parametrize(
    "subject", ["VPCs", "elastic IPs", "Fargate vCPUs", "DB instances", "bucket", "secrets"]
)
def test_without_a_plan_nothing_is_known_of_what_it_needs(subject: str) -> None:
    """Never taken for nothing."""
    found = told(plan=Plan(refusal="the program has a mistake"))

    assert the(subject, found).state == "unknown"


@pytest.mark.parametrize(
    ("servers", "state"),
    [({"ns-1.awsdns-01.org"}, "ok"), ({"ns.registrar.kr"}, "failed"), (set(), "failed"),
     (None, "unknown")],
)  # fmt: skip
def test_the_zone_has_to_be_what_the_world_is_led_to(
    monkeypatch: pytest.MonkeyPatch, servers: set[str] | None, state: str
) -> None:
    """Else the certificate waits for its validation for ever (ADR L6, X3)."""
    monkeypatch.setattr("triflow.preflight.dns.name_servers", lambda _domain: servers)

    line = the("zone", told())

    assert line.state == state
    if state == "failed":
        assert ", ".join(stage.SERVERS) in line.fix


def test_nobody_is_led_to_the_local_aws() -> None:
    """It is not claimed to be well there; its plugin needs no download."""
    found = told(local=True, engine={"whoami": '{"url": "file:///clone/.local/state"}'})

    assert the("zone", found).state == "unknown"
    assert the("AWS plugin", found).fact == "the local AWS brings its own"
    assert the("state", found).state == "ok"


@pytest.mark.parametrize("end", ["PendingConfirmation", "arn:confirmed"])
def test_after_the_first_update_unconfirmed_subscriptions_are_told(end: str) -> None:
    """Before it there is nobody to ask."""
    topics = tuple(resource("aws:sns/topic:Topic", arn, arn=arn) for arn in TOPICS.values())
    one = {"SubscriptionArn": end, "Protocol": "email", "Endpoint": "kim@triflow-ai.com"}

    found = told(
        {"sns.ListSubscriptionsByTopic": {"Subscriptions": [one]}}, plan=Plan(recorded=topics)
    )

    lines = [line for line in found if line.subject == "subscriptions"]
    if end == "PendingConfirmation":
        assert [line.state for line in lines] == ["failed", "failed"]
    else:
        assert [line.fact for line in lines] == ["all 2 confirmed"]


def test_an_image_may_be_named_by_its_digest() -> None:
    """It is asked for as what it is."""
    digest = "sha256:" + "0" * 64
    stand_in = AwsStandIn(stage.in_order(), local=False)

    of_all_checks(stage.a_context(stand_in.aws, settings={"compute": {"image": digest}}))

    asked = [params for name, params in stand_in.asked if name == "ecr.DescribeImages"]
    assert asked == [
        {"repositoryName": "triflow-ai-backend", "imageIds": [{"imageDigest": digest}]}
    ]


def test_nothing_is_changed_and_no_secret_is_read() -> None:
    """Every call describes, lists, gets or looks at a head; none asks for a secret's value."""
    stand_in = AwsStandIn(stage.in_order(), local=False)

    of_all_checks(stage.a_context(stand_in.aws))

    verbs = {name.partition(".")[2] for name in stand_in.operations}
    assert all(verb.startswith(("Describe", "List", "Get", "Head")) for verb in verbs), verbs
    assert "GetSecretValue" not in verbs
    assert len(verbs) == len(stage.in_order())


@pytest.mark.parametrize(
    ("subject", "command"), [("Pulumi CLI", "version"), ("AWS plugin", "plugin")]
)
def test_an_engine_that_does_not_answer_is_unknown(subject: str, command: str) -> None:
    """With its own reason."""
    line = the(subject, told(engine={command: ""}))

    assert line.state == "unknown"
    assert "no way" in line.fact


STEPS = {
    "steps": [
        {"op": "create", "newState": {"type": "aws:ec2/vpc:Vpc", "inputs": {"a": 1}}},
        {"op": "read", "newState": {"type": "pulumi:pulumi:StackReference"}},
        {"op": "update", "newState": {"type": "aws:ec2/subnet:Subnet"}},
    ]
}


def test_the_plan_is_what_the_engine_would_create(tmp_path: Path) -> None:
    """Neither what it reads nor what it changes."""
    (tmp_path / "out.json").write_text(json.dumps(STEPS))
    found = stage.engine_at(tmp_path, f"cat {tmp_path}/out.json")

    plan = engine.plan(found, stacks.chosen("prod")[0], ())

    assert plan.refusal == ""
    assert plan.to_make("aws:ec2/vpc:Vpc") == [{"a": 1}]
    assert len(plan.made) == 1


@pytest.mark.parametrize(
    ("messages", "refusal"),
    [
        (["error: preview failed\n"], "a policy does not hold"),
        (
            ["error: prod builds on foundation", "error: preview failed"],
            "prod builds on foundation",
        ),
    ],
)
def test_a_preview_that_fails_gives_its_reason(
    tmp_path: Path, messages: list[str], refusal: str
) -> None:
    """The engine's JSON tells everything but what a policy says."""
    errors = [{"severity": "error", "message": message} for message in messages]
    (tmp_path / "out.json").write_text(json.dumps({**STEPS, "diagnostics": errors}))
    found = stage.engine_at(tmp_path, f"cat {tmp_path}/out.json; exit 1")

    assert engine.plan(found, stacks.chosen("prod")[0], ()).refusal == refusal


def test_an_engine_that_tells_no_json_gives_its_words(tmp_path: Path) -> None:
    """A policy pack that cannot be loaded ends like this."""
    found = stage.engine_at(tmp_path, "echo 'error: could not load policy pack' >&2; exit 1")

    plan = engine.plan(found, stacks.chosen("prod")[0], ())

    assert plan.refusal == "could not load policy pack"


def test_the_engine_of_an_account_is_given_the_policy_pack(monkeypatch: pytest.MonkeyPatch) -> None:
    """A preview without it would prove nothing of the policies."""
    monkeypatch.setattr(
        "triflow.account_runner.locate.ready",
        lambda: SimpleNamespace(pulumi=Path("pulumi")),
    )

    found = engine.find(AwsStandIn({}, local=False).aws, stacks.chosen("prod")[0])

    assert found.environment["PULUMI_OPTION_POLICY_PACK"] == str(stacks.ROOT / "policy")
    assert found.folder == stacks.ROOT


def test_the_settings_are_those_of_the_stack_file() -> None:
    """By their names without the project's."""
    found = context.settings(stacks.chosen("prod")[0])

    assert found["accountId"] == ACCOUNT
    assert f"{REGION}a" in found["network"]["publicSubnets"]


def test_a_stack_file_that_cannot_be_read_is_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Missing, or no YAML."""
    monkeypatch.setattr("triflow.preflight.context.ROOT", tmp_path)
    stack = stacks.chosen("prod")[0]
    with pytest.raises(TriflowError, match=r"Pulumi\.prod\.yaml cannot be read"):
        context.settings(stack)
    (tmp_path / "Pulumi.prod.yaml").write_text("config: [")

    with pytest.raises(TriflowError, match=r"Pulumi\.prod\.yaml cannot be read"):
        context.settings(stack)


def test_an_unknown_stack_is_a_sentence() -> None:
    """Nothing is asked."""
    with pytest.raises(TriflowError, match="There is no stack called production"):
        run.preflight("production", a_screen())
