"""The checks of what has to be there before the first update, or must not be."""

from collections.abc import Iterator
from typing import Any

from triflow import aws, stacks
from triflow.alarms import topics
from triflow.aws import Refusal
from triflow.deployed import Deployed
from triflow.preflight import dns
from triflow.preflight.context import Context
from triflow.report import Line, some, unanswered

FOUNDATION = f"{stacks.up('foundation')}; the first time: docs/first-deployment.md"
MADE_FIRST = (
    "--target '**providers:aws::aws' --target '**compute:AppSecrets**'   (makes them empty)"
)


def zone(context: Context) -> Iterator[Line]:
    """Say whether the world is led to the zone: without that the certificate is never issued."""
    domain = context.foundation.get("domain")
    meant = {str(name).rstrip(".") for name in context.foundation.get("zone_name_servers") or ()}
    if not domain or not meant:
        yield context.unknown("zone", "foundation") or Line(
            "failed", "zone", "foundation, which owns it, is not up", FOUNDATION
        )
        return
    if context.asked.server:
        yield Line("unknown", "zone", "could not be checked: nobody is led to the local AWS")
        return
    found = dns.name_servers(str(domain))
    if found is None:
        yield Line(
            "unknown",
            "zone",
            f"could not be checked: no resolver answers for {domain}",
            f"dig NS {domain}",
        )
        return
    well = bool(found & meant)
    told = f"{domain} is delegated to {', '.join(sorted(found)) or 'nobody'}"
    fix = f"at the registrar, set the name servers of {domain}: {', '.join(sorted(meant))}"
    yield Line(
        "ok" if well else "failed",
        "zone",
        told if not well else f"{domain} is delegated",
        "" if well else fix,
    )


def image(context: Context) -> Iterator[Line]:
    """Say whether the image that the settings name is in the repository (P11, P13)."""
    url = str(context.foundation.get("ecr_repository_url") or "")
    wanted = str((context.settings.get("compute") or {}).get("image") or "")
    if not url:
        yield context.unknown("image", "foundation") or Line(
            "failed", "image", "foundation, which owns the repository, is not up", FOUNDATION
        )
        return
    ecr, repository = context.asked.client("ecr"), url.rpartition("/")[2]
    key = "imageDigest" if wanted.startswith("sha256:") else "imageTag"
    try:
        ecr.describe_images(repositoryName=repository, imageIds=[{key: wanted}])
    except ecr.exceptions.ImageNotFoundException:
        yield Line(
            "failed",
            "image",
            f"{repository} has no image {wanted}",
            f"docker push {url}:{wanted}   (or: pulumi config set --path compute.image TAG "
            f"-s {context.stack.name})",
        )
        return
    yield Line("ok", "image", f"{repository}:{wanted}")


def secrets(context: Context) -> Iterator[Line]:
    """Say whether every secret has a value; the value itself is never asked for (ADR C11, M7)."""
    names = [str(one["name"]) for one in context.plan.all_of("aws:secretsmanager/secret:Secret")]
    if not names:
        yield Line("unknown", "secrets", "could not be checked: there is no plan")
        return
    absent, empty = [], []
    client = context.asked.client("secretsmanager")
    for name in names:
        try:
            versions = client.describe_secret(SecretId=name).get("VersionIdsToStages") or {}
        except client.exceptions.ResourceNotFoundException:
            absent.append(name)
            continue
        if not any("AWSCURRENT" in stages for stages in versions.values()):
            empty.append(name)
    yield _secrets(context, names, absent, empty)


def _secrets(context: Context, names: list[str], absent: list[str], empty: list[str]) -> Line:
    if absent:
        fact = f"do not exist yet: {', '.join(some(absent))}"
        return Line(
            "failed", "secrets", fact, f"{stacks.in_account(context.stack.name)} {MADE_FIRST}"
        )
    if empty:
        fix = (
            f"aws secretsmanager put-secret-value --secret-id {empty[0]} "
            "--secret-string file:///dev/stdin"
        )
        return Line("failed", "secrets", f"have no value: {', '.join(some(empty))}", fix)
    return Line("ok", "secrets", f"all {len(names)} have a value")


def bucket(context: Context) -> Iterator[Line]:
    """Say whether the names of the buckets that are to be made are free in the world (P05)."""
    if context.plan.refusal:
        yield Line("unknown", "bucket", "could not be checked: there is no plan")
        return
    names = [str(one["bucket"]) for one in context.plan.to_make("aws:s3/bucket:Bucket")]
    if not names:
        yield Line("ok", "bucket", "none is to be made")
    for name in names:
        yield _bucket(context, name)


def _bucket(context: Context, name: str) -> Line:
    found = aws.answer(lambda: context.asked.client("s3").head_bucket(Bucket=name))
    if not isinstance(found, Refusal):
        fact = f"{name} is in this account already, and not in the state"
        # An import would leave it beside the components, where the program does not look for it.
        fix = f"aws s3 rb s3://{name}   (takes an empty one only; a full one: docs/runbook/p05.md)"
        return Line("failed", "bucket", fact, fix)
    if found.kind == "not found":
        return Line("ok", "bucket", f"{name} is free")
    # 301: it is in another region, and so taken all the same.
    if found.kind == "denied" or "(301)" in found.fact:
        fact = f"{name} belongs to somebody else, or to nobody who lets you see it (P05)"
        fix = "aws s3api list-buckets   (yours? then ask for s3:ListBucket; else another name)"
        return Line("failed", "bucket", fact, fix)
    return unanswered("bucket", found)


def subscriptions(context: Context) -> Iterator[Line]:
    """Say who has not confirmed; before the first update there is nobody to ask."""
    unknown = context.unknown("subscriptions", context.stack.name)
    if unknown:
        yield unknown
        return
    deployed = Deployed(context.stack.name, context.plan.recorded)
    heard = topics.subscriptions(context.asked, deployed)
    if not heard:
        fact = "no topic yet: confirm the mail that comes with the first update"
        yield Line("ok", "subscriptions", fact)
        return
    lines = [line for name, each in heard.items() for line in topics.heard_by(deployed, name, each)]
    wrong: list[Any] = [line for line in lines if line.state != "ok"]
    for line in wrong:
        yield Line(line.state, "subscriptions", line.fact, line.fix)
    if not wrong:
        yield Line("ok", "subscriptions", f"all {len(lines)} confirmed")
