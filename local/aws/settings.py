"""The configuration of one provider: region, default tags, which accounts it may work in."""

# ruff: noqa: ANN401 - a property is of any JSON kind

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.aws import schema
from local.aws.shapes import Problems
from local.aws.values import UNKNOWN, Unknown, plain

# What means nothing on a loopback endpoint with fixed keys; taken, so that programs run unchanged.
WITHOUT_EFFECT = frozenset(
    {
        "accessKey",
        "customCaBundle",
        "ec2MetadataServiceEndpoint",
        "ec2MetadataServiceEndpointMode",
        "endpoints",
        "httpProxy",
        "httpsProxy",
        "insecure",
        "maxRetries",
        "noProxy",
        "profile",
        "retryMode",
        "s3UsEast1RegionalEndpoint",
        "s3UsePathStyle",
        "secretKey",
        "sharedConfigFiles",
        "sharedCredentialsFiles",
        "skipCredentialsValidation",
        "skipMetadataApiCheck",
        "skipRegionValidation",
        "skipRequestingAccountId",
        "stsRegion",
        "token",
        "tokenBucketRateLimiterCapacity",
        "useDualstackEndpoint",
        "useFipsEndpoint",
        "userAgents",
        "version",
        "pluginDownloadURL",
    }
)
WITH_EFFECT = frozenset({"region", "allowedAccountIds", "forbiddenAccountIds", "defaultTags"})


@dataclass(frozen=True)
class Settings:
    """One provider's configuration; a value may be UNKNOWN in a preview."""

    region: Any = UNKNOWN
    default_tags: Any = field(default_factory=dict)
    allowed: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()

    def refusal(self, account: str) -> str | None:
        """Return the AWS provider's words if the account is not one to work in."""
        barred = account in self.forbidden or (self.allowed and account not in self.allowed)
        return f"AWS account ID not allowed: {account}" if barred else None


def read(args: Mapping[str, Any]) -> Settings:
    """Return the settings in a provider's properties, whose nested values come as JSON texts."""
    bare = {name: _parsed(name, value) for name, value in plain(dict(args)).items()}
    tags = bare.get("defaultTags") or {}
    return Settings(
        region=bare.get("region") or _region_of_the_environment(),
        default_tags=UNKNOWN if isinstance(tags, Unknown) else tags.get("tags") or {},
        allowed=_accounts(bare.get("allowedAccountIds")),
        forbidden=_accounts(bare.get("forbiddenAccountIds")),
    )


def _accounts(value: Any) -> tuple[str, ...]:
    return () if isinstance(value, Unknown) else tuple(value or ())


def _region_of_the_environment() -> str | None:
    return os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")


def _parsed(name: str, value: Any) -> Any:
    kind = schema.provider().inputs.get(name, "string")
    return json.loads(value) if isinstance(value, str) and kind != "string" else value


def check(args: Mapping[str, Any]) -> Problems:
    """Return what is wrong with a provider's properties."""
    problems = Problems()
    for name in args:
        if name not in WITH_EFFECT | WITHOUT_EFFECT:
            known = name in schema.provider().inputs
            problems.add(name, _NOT_LOCAL if known else f"unknown provider property {name!r}")
    region = args.get("region") or _region_of_the_environment()
    if not region:
        problems.add("region", "no region: set `region` of the aws provider or AWS_REGION")
    return problems


_NOT_LOCAL = (
    "the local AWS has no counterpart of it; leave it out, or add it to local/aws/settings.py"
)
