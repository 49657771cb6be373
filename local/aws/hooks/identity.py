"""The hooks of policies, certificates and zones."""

# ruff: noqa: ANN401 - requests and answers are of any JSON kind

from collections.abc import Mapping
from typing import Any

from local.aws.templates import Made


def oldest_policy_version(*, of_at_least: int) -> Made:
    """Return the template of a policy's oldest version not in force; absent if there are fewer."""

    def oldest(scope: Mapping[str, Any]) -> str | None:
        if "ask" not in scope:
            return None
        answer = scope["ask"]("iam", "list_policy_versions", {"PolicyArn": scope["id"]})
        versions = [version for version in answer["Versions"] if not version["IsDefaultVersion"]]
        enough = len(answer["Versions"]) >= of_at_least and versions
        return str(min(versions, key=lambda v: v["CreateDate"])["VersionId"]) if enough else None

    return Made(oldest)


def records_of_the_zone() -> Made:
    """Return the template of deleting all records of a zone but its own two; absent without any."""

    def changes(scope: Mapping[str, Any]) -> Any:
        if "ask" not in scope:
            return None
        answer = scope["ask"]("route53", "list_resource_record_sets", {"HostedZoneId": scope["id"]})
        sets = [s for s in answer["ResourceRecordSets"] if s["Type"] not in ("NS", "SOA")]
        deletions = [{"Action": "DELETE", "ResourceRecordSet": found} for found in sets]
        return {"Changes": deletions} if deletions else None

    return Made(changes)


def short_token() -> Made:
    """Return the template of a token that is new for each create: 32 characters at most."""
    return Made(lambda scope: scope["seed"])


def keys_gone() -> Made:
    """Return the template of removed tags where a service wants keys in objects."""
    return Made(lambda scope: [{"Key": key} for key in scope["tagKeysGone"]])


def other_names() -> Made:
    """Return the template of a certificate's names besides its domain name."""

    def names(scope: Mapping[str, Any]) -> list[str]:
        live = scope["live"]
        own = live.get("DomainName")
        return [name for name in live.get("SubjectAlternativeNames") or [] if name != own]

    return Made(names)
