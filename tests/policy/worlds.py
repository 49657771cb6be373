"""The four stacks as the rules want them, as rows of things."""

import functools
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from policy import tokens as t
from policy.tables import TAGGABLE
from tests.policy.stand import ACCOUNT, Thing, World, of
from tests.policy.worlds_database import database, night_stop, snapshots
from tests.policy.worlds_monitoring import watched
from tests.policy.worlds_service import serving, tagging

PREFIX = {
    "prod": "triflow-ai-production",
    "staging": "triflow-ai-staging",
    "dev": "triflow-ai-dev",
    "foundation": "triflow-ai",
}
VPC_BLOCK = {"prod": "10.0.0.0/16", "staging": "10.1.0.0/16"}
OBJECTS = f"arn:aws:s3:::triflow-ai-state-{ACCOUNT}/*"
TRAIL_BUCKET = f"triflow-ai-trail-{ACCOUNT}"
TRAIL_ARN = f"arn:aws:cloudtrail:ap-northeast-2:{ACCOUNT}:trail/triflow-management-events"
SUBNETS = ("public-2a", "public-2c", "private-2a", "private-2c")
TAGS = '{"tags":{"Project":"triflow-ai","Environment":"%s","ManagedBy":"pulumi","CostCenter":"p"}}'


def _fresh(build: Callable[[], World]) -> Callable[[], World]:
    """Build a world once and return a copy for each that asks: a test may change its own."""
    built = functools.cache(build)

    @functools.wraps(build)
    def fresh() -> World:
        world = built()
        return replace(
            world,
            things=dict(world.things),
            provider=dict(world.provider),
            silent=set(),
            left_out=set(),
        )

    return fresh


@_fresh
def in_prod() -> World:
    """Return production as decided."""
    world = _owner("prod", "triflow-ai-prod")
    world.things |= _snapshots()
    return _tagged(world, "network")


@_fresh
def in_staging() -> World:
    """Return staging as decided, which owns what dev borrows."""
    world = _owner("staging", "triflow-ai-nonprod")
    world.things |= night_stop(PREFIX["staging"], (1, 2))
    return _tagged(world, "network")


@_fresh
def in_dev() -> World:
    """Return dev as decided: its own subnets in staging's VPC."""
    world = _world("dev")
    world.things |= {
        "staging": Thing(t.STACK_REFERENCE, {"name": "organization/triflow-ai/staging"})
    }
    world.things |= _subnets("dev", of("staging", "vpc-1"))
    world.things |= _routes(of("staging", "vpc-1"), of("staging", "igw-1"), of("staging", "nat-1"))
    for zone in ("2a", "2c"):
        world.things[f"s3-{zone}"] = Thing(
            t.ENDPOINT_ASSOCIATION,
            {"vpcEndpointId": of("staging", "vpce-1"), "routeTableId": of(f"private-{zone}-rt")},
        )
    world.things |= _groups(of("staging", "vpc-1")) | database("dev", PREFIX["dev"])
    world.things |= serving("dev", PREFIX["dev"]) | night_stop(PREFIX["dev"], (1, 1))
    world.things |= watched("dev", PREFIX["dev"])
    return _tagged(world, "network")


@_fresh
def in_foundation() -> World:
    """Return the project for what the account has once, as decided."""
    world = _world("foundation", "triflow-ai-foundation")
    world.things |= _bucket("state", f"triflow-ai-state-{ACCOUNT}") | _trail()
    world.things |= {
        "zone": Thing(t.ZONE, {"name": "triflow-ai.com", "forceDestroy": False}, protect=True),
        "images": Thing(
            t.ECR_REPOSITORY,
            {
                "name": "triflow-ai-backend",
                "imageTagMutability": "IMMUTABLE",
                "imageScanningConfiguration": {"scanOnPush": True},
            },
            protect=True,
        ),
        "images-lifecycle": Thing(
            t.ECR_LIFECYCLE, {"repository": of("images"), "policy": images_policy()}
        ),
        "github": Thing(t.OIDC_PROVIDER, {"url": "https://token.actions.githubusercontent.com"}),
    }
    for role in ("ci-preview", "ci-deploy"):
        world.things[role] = Thing(
            t.ROLE, {"name": f"triflow-ai-{role}", "assumeRolePolicy": github_trust()}
        )
        world.things[f"{role}-policy"] = Thing(
            t.ROLE_POLICY, {"role": of(role), "policy": allow("s3:GetObject", OBJECTS)}
        )
    return _tagged(world, "foundation")


def _tagged(world: World, layer: str) -> World:
    """Give every thing that takes tags the one that its own layer sets."""
    for short, thing in world.things.items():
        if thing.token in TAGGABLE:
            tags = {"Layer": layer} | thing.properties.get("tags", {})
            world.things[short] = replace(thing, properties=dict(thing.properties) | {"tags": tags})
    return world


def _world(environment: str, project: str = "triflow-ai") -> World:
    provider: dict[str, Any] = {
        "region": "ap-northeast-2",
        "allowedAccountIds": f'["{ACCOUNT}"]',
        "defaultTags": TAGS % environment,
    }
    return World(
        environment,
        project,
        PREFIX[environment],
        {
            "stack": Thing(t.STACK, name=f"{project}-{environment}"),
            "aws": Thing(t.AWS_PROVIDER, provider, name="aws"),
        },
        provider,
    )


def _owner(environment: str, bucket: str) -> World:
    world = _world(environment)
    world.things |= {
        "vpc": Thing(
            t.VPC,
            {
                "cidrBlock": VPC_BLOCK[environment],
                "enableDnsHostnames": True,
                "tags": {"Name": f"triflow-{environment}-vpc"},
            },
            protect=True,
        ),
        "igw": Thing(t.INTERNET_GATEWAY, {"vpcId": of("vpc")}),
        "eip": Thing(t.EIP, {"domain": "vpc"}),
        "nat": Thing(t.NAT_GATEWAY, {"subnetId": of("public-2a"), "allocationId": of("eip")}),
        "default-sg": Thing(t.DEFAULT_SECURITY_GROUP, {"vpcId": of("vpc")}),
    }
    world.things |= _subnets(environment, of("vpc"))
    world.things |= _routes(of("vpc"), of("igw"), of("nat"))
    world.things["s3-endpoint"] = Thing(
        t.VPC_ENDPOINT,
        {
            "vpcId": of("vpc"),
            "serviceName": "com.amazonaws.ap-northeast-2.s3",
            "vpcEndpointType": "Gateway",
            "routeTableIds": [of("private-2a-rt"), of("private-2c-rt")],
        },
    )
    prefix = PREFIX[environment]
    world.things |= _groups(of("vpc")) | database(environment, prefix)
    world.things |= (
        serving(environment, prefix)
        | tagging(prefix, f"{bucket}-{ACCOUNT}")
        | watched(environment, prefix)
    )
    world.things |= _bucket("data", f"{bucket}-{ACCOUNT}")
    world.things["lifecycle"] = Thing(
        t.BUCKET_LIFECYCLE, {"bucket": of("data"), "rules": lifecycle_rules()}
    )
    return world


def _subnets(environment: str, vpc: object) -> dict[str, Thing]:
    network = "10.0" if environment == "prod" else "10.1"
    octets = (101, 102, 111, 112) if environment == "dev" else (1, 2, 11, 12)
    return {
        name: Thing(
            t.SUBNET,
            {
                "vpcId": vpc,
                "cidrBlock": f"{network}.{octet}.0/24",
                "availabilityZone": f"ap-northeast-{name[-2:]}",
            },
        )
        for name, octet in zip(SUBNETS, octets, strict=True)
    }


def _routes(vpc: object, internet: object, nat: object) -> dict[str, Thing]:
    things: dict[str, Thing] = {}
    for table in ("public", "private-2a", "private-2c"):
        gateway = {"gatewayId": internet} if table == "public" else {"natGatewayId": nat}
        things[f"{table}-rt"] = Thing(t.ROUTE_TABLE, {"vpcId": vpc})
        things[f"{table}-out"] = Thing(
            t.ROUTE,
            {"routeTableId": of(f"{table}-rt"), "destinationCidrBlock": "0.0.0.0/0"} | gateway,
        )
    for subnet in SUBNETS:
        table = "public" if subnet.startswith("public") else subnet
        things[f"{subnet}-tie"] = Thing(
            t.ROUTE_TABLE_ASSOCIATION,
            {"subnetId": of(subnet), "routeTableId": of(f"{table}-rt")},
        )
    return things


def _snapshots() -> dict[str, Thing]:
    here = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    return {
        "backup-role": Thing(
            t.ROLE,
            {"assumeRolePolicy": trust({"Service": "backup.amazonaws.com"}, **here)},
        ),
        "backup-role-policy": Thing(
            t.ROLE_POLICY_ATTACHMENT,
            {"role": of("backup-role"), "policyArn": "arn:aws:iam::aws:policy/service-role/Backup"},
        ),
        **snapshots(),
    }


def _groups(vpc: object) -> dict[str, Thing]:
    things = {
        f"{role}-sg": Thing(
            t.SECURITY_GROUP, {"vpcId": vpc, "name": f"{role}-sg", "description": f"The {role}"}
        )
        for role in ("alb", "ecs", "rds")
    }
    for group, way, port, peer in (
        ("alb", "in", 443, "0.0.0.0/0"),
        ("alb", "in", 80, "0.0.0.0/0"),
        ("alb", "out", 8000, "ecs"),
        ("ecs", "in", 8000, "alb"),
        ("ecs", "out", 5432, "rds"),
        ("ecs", "out", 443, "0.0.0.0/0"),
        ("rds", "in", 5432, "ecs"),
    ):
        who: dict[str, Any] = (
            {"cidrIpv4": peer} if "/" in peer else {"referencedSecurityGroupId": of(f"{peer}-sg")}
        )
        things[f"{group}-{way}-{port}"] = Thing(
            t.INGRESS_RULE if way == "in" else t.EGRESS_RULE,
            {
                "securityGroupId": of(f"{group}-sg"),
                "ipProtocol": "tcp",
                "fromPort": port,
                "toPort": port,
                "description": f"{group} {way} {port}",
            }
            | who,
        )
    return things


def _trail() -> dict[str, Thing]:
    return {
        **_bucket("log-files", TRAIL_BUCKET, of_it="log-files-"),
        "log-files-bucket-policy": Thing(
            t.BUCKET_POLICY, {"bucket": of("log-files"), "policy": log_delivery()}
        ),
        "log-files-lifecycle": Thing(
            t.BUCKET_LIFECYCLE,
            {
                "bucket": of("log-files"),
                "rules": [log_files_rule()],
            },
        ),
        "trail": Thing(
            t.TRAIL,
            {
                "name": "triflow-management-events",
                "s3BucketName": of("log-files"),
                "isMultiRegionTrail": True,
                "enableLogFileValidation": True,
            },
            protect=True,
        ),
    }


def log_files_rule(days: int = 365, kept: object = 30) -> dict[str, Any]:
    """The life of a log file, and of one that was deleted."""
    return {
        "id": "log-files",
        "status": "Enabled",
        "filter": {"prefix": "AWSLogs/"},
        "expiration": {"days": days},
        "noncurrentVersionExpiration": {"noncurrentDays": kept},
    }


def log_delivery(**changed: Any) -> str:  # noqa: ANN401  # any condition
    """The policy of the trail's bucket: TLS only, and CloudTrail writes for one trail."""
    only = {"StringEquals": {"aws:SourceArn": TRAIL_ARN}} | changed
    who = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
    bucket = f"arn:aws:s3:::{TRAIL_BUCKET}"
    refusals = json.loads(tls_only(TRAIL_BUCKET))["Statement"]
    return document(
        *refusals,
        {**who, "Action": "s3:GetBucketAcl", "Resource": bucket, "Condition": only},
        {**who, "Action": "s3:PutObject", "Resource": f"{bucket}/*", "Condition": only},
    )


def _bucket(short: str, name: str, *, of_it: str = "") -> dict[str, Thing]:
    it = of(short)
    return {
        short: Thing(t.BUCKET, {"bucket": name, "forceDestroy": False}, protect=True),
        f"{of_it}versioning": Thing(
            t.BUCKET_VERSIONING,
            {"bucket": it, "versioningConfiguration": {"status": "Enabled"}},
        ),
        f"{of_it}encryption": Thing(
            t.BUCKET_ENCRYPTION,
            {
                "bucket": it,
                "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
            },
        ),
        f"{of_it}ownership": Thing(
            t.BUCKET_OWNERSHIP,
            {"bucket": it, "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        ),
        f"{of_it}access-block": Thing(
            t.BUCKET_PUBLIC_ACCESS_BLOCK,
            {
                "bucket": it,
                "blockPublicAcls": True,
                "blockPublicPolicy": True,
                "ignorePublicAcls": True,
                "restrictPublicBuckets": True,
            },
        ),
        f"{of_it}bucket-policy": Thing(t.BUCKET_POLICY, {"bucket": it, "policy": tls_only(name)}),
    }


def document(*statements: dict[str, Any]) -> str:
    """An IAM document as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(action: object, resource: object, **more: Any) -> str:  # noqa: ANN401  # a condition
    """A document with one statement that allows something."""
    return document({"Effect": "Allow", "Action": action, "Resource": resource} | more)


def trust(principal: object, **conditions: Any) -> str:  # noqa: ANN401  # any condition
    """A trust document with one statement."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return document(statement | ({"Condition": conditions} if conditions else {}))


def github_trust(**changed: Any) -> str:  # noqa: ANN401  # claims of the token
    """The trust of a CI role: one audience, one repository."""
    host = "token.actions.githubusercontent.com"
    claims = {"aud": "sts.amazonaws.com", "sub": "repo:triflow-ai/infrastructure:*"} | changed
    return trust(
        {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{host}"},
        StringLike={f"{host}:{claim}": value for claim, value in claims.items() if value},
    )


def deny(bucket: str, operator: str, key: str, value: str) -> dict[str, Any]:
    """A statement that refuses everybody everything on a bucket, under one condition."""
    arn = f"arn:aws:s3:::{bucket}"
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {operator: {key: value}},
    }


def tls_only(bucket: str) -> str:
    """The policy of every bucket."""
    return document(
        deny(bucket, "Bool", "aws:SecureTransport", "false"),
        deny(bucket, "NumericLessThan", "s3:TlsVersion", "1.2"),
    )


def images_policy(untagged_days: int = 14, kept: int = 30) -> str:
    """The lifecycle policy of the image repository."""
    untagged = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": untagged_days,
    }
    tagged = {"tagStatus": "tagged", "countType": "imageCountMoreThan", "countNumber": kept}
    expire = {"type": "expire"}
    rules = [{"selection": chosen, "action": expire} for chosen in (untagged, tagged)]
    return json.dumps({"rules": rules})


def lifecycle_rules() -> list[dict[str, Any]]:
    """The six rules of the data bucket: workflow, export, log, upload, leftovers, archive."""
    return [
        *(by_class(name) | to_glacier() for name in ("workflow", "export")),
        by_class("log") | {"expiration": {"days": 365}} | old_versions_end(1),
        by_class("upload") | old_versions_end(30),
        {
            "id": "leftovers",
            "status": "Enabled",
            "filter": {"prefix": ""},
            "abortIncompleteMultipartUpload": {"daysAfterInitiation": 7},
            "expiration": {"expiredObjectDeleteMarker": True},
        },
        archive_rule(),
    ]


def archive_rule(days: int = 365, **changed: Any) -> dict[str, Any]:  # noqa: ANN401  # any field
    """The rule of archived logs."""
    return {
        "id": "logs-archive",
        "status": "Enabled",
        "filter": {"prefix": "logs-archive/"},
        "transitions": [{"days": 1, "storageClass": "GLACIER_IR"}],
        "expiration": {"days": days},
        **old_versions_end(1),
    } | changed


def by_class(name: str) -> dict[str, Any]:
    """A rule for the objects of one class."""
    chosen = {"tag": {"key": "data-class", "value": name}}
    return {"id": name, "status": "Enabled", "filter": chosen}


def to_glacier(days: int = 90, storage_class: str = "GLACIER_IR") -> dict[str, Any]:
    """Move live and old versions."""
    return {
        "transitions": [{"days": days, "storageClass": storage_class}],
        "noncurrentVersionTransitions": [{"noncurrentDays": days, "storageClass": storage_class}],
    }


def old_versions_end(days: int) -> dict[str, Any]:
    """Delete versions that are no longer the current one."""
    return {"noncurrentVersionExpiration": {"noncurrentDays": days}}
