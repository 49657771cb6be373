"""What carries notices and secrets: topics, queues, schedules, Secrets Manager."""

from collections.abc import Iterator

from cost.errors import CostError
from cost.inputs import Inputs
from cost.lines import Line
from cost.registry import prices
from cost.stack import Stack, several

FREE_PROTOCOLS = {"lambda", "sqs"}


@prices("aws:sns/topic:Topic")
def topic(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Notices of every topic; telephone messages, which go past the topics, once a stack."""
    yield stack.line(inputs, "notices", "sns_publish", stack.use("sns_publishes"))
    if stack.is_first(inputs.resource):
        yield stack.line(inputs, "telephone messages", "sms", stack.use("sms_messages"))


@prices("aws:sns/topicSubscription:TopicSubscription")
def subscription(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Functions and queues hear for nothing, a mail costs."""
    protocol = inputs.value("protocol")
    if protocol in FREE_PROTOCOLS:
        return
    if protocol != "email":
        raise CostError(
            f"{inputs.resource.urn}: a subscription by {protocol} has no price.",
            "It would count as nothing.",
            "subscribe by lambda, sqs or email, or price it in cost/rules/messages.py",
        )
    yield stack.line(inputs, "mails", "sns_email", stack.use("sns_publishes"))


@prices("aws:sqs/queue:Queue")
def queue(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Dead letters: written when a call has failed for good, read by whoever looks at them."""
    yield stack.line(inputs, "requests", "sqs_request", stack.use("sqs_requests"))


@prices("aws:scheduler/schedule:Schedule")
def schedule(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Its runs."""
    yield stack.line(inputs, "runs", "schedule_run", stack.use("schedule_runs"))


@prices("aws:secretsmanager/secret:Secret")
def secret(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Each secret with its replicas; reads once a stack."""
    copies = several(1 + inputs.count("replicas"), "secret")
    yield stack.line(inputs, "secret", "secret", copies)
    if stack.is_first(inputs.resource):
        yield stack.line(inputs, "reads of secrets", "secret_call", stack.use("secret_calls"))
