"""Rules of form: names, types of values, documents. AWS finds these faults late or never."""

from collections.abc import Iterator
from dataclasses import dataclass
from re import fullmatch
from typing import Final

from policy import tables
from policy.documents import document
from policy.findings import Finding, Judgement, must_be, shown
from policy.registry import check, rule
from policy.resources import Resource, environment_of
from policy.tokens import (
    BACKUP_VAULT,
    BUCKET,
    BUCKET_POLICY,
    DB_INSTANCE,
    ECR_LIFECYCLE,
    ECR_REPOSITORY,
    ECS_CLUSTER,
    ECS_SERVICE,
    EGRESS_RULE,
    FUNCTION,
    IAM_POLICY,
    INGRESS_RULE,
    LISTENER,
    LOAD_BALANCER,
    ROLE,
    ROLE_POLICY,
    TARGET_GROUP,
    TASK_DEFINITION,
    VPC_ENDPOINT,
)
from policy.values import Answer, Known, MistypedError, NotYetError


@dataclass(frozen=True)
class NameForm:
    """What AWS takes as a name: in which property, how long, which characters."""

    key: str
    longest: int
    pattern: str = r"[\w+=,.@/-]+"
    shortest: int = 1


BALANCER_NAME: Final = NameForm("name", 32, r"(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?")
NAMES: Final = {
    LOAD_BALANCER: BALANCER_NAME,
    TARGET_GROUP: BALANCER_NAME,
    DB_INSTANCE: NameForm("identifier", 63, r"[a-z][a-z0-9]*(-[a-z0-9]+)*"),
    "aws:rds/subnetGroup:SubnetGroup": NameForm("name", 255, r"[a-z0-9_. -]+"),
    "aws:rds/parameterGroup:ParameterGroup": NameForm("name", 255, r"[a-z][a-z0-9]*(-[a-z0-9]+)*"),
    ROLE: NameForm("name", 64),
    IAM_POLICY: NameForm("name", 128),
    ECS_CLUSTER: NameForm("name", 255, r"[\w-]+"),
    ECS_SERVICE: NameForm("name", 255, r"[\w-]+"),
    TASK_DEFINITION: NameForm("family", 255, r"[\w-]+"),
    FUNCTION: NameForm("name", 64, r"[\w-]+"),
    "aws:cloudwatch/eventRule:EventRule": NameForm("name", 64, r"[\w.-]+"),
    "aws:scheduler/schedule:Schedule": NameForm("name", 64, r"[\w.-]+"),
    "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": NameForm("name", 64, r"[\w.-]+"),
    BACKUP_VAULT: NameForm("name", 50, r"[\w-]+", shortest=2),
    "aws:elasticache/replicationGroup:ReplicationGroup": NameForm(
        "replicationGroupId", 40, r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
    ),
    "aws:sns/topic:Topic": NameForm("name", 256, r"[\w-]+(\.fifo)?"),
    ECR_REPOSITORY: NameForm("name", 256, r"[a-z0-9]+([._/-][a-z0-9]+)*", shortest=2),
    BUCKET: NameForm("bucket", 63, r"(?!xn--|sthree-)[a-z0-9][a-z0-9-]*[a-z0-9](?<!-s3alias)", 3),
}

NAMES_LEGAL = rule(
    id="names-legal",
    clause=("L4", "S1"),
    kind="resource",
    tokens=tuple(NAMES),
    levels="M/M/M",
    severity="high",
    aim="A name is one that AWS takes, and a bucket's is the account's own.",
    otherwise="AWS would refuse it half-way through an update, or somebody else has it already.",
    fix="shorten or correct the name.",
)


@check(NAMES_LEGAL, "a")
def the_name_is_legal(resource: Resource) -> Iterator[Judgement]:
    """Length and characters; a name that is left to the provider is legal."""
    form = NAMES[resource.token]
    asked = resource[form.key]
    if asked.is_missing:
        return
    name = asked.text()
    if not form.shortest <= len(name) <= form.longest:
        yield Finding(
            f'{form.key} "{name}" has {len(name)} characters, '
            f"AWS takes {form.shortest} to {form.longest}"
        )
    elif not fullmatch(form.pattern, name):
        yield Finding(f'{form.key} "{name}" has characters in places where AWS refuses them')


@check(NAMES_LEGAL, "b", each=(BUCKET,))
def the_bucket_carries_the_account(bucket: Resource) -> Iterator[Judgement]:
    """Bucket names are unique in the world, so the account's number is part of ours."""
    pattern = tables.BUCKET_NAME.get(environment_of(bucket.urn))
    name = bucket["bucket"].text()
    if pattern and not fullmatch(pattern, name):
        yield Finding(f'bucket is "{name}", it must be ' + pattern.replace(r"\d{12}", "<account>"))


VALUES_TYPED = rule(
    id="values-typed",
    clause=("C7", "L2"),
    kind="resource",
    tokens=(LISTENER, TARGET_GROUP, INGRESS_RULE, EGRESS_RULE, DB_INSTANCE, TASK_DEFINITION),
    levels="M/M/M",
    severity="medium",
    aim="A port is a number where AWS takes a number, and text where it takes text.",
    otherwise="One tool would convert it silently and the next would see a change in every run.",
    fix="write the value in the type that the property has.",
)
PORTS: Final = {
    LISTENER: ("port",),
    TARGET_GROUP: ("port",),
    INGRESS_RULE: ("fromPort", "toPort"),
    EGRESS_RULE: ("fromPort", "toPort"),
    DB_INSTANCE: ("port",),
}
HIGHEST_PORT: Final = 65535
POSTGRES_PORT: Final = 5432


@check(VALUES_TYPED, "a", each=tuple(PORTS))
def ports_are_numbers(resource: Resource) -> Iterator[Judgement]:
    """From 1 to 65535; the database's, if written, is PostgreSQL's own."""
    for key in PORTS[resource.token]:
        try:
            port = resource[key].number()
        except MistypedError as wrong:
            yield Finding(f"{wrong.path} is not {wrong.wanted}")
            continue
        if port is not None and not 1 <= port <= HIGHEST_PORT:
            yield Finding(f"{key} is {port}, a port is from 1 to {HIGHEST_PORT}")
    if resource.token == DB_INSTANCE:
        yield from must_be(resource["port"], POSTGRES_PORT, absent=True)


@check(VALUES_TYPED, "a", each=(LISTENER, TARGET_GROUP))
def ports_in_text_are_text(resource: Resource) -> Iterator[Judgement]:
    """A redirect's and a health check's port are text, since they may be a word."""
    redirects = [action["redirect"]["port"] for action in resource["defaultActions"].items()]
    for asked in (*redirects, resource["healthCheck"]["port"]):
        port = asked.known("")
        if not isinstance(port, str):
            yield Finding(f"{asked.path} is {shown(port)}, it must be text")


DOCUMENTS_WELL_FORMED = rule(
    id="documents-well-formed",
    clause=("S8", "all"),
    kind="resource",
    tokens=(ROLE, IAM_POLICY, ROLE_POLICY, BUCKET_POLICY, ECR_LIFECYCLE, VPC_ENDPOINT),
    levels="M/M/M",
    severity="high",
    aim="A document is JSON that AWS can read, made of values and not of their wrappers.",
    otherwise="AWS would refuse it, or take a text that grants something else.",
    fix="build the document from plain values, or with Output.json_dumps.",
)
IAM_VERSION: Final = "2012-10-17"
# The document of each kind, and how many characters AWS takes of it, blanks not counted.
DOCUMENTS: Final = {
    ROLE: ("assumeRolePolicy", 2048),
    IAM_POLICY: ("policy", 6144),
    ROLE_POLICY: ("policy", 10240),
    BUCKET_POLICY: ("policy", 20480),
    VPC_ENDPOINT: ("policy", 20480),
    ECR_LIFECYCLE: ("policy", 30720),
}
# Traces of a value that was put into text before it was there.
WRAPPERS: Final = ("Calling __str__ on an Output", "<pulumi.", "${var.", "{{")


@check(DOCUMENTS_WELL_FORMED)
def the_document_can_be_read(resource: Resource) -> Iterator[Judgement]:
    """JSON, IAM's newer version, within AWS's size, and no trace of a wrapper."""
    key, longest = DOCUMENTS[resource.token]
    asked = resource[key]
    if asked.is_missing:
        if resource.token != VPC_ENDPOINT:  # without one an endpoint lets everything through
            yield Finding(f"{key} is not set")
        return
    content = document(asked)
    if resource.token != ECR_LIFECYCLE:
        yield from must_be(content["Version"], IAM_VERSION)
    if isinstance(asked, Known) and isinstance(asked.value, str):
        size = len("".join(asked.value.split()))
        if size > longest:
            yield Finding(f"{key} has {size} characters, AWS takes {longest}")
    for text, where in _texts(content):
        for wrapper in WRAPPERS:
            if wrapper in text:
                yield Finding(f'{where} contains "{wrapper}", a value that was not there yet')


def _texts(asked: Answer) -> Iterator[tuple[str, str]]:
    """Yield every known text in a document with its path; NotYetError at the end for unknowns."""
    waits: NotYetError | None = None
    stack = [asked]
    while stack:
        one = stack.pop()
        if one.is_unknown:
            waits = NotYetError(one.path)
        elif isinstance(one, Known) and isinstance(one.value, str):
            yield one.value, one.path
        elif isinstance(one, Known) and isinstance(one.value, dict):
            stack += one.entries().values()
        elif isinstance(one, Known) and isinstance(one.value, list):
            stack += one.items()
    if waits:
        raise waits
