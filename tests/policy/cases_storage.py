"""Cases of the storage layer's rules."""

import json
from typing import Any

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import ACCOUNT, GONE, WAITS, Spoil, add, both, change, of, remove
from tests.policy.worlds import (
    deny,
    document,
    in_foundation,
    in_staging,
    lifecycle_rules,
    old_versions_end,
    tls_only,
    to_glacier,
)
from tests.policy.worlds_service import new_objects

NAME = f"triflow-ai-prod-{ACCOUNT}"
HTTP = ("Bool", "aws:SecureTransport", "false")
OLD_TLS = ("NumericLessThan", "s3:TlsVersion", "1.2")

R = "s3-public-access-blocked"
for flag in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"):
    broken(f"{R}(a)", f"{flag} is off", change("access-block", **{flag: False}))
    broken(f"{R}(a)", f"{flag} is not set", change("access-block", **{flag: GONE}))
broken(f"{R}(a)", "the block is gone", remove("access-block"))
broken(f"{R}(a)", "the block hides its removal", change("access-block", skipDestroy=True))
broken(f"{R}(a)", "an access list appears", add("acl", t.BUCKET_ACL, bucket=of("data")))
broken(f"{R}(a)", "a second bucket has no block", add("more", t.BUCKET, bucket="more"))
broken(
    f"{R}(b)",
    "writers own their objects",
    change("ownership", rule__objectOwnership="ObjectWriter"),
)
broken(f"{R}(b)", "ownership is not declared", remove("ownership"))
broken(f"{R}(a)", "the foundation's block is gone", remove("access-block"), in_foundation)


def last(short: str) -> Spoil:
    """Register a thing after all others."""
    return lambda world: world.things.update({short: world.things.pop(short)})


fine(R, "the block comes after the policy", last("access-block"))
fine(R, "the block names the bucket", change("access-block", bucket=NAME))
open_question(
    R,
    "the block's bucket is not known and has no dependency",
    change("access-block", bucket=WAITS),
    "bucket",
)
open_question(
    R, "a flag is not known yet", change("access-block", blockPublicAcls=WAITS), "blockPublicAcls"
)

R = "s3-encryption-sse-s3"


def encrypted(**default: object) -> Spoil:
    """Set what objects are encrypted with."""
    return change("encryption", rules=[{"applyServerSideEncryptionByDefault": default}])


broken(R, "KMS encrypts", encrypted(sseAlgorithm="aws:kms"))
broken(R, "a key is named", encrypted(sseAlgorithm="AES256", kmsMasterKeyId="key"))
broken(R, "the configuration is gone", remove("encryption"))
broken(R, "the configuration is empty", change("encryption", rules=[]))
broken(R, "a second configuration", add("more", t.BUCKET_ENCRYPTION, bucket=of("data")))
fine(
    R,
    "no bucket key is written out",
    change(
        "encryption",
        rules=[
            {
                "applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"},
                "bucketKeyEnabled": False,
            }
        ],
    ),
)
open_question(R, "the algorithm is not known yet", encrypted(sseAlgorithm=WAITS), "sseAlgorithm")

R = "s3-versioning-enabled"
broken(
    R, "versioning is suspended", change("versioning", versioningConfiguration__status="Suspended")
)
broken(
    R, "versioning is disabled", change("versioning", versioningConfiguration__status="Disabled")
)
broken(R, "versioning is not declared", remove("versioning"))
broken(R, "staging's versioning is not declared", remove("versioning"), in_staging)
fine(
    R,
    "MFA delete is written out as off",
    change("versioning", versioningConfiguration__mfaDelete="Disabled"),
)
open_question(
    R,
    "the status is not known yet",
    change("versioning", versioningConfiguration__status=WAITS),
    "status",
)

R = "s3-tls-only-policy"


def only_objects(statement: dict[str, object]) -> dict[str, object]:
    """Leave the bucket itself out of a statement."""
    return statement | {"Resource": f"arn:aws:s3:::{NAME}/*"}


broken(
    R,
    "the bucket itself is left out",
    change("bucket-policy", policy=document(only_objects(deny(NAME, *HTTP)), deny(NAME, *OLD_TLS))),
)
broken(
    R,
    "the condition is turned round",
    change(
        "bucket-policy",
        policy=document(deny(NAME, "Bool", "aws:SecureTransport", "true"), deny(NAME, *OLD_TLS)),
    ),
)
broken(R, "old TLS is let in", change("bucket-policy", policy=document(deny(NAME, *HTTP))))
broken(
    R,
    "TLS 1.1 is enough",
    change(
        "bucket-policy",
        policy=document(deny(NAME, *HTTP), deny(NAME, "NumericLessThan", "s3:TlsVersion", "1.1")),
    ),
)
broken(
    R,
    "only one principal is refused",
    change(
        "bucket-policy",
        policy=document(
            deny(NAME, *HTTP) | {"Principal": {"AWS": "arn:aws:iam::1:root"}}, deny(NAME, *OLD_TLS)
        ),
    ),
)
broken(
    R,
    "only reads are refused",
    change(
        "bucket-policy",
        policy=document(deny(NAME, *HTTP) | {"Action": "s3:GetObject"}, deny(NAME, *OLD_TLS)),
    ),
)
broken(R, "the policy is another bucket's", change("bucket-policy", policy=tls_only("other")))
broken(
    R,
    "everybody may read",
    change(
        "bucket-policy",
        policy=document(
            deny(NAME, *HTTP),
            deny(NAME, *OLD_TLS),
            {
                "Effect": "Allow",
                "Principal": {"AWS": "*"},
                "Action": "s3:GetObject",
                "Resource": "*",
            },
        ),
    ),
)
broken(R, "the policy is gone", remove("bucket-policy"))
broken(R, "the policy is no JSON", change("bucket-policy", policy="Deny"))
fine(R, "the policy is an object", change("bucket-policy", policy=json.loads(tls_only(NAME))))
fine(
    R,
    "another statement stands beside the two",
    change(
        "bucket-policy",
        policy=document(
            deny(NAME, *HTTP),
            deny(NAME, *OLD_TLS),
            {
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": f"arn:aws:s3:::{NAME}/logs/*",
            },
        ),
    ),
)
fine(
    R,
    "the bucket names itself",
    both(change("data", bucket=GONE), change("bucket-policy", policy=tls_only("auto-named"))),
)
fine(
    R,
    "the condition's key is in lower case",
    change(
        "bucket-policy",
        policy=document(deny(NAME, "Bool", "aws:securetransport", "false"), deny(NAME, *OLD_TLS)),
    ),
)
fine(R, "the bucket's name waits", change("data", bucket=WAITS))
open_question(R, "the policy is not known yet", change("bucket-policy", policy=WAITS), "policy")

R = "s3-lifecycle-complete"
COLD, LOG, UPLOAD, LEFTOVERS = 0, 2, 3, 4


def life(index: int, **changed: object) -> Spoil:
    """Change one lifecycle rule; GONE takes a key away."""
    rules = lifecycle_rules()
    rules[index] = {k: v for k, v in (rules[index] | changed).items() if v is not GONE}
    return change("lifecycle", rules=rules)


def without(index: int) -> Spoil:
    """Leave one lifecycle rule out."""
    return change("lifecycle", rules=[r for i, r in enumerate(lifecycle_rules()) if i != index])


for index, name in enumerate(("workflow", "export", "log", "upload", "leftovers")):
    broken(R, f"the rule for {name} is gone", without(index))
    broken(R, f"the rule for {name} is off", life(index, status="Disabled"))
broken(R, "results go cold after 120 days", life(COLD, **to_glacier(days=120)))
broken(
    R,
    "results go where each read needs a restore",
    life(COLD, **to_glacier(storage_class="GLACIER")),
)
broken(
    R,
    "results go colder later",
    life(
        COLD,
        transitions=[
            {"days": 90, "storageClass": "GLACIER_IR"},
            {"days": 180, "storageClass": "DEEP_ARCHIVE"},
        ],
    ),
)
broken(R, "old results stay warm", life(COLD, noncurrentVersionTransitions=GONE))
broken(R, "results are deleted", life(COLD, expiration={"days": 400}))
broken(R, "logs stay a day longer", life(LOG, expiration={"days": 366}))
broken(R, "logs stay for ever", life(LOG, expiration=GONE))
broken(R, "old logs stay two days", life(LOG, **old_versions_end(2)))
broken(R, "live uploads are deleted", life(UPLOAD, expiration={"days": 30}))
broken(R, "deleted uploads stay 31 days", life(UPLOAD, **old_versions_end(31)))
broken(R, "uploads go cold", life(UPLOAD, **to_glacier()))
broken(
    R,
    "unfinished uploads stay 8 days",
    life(LEFTOVERS, abortIncompleteMultipartUpload={"daysAfterInitiation": 8}),
)
broken(R, "unfinished uploads stay", life(LEFTOVERS, abortIncompleteMultipartUpload=GONE))
broken(R, "delete markers stay", life(LEFTOVERS, expiration=GONE))
broken(
    R,
    "everything is deleted after a year",
    life(LEFTOVERS, expiration={"days": 365, "expiredObjectDeleteMarker": True}),
)
broken(R, "leftovers go cold", life(LEFTOVERS, transitions=to_glacier()["transitions"]))
broken(R, "the configuration is gone", remove("lifecycle"))
for days in (1, 3):
    fine(
        R,
        f"unfinished uploads go after {days} days",
        life(LEFTOVERS, abortIncompleteMultipartUpload={"daysAfterInitiation": days}),
    )
CHOSEN: dict[str, dict[str, Any]] = {
    "an older prefix": {"prefix": "logs/"},
    "a prefix and a tag": {"filter": {"and": {"prefix": "a/", "tags": {"k": "v"}}}},
}
for says, chosen in CHOSEN.items():
    more = {"id": "more", "status": "Enabled", "expiration": {"days": 9}} | chosen
    fine(R, f"a rule for {says}", change("lifecycle", rules=[*lifecycle_rules(), more]))
fine(
    R,
    "a rule for another prefix stands beside them",
    change(
        "lifecycle",
        rules=[
            *lifecycle_rules(),
            {
                "id": "archive",
                "status": "Enabled",
                "filter": {"prefix": "logs-archive/"},
                "expiration": {"days": 365},
            },
        ],
    ),
)
fine(R, "the foundation's bucket has no classes", remove("zone"), in_foundation)
open_question(R, "a day is not known yet", life(LOG, expiration={"days": WAITS}), "days")

R = "s3-lifecycle-legal"
broken(R, "a prefix has a wildcard", life(LEFTOVERS, filter={"prefix": "*/workflows/*"}))
broken(R, "an old-style prefix has a wildcard", life(LEFTOVERS, filter=GONE, prefix="?/logs"))
broken(
    R,
    "a tag rule ends unfinished uploads",
    life(COLD, abortIncompleteMultipartUpload={"daysAfterInitiation": 7}),
)
broken(
    R,
    "a tag rule removes delete markers",
    life(UPLOAD, expiration={"expiredObjectDeleteMarker": True}),
)
broken(
    R, "a size rule ends unfinished uploads", life(LEFTOVERS, filter={"objectSizeGreaterThan": 5})
)
broken(
    R,
    "delete markers and days together",
    life(LEFTOVERS, expiration={"days": 7, "expiredObjectDeleteMarker": True}),
)
broken(
    R,
    "transitions go back in time",
    life(
        COLD,
        transitions=[
            {"days": 90, "storageClass": "GLACIER_IR"},
            {"days": 90, "storageClass": "DEEP_ARCHIVE"},
        ],
    ),
)
broken(
    R,
    "infrequent access after 29 days",
    life(COLD, transitions=[{"days": 29, "storageClass": "STANDARD_IA"}]),
)
broken(R, "it ends before it goes cold", life(COLD, expiration={"days": 90}))
broken(R, "two rules have one id", life(COLD, id="log"))
broken(R, "a rule has no id", life(COLD, id=""))
broken(R, "an id is too long", life(COLD, id="x" * 256))
broken(R, "a rule has no filter", life(LEFTOVERS, filter=GONE))
broken(R, "a wildcard under and", life(COLD, filter={"and": {"prefix": "*/x", "tags": {"a": "b"}}}))
broken(
    R, "tag and and", life(COLD, filter={"tag": {"key": "k", "value": "v"}, "and": {"tags": {}}})
)
for key, value in {"tags": {"a": "b", "c": "d"}, "objectSizeLessThan": 5}.items():
    broken(
        R, f"{key} under and, for unfinished uploads", life(LEFTOVERS, filter={"and": {key: value}})
    )
broken(R, "delete markers go on a day", life(LEFTOVERS, expiration={"date": "2027-01-01", "expiredObjectDeleteMarker": True}))  # noqa: E501  # fmt: skip
broken(R, "it goes cold before it is there", life(COLD, **to_glacier(days=-1)))
fine(R, "it goes cold at once", life(COLD, **to_glacier(days=0)))
fine(R, "the older prefix alone", life(LEFTOVERS, filter=GONE, prefix="export/"))
for letters in (1, 255):
    fine(R, f"an id of {letters}", life(COLD, id="x" * letters))
fine(
    R,
    "colder a day later",
    life(
        COLD,
        transitions=[
            {"days": 90, "storageClass": "GLACIER_IR"},
            {"days": 91, "storageClass": "DEEP_ARCHIVE"},
        ],
    ),
)
broken(
    R,
    "prefix and tag side by side",
    life(COLD, filter={"prefix": "a/", "tag": {"key": "k", "value": "v"}}),
)
fine(R, "a prefix without a wildcard", life(LEFTOVERS, filter={"prefix": "shared/"}))
fine(
    R,
    "infrequent access after 30 days",
    life(COLD, transitions=[{"days": 30, "storageClass": "STANDARD_IA"}]),
)
fine(
    R,
    "two tags under and",
    life(COLD, filter={"and": {"prefix": "a/", "tags": {"a": "b", "c": "d"}}}),
)
fine(R, "it ends a day after it goes cold", life(COLD, expiration={"days": 91}))
fine(
    R,
    "a transition on a date",
    life(COLD, transitions=[{"date": "2027-01-01", "storageClass": "GLACIER_IR"}]),
)
open_question(R, "the rules are not known yet", change("lifecycle", rules=WAITS), "rules")

R = "s3-data-class-backstop"


def pattern(**changed: object) -> Spoil:
    """Ask EventBridge for something else than the bucket's new objects."""
    return change("tagger-rule", eventPattern=json.dumps(new_objects(NAME, **changed)))


broken(R, "the bucket tells nobody", change("notification", eventbridge=False))
broken(R, "the notification is gone", remove("notification"))
broken(R, "it hears of deletions", pattern(**{"detail-type": ["Object Deleted"]}))
broken(R, "it hears of another service", pattern(source=["aws.ecr"]))
broken(R, "it hears of another bucket", pattern(detail={"bucket": {"name": ["other"]}}))
broken(R, "it waits for a clock", change("tagger-rule", eventPattern=GONE))
broken(R, "the target is gone", remove("tagger-target"))
broken(R, "the target is a queue", change("tagger-target", arn=of("tagger-dead-letters")))
broken(R, "the permission is gone", remove("tagger-permission"))
broken(R, "the permission is another rule's", change("tagger-permission", sourceArn="arn:other"))
broken(R, "staging's bucket tells nobody", change("notification", eventbridge=False), in_staging)
fine(R, "the rule by its name", change("tagger-target", rule="triflow-ai-production-tagger-trigger"))  # noqa: E501  # fmt: skip
fine(R, "a queue hears of it too", change("notification", queues=[{"queueArn": "arn:q"}]))
fine(R, "a second rule listens", pattern(source=["aws.s3", "aws.s3tables"]))
open_question(
    R, "the pattern is not known yet", change("tagger-rule", eventPattern=WAITS), "eventPattern"
)
