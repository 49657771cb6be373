"""Cases of the rule on the account's trail."""

import json
from typing import Any

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    GONE,
    WAITS,
    Spoil,
    add,
    at_update,
    both,
    change,
    leave_out,
    remove,
    world_is,
)
from tests.policy.worlds import (
    TRAIL_ARN,
    TRAIL_BUCKET,
    document,
    in_dev,
    in_foundation,
    in_prod,
    log_delivery,
    log_files_rule,
    tls_only,
)

AT = in_foundation
R = "management-events-are-recorded"
KMS = ["kms.amazonaws.com"]


def trail(**properties: Any) -> Spoil:  # noqa: ANN401  # any property
    """Change the trail."""
    return change("trail", **properties)


def selector(**properties: object) -> Spoil:
    """Give the trail one plain selector."""
    return trail(eventSelectors=[properties])


def advanced(**fields: dict[str, Any]) -> Spoil:
    """Give the trail one advanced selector; each field with its operator."""
    chosen = [{"field": field, **operator} for field, operator in fields.items()]
    return trail(advancedEventSelectors=[{"fieldSelectors": chosen}])


def policy(text: object) -> Spoil:
    """Change the policy of the trail's bucket."""
    return change("log-files-bucket-policy", policy=text)


def lives(*rules: object) -> Spoil:
    """Change what becomes of the log files."""
    return change("log-files-lifecycle", rules=list(rules))


MANAGEMENT = {"equals": ["Management"]}
broken(f"{R}(a)", "the account has no trail", remove("trail"), AT)
broken(f"{R}(a)", "there are two", add("second", t.TRAIL, isMultiRegionTrail=True), AT)
broken(f"{R}(a)", "production makes one of its own", add("trail", t.TRAIL), in_prod)
broken(f"{R}(b)", "it is switched off", trail(enableLogging=False), AT)
broken(f"{R}(b)", "it covers one region", trail(isMultiRegionTrail=False), AT)
broken(f"{R}(b)", "it covers one region by default", trail(isMultiRegionTrail=GONE), AT)
broken(f"{R}(b)", "it leaves IAM out", trail(includeGlobalServiceEvents=False), AT)
broken(f"{R}(b)", "its files prove nothing", trail(enableLogFileValidation=False), AT)
broken(f"{R}(b)", "its files prove nothing by default", trail(enableLogFileValidation=GONE), AT)
broken(f"{R}(c)", "reads only", selector(readWriteType="ReadOnly"), AT)
broken(f"{R}(c)", "writes only", selector(readWriteType="WriteOnly"), AT)
broken(f"{R}(c)", "data only", selector(includeManagementEvents=False), AT)
broken(f"{R}(c)", "data only, by field", advanced(eventCategory={"equals": ["Data"]}), AT)
broken(
    f"{R}(c)",
    "writes only, by field",
    advanced(eventCategory=MANAGEMENT, readOnly={"equals": ["false"]}),
    AT,
)
broken(
    f"{R}(c)",
    "without secrets",
    advanced(eventCategory=MANAGEMENT, eventSource={"notEquals": ["secretsmanager.amazonaws.com"]}),
    AT,
)
broken(
    f"{R}(c)",
    "of one service",
    advanced(eventCategory=MANAGEMENT, eventSource={"equals": KMS}),
    AT,
)
broken(f"{R}(c)", "of no category", advanced(eventSource={"notEquals": KMS}), AT)
broken(f"{R}(d)", "a bucket of somebody else", trail(s3BucketName="elsewhere"), AT)
broken(f"{R}(d)", "a bucket without a policy", remove("log-files-bucket-policy"), AT)
broken(f"{R}(d)", "CloudTrail may not write", policy(tls_only(TRAIL_BUCKET)), AT)
broken(f"{R}(d)", "any trail may write", policy(log_delivery(StringEquals={})), AT)
broken(
    f"{R}(d)",
    "every trail of an account may write",
    policy(log_delivery(StringEquals={"aws:SourceArn": "arn:aws:cloudtrail:*:1:trail/*"})),
    AT,
)
broken(
    f"{R}(d)",
    "one trail and every one may write",
    policy(log_delivery(StringEquals={"aws:SourceArn": [TRAIL_ARN, "arn:aws:cloudtrail:*"]})),
    AT,
)
ASKS, WRITES = json.loads(log_delivery())["Statement"][-2:]
broken(f"{R}(d)", "CloudTrail may only ask", policy(document(ASKS)), AT)
for says, more in {
    "CloudTrail may delete nothing": WRITES | {"Effect": "Deny", "Condition": {}},
    "another service may write": WRITES
    | {"Principal": {"Service": "logging.s3.amazonaws.com"}, "Condition": {}},
}.items():
    fine(R, says, policy(document(ASKS, WRITES, more | {"Action": "s3:DeleteObject"})), AT)
BY_NAME = trail(s3BucketName=TRAIL_BUCKET)
fine(R, "its bucket by its name", BY_NAME, AT)
broken(f"{R}(e)", "log files live for ever in a bucket by its name", both(BY_NAME, lives()), AT)
fine(R, "its bucket is no target", both(at_update, leave_out("log-files")), AT)
fine(R, "an account that is not ours", world_is(project="other"), AT)
LEFTOVERS = {"status": "Enabled", "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7}}
fine(R, "a rule for unfinished files besides", lives(log_files_rule(), LEFTOVERS), AT)
broken(f"{R}(e)", "log files live for ever", lives(), AT)
broken(f"{R}(e)", "log files go after 364 days", lives(log_files_rule(364)), AT)
broken(f"{R}(e)", "deleted ones go after 29", lives(log_files_rule(kept=29)), AT)
broken(f"{R}(e)", "deleted ones stay for ever", lives(log_files_rule(kept=None)), AT)
broken(f"{R}(e)", "it is off", lives(log_files_rule() | {"status": "Disabled"}), AT)
broken(f"{R}(e)", "the bucket has no lifecycle", remove("log-files-lifecycle"), AT)
fine(R, "deleted ones stay for 31 days", lives(log_files_rule(kept=31)), AT)
fine(R, "its defaults are written out", trail(enableLogging=True), AT)
fine(R, "a selector says the default", selector(readWriteType="All"), AT)
fine(R, "calls of KMS are left out", selector(excludeManagementEventSources=KMS), AT)
fine(R, "all management, by field", advanced(eventCategory=MANAGEMENT), AT)
fine(
    R,
    "calls of KMS are left out, by field",
    advanced(eventCategory=MANAGEMENT, eventSource={"notEquals": KMS}),
    AT,
)
fine(
    R,
    "both noisy sources are left out, by field",
    advanced(eventCategory=MANAGEMENT, eventSource={"notEquals": [*KMS, "rdsdata.amazonaws.com"]}),
    AT,
)
fine(
    R,
    "access to data is recorded besides",
    trail(eventSelectors=[{}, {"includeManagementEvents": False, "dataResources": []}]),
    AT,
)
fine(R, "dev has none", change("stack"), in_dev)
open_question(R, "the policy is not known yet", policy(WAITS), "policy", AT)
open_question(
    R, "the regions are not known yet", trail(isMultiRegionTrail=WAITS), "isMultiRegionTrail", AT
)
