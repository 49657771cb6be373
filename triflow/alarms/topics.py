"""The topics that alarms speak through, and who hears them."""

from functools import partial

from triflow.aws import Aws, Refusal, together
from triflow.deployed import Deployed
from triflow.report import Line, unanswered

TOPIC = "aws:sns/topic:Topic"
SEVERITIES = ("critical", "warning")
# What SNS says in the place of an ARN until the link in the first message was followed.
PENDING = "PendingConfirmation"
DELETED = "Deleted"  # likewise, for some days after somebody has unsubscribed
Subscriptions = list[dict[str, str]]


def by_severity(deployed: Deployed) -> dict[str, str]:
    """Return the ARN of each topic that the stack has, by the severity that its name ends with."""
    arns = [str(topic["outputs"]["arn"]) for topic in deployed.of_kind(TOPIC)]
    found = {severity: [arn for arn in arns if arn.endswith(severity)] for severity in SEVERITIES}
    return {severity: arns[0] for severity, arns in found.items() if arns}


def severity_of(topic: str) -> str:
    """Return the severity of what goes to a topic."""
    return next((severity for severity in SEVERITIES if topic.endswith(severity)), "?")


def subscriptions(aws: Aws, deployed: Deployed) -> dict[str, Subscriptions | Refusal]:
    """Return who is subscribed to each topic, by its severity."""
    topics = by_severity(deployed)
    return together({name: partial(_subscribed, aws, arn) for name, arn in topics.items()})


def _subscribed(aws: Aws, topic: str) -> Subscriptions:
    answer = aws.client("sns").list_subscriptions_by_topic(TopicArn=topic)
    return list(answer.get("Subscriptions") or ())


def heard_by(deployed: Deployed, severity: str, answer: Subscriptions | Refusal) -> list[Line]:
    """Return a line for each subscriber of a topic; nobody at all is a failure."""
    subject = f"{severity} to"
    if isinstance(answer, Refusal):
        return [unanswered(subject, answer)]
    if not answer:
        return [Line("failed", subject, "nobody is subscribed", deployed.up)]
    return [_subscriber(deployed, subject, one) for one in answer]


def _subscriber(deployed: Deployed, subject: str, subscription: dict[str, str]) -> Line:
    endpoint = subscription.get("Endpoint", "somebody whom SNS does not name").rpartition(":")[2]
    told = f"{endpoint} ({subscription.get('Protocol', 'of unknown protocol')})"
    arn = subscription.get("SubscriptionArn")
    if not arn:
        return Line("unknown", subject, f"{told}: SNS does not tell whether this is confirmed")
    if arn == DELETED:
        return Line("failed", subject, f"{told} has unsubscribed, and hears nothing", deployed.up)
    if arn == PENDING:
        return Line(
            "failed",
            subject,
            f"{told} has not confirmed, and hears nothing (P21)",
            f"{endpoint}: follow the link in the mail from AWS Notifications; a new mail: "
            f"aws sns subscribe --topic-arn {subscription.get('TopicArn')} "
            f"--protocol {subscription.get('Protocol')} --notification-endpoint {endpoint}",
        )
    return Line("ok", subject, told)
