"""Rules of an object's life (ADR 3): by class to Glacier, to expiry, or untouched."""

from collections.abc import Iterator
from typing import Final

from policy import tables
from policy.documents import document, strings
from policy.findings import Finding, Judgement, Lack, must_be, must_be_absent, must_be_on
from policy.registry import check, rule
from policy.relations import StackView
from policy.resources import Resource
from policy.rules.storage import setting_of
from policy.tokens import (
    BUCKET,
    BUCKET_LIFECYCLE,
    BUCKET_NOTIFICATION,
    EVENT_RULE,
    EVENT_TARGET,
    FUNCTION,
    FUNCTION_PERMISSION,
)
from policy.values import Answer

LONGEST_ID: Final = 255
SIZES: Final = ("objectSizeGreaterThan", "objectSizeLessThan")
SHORTEST_DAYS: Final = {"STANDARD_IA": 30, "ONEZONE_IA": 30}

S3_LIFECYCLE_COMPLETE = rule(
    id="s3-lifecycle-complete",
    clause=("S2", "S3", "S4", "S5"),
    kind="stack",
    tokens=(BUCKET, BUCKET_LIFECYCLE),
    levels="M/M/M",
    severity="high",
    external=("CKV_AWS_300", "CKV2_AWS_61", "S3.10", "S3.13"),
    aim="Results go to Glacier after 90 days, logs end after 365, deleted uploads after 30.",
    otherwise="Storage would grow without end, or data would go that must stay.",
    fix="use the five rules of ADR S2 to S5 unchanged.",
)


@check(S3_LIFECYCLE_COMPLETE, each=(BUCKET,))
def every_class_has_its_life(bucket: Resource, stack: StackView) -> Iterator[Judgement]:
    """Four rules by tag, one for leftovers. Buckets of the foundation hold no classes."""
    if stack.environment == "foundation":
        return
    found, wrong = setting_of(stack, BUCKET_LIFECYCLE, bucket)
    yield from wrong
    for configuration in found:
        entries = configuration["rules"].items()
        for entry in entries:
            yield from must_be(entry["status"], "Enabled")
        for data_class in (*tables.COLD_CLASSES, "log", "upload"):
            mine = [entry for entry in entries if _class_of(entry) == data_class]
            if len(mine) != 1:
                yield Finding(f"rules for {tables.CLASS_TAG}={data_class}: {len(mine)}, not one")
            for entry in mine:
                yield from _life(data_class, entry)
        yield from _leftovers(entries)


def _class_of(entry: Answer) -> object:
    tag = entry["filter"]["tag"]
    return tag["value"].known() if tag["key"].known() == tables.CLASS_TAG else None


def _life(data_class: str, entry: Answer) -> Iterator[Judgement]:
    old = entry["noncurrentVersionExpiration"]["noncurrentDays"]
    if data_class in tables.COLD_CLASSES:
        for transitions, days in (
            ("transitions", "days"),
            ("noncurrentVersionTransitions", "noncurrentDays"),
        ):
            first = entry[transitions][0]
            yield from must_be(first[days], tables.COLD_AFTER_DAYS)
            yield from must_be(first["storageClass"], tables.COLD_STORAGE)
            yield from must_be_absent(entry[transitions][1])
        yield from must_be_absent(entry["expiration"])
    elif data_class == "log":
        yield from must_be(entry["expiration"]["days"], tables.LOG_EXPIRY_DAYS)
        yield from must_be(old, tables.OLD_LOG_DAYS)
    else:
        yield from must_be(old, tables.OLD_UPLOAD_DAYS)
        yield from must_be_absent(entry["expiration"])
        yield from must_be_absent(entry["transitions"])


def _leftovers(entries: list[Answer]) -> Iterator[Judgement]:
    whole = [entry for entry in entries if _is_for_everything(entry)]
    if len(whole) != 1:
        yield Finding(f"rules for the whole bucket: {len(whole)}, there must be one for leftovers")
    for entry in whole:
        days = range(1, tables.LONGEST_MULTIPART_DAYS + 1)
        yield from must_be(entry["abortIncompleteMultipartUpload"]["daysAfterInitiation"], *days)
        yield from must_be_on(entry["expiration"]["expiredObjectDeleteMarker"])
        yield from must_be_absent(entry["expiration"]["days"])
        yield from must_be_absent(entry["transitions"])


def _is_for_everything(entry: Answer) -> bool:
    chosen = entry["filter"]
    narrowing = [chosen[key] for key in ("tag", "and", *SIZES)]
    return all(n.is_missing for n in narrowing) and not _prefix(entry)


def _prefix(entry: Answer) -> object:
    return entry["filter"]["prefix"].known() or entry["prefix"].known()


S3_LIFECYCLE_LEGAL = rule(
    id="s3-lifecycle-legal",
    clause=("S2",),
    kind="resource",
    tokens=(BUCKET_LIFECYCLE,),
    levels="M/M/M",
    severity="high",
    aim="Every lifecycle rule says something that S3 does.",
    otherwise="S3 takes a wildcard without a word and then matches nothing.",
    fix="choose objects by tag, one thing per rule, in ascending days.",
)


@check(S3_LIFECYCLE_LEGAL)
def s3_does_what_the_rules_say(configuration: Resource) -> Iterator[Judgement]:
    """No wildcard, one filter per rule, no action that S3 refuses beside a tag, days ascending."""
    ids: list[str] = []
    for entry in configuration["rules"].items():
        name = entry["id"].text()
        if name in ids or not 0 < len(name) <= LONGEST_ID:
            yield Finding(f'{entry["id"].path} is "{name[:20]}", it must be unique and 1-255 long')
        ids.append(name)
        yield from _legal_filter(entry)
        yield from _legal_actions(entry)


def _legal_filter(entry: Answer) -> Iterator[Judgement]:
    chosen = entry["filter"]
    if chosen.is_missing and entry["prefix"].is_missing:
        yield Finding(f"{chosen.path} is not set; write an empty prefix for the whole bucket")
    for prefix in (chosen["prefix"], chosen["and"]["prefix"], entry["prefix"]):
        if any(letter in prefix.text() for letter in "*?"):
            yield Finding(f'{prefix.path} is "{prefix.text()}", S3 knows no wildcards')
    parts = [k for k in ("prefix", "tag", "and") if not chosen[k].is_missing]
    if len(parts) > 1:
        yield Finding(f"{chosen.path} has {' and '.join(parts)}; more than one goes under and")


def _legal_actions(entry: Answer) -> Iterator[Judgement]:
    chosen, expiration = entry["filter"], entry["expiration"]
    narrowed = [where[key] for where in (chosen, chosen["and"]) for key in ("tag", "tags", *SIZES)]
    if not all(asked.is_missing for asked in narrowed):
        yield from must_be_absent(entry["abortIncompleteMultipartUpload"])
        yield from must_be_absent(expiration["expiredObjectDeleteMarker"])
    if expiration["expiredObjectDeleteMarker"].is_true():
        yield from must_be_absent(expiration["days"])
        yield from must_be_absent(expiration["date"])
    earliest = 0
    for transition in entry["transitions"].items():
        days = transition["days"].number()
        storage_class = transition["storageClass"].text()
        if days is None:
            continue  # a transition on a date
        if days < max(earliest, SHORTEST_DAYS.get(storage_class, earliest)):
            yield Finding(f"{transition.path} goes to {storage_class} after {days} days, too early")
        earliest = days + 1
    ends = expiration["days"].number()
    if ends is not None and ends < earliest:
        yield Finding(f"{expiration.path}.days is {ends}, not after the last transition")


S3_DATA_CLASS_BACKSTOP = rule(
    id="s3-data-class-backstop",
    clause=("S2",),
    kind="stack",
    tokens=(BUCKET, BUCKET_NOTIFICATION, EVENT_RULE, EVENT_TARGET, FUNCTION, FUNCTION_PERMISSION),
    levels="-/M/M",
    severity="medium",
    external=("S3.11", "CKV2_AWS_62"),
    aim="An object that was stored without its class gets one.",
    otherwise="What is stored past the client would have no class, and no rule of the bucket "
    "would ever move or end it.",
    fix="keep the tagging function wired: notification, rule, target and permission.",
)


@check(S3_DATA_CLASS_BACKSTOP, each=(BUCKET,))
def new_objects_are_told_of(bucket: Resource, stack: StackView) -> Iterator[Judgement]:
    """The bucket tells EventBridge, and a rule leads from there to a function it may call."""
    if stack.environment == "foundation":
        return
    found, wrong = setting_of(stack, BUCKET_NOTIFICATION, bucket)
    yield from wrong
    for notification in found:
        yield from must_be_on(notification["eventbridge"], about=notification)
    name = bucket["bucket"].text()
    rules = [event for event in stack.of(EVENT_RULE) if _on_new_objects(event, name)]
    if not rules:
        yield Lack(f"no rule on objects that are created in {name}")
    for event in rules:
        yield from _leads_to_a_function(event, stack)


def _on_new_objects(event: Resource, bucket: str) -> bool:
    pattern = document(event["eventPattern"])
    return (
        "aws.s3" in strings(pattern["source"])
        and "Object Created" in strings(pattern["detail-type"])
        and bucket in strings(pattern["detail"]["bucket"]["name"])
    )


def _leads_to_a_function(event: Resource, stack: StackView) -> Iterator[Judgement]:
    targets = stack.referring(EVENT_TARGET, "rule", event, name="name")
    if not any(stack.dependencies(target, "arn", FUNCTION) for target in targets):
        yield Lack("its target is no function", event)
    permissions = stack.of(FUNCTION_PERMISSION)
    if not any(event in stack.dependencies(one, "sourceArn", EVENT_RULE) for one in permissions):
        yield Lack("it may call no function: there is no permission", event)
