"""The real program on the real engine: up, again, changed, drifted, restarted, taken down.

The tests stand in the order of a platform's life and share one, since bringing it up costs most.
"""

import asyncio
import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import boto3
import pytest

from functions.slack_relay import channels, handler
from tests.end_to_end.clone import Clone
from tests.end_to_end.inventory import left_in
from tests.functions import messages
from tests.functions.slack_stand_in import Slack
from tests.isolation import stage
from triflow_storage import Connection, TenantStorage
from triflow_storage.keys import Upload

pytestmark = pytest.mark.end_to_end

STACKS = ("foundation", "staging", "prod", "dev")
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
TAGS = {"tags", "tagsAll"}
TASK = "aws:ecs/taskDefinition:TaskDefinition"
CPU_HIGH = "triflow-ai-production-rds-cpu-high"
RELAY = "triflow-ai-production-slack-relay"
# Access keys, API keys, tokens and webhooks of Slack, private keys, passwords.
SECRET_SHAPES = re.compile(
    r"A[KS]IA[A-Z0-9]{16}|sk-ant-\S+|xox[abp]-\S+|hooks\.slack\.com/services/\S+|BEGIN [A-Z ]*KEY"
    r"|://[^/\s:@]+:[^/\s:@]+@|\"(?:password|secretString|masterPassword)\": \"(?!\[secret\])"
)


@pytest.fixture(scope="module")
def up(platform: Clone) -> Clone:
    """Give the platform with all four stacks up."""
    screen = platform.ok("up")
    platform.write("first-screen.txt", screen)
    return platform


def rows(screen: str) -> dict[str, list[str]]:
    """Return the cells of the table's rows by stack; cells stand two blanks apart."""
    lines = (re.split(r"\s{2,}", line.strip()) for line in screen.splitlines())
    return {cells[0]: cells[1:] for cells in lines if cells[0] in STACKS and len(cells) >= 8}


def pulumi(clone: Clone, *arguments: str) -> str:
    """Run the engine's own command line; the test fails if that fails."""
    return clone.ok("local", "pulumi", *arguments)


def the(clone: Clone, stack: str, kind: str, name: str) -> dict[str, object]:
    """Return the id and inputs of one recorded resource."""
    (found,) = [r for r in clone.resources(stack, kind) if r["urn"].endswith(f"::{name}")]
    return {"id": found["id"], **found["inputs"]}


def without_tags(clone: Clone, stack: str) -> dict[str, list[object]]:
    """Return what is recorded of each resource in AWS: its id, and its inputs but for tags."""
    return {
        each["urn"]: [each["id"], {k: v for k, v in each["inputs"].items() if k not in TAGS}]
        for each in clone.resources(stack, "aws:")
    }


class Minute:
    """Lambda's context: a minute is left."""

    def get_remaining_time_in_millis(self) -> int:
        """Return milliseconds until the invocation would end."""
        return 60_000


@contextmanager
def sent_by(clone: Clone, topic: str, message: str) -> Iterator[dict[str, str]]:
    """Publish on a topic and give what SNS hands to its subscribers; leaves nothing behind."""
    sns, sqs = clone.aws("sns"), clone.aws("sqs")
    queue = sqs.create_queue(QueueName="beside-the-relay")["QueueUrl"]
    wish = {"QueueUrl": queue, "AttributeNames": ["QueueArn"]}
    arn = sqs.get_queue_attributes(**wish)["Attributes"]["QueueArn"]
    told = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    try:
        sns.publish(TopicArn=topic, Message=message)
        (received,) = sqs.receive_message(QueueUrl=queue)["Messages"]
        yield json.loads(received["Body"])
    finally:
        sns.unsubscribe(SubscriptionArn=told)
        sqs.delete_queue(QueueUrl=queue)


def in_lambda(clone: Clone, monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> None:
    """Give this process the environment that the function has in the local AWS."""
    keys = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    place = {"AWS_ENDPOINT_URL": clone.server.endpoint, "AWS_DEFAULT_REGION": "ap-northeast-2"}
    for name, value in {**settings, **keys, **place}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    channels.forget()


@pytest.fixture(scope="module")
def exports(up: Clone) -> dict[str, str]:
    """Give each stack's record as `triflow local pulumi stack export` prints it."""
    return {stack: pulumi(up, "stack", "export", "-s", stack) for stack in STACKS}


def test_one_command_brings_all_four_stacks_up(up: Clone) -> None:
    """The table names each stack with its policies judged; advice at most; the way on follows."""
    screen = up.read("first-screen.txt")
    table = rows(screen)

    assert tuple(table) == STACKS
    for stack, (resources, changed, judged, *_rest) in table.items():
        assert changed == f"{resources} created", stack
        assert int(judged) > 100, stack
    assert "mandatory" not in screen
    assert "Where to look next:" in screen


def test_the_networks_are_in_aws_as_decided(up: Clone) -> None:
    """Two VPCs with the decided blocks, one NAT gateway each, asked of AWS and not of the state."""
    ec2 = up.aws("ec2")
    vpcs = [vpc for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]]

    assert {vpc["CidrBlock"] for vpc in vpcs} == {"10.0.0.0/16", "10.1.0.0/16"}
    nats = ec2.describe_nat_gateways()["NatGateways"]
    assert len(nats) == 2
    assert {nat["VpcId"] for nat in nats} == {vpc["VpcId"] for vpc in vpcs}


def test_an_export_shows_the_inputs_of_the_clauses(exports: dict[str, str]) -> None:
    """`triflow local pulumi stack export` is the record of what was asked of AWS (ADR N1)."""
    exported = json.loads(exports["prod"])

    blocks = {
        resource["inputs"]["cidrBlock"]
        for resource in exported["deployment"]["resources"]
        if resource["type"] in {VPC, SUBNET}
    }
    assert blocks == {
        "10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/24", "10.0.11.0/24", "10.0.12.0/24",
    }  # fmt: skip


@pytest.mark.parametrize("stack", STACKS)
def test_our_gate_judges_a_state_as_the_engines_own_analysis_does(
    up: Clone, exports: dict[str, str], stack: str
) -> None:
    """The same questions, the same answers, and nothing is left open; the report is the gate's."""
    up.write(f"{stack}.json", exports[stack])
    analysed = pulumi(up, "policy", "analyze", "--file", str(up.root / f"{stack}.json"))
    checked = up.ok("policy", "check", "--stack", stack)

    counts = json.loads(re.findall(r"triflow-policy-summary (\{.*\})", analysed)[0])
    assert f"asked {counts['judged']} times" in checked
    assert (counts["unknown"], " open" in checked) == (0, False)
    assert set(re.findall(r"\[([a-z0-9-]+)[\](]", analysed)) - {"advisory"} <= set(
        re.findall(r"ADR [A-Z0-9, ]+  ([a-z0-9-]+)", checked)
    )


@pytest.mark.parametrize("stack", STACKS)
def test_no_export_holds_a_secret_in_plain_text(exports: dict[str, str], stack: str) -> None:
    """Neither what opens something (keys, tokens, passwords) nor a webhook is in the state."""
    assert SECRET_SHAPES.findall(exports[stack]) == []


@pytest.mark.clause("M7", "M4")
def test_a_deployed_alarm_reaches_slack(up: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    """Prod's alarm, its own topic, the relay's code in its deployed environment, then Slack.

    The local AWS runs no Lambda: a queue beside the relay's subscription hands over what SNS sends.
    """
    (alarm,) = up.aws("cloudwatch").describe_alarms(AlarmNames=[CPU_HIGH])["MetricAlarms"]
    (topic,) = alarm["AlarmActions"]
    relay = up.aws("lambda").get_function_configuration(FunctionName=RELAY)
    settings = relay["Environment"]["Variables"]
    message = messages.an_alarm("rds-cpu-high", alarm["AlarmDescription"], "1 datapoint was 93.0")

    with Slack() as slack, sent_by(up, topic, json.dumps(message)) as notification:
        secret = {"SecretId": settings["CHANNELS_SECRET_ARN"], "SecretString": slack.webhook}
        up.aws("secretsmanager").put_secret_value(**secret)
        in_lambda(up, monkeypatch, settings)
        told = handler.handle({"Records": [{"Sns": notification}]}, Minute())

    assert told == {"delivered": 1}
    (shown,) = slack.received
    text = json.dumps(shown, ensure_ascii=False)
    for words in ("DB CPU 과부하", "80 %", "P10", "L1", "runbook.md#p10", "KST"):
        assert words in text, text


@pytest.mark.clause("S8", "S7")
@pytest.mark.parametrize("stack", ["staging", "prod", "dev"])
def test_aws_holds_the_policies_that_tests_isolation_judges(up: Clone, stack: str) -> None:
    """Trust and rights of the roles, and the bucket's policy, as AWS gives them back."""
    iam, bucket = up.aws("iam"), stage.bucket(stack)
    for name in ("tenants-tenant-role", "tenants-task-role"):
        role = stage.roles(stack)[name]
        called = {"RoleName": role.arn.rpartition("/")[2]}
        assert role.trust == iam.get_role(**called)["Role"]["AssumeRolePolicyDocument"]
        own = [
            iam.get_role_policy(**called, PolicyName=each)["PolicyDocument"]
            for each in iam.list_role_policies(**called)["PolicyNames"]
        ]
        assert sorted(map(str, role.policies)) == sorted(map(str, own))
    held = up.aws("s3").get_bucket_policy(Bucket=bucket.arn.rpartition(":")[2])["Policy"]
    assert bucket.policy == json.loads(held)


@pytest.mark.clause("S1", "S5", "S9")
@pytest.mark.parametrize(
    ("stack", "folder"), [("staging", "staging/"), ("prod", ""), ("dev", "dev/")]
)
def test_the_backend_stores_a_file_with_what_its_task_is_told(
    up: Clone, monkeypatch: pytest.MonkeyPatch, stack: str, folder: str
) -> None:
    """The variables of the task in ECS, the role in IAM, the bucket with its rule for leftovers."""
    family = {"taskDefinition": str(the(up, stack, TASK, "compute-backend-task")["id"])}
    (backend, *_) = up.aws("ecs").describe_task_definition(**family)["taskDefinition"][
        "containerDefinitions"
    ]
    in_lambda(up, monkeypatch, {each["name"]: each["value"] for each in backend["environment"]})
    connection, tenant = Connection.from_environment(), UUID(int=1)

    stored = asyncio.run(TenantStorage(tenant, connection).put(Upload("report", "csv"), b"a,b"))
    connection.close()

    s3, place = up.aws("s3"), {"Bucket": os.environ["TRIFLOW_STORAGE_BUCKET"]}
    s3.delete_object(**place, Key=stored.key, VersionId=stored.version_id)  # or it would not go
    assert stored.key == f"{folder}tenants/tenant-{tenant}/uploads/report.csv"
    rules = s3.get_bucket_lifecycle_configuration(**place)["Rules"]
    (leftovers,) = [rule for rule in rules if "AbortIncompleteMultipartUpload" in rule]
    assert leftovers["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert (leftovers["Status"], leftovers["Filter"]) == ("Enabled", {"Prefix": ""})


def test_the_stack_files_stay_as_they_were_committed(up: Clone) -> None:
    """Neither `stack init` nor an update writes a salt of the local secrets into them."""
    for name in ("Pulumi.dev.yaml", "Pulumi.staging.yaml", "Pulumi.prod.yaml"):
        assert "encryptionsalt" not in up.read(name)
    assert "encryptionsalt" not in up.read("foundation/Pulumi.foundation.yaml")


def test_a_second_up_changes_nothing_but_what_was_set_anew(up: Clone) -> None:
    """Another cost centre of prod is another tag, in place; for the rest AWS is asked nothing."""
    before = without_tags(up, "prod")
    with up.edited("Pulumi.prod.yaml", "costCenter: triflow-platform", "costCenter: triflow-shop"):
        screen = up.ok("up")
        again = up.ok("preview", "prod")
    vpc = str(the(up, "prod", VPC, "network-vpc")["id"])
    (asked,) = up.aws("ec2").describe_vpcs(VpcIds=[vpc])["Vpcs"]

    changed = {stack: cells[1] for stack, cells in rows(screen).items()}
    assert re.fullmatch(r"\d+ updated", changed.pop("prod")), screen
    assert changed == dict.fromkeys(("foundation", "staging", "dev"), "nothing")
    assert rows(again)["prod"][1] == "nothing", again
    assert without_tags(up, "prod") == before
    assert {"Key": "CostCenter", "Value": "triflow-shop"} in asked["Tags"]


def test_there_is_no_drift_after_an_update(up: Clone) -> None:
    """What AWS tells of every resource is what was asked for."""
    for stack in STACKS:
        pulumi(up, "refresh", "--yes", "--skip-preview", "--expect-no-changes", "-s", stack)


def test_a_changed_block_is_replaced_and_stopped_by_the_address_plan(up: Clone) -> None:
    """The preview names the replacement and its cause; the policy lets no other block pass."""
    with up.edited("Pulumi.dev.yaml", "10.1.112.0/24", "10.1.113.0/24"):
        stopped = up.triflow("preview", "dev")

    assert stopped.returncode == 3
    assert re.search(r"\+- aws:ec2/subnet:Subnet  network-private-ap-northeast-2c  \[cidrBlock\]",
                     stopped.stdout), stopped.stdout  # fmt: skip
    assert "✗ ADR N1, N5  vpc-plan" in stopped.stdout


def test_a_restarted_aws_is_rebuilt_by_up(up: Clone) -> None:
    """Everything is gone with the server; the same command says so and makes all of it again."""
    before = {stack: len(up.resources(stack)) for stack in STACKS}
    up.ok("local", "stop")

    screen = up.ok("up")

    for stack in STACKS:
        told = f"{stack}: the local AWS was restarted and so emptied; refreshing the state"
        assert told in screen
    assert {stack: len(up.resources(stack)) for stack in STACKS} == before


def test_staging_does_not_go_while_dev_lives_in_it(up: Clone) -> None:
    """The sentence says which stack goes first; nothing is touched."""
    refused = up.triflow("destroy", "staging")

    assert refused.returncode == 1
    assert "dev is up and is built on staging." in refused.stdout
    assert up.resources("staging", VPC)


def test_destroy_leaves_an_empty_aws(up: Clone) -> None:
    """Protected and retained resources included, asked of AWS service by service."""
    screen = up.ok("destroy")

    assert "only because this is the local AWS" in screen
    assert left_in(up) == {}
    for stack in STACKS:
        assert up.resources(stack) == [], stack
