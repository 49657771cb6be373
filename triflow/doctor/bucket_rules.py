"""What is asked about the bucket: its rules, and only if it has none, where it is."""

from typing import Final

from triflow.doctor.answers import Facts, NotApplicable
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


def made_anew(facts: Facts) -> dict[str, str]:
    """Ask for a bucket without rules: it is not as the program made it."""
    if facts.gone("lifecycle", NO_BUCKET):
        raise NotApplicable("there is no bucket")
    if not facts.gone("lifecycle") and facts["lifecycle"]["Rules"].each():
        raise NotApplicable("the bucket has rules, as the program made it")
    return asks(facts)
