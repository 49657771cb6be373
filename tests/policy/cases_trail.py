"""Cases of the rule on the account's trail."""

from typing import Any

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import GONE, WAITS, Spoil, add, change, remove
from tests.policy.worlds import (
    TRAIL_BUCKET,
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
    "access to data is recorded besides",
    trail(eventSelectors=[{}, {"includeManagementEvents": False, "dataResources": []}]),
    AT,
)
fine(R, "dev has none", change("stack"), in_dev)
open_question(R, "the policy is not known yet", policy(WAITS), "policy", AT)
open_question(
    R, "the regions are not known yet", trail(isMultiRegionTrail=WAITS), "isMultiRegionTrail", AT
)
