"""The functions (data sources) that the local AWS answers, as data like the rows of resources."""

# ruff: noqa: ANN401 - arguments and results are of any JSON kind

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.aws import schema
from local.aws.client import Aws
from local.aws.errors import InputError
from local.aws.shapes import convert, match
from local.aws.templates import Absent, Given, Text, find, render


@dataclass(frozen=True)
class Lookup:
    """One function: the call, the path into its answer, and results that need a rule."""

    service: str = ""
    operation: str = ""
    args: Mapping[str, Any] = field(default_factory=dict)
    path: str = "@"
    outputs: Mapping[str, str | Text] = field(default_factory=dict)
    nothing: str = ""  # what the AWS provider says when nothing is found


LOOKUPS: dict[str, Lookup] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": Lookup(
        "ec2",
        "describe_availability_zones",
        {
            "AllAvailabilityZones": "{allAvailabilityZones}",
            "Filters": Given("state", [{"Name": "state", "Values": ["{state}"]}]),
        },
        outputs={
            "id": Text("{region}"),
            "names": "AvailabilityZones[].ZoneName",
            "zoneIds": "AvailabilityZones[].ZoneId",
            "groupNames": "AvailabilityZones[].GroupName",
        },
    ),
    "aws:index/getCallerIdentity:getCallerIdentity": Lookup(
        "sts",
        "get_caller_identity",
        outputs={"id": "Account", "accountId": "Account"},
    ),
    "aws:index/getRegion:getRegion": Lookup(
        outputs={
            "id": Text("{region}"),
            "name": Text("{region}"),
            "region": Text("{region}"),
            "description": Text("{region}"),
            "endpoint": Text("ec2.{region}.amazonaws.com"),
        },
    ),
    "aws:index/getPartition:getPartition": Lookup(
        outputs={
            "id": Text("aws"),
            "partition": Text("aws"),
            "dnsSuffix": Text("amazonaws.com"),
            "reverseDnsPrefix": Text("com.amazonaws"),
        },
    ),
    "aws:route53/getZone:getZone": Lookup(
        "route53",
        "list_hosted_zones_by_name",
        {"DNSName": "{name}"},
        path="HostedZones[0]",
        outputs={
            "id": "tail(Id)",
            "zoneId": "tail(Id)",
            "arn": "join('', ['arn:aws:route53:::hostedzone/', tail(Id)])",
        },
        nothing="no matching Route 53 Hosted Zone found",
    ),
    "aws:ecr/getRepository:getRepository": Lookup(
        "ecr",
        "describe_repositories",
        {"repositoryNames": ["{name}"]},
        path="repositories[0]",
        outputs={"id": "repositoryName", "arn": "repositoryArn", "name": "repositoryName"},
    ),
    "aws:secretsmanager/getSecretVersion:getSecretVersion": Lookup(
        "secretsmanager",
        "get_secret_value",
        {"SecretId": "{secretId}", "VersionId": "{versionId}", "VersionStage": "{versionStage}"},
        outputs={"id": "join('|', [ARN, VersionId])", "createdDate": "to_string(CreatedDate)"},
    ),
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": Lookup(
        "ec2",
        "describe_managed_prefix_lists",
        {"Filters": Given("name", [{"Name": "prefix-list-name", "Values": ["{name}"]}])},
        path="PrefixLists[0]",
        outputs={"id": "PrefixListId", "name": "PrefixListName", "arn": "PrefixListArn"},
        nothing="no matching EC2 Managed Prefix List found",
    ),
}


def look(
    token: str, args: Mapping[str, Any], aws: Aws, region: str, account: str
) -> dict[str, Any]:
    """Return the result of a function; InputError if it is not known or finds nothing."""
    if token not in LOOKUPS:
        reason = f"the local AWS has no function {token}; add one to local/aws/lookups.py"
        raise InputError([("", reason)])
    lookup, kind = LOOKUPS[token], schema.invoke(token)
    unknown = [name for name in args if name not in kind.inputs]
    if unknown:
        raise InputError([(name, f"{token} has no argument {name!r}") for name in unknown])
    scope = {**args, "region": args.get("region") or region, "account": account, "id": ""}
    live = find(lookup.path, _answer(lookup, scope, aws)) if lookup.operation else {}
    if live is None or live == []:
        raise InputError([("", lookup.nothing)])
    found = {
        name: value
        for name, wanted in kind.outputs.items()
        if (value := _result(lookup, name, wanted, live, scope)) is not None
    }
    return {**{name: value for name, value in args.items() if name in kind.outputs}, **found}


def _answer(lookup: Lookup, scope: dict[str, Any], aws: Aws) -> Any:
    request = render(lookup.args, scope)
    sent = {} if isinstance(request, Absent) else request
    return aws.perform(lookup.service, scope["region"], lookup.operation, sent)


def _result(lookup: Lookup, name: str, wanted: str, live: Any, scope: dict[str, Any]) -> Any:
    rule = lookup.outputs.get(name)
    if isinstance(rule, Text):
        found = render(rule, scope)
        found = None if isinstance(found, Absent) else found
    elif rule:
        found = find(rule, live)
    else:
        member = match(name, live)
        found = scope.get(name) if member is None else live[member]
    return convert(found, wanted, schema.objects())
