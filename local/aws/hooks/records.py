"""Route 53's records: built, and found again among those that AWS answers."""

# ruff: noqa: ANN401 - requests and answers are of any JSON kind

from collections.abc import Mapping
from typing import Any

from local.aws.templates import Choice, Made, render
from local.aws.values import Unknown

GIVEN = (
    "aliases", "healthCheckId", "multivalueAnswerRoutingPolicy", "name", "records",
    "setIdentifier", "ttl", "type", "weightedRoutingPolicies", "failoverRoutingPolicies",
    "latencyRoutingPolicies",
)  # fmt: skip


def change(action: str | Choice) -> Made:
    """Return the template of one change to the record that the inputs describe."""

    def batch(scope: Mapping[str, Any]) -> Any:
        verb = action if isinstance(action, str) else render(action, scope)
        return {"Changes": [{"Action": verb, "ResourceRecordSet": _record(scope)}]}

    return Made(batch, GIVEN)


def _record(scope: Mapping[str, Any]) -> dict[str, Any]:
    records, aliases = scope.get("records"), scope.get("aliases")
    weighted = _first(scope.get("weightedRoutingPolicies"))
    found = {
        "Name": scope.get("name"),
        "Type": scope.get("type"),
        "TTL": scope.get("ttl"),
        "SetIdentifier": scope.get("setIdentifier"),
        "HealthCheckId": scope.get("healthCheckId"),
        "MultiValueAnswer": scope.get("multivalueAnswerRoutingPolicy"),
        "Weight": weighted.get("weight"),
        "Failover": _first(scope.get("failoverRoutingPolicies")).get("type"),
        "Region": _first(scope.get("latencyRoutingPolicies")).get("region"),
        "ResourceRecords": records if isinstance(records, Unknown) else _values(records),
        "AliasTarget": aliases if isinstance(aliases, Unknown) else _target(_first(aliases)),
    }
    return {name: value for name, value in found.items() if value is not None}


def _first(items: Any) -> Mapping[str, Any]:
    return items[0] if isinstance(items, list) and items else {}


def _values(records: list[Any] | None) -> list[dict[str, Any]] | None:
    return [{"Value": value} for value in records] if records else None


def _target(alias: Mapping[str, Any]) -> dict[str, Any] | None:
    if not alias:
        return None
    return {
        "HostedZoneId": alias.get("zoneId"),
        "DNSName": alias.get("name"),
        "EvaluateTargetHealth": alias.get("evaluateTargetHealth"),
    }


def pick(answer: Any, scope: Mapping[str, Any]) -> Any:
    """Return the record of this name, type and set among those that AWS answers; None if gone."""
    for found in answer["ResourceRecordSets"]:
        here = (_plain(found["Name"]), found["Type"], found.get("SetIdentifier"))
        if here == (_plain(scope["name"]), scope["type"], scope.get("setIdentifier")):
            return found
    return None


def _plain(name: str) -> str:
    """Return a name without the last dot, in lower case; AWS writes * as its octal code."""
    return name.removesuffix(".").replace("\\052", "*").lower()
