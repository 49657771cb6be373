"""`triflow alarms`: how the alarms are, and whether they reach anybody."""

import json
import time
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from tests.triflow.aws_stand_in import AwsStandIn, Told
from tests.triflow.small_prod import ALARMS, RELAY, TOPICS, a_prod, an_alarm, resource, well
from tests.triflow.stage import a_screen, text_of
from triflow.alarms import listing, topics, trial
from triflow.deployed import Deployed
from triflow.errors import TriflowError

MAIL = "tech-lead@triflow-ai.com"
LAMBDA = f"arn:aws:lambda:ap-northeast-2:123456789012:function:{RELAY}"


def subscribed(params: Mapping[str, Any], mail: str = "arn:confirmed") -> Mapping[str, Any]:
    """Return the subscribers of a topic: a mail address and the relay."""
    topic = params["TopicArn"]
    return {
        "Subscriptions": [
            {"SubscriptionArn": mail, "Protocol": "email", "Endpoint": MAIL, "TopicArn": topic},
            {"SubscriptionArn": "arn:relay", "Protocol": "lambda", "Endpoint": LAMBDA},
        ]
    }


def listed(
    monkeypatch: pytest.MonkeyPatch,
    answers: Mapping[str, Told],
    deployed: Deployed | None = None,
) -> tuple[str, int]:
    """Return the screen of `triflow alarms list`, and the exit code."""
    told = {**well(), "sns.ListSubscriptionsByTopic": subscribed, **answers}
    stage(monkeypatch, AwsStandIn(told), deployed)
    screen = a_screen()
    code = listing.show("prod", screen)
    return text_of(screen), code


def stage(
    monkeypatch: pytest.MonkeyPatch, stand_in: AwsStandIn, deployed: Deployed | None = None
) -> None:
    """Have the verbs find this AWS, and prod in it."""
    monkeypatch.setattr("triflow.aws.find", lambda: stand_in.aws)
    monkeypatch.setattr("triflow.outputs.read", lambda *_: deployed or a_prod())


def test_what_rings_stands_first_with_its_page(
    monkeypatch: pytest.MonkeyPatch, snapshot: SnapshotAssertion
) -> None:
    """State, severity, problem, level and the runbook; then who hears each topic."""
    states = [
        {"AlarmName": ALARMS[0], "StateValue": "OK"},
        {"AlarmName": ALARMS[1], "StateValue": "ALARM"},
    ]

    screen, code = listed(monkeypatch, {"cloudwatch.DescribeAlarms": {"MetricAlarms": states}})

    assert code == 1
    assert screen == snapshot


def test_nothing_rings_and_all_have_confirmed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 0."""
    assert listed(monkeypatch, {})[1] == 0


@pytest.mark.clause("M7")
def test_who_has_not_confirmed_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """An alarm that nobody hears is worse than none: it looks like one (P21)."""
    pending = {"sns.ListSubscriptionsByTopic": lambda p: subscribed(p, topics.PENDING)}

    screen, code = listed(monkeypatch, pending)

    assert code == 1
    assert screen.count(f"{MAIL} (email) has not confirmed, and hears nothing (P21)") == 2
    assert f"aws sns subscribe --topic-arn {TOPICS['warning']}" in screen


def test_who_has_unsubscribed_hears_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """SNS goes on listing them for days, with a word in the place of the ARN."""
    gone = {"sns.ListSubscriptionsByTopic": lambda p: subscribed(p, topics.DELETED)}

    screen, code = listed(monkeypatch, gone)

    assert code == 1
    assert screen.count(f"{MAIL} (email) has unsubscribed, and hears nothing") == 2


def test_a_topic_without_anybody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both topics, each with a line."""
    screen, code = listed(monkeypatch, {"sns.ListSubscriptionsByTopic": {}})

    assert code == 1
    assert screen.count("nobody is subscribed") == 2


def test_an_alarm_that_was_muted_tells_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody switched its actions off and forgot."""
    muted = {"AlarmName": ALARMS[0], "StateValue": "OK", "ActionsEnabled": False}
    fine = {"AlarmName": ALARMS[1], "StateValue": "OK", "ActionsEnabled": True}

    screen, code = listed(
        monkeypatch, {"cloudwatch.DescribeAlarms": {"MetricAlarms": [muted, fine]}}
    )

    assert code == 1
    assert f"aws cloudwatch enable-alarm-actions --alarm-names {ALARMS[0]}" in screen


def test_an_alarm_that_somebody_deleted_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is recorded, and CloudWatch knows nothing of it."""
    screen, code = listed(monkeypatch, {"cloudwatch.DescribeAlarms": {"MetricAlarms": []}})

    assert code == 1
    assert screen.count(" gone ") == 2


def test_an_alarm_that_drives_scaling_is_not_among_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """It rings whenever little is going on, and tells nobody."""
    scaling = an_alarm("triflow-ai-production-ecs-scale-in")
    scaling["outputs"]["alarmActions"] = ["arn:aws:autoscaling:ap-northeast-2:1:policy"]

    screen, code = listed(monkeypatch, {}, a_prod(scaling))

    assert code == 0
    assert "scale-in" not in screen


@pytest.mark.parametrize("operation", ["cloudwatch.DescribeAlarms", "sns.ListSubscriptionsByTopic"])
@pytest.mark.parametrize("code", ["AccessDenied", "Throttling"])
def test_what_aws_refuses_to_list_is_unknown(
    monkeypatch: pytest.MonkeyPatch, operation: str, code: str
) -> None:
    """Exit code 3; the other half is shown."""
    screen, exit_code = listed(monkeypatch, {operation: code})

    assert exit_code == 3
    assert "could not be checked" in screen
    assert "✓" in screen


@pytest.mark.parametrize(
    ("operation", "answer"),
    [
        ("cloudwatch.DescribeAlarms", {"MetricAlarms": [{"AlarmName": ALARMS[0]}]}),
        ("sns.ListSubscriptionsByTopic", {"Subscriptions": [{"Endpoint": MAIL}]}),
    ],
)
def test_a_missing_field_is_unknown(
    monkeypatch: pytest.MonkeyPatch, operation: str, answer: Mapping[str, Any]
) -> None:
    """No state, no word of a confirmation: neither passes for well."""
    screen, _ = listed(monkeypatch, {operation: answer})

    assert "  ? " in screen


def test_a_stack_without_alarms_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half deployed is no error."""
    deployed = a_prod(without="aws:cloudwatch/metricAlarm:MetricAlarm")

    screen, code = listed(monkeypatch, {}, deployed)

    assert code == 1
    assert "are not deployed yet" in screen


def test_listing_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """It describes and lists."""
    stand_in = AwsStandIn({**well(), "sns.ListSubscriptionsByTopic": subscribed})
    stage(monkeypatch, stand_in)

    listing.show("prod", a_screen())

    assert set(stand_in.operations) == {
        "cloudwatch.DescribeAlarms",
        "sns.ListSubscriptionsByTopic",
    }


class Relay:
    """The relay's log: it writes `lines` of the message once it was asked `after` times."""

    def __init__(self, lines: Sequence[Mapping[str, object]], after: int = 0) -> None:
        self.lines, self.after, self.sent = lines, after, ""

    def published(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Take the message, as the topic does."""
        self.sent = json.loads(params["Message"])["triflowAlarmsTest"]["id"]
        return {"MessageId": "1"}

    def log(self, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Give the log as CloudWatch does: Lambda's words before the relay's JSON."""
        assert params["logGroupName"] == f"/aws/lambda/{RELAY}"
        other = {"message": '[INFO]\t2026\treq\t{"relay": "delivered", "testId": "another"}\n'}
        noise = [{"message": "START RequestId: 1"}, {"message": "{no json"}, other]
        if self.after > 0:
            self.after -= 1
            return {"events": noise}
        lines = [json.dumps({**line, "testId": self.sent}) for line in self.lines]
        return {"events": [*noise, *({"message": f"[INFO]\t2026\treq\t{one}\n"} for one in lines)]}


def tried(
    monkeypatch: pytest.MonkeyPatch,
    relay: Relay,
    answers: Mapping[str, Told] | None = None,
    severity: str = "critical",
    seconds: int = 90,
    *,
    deployed: Deployed | None = None,
) -> tuple[str, int]:
    """Return the screen of `triflow alarms test`, and the exit code."""
    told: dict[str, Told] = {
        "sns.ListSubscriptionsByTopic": subscribed,
        "sns.Publish": relay.published,
        "cloudwatch-logs.FilterLogEvents": relay.log,
        "sqs.GetQueueAttributes": {"Attributes": {"ApproximateNumberOfMessages": "2"}},
        **(answers or {}),
    }
    stage(monkeypatch, AwsStandIn(told), deployed)
    clock = SimpleNamespace(sleep=lambda _seconds: None, monotonic=time.monotonic)
    monkeypatch.setattr("triflow.alarms.trial.time", clock)
    monkeypatch.setattr("triflow.alarms.trial.secrets.token_hex", lambda _bytes: "0123456789abcdef")
    screen = a_screen()
    code = trial.run("prod", severity, screen, seconds)
    return text_of(screen), code


DELIVERED = {"relay": "delivered", "channel": "slack", "attempts": 1}


@pytest.mark.clause("M7")
@pytest.mark.parametrize("severity", ["critical", "warning"])
def test_a_message_that_arrived_is_proven_by_the_relays_own_line(
    monkeypatch: pytest.MonkeyPatch, severity: str, snapshot: SnapshotAssertion
) -> None:
    """Sent through the severity's own topic; the line with its id, and no other, is the proof."""
    text_message = {"relay": "delivered", "channel": "sms-1", "attempts": 1}

    screen, code = tried(monkeypatch, Relay([text_message, DELIVERED], after=3), severity=severity)

    assert code == 0
    assert screen == snapshot


def test_a_channel_that_failed_is_told_in_the_relays_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """With its remedy; it does not wait for the retries."""
    error = "The secret holds no webhook. Slack hears nothing.\nFix: put the webhook into it"
    failed = {"relay": "failed", "channel": "none", "error": error}

    screen, code = tried(monkeypatch, Relay([failed]))

    assert code == 1
    assert "not delivered: The secret holds no webhook. Slack hears nothing." in screen
    assert "Fix: put the webhook into it" in screen


def test_a_relay_that_says_nothing_is_a_failure_with_what_is_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its last line and its dead letters; never taken for an arrival."""
    screen, code = tried(monkeypatch, Relay([], after=10_000), seconds=0)

    assert code == 1
    assert "wrote nothing of it in 0 s; 2 messages wait in its dead-letter queue" in screen
    assert f"aws logs tail /aws/lambda/{RELAY}" in screen


def test_a_relay_without_its_queue_is_told_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """An update that failed may have made the one and not yet the other."""
    left = tuple(one for one in a_prod().resources if one["type"] != trial.QUEUE)

    screen, code = tried(
        monkeypatch, Relay([], after=10_000), seconds=0, deployed=Deployed("prod", left)
    )

    assert code == 1
    assert "wrote nothing of it in 0 s; it says" in screen


def test_a_relay_that_was_never_called_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty log means that SNS did not reach it."""
    empty: dict[str, Told] = {"cloudwatch-logs.FilterLogEvents": {"events": []}}

    screen, code = tried(monkeypatch, Relay([]), empty, seconds=0)

    assert code == 1
    assert "it was not called at all" in screen


def test_a_local_aws_without_docker_is_no_proof_either_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The topic took it and called the function, which cannot run there: unknown, exit code 3."""
    words = "error running docker: Error while fetching server API version"
    no_docker = {"cloudwatch-logs.FilterLogEvents": {"events": [{"message": words}]}}

    screen, code = tried(monkeypatch, Relay([]), no_docker)

    assert code == 3
    assert "the local AWS runs functions in docker only" in screen


def test_a_log_that_may_not_be_read_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message went out; whether it arrived cannot be told."""
    denied = {"cloudwatch-logs.FilterLogEvents": "AccessDeniedException"}

    screen, code = tried(monkeypatch, Relay([]), denied)

    assert code == 3
    assert "FilterLogEvents was denied" in screen


def test_a_topic_that_refuses_the_message_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is waited for."""
    with pytest.raises(TriflowError, match="Publish was denied"):
        tried(monkeypatch, Relay([]), {"sns.Publish": "AuthorizationError"})


def test_a_stack_without_that_topic_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half deployed."""
    stand_in = AwsStandIn({})
    stage(monkeypatch, stand_in, a_prod(without="aws:sns/topic:Topic"))

    with pytest.raises(TriflowError, match="prod has no topic for what is critical"):
        trial.run("prod", "critical", a_screen(), 1)

    assert stand_in.operations == []


def test_a_stack_without_the_relay_says_that_slack_hears_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Mail may still go out."""
    relay = Relay([])
    told: dict[str, Told] = {
        "sns.ListSubscriptionsByTopic": subscribed,
        "sns.Publish": relay.published,
    }
    other = resource("aws:lambda/function:Function", "another")
    deployed = Deployed("prod", (*a_prod(without="aws:lambda/function:Function").resources, other))
    stage(monkeypatch, AwsStandIn(told), deployed)
    screen = a_screen()

    assert trial.run("prod", "critical", screen, 1) == 1
    assert "is not deployed: Slack hears nothing" in text_of(screen)
