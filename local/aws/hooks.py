"""What a row cannot say as data: small functions, each named by the rows that use it."""

# ruff: noqa: ANN401 - requests and answers are of any JSON kind

import base64
import json
from collections.abc import Mapping
from typing import Any

from local.aws.errors import AwsError
from local.aws.row import Call
from local.aws.templates import Made
from local.aws.values import UNKNOWN, Unknown, text


def zone_is_in_region(inputs: Mapping[str, Any]) -> dict[str, str]:
    """Return a refusal if the availability zone lies in another region: moto would take it."""
    zone, region = inputs.get("availabilityZone"), inputs.get("region")
    if not isinstance(zone, str) or not isinstance(region, str) or zone.startswith(region):
        return {}
    return {"availabilityZone": f"{zone!r} is not a zone of {region}"}


def flow_log_subject() -> Made:
    """Return the template of what a flow log watches, told by which id is given."""
    subjects = {"vpcId": "VPC", "subnetId": "Subnet", "eniId": "NetworkInterface"}

    def subject(scope: Mapping[str, Any]) -> str | None:
        return next((kind for name, kind in subjects.items() if scope.get(name)), None)

    return Made(subject, tuple(subjects))


def nothing_unsuccessful(answer: Mapping[str, Any]) -> None:
    """Raise what AWS answers beside a success: some calls fail without an error."""
    for item in answer.get("Unsuccessful") or answer.get("failures") or []:
        error = item.get("Error") or {"Code": item.get("reason"), "Message": item.get("arn")}
        raise AwsError("CreateFlowLogs", str(error.get("Code")), str(error.get("Message")))


def inline_rules(*, of_the_default_group: bool) -> tuple[Call, ...]:
    """Return the calls that bring a group's inline rules about.

    AWS lets a new group send everywhere; the provider takes that rule away at first. The default
    group of a VPC loses all the rules that AWS gave it, in both directions.
    """
    calls = [_revoke_those_of_aws("egress", "IpPermissionsEgress")]
    if of_the_default_group:
        calls.append(_revoke_those_of_aws("ingress", "IpPermissions"))
    for direction in ("egress", "ingress"):
        calls += [_inline("revoke", direction, gone=True), _inline("authorize", direction)]
    return tuple(calls)


def _revoke_those_of_aws(direction: str, member: str) -> Call:
    return Call(
        f"revoke_security_group_{direction}",
        {"GroupId": "{id}", "IpPermissions": f"{{live.{member}}}"},
        when=f"live.{member}[0]",
        always=True,
    )


def _inline(verb: str, direction: str, *, gone: bool = False) -> Call:
    def permissions(scope: Mapping[str, Any]) -> Any:
        now, before = scope.get(direction) or [], scope["old"].get(direction) or []
        if isinstance(now, Unknown):
            return UNKNOWN
        here, there = (before, now) if gone else (now, before)
        return [_permission(rule, scope) for rule in here if rule not in there] or None

    return Call(
        f"{verb}_security_group_{direction}",
        {"GroupId": "{id}", "IpPermissions": Made(permissions, (direction,))},
        needs="IpPermissions",
    )


def _permission(rule: Mapping[str, Any], scope: Mapping[str, Any]) -> dict[str, Any]:
    """Return an inline rule as AWS takes it: partners in lists, one element each."""
    about = {"Description": rule["description"]} if rule.get("description") else {}
    groups = [*(rule.get("securityGroups") or []), *([scope["id"]] if rule.get("self") else [])]
    lists = {
        "IpRanges": [{"CidrIp": cidr, **about} for cidr in rule.get("cidrBlocks") or []],
        "Ipv6Ranges": [{"CidrIpv6": cidr, **about} for cidr in rule.get("ipv6CidrBlocks") or []],
        "PrefixListIds": [
            {"PrefixListId": prefix, **about} for prefix in rule.get("prefixListIds") or []
        ],
        "UserIdGroupPairs": [{"GroupId": group, **about} for group in groups],
    }
    ports = {"FromPort": rule.get("fromPort"), "ToPort": rule.get("toPort")}
    protocol = {"IpProtocol": rule.get("protocol"), **ports}
    return {**protocol, **{name: members for name, members in lists.items() if members}}


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


def nothing() -> Made:
    """Return the template of an empty list, which a bare [] would leave out."""
    return Made(lambda _: [])


def short_token() -> Made:
    """Return the template of a token that is new for each create: 32 characters at most."""
    return Made(lambda scope: scope["seed"])


def keys_gone() -> Made:
    """Return the template of removed tags where a service wants keys in objects."""
    return Made(lambda scope: [{"Key": key} for key in scope["tagKeysGone"]])


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


def default_topic_policy() -> Made:
    """Return the template of the policy that AWS gives a topic at its creation."""

    def policy(scope: Mapping[str, Any]) -> str:
        statement = {
            "Sid": "__default_statement_ID",
            "Effect": "Allow",
            "Principal": {"AWS": "*"},
            "Action": ["SNS:Publish", "SNS:Subscribe", "SNS:GetTopicAttributes"],
            "Resource": scope["id"],
            "Condition": {"StringEquals": {"AWS:SourceOwner": scope["account"]}},
        }
        return json.dumps({"Version": "2008-10-17", "Statement": [statement]})

    return Made(policy)


def object_body() -> Made:
    """Return the template of an object's content: a file, a text, or base64."""

    def body(scope: Mapping[str, Any]) -> Any:
        encoded = scope.get("contentBase64")
        if isinstance(encoded, str):
            return base64.b64decode(encoded)
        return scope.get("source") or scope.get("content") or encoded

    return Made(body, ("source", "content", "contentBase64"))


def statement_of_policy(answer: Any, scope: Mapping[str, Any]) -> Any:
    """Return the statement of a Lambda function's policy that a permission made."""
    statements = json.loads(answer["Policy"])["Statement"]
    return next((s for s in statements if s.get("Sid") == scope.get("statementId")), None)


def filters_by_name() -> Made:
    """Return the template of a budget's filters: a list of names with values becomes a map."""

    def filters(scope: Mapping[str, Any]) -> Any:
        given = scope.get("costFilters")
        if not given or isinstance(given, Unknown):
            return given
        return {item["name"]: item["values"] for item in given}

    return Made(filters, ("costFilters",))


def budget_period() -> Made:
    """Return the template of a budget's period: 2026-01-01_00:00 is how the provider writes it."""

    def period(scope: Mapping[str, Any]) -> Any:
        ends = {"Start": scope.get("timePeriodStart"), "End": scope.get("timePeriodEnd")}
        given = {
            name: value if isinstance(value, Unknown) else value.replace("_", "T") + ":00Z"
            for name, value in ends.items()
            if value
        }
        return given or None

    return Made(period, ("timePeriodStart", "timePeriodEnd"))


def budget_notifications() -> Made:
    """Return the template of a budget's alerts: each with those who are told."""

    def notifications(scope: Mapping[str, Any]) -> Any:
        given = scope.get("notifications")
        if not given or isinstance(given, Unknown):
            return given
        return [
            {
                "Notification": {
                    "NotificationType": item.get("notificationType"),
                    "ComparisonOperator": item.get("comparisonOperator"),
                    "Threshold": item.get("threshold"),
                    "ThresholdType": item.get("thresholdType"),
                },
                "Subscribers": [*_told(item, "Email", "EMAIL"), *_told(item, "SnsTopic", "SNS")],
            }
            for item in given
        ]

    return Made(notifications, ("notifications",))


def _told(item: Mapping[str, Any], kind: str, name: str) -> list[dict[str, Any]]:
    member = "Addresses" if kind == "Email" else "Arns"
    given = item.get(f"subscriber{kind}{member}") or []
    addresses = [given] if isinstance(given, Unknown) else given
    return [{"SubscriptionType": name, "Address": address} for address in addresses]


def log_deliveries() -> Made:
    """Return the template of where a cache's logs go: the destination is one level deeper."""
    details = {
        "cloudwatch-logs": ("CloudWatchLogsDetails", "LogGroup"),
        "kinesis-firehose": ("KinesisFirehoseDetails", "DeliveryStream"),
    }

    def deliveries(scope: Mapping[str, Any]) -> Any:
        given = scope.get("logDeliveryConfigurations")
        if not given or isinstance(given, Unknown):
            return given
        found = []
        for item in given:
            member, name = details.get(item.get("destinationType"), details["cloudwatch-logs"])
            found.append(
                {
                    "LogType": item.get("logType"),
                    "LogFormat": item.get("logFormat"),
                    "DestinationType": item.get("destinationType"),
                    "DestinationDetails": {member: {name: item.get("destination")}},
                }
            )
        return found

    return Made(deliveries, ("logDeliveryConfigurations",))


def nothing_failed(answer: Mapping[str, Any]) -> None:
    """Raise the failures that PutTargets answers beside a success."""
    for item in answer.get("FailedEntries") or []:
        raise AwsError("PutTargets", str(item.get("ErrorCode")), str(item.get("ErrorMessage")))


def listener_of_rule() -> Made:
    """Return the template of a rule's listener, which only the rule's ARN tells."""

    def listener(scope: Mapping[str, Any]) -> str:
        arn = str(scope["id"]).replace(":listener-rule/", ":listener/")
        return arn.rpartition("/")[0]

    return Made(listener)


def other_names() -> Made:
    """Return the template of a certificate's names besides its domain name."""

    def names(scope: Mapping[str, Any]) -> list[str]:
        live = scope["live"]
        own = live.get("DomainName")
        return [name for name in live.get("SubjectAlternativeNames") or [] if name != own]

    return Made(names)
