"""P05: whether the bucket's name is ours, unique, and in the stack's region."""

from collections.abc import Iterator

from triflow.doctor import bucket_rules
from triflow.doctor.answers import Facts
from triflow.doctor.finding import MEND, Found, check


@check(
    "bucket-missing",
    "P05",
    "critical",
    reads=("lifecycle",),
    says="The bucket is gone.",
    remedy=MEND,
)
def missing(facts: Facts) -> Iterator[Found]:
    """Until it is made again, anyone may take its name."""
    if facts.gone("lifecycle", bucket_rules.NO_BUCKET):
        yield Found(bucket_rules.name(facts), "AWS knows no such bucket")


@check(
    "bucket-foreign",
    "P05",
    "critical",
    reads=("own_buckets",),
    says="The bucket belongs to another account, and AWS refuses it to this one.",
    remedy="aws s3api list-buckets --prefix {resource}",
)
def foreign(facts: Facts) -> Iterator[Found]:
    """Whoever may not read its rules is refused likewise; the account's list tells them apart."""
    name = bucket_rules.name(facts)
    if name not in {one["Name"].text for one in facts["own_buckets"]["Buckets"].each()}:
        yield Found(name, "it is none of this account's buckets")


@check(
    "bucket-name-not-unique",
    "P05",
    "warning",
    reads=("caller",),
    says="The bucket's name does not hold the account's number, so anyone may have it first.",
    remedy="aws s3api head-bucket --bucket {resource}",
)
def not_unique(facts: Facts) -> Iterator[Found]:
    """Names are unique over all accounts of the world."""
    account, name = facts["caller"]["Account"].text, bucket_rules.name(facts)
    known = {account, *facts.deployed.account_ids}
    if not any(one in name for one in known):
        yield Found(name, f"{account} is not in it")


@check(
    "bucket-wrong-region",
    "P05",
    "warning",
    reads=("bucket_location",),
    says="The bucket lives in another region than the stack.",
    remedy="aws s3api get-bucket-location --bucket {resource}",
)
def wrong_region(facts: Facts) -> Iterator[Found]:
    """Uploads would leave the region, and its endpoint in the network would not serve them."""
    # Of the first region, us-east-1, AWS names none; then it is not known.
    region = facts["bucket_location"]["LocationConstraint"].text
    if region != facts.deployed.region:
        yield Found(bucket_rules.name(facts), f"it is in {region}, not {facts.deployed.region}")
