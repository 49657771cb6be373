"""Rules of functions (ADR 3, 6): small, of today's runtime, called by one thing each."""

from collections.abc import Iterator
from re import fullmatch
from typing import Final

from policy import service_figures as figures
from policy.findings import Finding, Judgement, Lack, must_be, must_be_on
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.tokens import (
    FUNCTION,
    FUNCTION_PERMISSION,
    FUNCTION_URL,
    INVOKE_CONFIG,
    LOG_GROUP,
    QUEUE,
)

LONGEST_SECONDS: Final = 60
SHORTEST_KEPT_SECONDS: Final = 7 * 86400  # a long holiday

LAMBDA_SCOPED = rule(
    id="lambda-scoped",
    clause=("M7", "S2", "C11"),
    kind="stack",
    tokens=(FUNCTION, FUNCTION_PERMISSION, FUNCTION_URL, LOG_GROUP),
    levels="M/M/M",
    severity="high",
    external=(
        *("CKV_AWS_301", "CKV_AWS_363", "CKV_AWS_364", "Lambda.1", "Lambda.2", "AwsSolutions-L1"),
        "compliance-policies aws-lambda-permission-configure-source-arn",
    ),
    aim="A function is called by the one rule or topic that it was made for.",
    otherwise="Anybody's rule or topic could call it, or AWS would end its runtime.",
    fix="add sourceArn, and use a runtime that is supported.",
)


@check(LAMBDA_SCOPED, "a", each=(FUNCTION_URL,))
def functions_have_no_address(url: Resource, stack: StackView) -> Iterator[Judgement]:
    """A URL of a function stands open past the load balancer."""
    del stack
    yield Finding(f"{url.name} gives a function an address on the internet")


@check(LAMBDA_SCOPED, "a", each=(FUNCTION_PERMISSION,))
def callers_are_named(permission: Resource, stack: StackView) -> Iterator[Judgement]:
    """One service, and one thing of it; S3's names carry no account, so it is named too."""
    principal = permission["principal"].text()
    yield from must_be(permission["action"], "lambda:InvokeFunction")
    if not stack.joined(permission, "function", FUNCTION, name="name"):
        yield Lack("function is none of this stack")
    if not fullmatch(r"[a-z0-9-]+\.amazonaws\.com", principal):
        yield Finding(f'principal is "{principal}", it must be one service')
    if permission["sourceArn"].is_missing:
        yield Finding("sourceArn is not set")
    if principal.startswith("s3.") and permission["sourceAccount"].is_missing:
        yield Finding("sourceAccount is not set")


@check(LAMBDA_SCOPED, "b", each=(FUNCTION,))
def functions_are_small_and_of_today(function: Resource, stack: StackView) -> Iterator[Judgement]:
    """A supported runtime, an end within a minute, and not throttled to nothing."""
    del stack
    yield from must_be(function["runtime"], *figures.RUNTIMES)
    seconds = function["timeout"].count()
    if seconds > LONGEST_SECONDS:
        yield Finding(f"timeout is {seconds}, it must be {LONGEST_SECONDS} or less")
    if function["reservedConcurrentExecutions"].number() == 0:
        yield Finding("reservedConcurrentExecutions is 0, so it never runs")


@check(LAMBDA_SCOPED, "c", each=(FUNCTION,))
def what_they_say_ends(function: Resource, stack: StackView) -> Iterator[Judgement]:
    """Lambda makes a log group that is not declared itself, and keeps it for ever."""
    wanted = f"/aws/lambda/{function['name'].text()}"
    if wanted not in [group["name"].text() for group in stack.of(LOG_GROUP)]:
        yield Lack(f"no log group {wanted} is declared")


DEAD_LETTERS = rule(
    id="dead-letters-kept",
    clause=("M7", "S2"),
    kind="stack",
    tokens=(FUNCTION, INVOKE_CONFIG, QUEUE),
    levels="M/M/M",
    severity="medium",
    external=("CKV_AWS_27", "SQS.1", "AwsSolutions-SQS2"),
    aim="What a function could not do is kept, encrypted, until somebody has read it.",
    otherwise="A message that failed three times would be gone without a trace.",
    fix="send the function's failures to a queue of this stack that keeps them for 7 to 14 days.",
)


@check(DEAD_LETTERS, "a", each=(FUNCTION,))
def failures_go_to_a_queue(function: Resource, stack: StackView) -> Iterator[Judgement]:
    """Each function has one setting of what becomes of its failures, and it names a queue."""
    found = stack.referring(INVOKE_CONFIG, "functionName", function, name="name")
    if len(found) != 1:
        yield Lack(f"settings of its failures: {names(found)}; there must be one")
    for setting in found:
        if not stack.dependencies(setting, "destinationConfig", QUEUE):
            yield Lack("destinationConfig.onFailure is no queue of this stack", setting)


@check(DEAD_LETTERS, "b", each=(QUEUE,))
def queues_keep_and_encrypt(queue: Resource, stack: StackView) -> Iterator[Judgement]:
    """By SQS's own keys, which is its default; SQS's default of four days ends in a holiday."""
    del stack
    if queue["kmsMasterKeyId"].is_missing:
        yield from must_be_on(queue["sqsManagedSseEnabled"], absent=True)
    kept = queue["messageRetentionSeconds"].count()
    if kept < SHORTEST_KEPT_SECONDS:
        yield Finding(f"messageRetentionSeconds is {kept}, below {SHORTEST_KEPT_SECONDS}")
