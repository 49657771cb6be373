"""P13, P16 and P18: what may stop a packet beside the security groups, who are all there.

The name service of the VPC, the network access lists of the subnets, the policy of the endpoint for
S3. The program leaves all three as AWS makes them, so no update would bring them back: each remedy
is AWS's own line.
"""

from collections.abc import Iterator
from typing import Final

from triflow.doctor import access_lists, grants
from triflow.doctor.answers import Facts, NotApplicable, Seen, Unknown
from triflow.doctor.checks.nat_gateway import endpoint
from triflow.doctor.finding import Found, check

ALLOW_ALL: Final = (
    "aws ec2 create-network-acl-entry --network-acl-id {resource} --rule-number 1"
    " --protocol=-1 --rule-action allow --cidr-block 0.0.0.0/0 {way}"
)
DELETE: Final = (
    "aws ec2 delete-network-acl-entry --network-acl-id {resource} --rule-number {number} {way}"
)
LAST_RULE: Final = 32767  # refuses what no other rule speaks of, and cannot be deleted
FULL_ACCESS: Final = "aws ec2 modify-vpc-endpoint --vpc-endpoint-id {resource} --reset-policy"
FILES: Final = ("s3:GetObject", "s3:PutObject")


@check(
    "vpc-dns-off",
    "P13",
    "critical",
    reads=("vpc_dns",),
    says="The VPC's name service is off: no name of the database, of AWS or of an API is found.",
    remedy="aws ec2 modify-vpc-attribute --vpc-id {resource} --enable-dns-support",
)
def names(facts: Facts) -> Iterator[Found]:
    """Asked for only while the backend is in trouble."""
    if facts.gone("vpc_dns"):
        yield Found(facts.deployed.output("vpc_id"), "AWS knows no such VPC")
    elif not facts["vpc_dns"]["EnableDnsSupport"]["Value"].flag:
        yield Found(facts.deployed.output("vpc_id"), "EnableDnsSupport is false")


@check(
    "nacl-blocks",
    "P16",
    "critical",
    reads=("access_lists",),
    says="A network access list drops what the security groups let through.",
    remedy="{remedy}",
)
def lists(facts: Facts) -> Iterator[Found]:
    """Lists keep no state: what comes back to a question has to be let in as well."""
    found = facts["access_lists"]["NetworkAcls"].each()
    if not found:
        raise Unknown("AWS names no access list of the subnets, and each subnet has one")
    blocks = list(facts.deployed.output("subnet_cidrs").values())
    open_to_all = set(facts.deployed.output("public_subnet_ids"))
    for one in found:
        subnets = {each["SubnetId"].text for each in one["Associations"].each()}
        for traffic in access_lists.needed(blocks, public=bool(subnets & open_to_all)):
            number = access_lists.stopped_by(one["Entries"].each(), traffic)
            if number is not None:
                yield _stopped(one["NetworkAclId"].text, number, traffic)
                break


def _stopped(name: str, number: int, traffic: access_lists.Traffic) -> Found:
    last = number == LAST_RULE
    rule = "no rule allows" if last else f"rule {number} refuses"
    words = {"number": str(number), "way": "--egress" if traffic.out else "--ingress"}
    line = ALLOW_ALL if last else DELETE
    for place, word in {"resource": name, **words}.items():
        line = line.replace(f"{{{place}}}", word)
    return Found(name, f"{rule} {traffic.words}", words={"remedy": line})


def _policy(facts: Facts) -> Seen:
    found = endpoint(facts)
    if found is None:
        raise NotApplicable("there is no endpoint for S3")
    return found["PolicyDocument"]


@check(
    "s3-endpoint-blocks-layers",
    "P13",
    "critical",
    reads=("vpc_endpoints",),
    says="The endpoint for S3 refuses the layers of images, which ECR keeps there.",
    remedy=FULL_ACCESS,
)
def layers(facts: Facts) -> Iterator[Found]:
    """AWS's own bucket in the region, on the same way as ours."""
    bucket = f"arn:aws:s3:::prod-{facts.deployed.region}-starport-layer-bucket/layer"
    if not grants.allows(_policy(facts), "s3:GetObject", bucket):
        name = facts.deployed.output("s3_endpoint_id")
        yield Found(name, f"its policy does not allow s3:GetObject of {bucket.rpartition('/')[0]}")


@check(
    "s3-endpoint-policy-denies",
    "P18",
    "critical",
    reads=("vpc_endpoints",),
    says="The endpoint for S3 refuses the bucket, whatever the roles may.",
    remedy=FULL_ACCESS,
)
def files(facts: Facts) -> Iterator[Found]:
    """From outside the VPC the same file opens, which misleads."""
    bucket = facts.deployed.output("bucket_name")
    policy = _policy(facts)
    lost = [one for one in FILES if not grants.allows(policy, one, f"arn:aws:s3:::{bucket}/file")]
    if lost:
        name = facts.deployed.output("s3_endpoint_id")
        yield Found(name, f"its policy does not allow {', '.join(lost)} in {bucket}")
