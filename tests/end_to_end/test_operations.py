"""The operator's verbs on the platform that the real program deployed: look, read, ring, prepare.

The local AWS runs no task and no function, so nothing here proves that a healthy one is told from
a sick one, nor that Lambda is called: the tests in tests/triflow do the first with recorded shapes,
a queue beside the topic stands in for the second.
"""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from functions.slack_relay import channels, handler
from tests.end_to_end.clone import Clone
from tests.functions.slack_stand_in import Slack

pytestmark = pytest.mark.end_to_end

PREFIX = "triflow-ai-production"
LOG_GROUP = f"/aws/ecs/{PREFIX}-backend"
RELAY = f"{PREFIX}-slack-relay"
RELAY_LOG = f"/aws/lambda/{RELAY}"
SECONDS_TO_SEND = 300
SERVICE_LINKED = (
    "ecs.amazonaws.com",
    "rds.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
)


@pytest.fixture
def up(prod: Clone) -> Clone:
    """Give the platform with foundation and prod up."""
    return prod


def lines(screen: str) -> dict[str, str]:
    """Return the mark and the words of each line by its subject; fixes are left out."""
    found = re.findall(r"^  ([✓✗?]) (\S+(?: \S+)*?)  +(.*)$", screen, re.MULTILINE)
    return {subject: f"{mark} {told}" for mark, subject, told in found}


def test_status_shows_what_the_program_deployed(up: Clone) -> None:
    """Database and alarms are asked of AWS; what the local AWS cannot run is not called well."""
    shown = up.triflow("status", "--stack", "prod")
    told = lines(shown.stdout)

    assert shown.returncode == 1
    assert told["database"].startswith("✓ available, PostgreSQL 14, db.t4g.medium, two zones")
    assert re.fullmatch(r"✓ 0 of (2\d|3\d) ring", told["alarms"]), told
    assert told["service"].startswith("✗ 0 of 2 tasks run")
    assert "image 1.0.0" in told["deployment"]
    assert told["cost"].startswith("? unknown")


def test_status_works_from_any_directory(up: Clone, tmp_path: Path) -> None:
    """It finds the stack by the project's own place, not by the shell's."""
    shown = up.triflow("status", "--json", cwd=tmp_path)

    subjects = [line["subject"] for line in json.loads(shown.stdout)["lines"]]
    assert subjects[:2] == ["service", "deployment"]


def test_an_alarm_that_rings_is_seen_and_led_to_its_page(up: Clone) -> None:
    """In status by its name, in the list first and with the runbook."""
    name = f"{PREFIX}-rds-cpu-high"
    cloudwatch = up.aws("cloudwatch")
    cloudwatch.set_alarm_state(AlarmName=name, StateValue="ALARM", StateReason="tested")
    try:
        status = lines(up.triflow("status").stdout)
        listed = up.triflow("alarms", "list")
    finally:
        cloudwatch.set_alarm_state(AlarmName=name, StateValue="OK", StateReason="tested")

    assert status["alarms"].startswith("✗ 1 of ")
    assert name in status["alarms"]
    first = listed.stdout.splitlines()[1]
    assert listed.returncode == 1
    assert first.startswith(f"  ✗ {name}")
    assert first.endswith("runbook.md#p10")
    assert lines(listed.stdout)["warning to"].startswith("✓")


@contextmanager
def written(clone: Clone, group: str, *messages: str) -> Iterator[None]:
    """Write lines into a log while the block runs."""
    logs, now = clone.aws("logs"), int(time.time() * 1000)
    place = {"logGroupName": group, "logStreamName": "tested"}
    logs.create_log_stream(**place)
    try:
        events = [{"timestamp": now, "message": message} for message in messages]
        logs.put_log_events(**place, logEvents=events)
        yield
    finally:
        logs.delete_log_stream(**place)


@pytest.mark.clause("M10")
def test_logs_are_found_and_followed(up: Clone) -> None:
    """The deployed query runs over the service's log; the tail shows what the filter names."""
    with written(up, LOG_GROUP, "ERROR the pool is exhausted", "all is well"):
        found = up.ok("logs", "errors", "--since", "10m")
        tailed = up.ok("logs", "tail", "--no-follow", "--filter", "ERROR")

    assert "ERROR the pool is exhausted" in found
    assert "ERROR the pool is exhausted" in tailed
    assert "all is well" not in tailed


def test_a_log_group_that_somebody_deleted_is_a_sentence(up: Clone) -> None:
    """With what to type, and no traceback."""
    logs = up.aws("logs")
    logs.delete_log_group(logGroupName=LOG_GROUP)
    try:
        shown = [up.triflow("logs", "slow"), up.triflow("logs", "tail", "--no-follow")]
    finally:
        logs.create_log_group(logGroupName=LOG_GROUP)

    for one in shown:
        assert one.returncode == 1
        assert one.stdout.startswith(f"The log group {LOG_GROUP} does not exist.")
        assert "Fix: make up STACK=prod" in one.stdout


@pytest.mark.clause("C8")
def test_exec_says_that_no_task_runs(up: Clone, tmp_path: Path) -> None:
    """The local AWS runs none; with the plugin there, AWS is asked and the reason is named."""
    for program in ("aws", "session-manager-plugin"):
        (tmp_path / program).write_text("#!/bin/sh\nexit 9\n")
        (tmp_path / program).chmod(0o755)

    shown = up.triflow("exec", "ls", PATH=f"{tmp_path}:/usr/bin:/bin")

    assert shown.returncode == 1
    assert shown.stdout.startswith(f"No task of {PREFIX}-backend-service is running.")


def test_a_test_of_the_alarms_claims_no_more_than_was_shown(up: Clone) -> None:
    """The topic took it and called the relay; without docker nothing arrives, and it says so."""
    shown = up.triflow("alarms", "test", "--wait", "60")

    assert shown.returncode in {1, 3}
    assert f"{RELAY} (lambda)" in shown.stdout
    assert "delivered" not in shown.stdout


@contextmanager
def queue_for_the_relay(clone: Clone, topic: str) -> Iterator[str]:
    """Put a queue in the place of the relay's subscription; gives its address."""
    sns, sqs = clone.aws("sns"), clone.aws("sqs")
    listed = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    (relay,) = [one for one in listed if one["Protocol"] == "lambda"]
    address = sqs.create_queue(QueueName="instead-of-the-relay")["QueueUrl"]
    asked = sqs.get_queue_attributes(QueueUrl=address, AttributeNames=["QueueArn"])
    sns.unsubscribe(SubscriptionArn=relay["SubscriptionArn"])
    arn = asked["Attributes"]["QueueArn"]
    beside = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    try:
        yield address
    finally:
        sns.unsubscribe(SubscriptionArn=beside)
        sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=relay["Endpoint"])
        sqs.delete_queue(QueueUrl=address)


def received(clone: Clone, address: str) -> dict[str, Any]:
    """Return the first message of a queue, once there is one."""
    deadline = time.monotonic() + SECONDS_TO_SEND
    while time.monotonic() < deadline:
        answer = clone.aws("sqs").receive_message(QueueUrl=address)
        for message in answer.get("Messages") or ():
            return dict(json.loads(message["Body"]))
        time.sleep(0.2)
    pytest.fail("nothing was published")


@pytest.mark.clause("M7")
def test_a_marked_message_is_followed_to_slack(
    up: Clone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Published by the verb, read and told by the relay's own code, proven by its own log line."""
    relay = up.aws("lambda").get_function_configuration(FunctionName=RELAY)
    settings = relay["Environment"]["Variables"]
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    place = {"AWS_ENDPOINT_URL": up.server.endpoint, "AWS_DEFAULT_REGION": "ap-northeast-2"}
    for name, value in {**settings, **keys, **place}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    channels.forget()
    minute = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)

    with Slack() as slack, queue_for_the_relay(up, settings["CRITICAL_TOPIC_ARN"]) as address:
        secret = {"SecretId": settings["CHANNELS_SECRET_ARN"], "SecretString": slack.webhook}
        up.aws("secretsmanager").put_secret_value(**secret)
        verb = up.start("alarms", "test", "--wait", "240")
        with caplog.at_level("INFO", logger="slack_relay"):
            handler.handle({"Records": [{"Sns": received(up, address)}]}, minute)
        with written(up, RELAY_LOG, *(f"[INFO]\t0\treq\t{line}\n" for line in caplog.messages)):
            screen, _ = verb.communicate(timeout=SECONDS_TO_SEND)

    assert verb.returncode == 0, screen
    assert lines(screen)["relay to slack"] == "✓ delivered at attempt 1"
    (shown,) = slack.received
    assert "시험" in json.dumps(shown, ensure_ascii=False)


def test_preflight_names_what_is_missing_and_is_content_once_it_is_mended(up: Clone) -> None:
    """Image, secrets and roles are made by what it says to type; then nothing has failed."""
    before = up.triflow("preflight", "--stack", "prod")
    told = lines(before.stdout)
    _mend(up)
    after = up.triflow("preflight", "--stack", "prod")

    assert before.returncode == 1
    for subject in ("image", "secrets", "service roles"):
        assert told[subject].startswith("✗"), subject
        assert lines(after.stdout)[subject].startswith("✓"), subject
    assert told["plan"] == "✓ 0 resources to make; the policy pack holds"
    assert told["lock"] == "✓ held by nobody"
    assert len(told) >= 14
    assert after.returncode == 3, after.stdout
    assert "Traceback" not in before.stdout


def _mend(clone: Clone) -> None:
    """Do what preflight says to type."""
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    manifest = {"schemaVersion": 2, "mediaType": kind, "config": {"digest": "sha256:1"}}
    image = {"imageManifest": json.dumps(manifest | {"layers": []}), "imageTag": "1.0.0"}
    clone.aws("ecr").put_image(repositoryName="triflow-ai-backend", **image)
    secrets = clone.aws("secretsmanager")
    for name in ("anthropic-api-key", "remote-write-token", "alarm-channels"):
        secrets.put_secret_value(SecretId=f"{PREFIX}-{name}", SecretString="a value")
    for service in SERVICE_LINKED:
        clone.aws("iam").create_service_linked_role(AWSServiceName=service)


def test_preflight_counts_what_a_stack_that_is_not_up_would_need(up: Clone) -> None:
    """The program itself says that dev is built on staging, which is not up."""
    shown = up.triflow("preflight", "--stack", "dev")
    told = lines(shown.stdout)

    assert shown.returncode == 1
    assert "dev builds on the stack staging, which is not up." in told["plan"]
    assert told["VPCs"].startswith("? could not be checked: there is no plan")


@pytest.mark.parametrize(
    "verb",
    [
        "status",
        "alarms list",
        "logs errors",
        "deploy 1.0.1",
        "db sessions",
        "db restore --to latest",
    ],
)
def test_a_stack_that_is_not_up_is_a_sentence(up: Clone, verb: str) -> None:
    """And exit code 1."""
    shown = up.triflow(*verb.split(), "--stack", "staging")

    assert shown.returncode == 1
    assert shown.stdout.startswith("staging is not up in the local AWS.")


def pushed(clone: Clone, tag: str) -> None:
    """Put an image into the repository, as docker push does in the end."""
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    layer = {"mediaType": "layer", "size": 1, "digest": f"sha256:{'b' * 64}"}
    manifest = {
        "schemaVersion": 2,
        "mediaType": kind,
        "config": layer,
        "layers": [layer],
        "tag": tag,
    }
    clone.aws("ecr").put_image(
        repositoryName="triflow-ai-backend", imageManifest=json.dumps(manifest), imageTag=tag
    )


def the_service(clone: Clone) -> tuple[str, str]:
    """Return the task definition that the service has in AWS, and the image in it."""
    ecs = clone.aws("ecs")
    wish = {"cluster": f"{PREFIX}-cluster", "services": [f"{PREFIX}-backend-service"]}
    arn = ecs.describe_services(**wish)["services"][0]["taskDefinition"]
    containers = ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    return arn, containers["containerDefinitions"][0]["image"]


@pytest.mark.clause("C6")
def test_an_image_that_is_not_in_the_repository_is_not_deployed(up: Clone) -> None:
    """The sentence says how to push it; service and stack file are as they were."""
    before = the_service(up)

    refused = up.triflow("deploy", "9.9.9", "--wait")

    assert refused.returncode == 1
    assert refused.stdout.startswith("The repository triflow-ai-backend has no image 9.9.9.")
    assert "docker push" in refused.stdout
    assert the_service(up) == before
    assert 'image: "1.0.0"' in up.read("Pulumi.prod.yaml")


@pytest.mark.clause("C5", "C6")
def test_a_deployed_image_is_the_services_and_then_the_stack_files(up: Clone) -> None:
    """The engine registers another revision and gives it to the service; the file follows."""
    before, _ = the_service(up)
    pushed(up, "1.0.1")

    screen = up.ok("deploy", "1.0.1")

    after, image = the_service(up)
    assert after != before
    assert image.endswith("/triflow-ai-backend:1.0.1")
    assert f"✓ prod  1.0.1 is deployed: {after.rpartition('/')[2]}" in screen
    assert "The local AWS starts no tasks" in screen
    assert 'image: "1.0.1"' in up.read("Pulumi.prod.yaml")


@pytest.mark.clause("C5")
def test_a_service_that_ecs_took_back_is_deployed_by_the_same_command(up: Clone) -> None:
    """The state still says what was wished: it is made true first, else nothing would happen."""
    wished, _ = the_service(up)
    service = {"cluster": f"{PREFIX}-cluster", "service": f"{PREFIX}-backend-service"}
    back = f"{wished.rpartition(':')[0]}:1"
    up.aws("ecs").update_service(**service, taskDefinition=back)
    assert the_service(up)[0] == back

    screen = up.ok("deploy", "1.0.1")

    assert "ECS runs another task definition than the state says; refreshing" in screen
    assert the_service(up)[1].endswith(":1.0.1")


@pytest.mark.clause("D14")
def test_a_restored_database_stands_where_the_deployed_one_stands(up: Clone) -> None:
    """Subnets, groups, parameters and protection are the source's; the time is told."""
    rds, source = up.aws("rds"), f"{PREFIX}-db"
    screen = up.ok("db", "restore", "--to", "latest")
    name = next(word for word in screen.split() if word.startswith(f"{source}-at-"))
    try:
        new, old = (
            rds.describe_db_instances(DBInstanceIdentifier=each)["DBInstances"][0]
            for each in (name, source)
        )
    finally:
        rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=False)
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)

    assert re.search(r"It took \d+ min.* within the 240 min of recovery time", screen)
    assert "The local AWS made an instance without data." in screen
    for key in ("VpcSecurityGroups", "DBParameterGroups", "MultiAZ", "DBInstanceClass"):
        assert new[key] == old[key], key
    assert new["DBSubnetGroup"]["DBSubnetGroupName"] == old["DBSubnetGroup"]["DBSubnetGroupName"]
    assert not new["PubliclyAccessible"]
    assert new["StorageEncrypted"]


@pytest.mark.clause("D10")
def test_a_one_off_task_leaves_nothing_behind_and_claims_nothing(up: Clone) -> None:
    """The deployed service gives network, role and secrets; the local AWS starts no container."""
    ecs = up.aws("ecs")

    told = up.triflow("db", "extensions")

    assert told.returncode == 1
    assert "The local AWS accepted the task but starts no containers." in told.stdout
    assert (
        ecs.list_task_definitions(familyPrefix=f"{PREFIX}-backend-psql")["taskDefinitionArns"] == []
    )
    wish = {"cluster": f"{PREFIX}-cluster", "startedBy": "triflow-db", "desiredStatus": "RUNNING"}
    assert ecs.list_tasks(**wish)["taskArns"] == []
