"""Rules of the storage layer (ADR 3): every bucket private and encrypted, every object's life.

Each setting of a bucket is a resource of its own, so most rules ask which of them belong to it.
What follows the class of an object is in `lifecycle`.
"""

from collections.abc import Iterator
from typing import Final

from policy.documents import Statement, statements
from policy.findings import (
    Finding,
    Judgement,
    Lack,
    must_be,
    must_be_absent,
    must_be_off,
    must_be_on,
)
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.tokens import (
    BUCKET,
    BUCKET_ACL,
    BUCKET_ENCRYPTION,
    BUCKET_OWNERSHIP,
    BUCKET_POLICY,
    BUCKET_PUBLIC_ACCESS_BLOCK,
    BUCKET_VERSIONING,
)

BLOCKS: Final = (
    "blockPublicAcls",
    "blockPublicPolicy",
    "ignorePublicAcls",
    "restrictPublicBuckets",
)
HTTP: Final = ("Bool", "aws:securetransport")
OLD_TLS: Final = ("NumericLessThan", "s3:tlsversion")


def setting_of(
    stack: StackView, token: str, bucket: Resource
) -> tuple[list[Resource], list[Judgement]]:
    """Return the one setting of a bucket, or a finding where there is not exactly one."""
    found = stack.referring(token, "bucket", bucket, name="bucket")
    if len(found) == 1:
        return list(found), []
    return [], [
        Lack(f"{token.rpartition(':')[2]}: {names(found)}; there must be one for the bucket")
    ]


S3_PUBLIC_ACCESS_BLOCKED = rule(
    id="s3-public-access-blocked",
    clause=("S7",),
    kind="stack",
    tokens=(BUCKET, BUCKET_PUBLIC_ACCESS_BLOCK, BUCKET_ACL, BUCKET_OWNERSHIP),
    levels="M/M/M",
    severity="critical",
    external=(
        *("CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6", "CKV2_AWS_65"),
        *("S3.1", "S3.8", "S3.12", "AwsSolutions-S2"),
        "compliance-policies aws-s3-bucket-disallow-public-read",
    ),
    aim="No bucket can be made public, by no policy and by no access list.",
    otherwise="One mistaken policy or access list would show tenants' data to the world.",
    fix="add a BucketPublicAccessBlock with all four flags and BucketOwnerEnforced ownership.",
)


@check(S3_PUBLIC_ACCESS_BLOCKED, "a", each=(BUCKET,))
def public_access_is_blocked(bucket: Resource, stack: StackView) -> Iterator[Judgement]:
    """One block with all four flags, which goes when it is removed instead of staying unseen."""
    blocks, wrong = setting_of(stack, BUCKET_PUBLIC_ACCESS_BLOCK, bucket)
    yield from wrong
    for block in blocks:
        for flag in BLOCKS:
            yield from must_be_on(block[flag])
        yield from must_be_off(block["skipDestroy"])


@check(S3_PUBLIC_ACCESS_BLOCKED, "a", each=(BUCKET_ACL,))
def no_access_lists(acl: Resource, stack: StackView) -> Iterator[Judgement]:
    """Access lists are the older way to make a bucket public."""
    del acl, stack
    yield Finding("a bucket's access list is declared; policies alone decide")


@check(S3_PUBLIC_ACCESS_BLOCKED, "b", each=(BUCKET,))
def the_owner_owns_every_object(bucket: Resource, stack: StackView) -> Iterator[Judgement]:
    """Ownership is enforced, which switches access lists off."""
    controls, wrong = setting_of(stack, BUCKET_OWNERSHIP, bucket)
    yield from wrong
    for control in controls:
        yield from must_be(control["rule"]["objectOwnership"], "BucketOwnerEnforced")


S3_ENCRYPTION = rule(
    id="s3-encryption-sse-s3",
    clause=("S7",),
    kind="stack",
    tokens=(BUCKET, BUCKET_ENCRYPTION),
    levels="M/M/M",
    severity="high",
    external=("CKV_AWS_19", "compliance-policies aws-s3-bucket-enable-server-side-encryption"),
    aim="Objects are encrypted with S3's own keys.",
    otherwise="A KMS key costs KRW 5,000 a month and every request; without any the clause fails.",
    fix='declare one configuration with sseAlgorithm "AES256" and without kmsMasterKeyId.',
)


@check(S3_ENCRYPTION, each=(BUCKET,))
def encryption_is_declared(bucket: Resource, stack: StackView) -> Iterator[Judgement]:
    """One configuration per bucket: AES256, no key of KMS."""
    found, wrong = setting_of(stack, BUCKET_ENCRYPTION, bucket)
    yield from wrong
    for configuration in found:
        entries = configuration["rules"].items()
        if len(entries) != 1:
            yield Finding(f"rules has {len(entries)} entries, there must be one", configuration)
        for entry in entries:
            default = entry["applyServerSideEncryptionByDefault"]
            yield from must_be(default["sseAlgorithm"], "AES256", about=configuration)
            yield from must_be_absent(default["kmsMasterKeyId"], configuration)


S3_VERSIONING = rule(
    id="s3-versioning-enabled",
    clause=("S6",),
    kind="stack",
    tokens=(BUCKET, BUCKET_VERSIONING),
    levels="M/M/M",
    severity="high",
    external=("CKV_AWS_21", "S3.14"),
    aim="Every bucket keeps versions: what is deleted or overwritten can be brought back.",
    otherwise="An overwritten workflow result would be lost at once.",
    fix='set status "Enabled"; the lifecycle rules bound what old versions cost.',
)


@check(S3_VERSIONING, each=(BUCKET,))
def versions_are_kept(bucket: Resource, stack: StackView) -> Iterator[Judgement]:
    """Versioning is declared and enabled; suspended is not enabled."""
    found, wrong = setting_of(stack, BUCKET_VERSIONING, bucket)
    yield from wrong
    for versioning in found:
        yield from must_be(
            versioning["versioningConfiguration"]["status"], "Enabled", about=versioning
        )


S3_TLS_ONLY = rule(
    id="s3-tls-only-policy",
    clause=("S7",),
    kind="stack",
    tokens=(BUCKET, BUCKET_POLICY),
    levels="M/M/M",
    severity="high",
    external=("CKV_AWS_379", "S3.5", "AwsSolutions-S10"),
    aim="A bucket answers over TLS 1.2 and later only.",
    otherwise="Data could be read on its way.",
    fix="add the two Deny statements, on the bucket's ARN and on ARN/*.",
)


@check(S3_TLS_ONLY, each=(BUCKET,))
def plain_and_old_connections_are_denied(bucket: Resource, stack: StackView) -> Iterator[Judgement]:
    """Two denials for everybody and everything, one without TLS and one for TLS below 1.2."""
    policies, wrong = setting_of(stack, BUCKET_POLICY, bucket)
    yield from wrong
    for policy in policies:
        found = list(statements(policy["policy"]))
        for condition, value in ((HTTP, "false"), (OLD_TLS, "1.2")):
            if not any(_is_for_all(s, condition, value, bucket) for s in found):
                yield Finding(
                    f"policy has no Deny of s3:* for everybody, on the bucket and its objects, "
                    f"where {condition[1]} is {value}",
                    policy,
                )
        for statement in found:
            if statement.allows and "*" in dict(statement.principals()).values():
                yield Finding(f"{statement.label} allows everybody", policy)


def _is_for_all(
    statement: Statement, condition: tuple[str, str], value: str, bucket: Resource
) -> bool:
    """Whether it is about everybody and everything there; one that allows is a finding itself."""
    return (
        ("AWS", "*") in statement.principals()
        and "s3:*" in statement.strings("Action")
        and statement.conditions() == {condition: (value,)}
        and _is_whole(set(statement.strings("Resource")), bucket)
    )


def _is_whole(arns: set[str], bucket: Resource) -> bool:
    """Whether the ARNs are a bucket with all in it, and this bucket where its name is known."""
    named = bucket["bucket"]
    if named.is_unknown or named.is_missing:
        return any({arn, f"{arn}/*"} <= arns for arn in arns)
    arn = f"arn:aws:s3:::{named.text()}"
    return {arn, f"{arn}/*"} <= arns
