"""Findings of the state, the environment and this computer, where no answer of AWS is spoilt."""

import json
import urllib.error
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.triflow import doctor_stack, doctor_world
from tests.triflow.doctor_stack import a_stack
from triflow.deployed import Deployed, NotDeployed
from triflow.doctor import checks, machine, verdict
from triflow.doctor.answers import Answer, Facts, Unknown
from triflow.doctor.reads import READS
from triflow.doctor.verdict import Outcome


def judged(finding: str, known: Facts) -> Outcome:
    """Return what one check says."""
    return verdict.ask(checks.load()[finding], known)


def with_inputs(name: str, **changed: object) -> Deployed:
    """Return the stack in which a resource was asked for otherwise."""
    stack = doctor_stack.a_stack()
    rows = tuple(
        one | {"inputs": {**one["inputs"], **changed}} if one["urn"].endswith(f"::{name}") else one
        for one in stack.resources
    )
    return replace(stack, resources=rows)


def in_environment(**variables: str) -> Facts:
    """Return the facts of a healthy stack as seen from a shell."""
    return replace(doctor_world.with_answers(), environment=variables)


def test_inline_rules_are_found() -> None:
    """Beside rule resources they are undone with each update."""
    stack = with_inputs("security-ecs", ingress=[{"fromPort": 1}])
    known = doctor_world.facts(doctor_world.healthy(), stack)

    (found,) = judged("sg-inline-rules", known).findings

    assert (found.resource, found.evidence) == ("security-ecs", "its inputs have ingress")
    assert judged("sg-inline-rules", doctor_world.with_answers()).result == "ok"


def test_a_name_that_several_resources_have_is_not_guessed() -> None:
    """The first of them would be another thing's subnet, table or association."""
    stack = doctor_stack.a_stack()
    zone = "network-private-ap-northeast-2a"

    with pytest.raises(NotDeployed, match=f"prod has no single {zone} in its state, but aws:"):
        stack.inputs(zone)
    assert stack.inputs(zone, "aws:ec2/subnet:Subnet")["cidrBlock"]
    assert zone in stack.named("aws:ec2/routeTable:RouteTable")


def test_an_update_that_was_cut_is_found() -> None:
    """What it was about may exist without being in the state."""
    cut = replace(doctor_stack.a_stack(), pending=1)

    (found,) = judged("pulumi-pending-operation", doctor_world.facts({}, cut)).findings

    assert found.evidence == "1 operation is pending in its state"
    assert judged("pulumi-pending-operation", doctor_world.with_answers()).result == "ok"


@pytest.mark.parametrize(
    ("variables", "remedy"),
    [
        ({"HTTP_PROXY": "http://p"}, "export HTTPS_PROXY=$HTTP_PROXY"),
        ({"https_proxy": "http://p"}, "export HTTP_PROXY=$HTTPS_PROXY"),
        ({"https_proxy": "http://p", "HTTP_PROXY": "http://p"}, ""),
        ({"HTTPS_PROXY": ""}, ""),
    ],
    ids=["one", "the other", "both", "empty"],
)
def test_half_a_proxy_is_found(variables: Mapping[str, str], remedy: str) -> None:
    """In either spelling; an empty variable is none."""
    found = judged("proxy-half-set", in_environment(**variables)).findings

    assert [one.remedy for one in found] == [remedy] * bool(remedy)


def test_a_name_without_the_account_is_found() -> None:
    """Anyone in the world may have taken it."""
    known = doctor_world.facts(
        doctor_world.healthy(), with_inputs("storage-bucket", bucket="triflow-files")
    )

    assert judged("bucket-name-not-unique", known).result == "found"
    assert judged("bucket-name-not-unique", doctor_world.with_answers()).result == "ok"


@pytest.mark.parametrize(
    "finding",
    [
        "plugin-not-installed",
        "plugin-host-unreachable",
        "plugin-version-skew",
        "docker-not-logged-in",
    ],
)
def test_the_local_aws_needs_nothing_of_this_computer(finding: str) -> None:
    """It brings its own plugin, and takes no images."""
    local = replace(doctor_stack.a_stack(), endpoint="http://127.0.0.1:1")

    assert judged(finding, doctor_world.facts(doctor_world.healthy(), local)).result == (
        "not applicable"
    )


def test_who_is_no_role_is_not_judged() -> None:
    """The root user and the local AWS have no role to look at."""
    caller = {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:root"}

    outcome = judged("deploy-admin-left", doctor_world.with_answers(caller=caller))

    assert (outcome.result, outcome.reason) == (
        "not applicable",
        "only the rights of a role are looked at",
    )


def test_an_onlooker_lacks_nothing() -> None:
    """Who deploys nothing needs no right to."""
    rows = [{"EvalActionName": "ecs:UpdateService", "EvalDecision": "implicitDeny"}]

    outcome = judged(
        "deploy-permission-missing",
        doctor_world.with_answers(deploy_rights={"EvaluationResults": rows}),
    )

    assert outcome.result == "not applicable"


def test_iam_is_asked_about_the_stack_s_own_things() -> None:
    """About all things it would refuse whoever may change these only, as CI's role."""
    asked = READS["deploy_rights"].asks(doctor_world.with_answers())

    assert asked["PolicySourceArn"] == "arn:aws:iam::123456789012:role/people/operator"
    assert {"rds:ModifyDBInstance", "ecr:PutImage"} < set(asked["ActionNames"])
    assert a_stack().arn("database-instance") in asked["ResourceArns"]
    assert [one for one in asked["ResourceArns"] if ":hostedzone/" in one]
    assert [one for one in asked["ResourceArns"] if one.endswith(":repository/triflow-ai-backend")]
    assert "*" not in asked["ResourceArns"]


def test_a_proof_that_the_log_has_let_go_is_not_asked_for_again() -> None:
    """A database older than its log would be a warning for ever."""
    answers = doctor_world.healthy()
    answers["extensions_log"]["events"] = []
    answers["database"]["DBInstances"][0]["InstanceCreateTime"] -= timedelta(days=30)

    outcome = judged("db-extensions-not-confirmed", doctor_world.facts(answers))

    assert outcome.result == "not applicable"


def test_a_database_that_is_not_there_yet_is_not_being_made() -> None:
    """P09 tells that there is none."""
    known = doctor_world.with_answers(database=Answer("gone", reason="not found"))

    assert judged("rds-still-creating", known).result == "not applicable"
    assert judged("rds-create-failed", known).result == "not applicable"


def engine(monkeypatch: pytest.MonkeyPatch, folder: Path, script: str) -> None:
    """Put a program in the engine's place on PATH."""
    pulumi = folder / "pulumi"
    pulumi.write_text(f"#!/bin/sh\n{script}\n")
    pulumi.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=":")


def test_the_engine_lists_its_plugins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With the version that the installed package needs."""
    engine(monkeypatch, tmp_path, """echo '[{"name": "aws", "version": "7.1.0"}]'""")

    told = machine.CALLS["get_plugins"](doctor_world.with_answers())

    assert told["plugins"] == [{"name": "aws", "version": "7.1.0"}]
    assert told["needed"].startswith("7.")


@pytest.mark.parametrize("script", ["exit 1", "echo nothing"], ids=["fails", "no list"])
def test_an_engine_that_lists_nothing_is_unknown(
    script: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And no traceback."""
    engine(monkeypatch, tmp_path, script)

    with pytest.raises(Unknown, match="gave no list"):
        machine.CALLS["get_plugins"](doctor_world.with_answers())


@pytest.mark.parametrize(
    ("raised", "failure"),
    [
        (urllib.error.URLError("no route"), "<urlopen error no route>"),
        (urllib.error.HTTPError("x", 503, "", {}, None), "HTTP 503"),  # type: ignore[arg-type]
        (urllib.error.HTTPError("x", 404, "", {}, None), ""),  # type: ignore[arg-type]
    ],
    ids=["no route", "broken", "an answer"],
)
def test_the_plugins_host_is_asked_where_the_plugin_is_missing(
    raised: Exception, failure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any answer below 500 shows that it can be reached."""
    monkeypatch.setattr("urllib.request.urlopen", _raising(raised))
    missing = doctor_world.with_answers(plugins={"needed": "7.1.0", "plugins": []})

    assert machine.CALLS["get_plugin_host"](missing) == {"failure": failure}


def test_the_plugins_host_is_left_alone_where_none_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A look at a stack depends on no host that it does not need."""
    monkeypatch.setattr("urllib.request.urlopen", _raising(AssertionError("was asked")))

    assert machine.CALLS["get_plugin_host"](doctor_world.with_answers()) == {"failure": ""}


def _raising(raised: BaseException) -> Any:  # noqa: ANN401 - in urlopen's place
    def ask(*_: object, **__: object) -> None:
        raise raised

    return ask


def test_dockers_logins_are_hosts_and_never_the_logins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The file may hold passwords; only the names of its entries are kept."""
    monkeypatch.setattr("triflow.doctor.machine.shutil.which", lambda _: "/usr/bin/docker")
    known = {"auths": {"ecr.example": {"auth": "c2VjcmV0"}}, "credHelpers": {"other": "ecr-login"}}
    (tmp_path / "config.json").write_text(json.dumps(known))

    told = machine.CALLS["get_docker_logins"](in_environment(DOCKER_CONFIG=str(tmp_path)))

    assert told == {"docker": True, "registries": ["ecr.example"], "helpers": ["other"]}


def test_a_docker_that_was_never_used_has_no_logins(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """And one whose file cannot be read is unknown."""
    monkeypatch.setattr("triflow.doctor.machine.shutil.which", lambda _: "/usr/bin/docker")
    known = in_environment(DOCKER_CONFIG=str(tmp_path))

    told = machine.CALLS["get_docker_logins"](known)

    assert told == {"docker": True, "registries": [], "helpers": []}
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(Unknown, match=r"config\.json cannot be read"):
        machine.CALLS["get_docker_logins"](known)
