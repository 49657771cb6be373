"""P19 and P22: what clears the bucket: parts of uploads that never ended, and old files.

The storage client always splits an upload, so there is no setting to check; what a killed process
leaves behind is billed until a rule of the bucket removes it.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from triflow.doctor import bucket_rules
from triflow.doctor.answers import Facts, Seen
from triflow.doctor.finding import MEND, Found, check

ABORT: Final = "abortIncompleteMultipartUpload"
APART: Final = ("id", "status", "filter", ABORT)  # these are judged apart, or name the rule


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
    live, bucket = bucket_rules.live(facts), bucket_rules.name(facts)
    for name, days in bucket_rules.aborting(facts):
        if name not in live:
            yield Found(bucket, f"the rule {name} is absent or switched off")
        elif (kept := bucket_rules.aborted_after(live[name])) != days:
            yield Found(bucket, f"the rule {name} aborts after {kept:g} days, not {days:g}")


@check(
    "multipart-leftovers",
    "P19",
    "warning",
    reads=("uploads",),
    says="Uploads that never ended are stored and billed.",
    remedy=MEND,
)
def unfinished(facts: Facts) -> Iterator[Found]:
    """Asked only where no rule aborts them; S3 names a thousand at most, the oldest of a key."""
    # Left out where there is none.
    uploads = facts["uploads"].maybe("Uploads")
    days = min(kept for _, kept in bucket_rules.aborting(facts))
    rows = [one["Initiated"].time for one in (uploads.each() if uploads else ())]
    old = [since for since in rows if facts.now - since > timedelta(days=days)]
    if old:
        evidence = f"{len(old)} are older than {days:g} days, the oldest of {min(old):%Y-%m-%d}"
        yield Found(bucket_rules.name(facts), evidence)


@check(
    "bucket-lifecycle-missing",
    "P22",
    "warning",
    reads=("lifecycle",),
    says="Old files are kept longer, or where they cost more, than decided.",
    remedy=MEND,
)
def lifecycle(facts: Facts) -> Iterator[Found]:
    """Each rule of the program has to be there, be switched on, and say the same days."""
    live, bucket = bucket_rules.live(facts), bucket_rules.name(facts)
    rules = {rule["id"].text: rule for rule in bucket_rules.declared(facts)}
    lost = [name for name in rules if name not in live]
    if lost:
        yield Found(bucket, f"absent or switched off: {', '.join(lost)}")
    for name, rule in rules.items():
        for key, wish in rule.items():
            if name in live and key not in APART:
                found = live[name].maybe(_named(key))
                if not found or _differs(wish, found):
                    said = _words(found) if found else "nothing"
                    yield Found(bucket, f"{name}: its {key} says {said}, not {_words(wish)}")


def _named(key: str) -> str:
    """Return AWS's word for the state's."""
    return key[0].upper() + key[1:]


def _differs(wish: Seen, found: Seen) -> bool:
    """Return whether AWS has another value, or another number of rows, than the state."""
    if isinstance(wish.value, list):
        pairs = zip(wish.each(), found.each(), strict=False)
        return len(wish.value) != len(found.each()) or any(_differs(*pair) for pair in pairs)
    if isinstance(wish.value, Mapping):
        return any(_differs(one, found[_named(key)]) for key, one in wish.items())
    return _words(wish) != _words(found)


def _words(part: Seen) -> str:
    """Return a part of a rule in one spelling: the state writes days for Days, and 90.0 for 90."""
    if isinstance(part.value, list):
        return "; ".join(sorted(_words(one) for one in part.each()))
    if isinstance(part.value, Mapping):
        return ", ".join(sorted(f"{_named(key)} {_words(one)}" for key, one in part.items()))
    if isinstance(part.value, bool):
        return str(part.flag)
    return f"{part.number:g}" if isinstance(part.value, int | float) else part.text
