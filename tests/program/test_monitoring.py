"""Topics, relay, events, archive, dashboard and saved queries (ADR M3, M5 to M8, M10)."""

import json
from typing import Any

import pytest

from tests.program.recorder import ACCOUNT, Recording, record

TOPIC = "aws:sns/topic:Topic"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription"
PERMISSION = "aws:lambda/permission:Permission"
FUNCTION = "aws:lambda/function:Function"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
RULE = "aws:cloudwatch/eventRule:EventRule"
TARGET = "aws:cloudwatch/eventTarget:EventTarget"
DB_EVENTS = "aws:rds/eventSubscription:EventSubscription"
STREAM = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"
FILTER = "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition"
MAIN = ("prod", "staging", "dev")
PREFIX = {
    "prod": "triflow-ai-production",
    "staging": "triflow-ai-staging",
    "dev": "triflow-ai-dev",
}
TOPICS = f"arn:aws:sns:ap-northeast-2:{ACCOUNT}"
BUCKET = f"triflow-ai-prod-{ACCOUNT}"


def statements(recording: Recording, kind: str, name: str) -> list[Any]:
    """Return the statements of a policy."""
    found: list[Any] = json.loads(recording.one(kind, name).props["policy"])["Statement"]
    return found


@pytest.mark.clause("M7")
@pytest.mark.parametrize("stack", MAIN)
def test_there_is_a_topic_for_each_severity(stack: str) -> None:
    """Without a key: CloudWatch cannot publish through AWS's own."""
    topics = record(stack).of(TOPIC)

    assert [each.props["name"] for each in topics] == [
        f"{PREFIX[stack]}-critical",
        f"{PREFIX[stack]}-warning",
    ]
    assert [each.props.get("kmsMasterKeyId") for each in topics] == [None, None]


@pytest.mark.clause("M7")
@pytest.mark.parametrize("severity", ["critical", "warning"])
def test_only_this_accounts_services_may_raise_an_alarm(prod: Recording, severity: str) -> None:
    """Each for this account; EventBridge, which names none, for this stack's rules."""
    found = statements(prod, TOPIC_POLICY, f"alerts-topics-{severity}-policy")
    own = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    rules = f"arn:aws:events:ap-northeast-2:{ACCOUNT}:rule/triflow-ai-production-*"

    assert {each["Principal"]["Service"]: each["Condition"] for each in found} == {
        "cloudwatch.amazonaws.com": own,
        "budgets.amazonaws.com": own,
        "events.rds.amazonaws.com": own,
        "events.amazonaws.com": {"ArnLike": {"aws:SourceArn": rules}},
    }
    for each in found:
        assert (each["Effect"], each["Action"]) == ("Allow", ["sns:Publish"])
        assert each["Resource"] == [f"{TOPICS}:triflow-ai-production-{severity}"]


@pytest.mark.clause("M7")
def test_production_tells_a_person_by_e_mail(prod: Recording) -> None:
    """Of both topics, also of the relay's own failure."""
    emails = [each for each in prod.of(SUBSCRIPTION) if each.props["protocol"] == "email"]

    assert [each.props["endpoint"] for each in emails] == ["tech-lead@triflow-ai.com"] * 2
    assert [prod.depends_on(each, "topic") for each in emails] == [
        {"alerts-topics-critical"},
        {"alerts-topics-warning"},
    ]


@pytest.mark.clause("M7")
@pytest.mark.parametrize("stack", ["staging", "dev"])
def test_elsewhere_an_address_is_one_line_away(stack: str) -> None:
    """Nobody reads the e-mail of what stops every night."""
    told = record(stack, config={"monitoring": {"email": "dev@triflow-ai.com"}})

    assert len(told.of(SUBSCRIPTION)) == 4
    assert {each.props["protocol"] for each in record(stack).of(SUBSCRIPTION)} == {"lambda"}


@pytest.mark.clause("M7")
@pytest.mark.parametrize("stack", MAIN)
def test_the_relay_listens_to_both_topics(stack: str) -> None:
    """And each topic may call it: a message before the permission would be lost."""
    recording = record(stack)
    for severity in ("critical", "warning"):
        permission = recording.one(PERMISSION, f"alerts-relay-{severity}-permission")
        subscription = recording.one(SUBSCRIPTION, f"alerts-relay-{severity}-subscription")
        assert permission.props["principal"] == "sns.amazonaws.com"
        assert f"alerts-topics-{severity}" in recording.depends_on(permission, "sourceArn")
        assert f"alerts-topics-{severity}" in recording.depends_on(subscription, "topic")
        assert permission.urn in subscription.dependencies


@pytest.mark.clause("M7")
def test_the_relay_is_told_what_it_needs_and_no_secret() -> None:
    """The webhook stays in Secrets Manager; the function is given the secret's name only."""
    recording = record("prod")
    function = recording.one(FUNCTION, "alerts-relay-function").props
    variables = function["environment"]["variables"]

    assert function["handler"] == "slack_relay.handler.handle"
    assert (function["memorySize"], function["timeout"]) == (256, 60)
    assert variables | {"CHANNELS_SECRET_ARN": ""} == {
        "ENVIRONMENT": "prod",
        "CHANNELS_SECRET_ARN": "",
        "CRITICAL_TOPIC_ARN": f"{TOPICS}:triflow-ai-production-critical",
        "RUNBOOK_URL": "https://github.com/triflow-ai/infrastructure/blob/main/docs/runbook.md",
        "SMS_REGION": "ap-northeast-1",
    }
    assert variables["CHANNELS_SECRET_ARN"].endswith("alerts-relay-channels")


@pytest.mark.clause("M7")
def test_the_relay_may_read_one_secret_and_send_text_messages_from_tokyo() -> None:
    """To telephones alone: every topic, here and elsewhere, is left out."""
    secret, text_messages, *_ = statements(
        record("prod"), ROLE_POLICY, "alerts-relay-function-rights"
    )

    assert secret["Action"] == ["secretsmanager:GetSecretValue"]
    assert len(secret["Resource"]) == 1
    assert text_messages == {
        "Effect": "Allow",
        "Action": ["sns:Publish"],
        "NotResource": ["arn:aws:sns:*:*:*"],
        "Condition": {"StringEquals": {"aws:RequestedRegion": "ap-northeast-1"}},
    }


@pytest.mark.clause("M5")
@pytest.mark.parametrize("stack", MAIN)
def test_a_task_that_ends_by_itself_is_told_at_once(stack: str) -> None:
    """By its service and the reason: deployments and scaling stop tasks all day."""
    recording = record(stack)
    rule = recording.one(RULE, "monitoring-task-restart")
    target = recording.one(TARGET, "monitoring-task-restart-target")

    assert rule.props["name"] == f"{PREFIX[stack]}-ecs-task-restart"
    assert json.loads(rule.props["eventPattern"]) == {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        "detail": {
            "lastStatus": ["STOPPED"],
            "group": [f"service:{PREFIX[stack]}-backend-service"],
            "stopCode": ["EssentialContainerExited", "TaskFailedToStart"],
        },
    }
    assert "alerts-topics-warning" in recording.depends_on(target, "arn")


@pytest.mark.clause("M6")
@pytest.mark.parametrize("stack", MAIN)
def test_a_failover_is_told_although_it_mends_itself(stack: str) -> None:
    """Of this instance alone; starts and stops of the night are no news."""
    recording = record(stack)
    events = recording.one(DB_EVENTS)

    assert events.props["sourceType"] == "db-instance"
    assert events.props["sourceIds"] == [f"{PREFIX[stack]}-db"]
    assert events.props["eventCategories"] == ["failover", "failure", "low storage"]
    assert "alerts-topics-critical" in recording.depends_on(events, "snsTopic")


@pytest.mark.clause("M1", "M2", "M3")
@pytest.mark.parametrize("stack", MAIN)
def test_every_line_of_both_logs_goes_to_the_archive(stack: str) -> None:
    """Unfiltered, by the one stream, from the groups that keep 14 and 7 days."""
    recording = record(stack)
    filters = recording.of(FILTER)
    groups = {each.name: each.props["retentionInDays"] for each in recording.of(LOG_GROUP)}

    assert [recording.depends_on(each, "logGroup") for each in filters] == [
        {"compute-log-group"},
        {"database-log-group"},
    ]
    assert (groups["compute-log-group"], groups["database-log-group"]) == (14, 7)
    for each in filters:
        assert each.props["filterPattern"] == ""
        assert "monitoring-archive-stream" in recording.depends_on(each, "destinationArn")
        assert "monitoring-archive-sender" in recording.depends_on(each, "roleArn")


@pytest.mark.clause("M3")
@pytest.mark.parametrize(
    ("stack", "bucket", "folder"),
    [
        ("prod", BUCKET, "logs-archive/prod"),
        ("staging", f"triflow-ai-nonprod-{ACCOUNT}", "logs-archive/staging"),
        ("dev", f"triflow-ai-nonprod-{ACCOUNT}", "logs-archive/dev"),
    ],
)
def test_the_archive_is_the_data_bucket(stack: str, bucket: str, folder: str) -> None:
    """Packed once, by CloudWatch; in few large objects, since Glacier counts small ones as 128 KB.

    Dev and staging share the bucket and its lifecycle rule on logs-archive/.
    """
    stream = record(stack).one(STREAM).props
    written = stream["extendedS3Configuration"]

    assert stream["name"] == f"{PREFIX[stack]}-logs-archive"
    assert stream["destination"] == "extended_s3"
    assert written["bucketArn"] == f"arn:aws:s3:::{bucket}"
    assert (written["prefix"], written["errorOutputPrefix"]) == (f"{folder}/", f"{folder}-failed/")
    assert written["compressionFormat"] == "UNCOMPRESSED"
    assert written["fileExtension"] == ".gz"
    assert (written["bufferingSize"], written["bufferingInterval"]) == (64, 900)
    assert written["cloudwatchLoggingOptions"]["logStreamName"] == "delivery"


@pytest.mark.clause("M3")
def test_the_archive_writes_below_its_own_folder_only() -> None:
    """It reads nothing, and what tenants own is out of its reach."""
    recording = record("prod")
    rights = statements(recording, ROLE_POLICY, "monitoring-archive-stream-role-policy")
    sending = statements(recording, ROLE_POLICY, "monitoring-archive-sender-policy")

    assert [(each["Action"], each["Resource"]) for each in rights[:2]] == [
        (
            ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
            [f"arn:aws:s3:::{BUCKET}"],
        ),
        (
            ["s3:PutObject", "s3:AbortMultipartUpload"],
            [
                f"arn:aws:s3:::{BUCKET}/logs-archive/prod/*",
                f"arn:aws:s3:::{BUCKET}/logs-archive/prod-failed/*",
            ],
        ),
    ]
    assert [each["Action"] for each in sending] == [
        ["firehose:PutRecord", "firehose:PutRecordBatch"]
    ]


@pytest.mark.clause("M8")
@pytest.mark.parametrize(("stack", "alarms"), [("prod", 26), ("staging", 25), ("dev", 22)])
def test_the_dashboard_shows_every_alarm_and_what_it_watches(stack: str, alarms: int) -> None:
    """In three columns of 24 units that do not overlap."""
    recording = record(stack)
    found = recording.one(DASHBOARD)
    states, *graphs = json.loads(found.props["dashboardBody"])["widgets"]
    places = [(each["x"], each["y"]) for each in graphs]

    assert found.props["dashboardName"] == PREFIX[stack]
    assert len(states["properties"]["alarms"]) == alarms
    assert len(graphs) == len(set(places)) == 12
    assert {x for x, _ in places} == {0, 8, 16}
    assert recording.outputs["dashboard_url"] == (
        "https://ap-northeast-2.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-2"
        f"#dashboards/dashboard/{PREFIX[stack]}"
    )


@pytest.mark.clause("M10")
def test_the_guides_three_queries_are_saved(prod: Recording) -> None:
    """Over the backend's log, under the stack's name."""
    queries = {each.props["name"]: each.props for each in prod.of(QUERY)}

    assert {name: each["queryString"] for name, each in queries.items()} == {
        "triflow-ai-production/errors": (
            "fields @timestamp, @message\n| filter @message like /ERROR/\n"
            "| sort @timestamp desc\n| limit 100"
        ),
        "triflow-ai-production/slow": (
            "fields @timestamp, request_id, duration\n| filter duration > 2000\n"
            "| sort duration desc\n| limit 50"
        ),
        "triflow-ai-production/5xx": (
            "fields @timestamp\n| filter status_code >= 500\n| stats count() by bin(5m)"
        ),
    }
    assert all(
        each["logGroupNames"] == ["/aws/ecs/triflow-ai-production-backend"]
        for each in queries.values()
    )


@pytest.mark.clause("M7")
@pytest.mark.parametrize("stack", MAIN)
def test_both_topics_are_found_among_the_outputs(stack: str) -> None:
    """The guide publishes its test to the critical one, so that has the guide's name."""
    outputs = record(stack).outputs

    assert outputs["sns_topic_arn"].endswith(":alerts-topics-critical")
    assert outputs["sns_warning_topic_arn"].endswith(":alerts-topics-warning")
