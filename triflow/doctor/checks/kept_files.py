"""P19 and P22: what clears the bucket: parts of uploads that never ended, and old files.

The storage client always splits an upload, so there is no setting to check; what a killed process
leaves behind is billed until a rule of the bucket removes it.
"""

from collections.abc import Iterator

from triflow.doctor import bucket_rules
from triflow.doctor.answers import Facts, Seen
from triflow.doctor.finding import MEND, Found, check


def _rules(facts: Facts) -> dict[str, Seen]:
    """Return the live rules that are switched on, by id."""
    if facts.gone("lifecycle"):
        return {}
    rows = facts["lifecycle"]["Rules"].each()
    return {one["ID"].text: one for one in rows if one["Status"].text == "Enabled"}


def _declared(facts: Facts) -> Iterator[Seen]:
    yield from facts.declared("storage-lifecycle")["rules"].each()


@check(
    "multipart-abort-missing",
    "P19",
    "warning",
    reads=("lifecycle",),
    says="Parts of uploads that never ended are kept and billed for ever.",
    remedy=MEND,
)
def leftovers(facts: Facts) -> Iterator[Found]:
    """The rule that aborts them, and after how many days."""
    live, bucket = _rules(facts), bucket_rules.name(facts)
    for rule in _declared(facts):
        wanted = rule.maybe("abortIncompleteMultipartUpload")
        if wanted:
            name, days = rule["id"].text, wanted["daysAfterInitiation"].number
            if name not in live:
                yield Found(bucket, f"the rule {name} is absent or switched off")
            elif (kept := _days(live[name])) != days:
                yield Found(bucket, f"the rule {name} aborts after {kept:g} days, not {days:g}")


def _days(rule: Seen) -> float:
    return rule["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"].number


@check(
    "bucket-lifecycle-missing",
    "P22",
    "warning",
    reads=("lifecycle",),
    says="Old files are kept longer, or where they cost more, than decided.",
    remedy=MEND,
)
def lifecycle(facts: Facts) -> Iterator[Found]:
    """Each rule of the program has to be there and switched on."""
    live = _rules(facts)
    lost = [rule["id"].text for rule in _declared(facts) if rule["id"].text not in live]
    if lost:
        bucket = bucket_rules.name(facts)
        yield Found(bucket, f"absent or switched off: {', '.join(lost)}")
