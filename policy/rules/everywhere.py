"""Rules that ask every resource: its account and region, tags, protection."""

from collections.abc import Iterator
from re import fullmatch
from typing import Final

from policy import tables
from policy.findings import Finding, Judgement, must_be, must_be_absent, must_be_off, must_be_on
from policy.registry import check, rule
from policy.resources import Resource, environment_of, place_of
from policy.tokens import (
    ANY_AWS,
    AWS_PROVIDER,
    BACKUP_VAULT,
    BUCKET,
    DB_INSTANCE,
    ECR_REPOSITORY,
    KMS_KEY,
    LOG_GROUP,
    SECRET,
    VPC,
    ZONE,
)
from policy.values import Answer, Missing

LONGEST_TAG_KEY: Final = 128
LONGEST_TAG_VALUE: Final = 256
MOST_TAGS: Final = 50
SMS_REGION: Final = "ap-northeast-1"  # SNS in Seoul sends no text messages (ADR M7)
SMS_KINDS: Final = ("aws:sns/topic:Topic", "aws:sns/topicSubscription:TopicSubscription")

REGION_PINNED = rule(
    id="region-and-account-pinned",
    clause=("all",),
    kind="resource",
    tokens=(ANY_AWS, AWS_PROVIDER),
    levels="M/M/M",
    severity="high",
    aim="Every resource goes to the one account and to Seoul.",
    otherwise="With another login in the shell, production would grow in somebody else's account.",
    fix="hand the program's own provider to it, pinned by allowedAccountIds and region.",
)


@check(REGION_PINNED, "a", each=(ANY_AWS,))
def its_provider_is_explicit(resource: Resource) -> Iterator[Judgement]:
    """The provider is one that the program made and pinned to one account."""
    provider = resource.provider
    if provider is None or provider.is_default:
        yield Finding("it uses the default provider, which takes whatever the shell holds")
        return
    accounts = [account.text() for account in provider["allowedAccountIds"].items()]
    if not fullmatch(r"\d{12}", " ".join(accounts)):
        yield Finding(f"allowedAccountIds of {provider.name} must hold one account, of 12 digits")


@check(REGION_PINNED, "a", each=(AWS_PROVIDER,))
def its_endpoints_are_amazons(provider: Resource) -> Iterator[Judgement]:
    """No endpoint is replaced in the program; a local run replaces them from outside."""
    yield from must_be_absent(provider["endpoints"])


@check(REGION_PINNED, "b", each=(ANY_AWS,))
def it_stays_in_seoul(resource: Resource) -> Iterator[Judgement]:
    """No region of its own, a provider for Seoul, zones a and c; text messages go by Tokyo."""
    regions = (tables.REGION,) + ((SMS_REGION,) if resource.token in SMS_KINDS else ())
    yield from must_be(resource["region"], *regions, absent=True)
    yield from must_be(resource["availabilityZone"], *tables.ZONES, absent=True)
    if provider := resource.provider:
        for judgement in must_be(provider["region"], *regions):
            fact = judgement.fact if isinstance(judgement, Finding) else f"{judgement.path} waits"
            yield Finding(f"of its provider {provider.name}, {fact}")


REQUIRED_TAGS = rule(
    id="required-tags",
    clause=("all",),
    kind="resource",
    tokens=(ANY_AWS,),
    levels="A/M/M",
    severity="medium",
    external=("EC2, ECS and RDS tag controls of Security Hub",),
    aim="Each bill line and each resource says whose it is.",
    otherwise="Nobody could tell which environment costs what, or who made it.",
    fix="set the provider's defaultTags, and Layer on the resource.",
)


@check(REQUIRED_TAGS)
def five_tags_are_there(resource: Resource) -> Iterator[Judgement]:
    """The resource's tags over the provider's; Environment is the stack's name.

    Which kinds take tags nobody tells a pack: those of the table, and whichever has some.
    """
    if resource.token not in tables.TAGGABLE and resource["tags"].is_missing:
        return
    tags = dict(resource["tags"].entries())
    if resource.provider is not None:
        tags = dict(resource.provider["defaultTags"]["tags"].entries()) | tags
    wanted = {
        "Project": "triflow-ai",
        "Environment": place_of(resource.urn)[0],
        "ManagedBy": "pulumi",
    }
    absent = []
    for key in tables.TAG_KEYS:
        asked = tags.get(key, Missing(f"tags.{key}"))
        if asked.known("") == "":
            absent.append(key)
        elif key in wanted:
            yield from must_be(asked, wanted[key])
    if absent:
        yield Finding(f"tags has no {', '.join(absent)}")
    yield from _legal(tags)


def _legal(tags: dict[str, Answer]) -> Iterator[Judgement]:
    if len(tags) > MOST_TAGS:
        yield Finding(f"tags has {len(tags)} entries, AWS takes {MOST_TAGS}")
    for key, asked in tags.items():
        if key.lower().startswith("aws:") or len(key) > LONGEST_TAG_KEY:
            yield Finding(f"tags.{key[:40]} is a key that AWS refuses")
        if len(asked.text()) > LONGEST_TAG_VALUE:
            yield Finding(f"tags.{key} is longer than {LONGEST_TAG_VALUE} characters")


STATEFUL_PROTECTED = rule(
    id="stateful-protected",
    clause=("D7",),
    kind="resource",
    tokens=(DB_INSTANCE, BUCKET, SECRET, KMS_KEY, ECR_REPOSITORY, BACKUP_VAULT, ZONE, VPC),
    levels="-/A/M",
    severity="critical",
    aim="Nothing that holds data can be deleted by a slip in the program.",
    otherwise="A renamed component would take the data with it.",
    fix="set protect=True in the resource's options.",
)


@check(STATEFUL_PROTECTED)
def protect_is_set(resource: Resource) -> Iterator[Judgement]:
    """The engine refuses to delete a protected resource."""
    if not resource.options.protect:
        yield Finding("the option protect is not set")


STATEFUL_SURVIVES = rule(
    id="stateful-survives-removal",
    clause=("D6", "D7", "M3"),
    kind="resource",
    tokens=(BUCKET, ZONE, ECR_REPOSITORY, LOG_GROUP, DB_INSTANCE, BACKUP_VAULT),
    levels="A/A/M",
    severity="critical",
    aim="Data outlives its resource: AWS itself refuses to delete what is not empty.",
    otherwise="A wrong deployment would delete data that no backup has.",
    fix="remove forceDestroy or forceDelete; set skipDestroy on log groups that are archived.",
)
KEPT: Final = (DB_INSTANCE, BACKUP_VAULT, BUCKET, ZONE, ECR_REPOSITORY)
FORCED: Final = {
    **dict.fromkeys((BUCKET, ZONE, BACKUP_VAULT), "forceDestroy"),
    ECR_REPOSITORY: "forceDelete",
}
ARCHIVED: Final = ("/aws/ecs/", "/aws/rds/")


@check(STATEFUL_SURVIVES, "a", each=(LOG_GROUP,))
def archived_groups_stay(group: Resource) -> Iterator[Judgement]:
    """A group whose logs are archived has one of two guards; only production's must last."""
    lasts = environment_of(group.urn) not in ("dev", "staging")
    if not (lasts and group["name"].text().startswith(ARCHIVED)):
        return
    if not group["deletionProtectionEnabled"].is_true():
        yield from must_be_on(group["skipDestroy"])


@check(STATEFUL_SURVIVES, "c", each=KEPT)
def data_stays_when_it_leaves_the_program(resource: Resource) -> Iterator[Judgement]:
    """Seen in a recorded state only: the engine shows a preview nothing of this option."""
    lasts = environment_of(resource.urn) not in ("dev", "staging")
    if lasts and resource.options.retain is False:
        yield Finding("the option retainOnDelete is not set", fix="set retain_on_delete=True.")


@check(STATEFUL_SURVIVES, "b", each=tuple(FORCED))
def nothing_is_emptied_by_force(resource: Resource) -> Iterator[Judgement]:
    """The switch that deletes a thing with all it holds is off."""
    yield from must_be_off(resource[FORCED[resource.token]])
