"""The bucket's rules, and what is asked only if they are not the program's."""

from collections.abc import Iterator
from typing import Final

from triflow.doctor.answers import Facts, NotApplicable, Seen
from triflow.doctor.problems import PREFIXES

NO_BUCKET: Final = "NoSuchBucket"
REFERENCE: Final = "pulumi:pulumi:StackReference"


def name(facts: Facts) -> str:
    """Return the name of the stack's bucket. NotApplicable if it borrows another environment's."""
    lenders = [one for one in facts.deployed.named(REFERENCE) if one in PREFIXES]
    if lenders:
        raise NotApplicable(f"the bucket is that of {lenders[0]}")
    return facts.declared("storage-bucket")["bucket"].text


def asks(facts: Facts) -> dict[str, str]:
    """Ask for ours only: another account's bucket of that name is denied."""
    return {
        "Bucket": name(facts),
        "ExpectedBucketOwner": facts["caller"]["Account"].text,
    }


def live(facts: Facts) -> dict[str, Seen]:
    """Return the bucket's rules that are switched on, by id."""
    if facts.gone("lifecycle"):
        return {}
    rows = facts["lifecycle"]["Rules"].each()
    return {one["ID"].text: one for one in rows if one["Status"].text == "Enabled"}


def declared(facts: Facts) -> list[Seen]:
    """Return the rules that the program gives the bucket."""
    return facts.declared("storage-lifecycle")["rules"].each()


def aborting(facts: Facts) -> Iterator[tuple[str, float]]:
    """Yield the rules that abort unfinished uploads, and after how many days."""
    for rule in declared(facts):
        abort = rule.maybe("abortIncompleteMultipartUpload")
        if abort:
            yield rule["id"].text, abort["daysAfterInitiation"].number


def aborted_after(rule: Seen) -> float:
    """Return the days after which a live rule aborts."""
    return rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"].number


def not_aborted(facts: Facts) -> dict[str, str]:
    """Ask for unfinished uploads where no rule aborts them in time: else there are none."""
    if facts.gone("lifecycle", NO_BUCKET):
        raise NotApplicable("there is no bucket")
    rules = live(facts)
    if all(key in rules and aborted_after(rules[key]) <= days for key, days in aborting(facts)):
        raise NotApplicable("a rule of the bucket aborts them")
    return asks(facts)


def refused(facts: Facts) -> dict[str, str]:
    """Ask which buckets of that name are ours, where AWS refuses to tell its rules."""
    if facts.answers["lifecycle"].kind != "denied":
        raise NotApplicable("AWS tells the bucket's rules, and so it is ours")
    return {"Prefix": name(facts)}


def made_anew(facts: Facts) -> dict[str, str]:
    """Ask for a bucket without rules: it is not as the program made it."""
    if facts.gone("lifecycle", NO_BUCKET):
        raise NotApplicable("there is no bucket")
    if not facts.gone("lifecycle") and facts["lifecycle"]["Rules"].each():
        raise NotApplicable("the bucket has rules, as the program made it")
    return asks(facts)
