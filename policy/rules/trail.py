"""Rules of the account's trail (ADR 1): what changes is recorded, and EventBridge hears of it."""

from collections.abc import Iterator
from typing import Final

from policy import tables
from policy.documents import Statement, statements, strings
from policy.findings import Finding, Judgement, Lack, must_be, must_be_on
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.rules.storage import setting_of
from policy.tokens import BUCKET, BUCKET_LIFECYCLE, BUCKET_POLICY, TRAIL
from policy.values import Answer

CLOUDTRAIL: Final = ("Service", "cloudtrail.amazonaws.com")
OF_ONE_TRAIL: Final = ("StringEquals", "aws:sourcearn")
# The only sources that a trail may leave out; neither tells of a rotation.
NOISY_SOURCES: Final = frozenset({"kms.amazonaws.com", "rdsdata.amazonaws.com"})

MANAGEMENT_EVENTS = rule(
    id="management-events-are-recorded",
    clause=("C11",),
    kind="stack",
    tokens=(TRAIL, BUCKET, BUCKET_POLICY, BUCKET_LIFECYCLE),
    levels="M/M/M",
    severity="high",
    external=("CKV_AWS_36", "CKV_AWS_67", "CKV_AWS_251", "CloudTrail.1", "CloudTrail.4"),
    aim="One trail of the account records every change, in all regions, in files that prove it.",
    otherwise="EventBridge would not hear of a rotation, so tasks would keep the old password; "
    "and nobody could say who changed what.",
    fix="keep one trail in the foundation: multi-region, validated, all management events, "
    "with a bucket that names it in aws:SourceArn.",
)


@check(MANAGEMENT_EVENTS, "a")
def the_account_has_a_trail(stack: StackView) -> Iterator[Judgement]:
    """The foundation keeps it; a second one would be paid for by the event."""
    found = stack.of(TRAIL)
    wanted = 1 if stack.environment == "foundation" else 0
    if stack.environment and len(found) != wanted:
        yield Lack(f"trails: {names(found)}; {stack.environment} keeps {wanted}")


@check(MANAGEMENT_EVENTS, "b", each=(TRAIL,))
def it_records_everywhere(trail: Resource, stack: StackView) -> Iterator[Judgement]:
    """On, in all regions and for global services, with digests of its files."""
    del stack
    yield from must_be_on(trail["enableLogging"], absent=True)
    yield from must_be_on(trail["isMultiRegionTrail"])
    yield from must_be_on(trail["includeGlobalServiceEvents"], absent=True)
    yield from must_be_on(trail["enableLogFileValidation"])


@check(MANAGEMENT_EVENTS, "c", each=(TRAIL,))
def it_leaves_no_change_out(trail: Resource, stack: StackView) -> Iterator[Judgement]:
    """Reads and writes of management; without selectors a trail records just that."""
    del stack
    plain, advanced = trail["eventSelectors"], trail["advancedEventSelectors"]
    chosen = [_is_of_management(each) for each in plain.items()]
    chosen += [_is_all_of_management(each) for each in advanced.items()]
    if chosen and not any(chosen):
        yield Finding("its selectors leave out management events, or reads or writes of them")


def _is_of_management(selector: Answer) -> bool:
    included = selector["includeManagementEvents"].known(default=True)
    return included is True and selector["readWriteType"].text("All") == "All"


def _is_all_of_management(selector: Answer) -> bool:
    """By its fields: the category, and at most the noisy sources left out."""
    fields = {field["field"].text(): field for field in selector["fieldSelectors"].items()}
    category, source = fields.pop("eventCategory", None), fields.pop("eventSource", None)
    if category is None or category["equals"].known() != ["Management"] or fields:
        return False
    return source is None or _only_noise_is_left_out(source)


def _only_noise_is_left_out(source: Answer) -> bool:
    return source["equals"].is_missing and set(strings(source["notEquals"])) <= NOISY_SOURCES


@check(MANAGEMENT_EVENTS, "d", each=(TRAIL,))
def its_bucket_takes_its_files_alone(trail: Resource, stack: StackView) -> Iterator[Judgement]:
    """A bucket of this stack, to which CloudTrail may write for this trail only."""
    buckets = stack.joined(trail, "s3BucketName", BUCKET, name="bucket")
    if not buckets:
        yield Lack("s3BucketName is no bucket of this stack")
    for bucket in buckets:
        found, wrong = setting_of(stack, BUCKET_POLICY, bucket)
        yield from wrong
        for policy in found:
            yield from _is_for_one_trail(policy)


@check(MANAGEMENT_EVENTS, "e", each=(TRAIL,))
def its_files_stay_for_a_year(trail: Resource, stack: StackView) -> Iterator[Judgement]:
    """As the other logs do; what somebody deletes stays long enough to be missed."""
    for bucket in stack.joined(trail, "s3BucketName", BUCKET, name="bucket"):
        found, wrong = setting_of(stack, BUCKET_LIFECYCLE, bucket)
        yield from wrong
        for lifecycle in found:
            entries = lifecycle["rules"].items()
            ending = [each for each in entries if not each["expiration"]["days"].is_missing]
            if not ending:
                yield Finding("none of its rules ends a log file", lifecycle)
            for entry in ending:
                yield from must_be(
                    entry["expiration"]["days"], tables.LOG_EXPIRY_DAYS, about=lifecycle
                )
                yield from must_be(entry["status"], "Enabled", about=lifecycle)
                kept = entry["noncurrentVersionExpiration"]["noncurrentDays"]
                if kept.count() < tables.DELETED_TRAIL_DAYS:
                    least = f"it must be {tables.DELETED_TRAIL_DAYS} or more"
                    yield Finding(f"{kept.path} is {kept.number()}, {least}", lifecycle)


def _is_for_one_trail(policy: Resource) -> Iterator[Judgement]:
    granted = [
        each
        for each in statements(policy["policy"])
        if each.allows and CLOUDTRAIL in each.principals()
    ]
    if not any("s3:PutObject" in each.strings("Action") for each in granted):
        yield Finding("it does not let CloudTrail write", policy)
    for each in granted:
        if not _names_one_trail(each):
            yield Finding(f"{each.label} lets the trail of any account write", policy)


def _names_one_trail(statement: Statement) -> bool:
    arns = statement.conditions().get(OF_ONE_TRAIL, ())
    return bool(arns) and not any("*" in arn for arn in arns)
