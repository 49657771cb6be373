"""P21: a message that does not reach anyone: the topics, their policies and subscribers."""

from collections.abc import Iterator
from typing import Final

from triflow.doctor import grants, metrics
from triflow.doctor.answers import Facts
from triflow.doctor.finding import MEND, Found, check

TOPICS: Final = ("critical", "warning")


def _endpoints(facts: Facts) -> dict[str, list[tuple[str, str, str]]]:
    """Return protocol, endpoint and ARN of each topic's subscriptions."""
    arns = {facts.deployed.arn(f"alerts-topics-{one}"): one for one in TOPICS}
    found: dict[str, list[tuple[str, str, str]]] = {one: [] for one in TOPICS}
    for one in facts["subscriptions"]["Subscriptions"].each():
        topic = arns.get(one["TopicArn"].text)
        if topic:
            row = (one["Protocol"].text, one["Endpoint"].text, one["SubscriptionArn"].text)
            found[topic].append(row)
    return found


def _hears(arn: str) -> bool:
    """Where SNS says PendingConfirmation or Deleted instead of an ARN, nobody is told."""
    return arn.startswith("arn:")


@check(
    "sns-subscription-pending",
    "P21",
    "critical",
    reads=("subscriptions",),
    says="Someone who should be told has not confirmed it, or has unsubscribed.",
    remedy="aws sns subscribe --topic-arn {topic} --protocol {protocol}"
    " --notification-endpoint {resource}",
)
def pending(facts: Facts) -> Iterator[Found]:
    """Confirmed by a link in a mail, which is good for three days; then it is asked for anew."""
    for topic, rows in _endpoints(facts).items():
        for protocol, endpoint, arn in rows:
            if not _hears(arn):
                words = {
                    "topic": facts.deployed.arn(f"alerts-topics-{topic}"),
                    "protocol": protocol,
                }
                evidence = f"{topic}: {arn} by {protocol}"
                yield Found(endpoint, evidence, words=words)


@check(
    "sns-no-subscriber",
    "P21",
    "critical",
    reads=("subscriptions",),
    says="Nobody listens to a topic of the alarms.",
    remedy=MEND,
)
def nobody(facts: Facts) -> Iterator[Found]:
    """A subscription that is not confirmed is told nothing."""
    for topic, rows in _endpoints(facts).items():
        if not any(_hears(arn) for _, _, arn in rows):
            evidence = f"it has {len(rows)} subscriptions, none of them confirmed"
            yield Found(facts.deployed.arn(f"alerts-topics-{topic}"), evidence)


@check(
    "sns-policy-lacks-publisher",
    "P21",
    "critical",
    reads=("critical_topic", "warning_topic"),
    says="AWS may not publish to a topic of the alarms.",
    remedy=MEND,
)
def publishers(facts: Facts) -> Iterator[Found]:
    """Each service that the program lets publish, against the live policy."""
    for topic in TOPICS:
        arn, read = facts.deployed.arn(f"alerts-topics-{topic}"), f"{topic}_topic"
        if facts.gone(read):
            yield Found(arn, "AWS knows no such topic")
            continue
        declared = facts.declared(f"alerts-topics-{topic}-policy")["policy"]
        live = facts[read]["Attributes"]["Policy"]
        lost = len(grants.missing(declared, live))
        if lost:
            yield Found(arn, f"{lost} of the statements that let services publish are gone")


@check(
    "sns-delivery-failed",
    "P21",
    "warning",
    reads=("metrics",),
    says="Messages of the alarms were not delivered.",
    remedy="triflow alarms test --stack {stack}",
)
def undelivered(facts: Facts) -> Iterator[Found]:
    """SNS tries a function for hours before it counts one; without a message there is no point."""
    for topic in TOPICS:
        count = metrics.counted(facts, f"{topic}_undelivered", metrics.WINDOW)
        if count:
            arn = facts.deployed.arn(f"alerts-topics-{topic}")
            yield Found(arn, f"{count:.0f} in 24 h")


@check(
    "slack-relay-failing",
    "P21",
    "critical",
    reads=("metrics",),
    says="The function that hands alarms to Slack fails.",
    remedy="aws logs tail /aws/lambda/{resource} --since 1d",
)
def relay(facts: Facts) -> Iterator[Found]:
    """Whoever reads only the channel misses what the mail says."""
    errors, throttles = (
        metrics.counted(facts, f"relay_{word}", metrics.WINDOW) for word in ("errors", "throttles")
    )
    if errors or throttles:
        name = facts.declared(metrics.RELAY)["name"].text
        yield Found(name, f"{errors:.0f} errors and {throttles:.0f} throttled calls in 24 h")


@check(
    "sns-key-blocks",
    "P21",
    "critical",
    reads=("critical_topic", "warning_topic"),
    says="Alarms cannot publish to a topic that is encrypted with AWS's own key.",
    remedy=MEND,
)
def key(facts: Facts) -> Iterator[Found]:
    """Nobody can let CloudWatch use alias/aws/sns; no key is what the program has."""
    for topic in TOPICS:
        if facts.gone(f"{topic}_topic"):
            continue
        used = facts[f"{topic}_topic"]["Attributes"].maybe("KmsMasterKeyId")
        if used and used.text.endswith("alias/aws/sns"):
            yield Found(facts.deployed.arn(f"alerts-topics-{topic}"), f"its key is {used.text}")
