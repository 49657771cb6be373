"""The checks of the account: who asks, where, and what AWS makes once for each service."""

from collections.abc import Iterator

from triflow.aws import REGION
from triflow.preflight.context import Context
from triflow.report import Line, some

# Text messages go through Tokyo: SNS in Seoul sends none (ADR M7).
SMS_REGION = "ap-northeast-1"
# The role of each is made by the first use of its service, and that first use often fails for it.
SERVICE_LINKED = (
    "ecs.amazonaws.com",
    "rds.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
)
SERVICE_PATH = "/aws-service-role/"
ZONES = ("publicSubnets", "privateSubnets")


def credentials(context: Context) -> Iterator[Line]:
    """Say who asks, and whether this is the account that the stack is meant for."""
    identity = context.asked.client("sts").get_caller_identity()
    arn, account = str(identity.get("Arn", "")), str(identity.get("Account", ""))
    root = arn.endswith(":root")
    fix = "aws configure sso   (a role: nothing can be taken from the root user again)"
    yield Line("failed" if root else "ok", "credentials", arn, fix if root else "")
    meant = str(context.settings.get("accountId", ""))
    well = account == meant
    stack = context.stack.name
    yield Line(
        "ok" if well else "failed",
        "account",
        account if well else f"the credentials are of {account}, the stack file says {meant}",
        ""
        if well
        else f"export AWS_PROFILE=...   (or: pulumi config set accountId {account} -s {stack})",
    )


def region(context: Context) -> Iterator[Line]:
    """Say whether the zones that the stack file names are open to this account."""
    network = context.settings.get("network") or {}
    wanted = sorted({zone for key in ZONES for zone in network.get(key) or {}})
    answered = context.asked.client("ec2").describe_availability_zones()
    zones = answered.get("AvailabilityZones") or ()
    there = {one.get("ZoneName") for one in zones if one.get("State") == "available"}
    missing = [zone for zone in wanted if zone not in there]
    fact = f"{REGION}, {' and '.join(wanted)}"
    if missing:
        fact += f"; not available to this account: {', '.join(missing)}"
    fix = f"aws ec2 describe-availability-zones --region {REGION}   (then network in the file)"
    yield Line("failed" if missing else "ok", "region", fact, fix if missing else "")


def service_roles(context: Context) -> Iterator[Line]:
    """Say which service-linked roles are missing."""
    pages = context.asked.client("iam").get_paginator("list_roles")
    roles = [
        role for page in pages.paginate(PathPrefix=SERVICE_PATH) for role in page.get("Roles") or ()
    ]
    there = {str(role.get("Path")) for role in roles}
    missing = [one for one in SERVICE_LINKED if f"{SERVICE_PATH}{one}/" not in there]
    fixes = [f"aws iam create-service-linked-role --aws-service-name {one}" for one in missing]
    fact = f"missing: {', '.join(some(missing))}" if missing else f"all {len(SERVICE_LINKED)}"
    yield Line("failed" if missing else "ok", "service roles", fact, " && ".join(fixes))


def text_messages(context: Context) -> Iterator[Line]:
    """Say whether text messages reach anybody: the sandbox sends to verified numbers only."""
    sns = context.asked.client("sns", SMS_REGION)
    sandbox = sns.get_sms_sandbox_account_status().get("IsInSandbox")
    if sandbox is None:
        yield Line("unknown", "text messages", "could not be checked: SNS does not say")
        return
    fact = f"{SMS_REGION} is in the SMS sandbox: only verified numbers are sent any"
    fix = (
        "ask AWS Support to leave it, or verify each number: "
        f"aws sns create-sms-sandbox-phone-number --region {SMS_REGION} --phone-number +82..."
    )
    well = f"{SMS_REGION} sends to any number"
    yield Line(
        "failed" if sandbox else "ok",
        "text messages",
        fact if sandbox else well,
        fix if sandbox else "",
    )
