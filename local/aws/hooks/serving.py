"""The hooks of load balancers and containers."""

# ruff: noqa: ANN401 - requests and answers are of any JSON kind

from collections.abc import Mapping
from typing import Any

from local.aws.templates import Made
from local.aws.values import UNKNOWN, Unknown, text


def nothing() -> Made:
    """Return the template of an empty list, which a bare [] would leave out."""
    return Made(lambda _: [])


def cluster_of_service() -> Made:
    """Return the template of a service's cluster, told by the service's ARN if nothing else."""

    def cluster(scope: Mapping[str, Any]) -> Any:
        identity = scope.get("id")
        parts = identity.split("/") if isinstance(identity, str) else []
        return scope.get("cluster") or (parts[-2] if len(parts) > 2 else None)  # noqa: PLR2004

    return Made(cluster, ("cluster",))


RULE_FIELDS = {
    "hostHeader": ("host-header", "HostHeaderConfig"),
    "pathPattern": ("path-pattern", "PathPatternConfig"),
    "httpHeader": ("http-header", "HttpHeaderConfig"),
    "httpRequestMethod": ("http-request-method", "HttpRequestMethodConfig"),
    "queryStrings": ("query-string", "QueryStringConfig"),
    "sourceIp": ("source-ip", "SourceIpConfig"),
}


def rule_conditions() -> Made:
    """Return the template of a listener rule's conditions: the field is named apart from it."""

    def conditions(scope: Mapping[str, Any]) -> Any:
        given = scope.get("conditions")
        if isinstance(given, Unknown):
            return given
        return [
            {"Field": RULE_FIELDS[name][0], RULE_FIELDS[name][1]: _condition(name, value)}
            for condition in given or []
            for name, value in condition.items()
            if value
        ]

    return Made(conditions, ("conditions",))


def _condition(name: str, value: Any) -> Any:
    return {"Values": value} if name == "queryStrings" else value


def target_group_attributes(keys: Mapping[str, str]) -> Made:
    """Return the template of a target group's attributes; the cookie's keys depend on its kind."""

    def attributes(scope: Mapping[str, Any]) -> Any:
        found = {key: scope.get(name) for name, key in keys.items()}
        sticky = scope.get("stickiness") or {}
        if isinstance(sticky, Unknown):
            return sticky
        kind = sticky.get("type")
        if kind:
            found["stickiness.type"] = kind
            found["stickiness.enabled"] = sticky.get("enabled", True)
            found[f"stickiness.{kind}.duration_seconds"] = sticky.get("cookieDuration")
            found[f"stickiness.{kind}.cookie_name"] = sticky.get("cookieName")
        given = {key: value for key, value in found.items() if value is not None}
        return [
            {"Key": key, "Value": value if value is UNKNOWN else text(value)}
            for key, value in given.items()
        ]

    return Made(attributes, ("stickiness", *keys))


def listener_of_rule() -> Made:
    """Return the template of a rule's listener, which only the rule's ARN tells."""

    def listener(scope: Mapping[str, Any]) -> str:
        arn = str(scope["id"]).replace(":listener-rule/", ":listener/")
        return arn.rpartition("/")[0]

    return Made(listener)
