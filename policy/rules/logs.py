"""Rules of log groups (ADR 6): how long logs stay where they are searched."""

from collections.abc import Iterator

from policy import tables
from policy.findings import Finding, Judgement, must_be
from policy.registry import check, rule
from policy.resources import Resource, environment_of
from policy.tokens import LOG_GROUP

LOG_RETENTION = rule(
    id="log-retention-legal-and-per-source",
    clause=("M1", "M2", "N6"),
    kind="resource",
    tokens=(LOG_GROUP,),
    levels="M/M/M",
    severity="high",
    external=("CKV_AWS_66", "cdk-nag CloudWatchLogGroupRetentionPeriod"),
    aim="Logs stay in CloudWatch for 14 days, the database's for 7, and none for ever.",
    otherwise="CloudWatch keeps logs for ever by default, at ten times the price of the archive.",
    fix="set retentionInDays to 14, for PostgreSQL to 7.",
)


@check(LOG_RETENTION, "a")
def retention_is_a_value_of_cloudwatch(group: Resource) -> Iterator[Judgement]:
    """Present and one of the values that CloudWatch knows; 0 means for ever."""
    days = group["retentionInDays"].number()
    if days is None:
        yield Finding("retentionInDays is not set, which keeps logs for ever")
    elif days not in tables.LEGAL_RETENTION_DAYS:
        yield Finding(f"retentionInDays is {days}, which is for ever or no value of CloudWatch")


@check(LOG_RETENTION, "b")
def retention_is_the_sources(group: Resource) -> Iterator[Judgement]:
    """By the beginning of the name; dev may keep less, and nobody another class."""
    name, days = group["name"].text(), group["retentionInDays"].number()
    in_dev = environment_of(group.urn) == "dev"
    for prefix, exact in tables.EXACT_RETENTION_DAYS.items():
        if name.startswith(prefix) and days not in (_up_to(exact) if in_dev else [exact]):
            yield Finding(f"retentionInDays is {days}, for {prefix} it must be {exact}")
    for prefix, longest in tables.LONGEST_RETENTION_DAYS.items():
        if name.startswith(prefix) and days not in _up_to(longest):
            yield Finding(f"retentionInDays is {days}, for {prefix} at most {longest}")
    yield from must_be(group["logGroupClass"], "STANDARD", absent=True)


def _up_to(longest: int) -> list[int]:
    return [days for days in tables.LEGAL_RETENTION_DAYS if days <= longest]
