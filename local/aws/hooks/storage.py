"""S3's hooks: regions, contents, notifications."""

# ruff: noqa: ANN401 - requests and answers are of any JSON kind

import base64
from collections.abc import Mapping
from typing import Any

from local.aws.templates import Made
from local.aws.values import Unknown


def location_constraint() -> Made:
    """Return the template of a bucket's region; us-east-1 is the one that must not be named."""

    def location(scope: Mapping[str, Any]) -> Any:
        region = scope["region"]
        if isinstance(region, Unknown) or region == "us-east-1":
            return None
        return {"LocationConstraint": region}

    return Made(location)


# The hosted zones of S3's website end points, from the table in AWS's general reference.
WEBSITE_ZONES = {
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-west-2": "Z3BJ6K6RIION7M",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "ap-northeast-1": "Z2M4EHUR26P7ZW",
    "ap-northeast-2": "Z3W03O7B5YMIYP",
    "ap-southeast-1": "Z3O0J2DXBE1FTB",
}


def website_zone() -> Made:
    """Return the template of a bucket's hosted zone; absent for a region not in the table."""
    return Made(lambda scope: WEBSITE_ZONES.get(scope["region"]))


def everything_in_the_bucket(*, of_one_key: bool = False) -> Made:
    """Return the template of all versions and delete markers of a bucket, or of the key `key`.

    Absent if there are none.
    """

    def objects(scope: Mapping[str, Any]) -> Any:
        if "ask" not in scope:
            return None
        listed = scope["ask"]("s3", "list_object_versions", {"Bucket": scope["bucket"]})
        found = [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]
        keys = [
            {"Key": item["Key"], "VersionId": item["VersionId"]}
            for item in found
            if not of_one_key or item["Key"] == scope["key"]
        ]
        return {"Objects": keys, "Quiet": True} if keys else None

    return Made(objects)


def notification() -> Made:
    """Return the template of a bucket's notifications: the filter is deeper in AWS's form."""
    targets = {
        "lambdaFunctions": (
            "LambdaFunctionConfigurations",
            "LambdaFunctionArn",
            "lambdaFunctionArn",
        ),
        "queues": ("QueueConfigurations", "QueueArn", "queueArn"),
        "topics": ("TopicConfigurations", "TopicArn", "topicArn"),
    }

    def configuration(scope: Mapping[str, Any]) -> Any:
        built: dict[str, Any] = {}
        if scope.get("eventbridge") is True:
            built["EventBridgeConfiguration"] = {}
        for name, (member, arn, given) in targets.items():
            entries = scope.get(name)
            if entries:
                built[member] = (
                    entries
                    if isinstance(entries, Unknown)
                    else [{arn: entry.get(given), **_notified(entry)} for entry in entries]
                )
        return built

    return Made(configuration, ("eventbridge", *targets))


def _notified(entry: Mapping[str, Any]) -> dict[str, Any]:
    rules = [
        {"Name": name, "Value": entry[given]}
        for name, given in (("prefix", "filterPrefix"), ("suffix", "filterSuffix"))
        if entry.get(given)
    ]
    found: dict[str, Any] = {"Events": entry.get("events")}
    if entry.get("id"):
        found["Id"] = entry["id"]
    if rules:
        found["Filter"] = {"Key": {"FilterRules": rules}}
    return found


def object_body() -> Made:
    """Return the template of an object's content: a file, a text, or base64."""

    def body(scope: Mapping[str, Any]) -> Any:
        encoded = scope.get("contentBase64")
        if isinstance(encoded, str):
            return base64.b64decode(encoded)
        return scope.get("source") or scope.get("content") or encoded

    return Made(body, ("source", "content", "contentBase64"))
