"""What the doctor asks AWS only if something gives cause to, or somebody names its problem.

`symptoms` has what may give cause.
"""

from collections.abc import Mapping
from typing import Any, Final

from triflow.doctor import asks, bills, bucket_rules, crashes, refusals, symptoms
from triflow.doctor.answers import Facts, NotApplicable
from triflow.doctor.asks import CALLER
from triflow.doctor.read import Read

FAILOVER: Final = "failover"  # RDS's word for such an event


def _vpc_dns(facts: Facts) -> dict[str, str]:
    symptoms.in_the_backend(facts)
    return {"VpcId": facts.deployed.output("vpc_id"), "Attribute": "enableDnsSupport"}


def _access_lists(facts: Facts) -> dict[str, Any]:
    """Those of our own subnets: a VPC may be shared."""
    symptoms.in_the_backend(facts)
    subnets = [
        one for tier in ("public", "private") for one in facts.deployed.output(f"{tier}_subnet_ids")
    ]
    return {"Filters": [{"Name": "association.subnet-id", "Values": subnets}]}


def _failovers(facts: Facts) -> dict[str, Any]:
    """Of the last 24 hours, of a database that has a second zone to go to."""
    wish = facts.declared("database-instance")
    if not wish["multiAz"].flag:
        raise NotApplicable(f"the database of {facts.deployed.stack} is in one zone")
    return {
        "SourceType": "db-instance",
        "SourceIdentifier": wish["identifier"].text,
        "EventCategories": [FAILOVER],
        "Duration": 24 * 60,
    }


READS: Final[Mapping[str, Read]] = {
    "crash_lines": Read(
        service="logs",
        call="filter_log_events",
        action="logs:FilterLogEvents",
        asks=crashes.asks,
        after=symptoms.OF_TASKS,
        gone=("ResourceNotFoundException",),
        paged=True,
        on_symptom=True,
    ),
    "refused_lines": Read(
        service="logs",
        call="filter_log_events",
        action="logs:FilterLogEvents",
        asks=refusals.asks,
        after=symptoms.OF_THE_BACKEND,
        gone=("ResourceNotFoundException",),
        paged=True,
        on_symptom=True,
    ),
    "bucket_policy": Read(
        service="s3",
        call="get_bucket_policy",
        action="s3:GetBucketPolicy",
        asks=refusals.policy,
        after=(CALLER, "refused_lines"),
        gone=("NoSuchBucketPolicy", bucket_rules.NO_BUCKET),
        on_symptom=True,
    ),
    "own_buckets": Read(
        service="s3",
        call="list_buckets",
        action="s3:ListAllMyBuckets",
        asks=bucket_rules.refused,
        after=(CALLER, "lifecycle"),
        paged=True,
        on_symptom=True,
    ),
    "bucket_location": Read(
        service="s3",
        call="get_bucket_location",
        action="s3:GetBucketLocation",
        asks=bucket_rules.made_anew,
        gone=(bucket_rules.NO_BUCKET,),
        after=(CALLER, "lifecycle"),
        on_symptom=True,
    ),
    "vpc_dns": Read(
        service="ec2",
        call="describe_vpc_attribute",
        action="ec2:DescribeVpcAttribute",
        asks=_vpc_dns,
        after=symptoms.OF_THE_BACKEND,
        gone=("InvalidVpcID.NotFound",),
        on_symptom=True,
    ),
    "access_lists": Read(
        service="ec2",
        call="describe_network_acls",
        action="ec2:DescribeNetworkAcls",
        asks=_access_lists,
        after=symptoms.OF_THE_BACKEND,
        paged=True,
        on_symptom=True,
    ),
    "failovers": Read(
        service="rds",
        call="describe_events",
        action="rds:DescribeEvents",
        asks=_failovers,
        paged=True,
        on_request=True,
    ),
    "image_scan": Read(
        service="ecr",
        call="describe_image_scan_findings",
        action="ecr:DescribeImageScanFindings",
        # Of basic scanning as it is today, DescribeImages has no summary any more.
        asks=asks.scanned,
        gone=("ScanNotFoundException", "ImageNotFoundException", "RepositoryNotFoundException"),
        on_request=True,
    ),
    "uploads": Read(
        service="s3",
        call="list_multipart_uploads",
        action="s3:ListBucketMultipartUploads",
        asks=bucket_rules.not_aborted,
        after=(CALLER, "lifecycle"),
        on_symptom=True,
    ),
    "bill_by_service": Read(
        service="ce",
        call="get_cost_and_usage",
        action="ce:GetCostAndUsage",
        asks=bills.by("SERVICE"),
        on_request=True,
    ),
    "bill_by_usage": Read(
        service="ce",
        call="get_cost_and_usage",
        action="ce:GetCostAndUsage",
        asks=bills.by("USAGE_TYPE"),
        on_request=True,
    ),
    "reservation_use": Read(
        service="ce",
        call="get_reservation_utilization",
        action="ce:GetReservationUtilization",
        asks=bills.reservations,
        gone=("DataUnavailableException",),
        after=("reservations",),
        on_request=True,
    ),
    "caller_role": Read(
        service="iam",
        call="get_role",
        action="iam:GetRole",
        asks=asks.of_caller,
        after=(CALLER,),
        on_request=True,
    ),
    "caller_policies": Read(
        service="iam",
        call="list_attached_role_policies",
        action="iam:ListAttachedRolePolicies",
        asks=asks.of_caller,
        after=(CALLER,),
        paged=True,
        on_request=True,
    ),
    "deploy_rights": Read(
        service="iam",
        call="simulate_principal_policy",
        action="iam:SimulatePrincipalPolicy",
        asks=asks.deploying,
        after=("caller_role",),
        paged=True,
        on_request=True,
    ),
}
