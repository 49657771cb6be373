"""Rules of secrets (ADR 1): none in plain, anywhere; the stores that keep them are safe."""

from collections.abc import Iterator
from re import IGNORECASE
from re import compile as pattern
from typing import Final

from policy.findings import Finding, Judgement, must_be, must_be_absent, must_be_on
from policy.registry import check, rule
from policy.resources import Resource, environment_of
from policy.rules.task import containers
from policy.tokens import ANY_AWS, FUNCTION, KMS_KEY, SECRET, SECRET_VERSION, TASK_DEFINITION
from policy.values import Answer, Known

SECRET_WORDS: Final = pattern(
    r"password|passwd|secret|token|api_?key|private_key|webhook|dsn|database_url", IGNORECASE
)
REFERENCE: Final = pattern(r"arn:aws:(secretsmanager|ssm):\S+")
# ARNs, a path, a name of ours: points at a secret and is none.
POINTER: Final = pattern(r"arn:aws:\S+|/?[a-z0-9_.-]+(/[A-Za-z0-9_.-]+)+|triflow-ai-[a-z0-9-]+")
KEY_LIKE: Final = pattern(
    r"(?<![A-Z0-9])(AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])|sk-ant-|xox[abp]-"
    r"|://[^/\s:@]+:[^/\s:@]+@|-----BEGIN"
)
WEBHOOK: Final = "hooks.slack.com/services/"
WRITE_ONLY: Final = "secretStringWo"  # reaches AWS and no state

NO_PLAINTEXT = rule(
    id="no-plaintext-secret",
    clause=("C11", "M7"),
    kind="resource",
    tokens=(ANY_AWS, TASK_DEFINITION, FUNCTION),
    levels="M/M/M",
    severity="critical",
    external=("ECS.8", "CKV_AWS_45"),
    aim="A secret is referred to, and nowhere written.",
    otherwise="Whoever may read a task definition or the state could read it.",
    fix="put the value into Secrets Manager and refer to it by secrets/valueFrom.",
)


@check(NO_PLAINTEXT, "a", each=(TASK_DEFINITION, FUNCTION))
def variables_hold_no_secret(resource: Resource) -> Iterator[Judgement]:
    """By the variable's name and by the look of its value; a message names the variable alone."""
    for path, name, asked in _variables(resource):
        value = str(asked.known(""))
        by_name = SECRET_WORDS.search(name) and not POINTER.fullmatch(value)
        if by_name or KEY_LIKE.search(value) or WEBHOOK in value:
            yield Finding(f"{path} holds the secret {name} in plain (not shown)")


@check(NO_PLAINTEXT, "a", each=(TASK_DEFINITION,))
def secrets_are_references(task: Resource) -> Iterator[Judgement]:
    """To Secrets Manager or Parameter Store, by ARN."""
    for container in containers(task):
        for secret in container["secrets"].items():
            if not REFERENCE.fullmatch(secret["valueFrom"].text()):
                yield Finding(f"{secret.path}.valueFrom is no ARN of a secret (not shown)")


def _variables(resource: Resource) -> Iterator[tuple[str, str, Answer]]:
    if resource.token == FUNCTION:
        for name, value in resource["environment"]["variables"].entries().items():
            yield value.path, name, value
        return
    for container in containers(resource):
        for variable in container["environment"].items():
            yield variable.path, variable["name"].text(), variable["value"]


@check(NO_PLAINTEXT, "b", each=(ANY_AWS,))
def no_webhook_anywhere(resource: Resource) -> Iterator[Judgement]:
    """Its address is the permission to post; only a write-only property may hold it."""
    for key in resource.inputs:
        if key == WRITE_ONLY:
            continue
        yield from _webhooks(resource[key])


def _webhooks(asked: Answer) -> Iterator[Judgement]:
    if not isinstance(asked, Known):
        return
    if isinstance(asked.value, str) and WEBHOOK in asked.value:
        yield Finding(f"{asked.path} holds the address of a Slack webhook (not shown)")
    elif isinstance(asked.value, dict):
        for inner in asked.entries().values():
            yield from _webhooks(inner)
    elif isinstance(asked.value, list):
        for inner in asked.items():
            yield from _webhooks(inner)


STORES_SAFE = rule(
    id="secret-stores-safe",
    clause=("C11",),
    kind="resource",
    tokens=(SECRET, SECRET_VERSION, "aws:ssm/parameter:Parameter", KMS_KEY),
    levels="M/M/M",
    severity="critical",
    external=("CKV2_AWS_34", "CKV_AWS_7", "CKV_AWS_227", "KMS.3", "KMS.4"),
    aim="What keeps secrets gets no value from the program, and can be restored.",
    otherwise="The value would stand in the state, or be gone with one wrong update.",
    fix="use write-only values, SecureString, keys that rotate, and a time to restore.",
)
PARAMETER: Final = "aws:ssm/parameter:Parameter"
SHORTEST_RECOVERY, LONGEST_RECOVERY = 7, 30  # days
NOT_SECRET: Final = ("_name", "_arn", "_id", "_endpoint")


@check(STORES_SAFE, "a", each=(SECRET, SECRET_VERSION))
def secrets_have_no_value_here(secret: Resource) -> Iterator[Judgement]:
    """None that is kept in the state; a write-only one carries its version."""
    yield from must_be_absent(secret["secretString"])
    yield from must_be_absent(secret["secretBinary"])
    if not secret[WRITE_ONLY].is_missing and secret["secretStringWoVersion"].is_missing:
        yield Finding("secretStringWoVersion is not set, so a new value would not be sent")


@check(STORES_SAFE, "a", each=(SECRET,))
def secrets_can_be_restored(secret: Resource) -> Iterator[Judgement]:
    """For a week or more after they were deleted; in dev the name is wanted back at once."""
    days = secret["recoveryWindowInDays"].number()
    shortest = 0 if environment_of(secret.urn) == "dev" else SHORTEST_RECOVERY
    if days is not None and not (shortest <= days <= LONGEST_RECOVERY):
        yield Finding(f"recoveryWindowInDays is {days}, it must be {shortest} to 30")


@check(STORES_SAFE, "b", each=(PARAMETER,))
def parameters_are_encrypted(parameter: Resource) -> Iterator[Judgement]:
    """One that is called like a secret is a SecureString with a write-only value."""
    name = parameter["name"].text()
    if not SECRET_WORDS.search(name) or name.endswith(NOT_SECRET):
        return
    yield from must_be(parameter["type"], "SecureString")
    yield from must_be_absent(parameter["value"])
    yield from must_be_absent(parameter["insecureValue"])


@check(STORES_SAFE, "c", each=(KMS_KEY,))
def keys_rotate(key: Resource) -> Iterator[Judgement]:
    """And can be restored for as long as AWS allows."""
    yield from must_be_on(key["enableKeyRotation"])
    yield from must_be_on(key["isEnabled"], absent=True)
    yield from must_be(key["bypassPolicyLockoutSafetyCheck"], *(False,), absent=True)
    days = key["deletionWindowInDays"].number()
    prod = environment_of(key.urn) not in ("dev", "staging")
    shortest = LONGEST_RECOVERY if prod else SHORTEST_RECOVERY
    if days is not None and days < shortest:
        yield Finding(f"deletionWindowInDays is {days}, it must be {shortest} or more")
    if not key["description"].text():
        yield Finding("description is not set")
