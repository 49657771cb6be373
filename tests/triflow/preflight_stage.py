"""A stage for preflight: an engine that tells what it is told to, and an account in order."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.triflow.aws_stand_in import AwsStandIn, Told
from tests.triflow.small_prod import ACCOUNT, PREFIX, REGION
from triflow.aws import Aws
from triflow.errors import TriflowError
from triflow.preflight import context, run
from triflow.preflight.context import Context
from triflow.preflight.engine import Engine, Plan
from triflow.report import Line
from triflow.stacks import chosen

SECRETS = tuple(
    f"{PREFIX}-{end}" for end in ("anthropic-api-key", "remote-write-token", "alarm-channels")
)
BUCKET = f"triflow-ai-prod-{ACCOUNT}"
SERVERS = ("ns-1.awsdns-01.org", "ns-2.awsdns-02.com")
FOUNDATION = {
    "domain": "triflow-ai.com",
    "zone_name_servers": list(SERVERS),
    "ecr_repository_url": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/triflow-ai-backend",
    "state_bucket_name": f"triflow-ai-state-{ACCOUNT}",
}
SETTINGS: dict[str, Any] = {
    "accountId": ACCOUNT,
    "network": {
        "publicSubnets": {f"{REGION}a": "10.0.1.0/24", f"{REGION}c": "10.0.2.0/24"},
        "privateSubnets": {f"{REGION}a": "10.0.11.0/24", f"{REGION}c": "10.0.12.0/24"},
    },
    "compute": {"image": "1.0.0"},
}
SERVICE_LINKED = (
    "ecs.amazonaws.com",
    "rds.amazonaws.com",
    "elasticloadbalancing.amazonaws.com",
    "ecs.application-autoscaling.amazonaws.com",
)
VERSION = "7.51.0"


def to_make(kind: str, **inputs: object) -> dict[str, Any]:
    """Return a planned resource."""
    return {"type": kind, "inputs": inputs}


PLAN = Plan(
    (
        to_make("aws:ec2/vpc:Vpc"),
        to_make("aws:ec2/eip:Eip"),
        to_make("aws:ec2/natGateway:NatGateway"),
        to_make("aws:rds/instance:Instance"),
        to_make("aws:lb/loadBalancer:LoadBalancer"),
        to_make("aws:s3/bucket:Bucket", bucket=BUCKET),
        to_make("aws:ecs/service:Service"),
        to_make("aws:ecs/taskDefinition:TaskDefinition", cpu="1024"),
        to_make("aws:appautoscaling/target:Target", maxCapacity=5),
        *(to_make("aws:secretsmanager/secret:Secret", name=name) for name in SECRETS),
    )
)


class EngineStandIn:
    """Answers each command, by its first word, with a text on its standard output."""

    folder = Path("/clone")

    def __init__(self, answers: Mapping[str, str] | None = None) -> None:
        self.answers = {
            "version": "v3.259.0\n",
            "plugin": json.dumps([{"name": "aws", "kind": "resource", "version": VERSION}]),
            "whoami": json.dumps({"user": "kim", "url": "s3://triflow-ai-state?region=x"}),
            **(answers or {}),
        }

    def ask(self, *arguments: str) -> SimpleNamespace:
        """Return what the engine prints; an empty text is a failure with a reason."""
        told = self.answers[arguments[0]]
        return SimpleNamespace(stdout=told, stderr="" if told else "error: no way\n")


def a_context(
    asked: Aws,
    *,
    engine: Mapping[str, str] | None = None,
    settings: Mapping[str, Any] | None = None,
    plan: Plan = PLAN,
    foundation: Mapping[str, Any] | None = None,
    unread: Mapping[str, TriflowError] | None = None,
) -> Context:
    """Return what the checks look at before prod is made, but for what is given."""
    return Context(
        asked,
        chosen("prod")[0],
        cast("Engine", EngineStandIn(engine)),
        {**SETTINGS, **(settings or {})},
        plan,
        dict(FOUNDATION if foundation is None else foundation),
        unread or {},
    )


def in_order() -> dict[str, Told]:
    """Return AWS's answers where a first deployment can begin."""
    quota = {"Value": 5.0}
    usage = {
        "MetricNamespace": "AWS/Usage",
        "MetricName": "ResourceCount",
        "MetricDimensions": {"Service": "Fargate", "Resource": "vCPU"},
    }
    fargate = {"Value": 32.0, "UsageMetric": usage}
    return {
        "sts.GetCallerIdentity": {
            "Account": ACCOUNT,
            "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/deploy/kim",
        },
        "ec2.DescribeAvailabilityZones": {
            "AvailabilityZones": [
                {"ZoneName": f"{REGION}{zone}", "State": "available"} for zone in "abcd"
            ]
        },
        "service-quotas.GetServiceQuota": lambda wish: {
            "Quota": fargate if wish["ServiceCode"] == "fargate" else quota
        },
        "ec2.DescribeVpcs": {"Vpcs": [{}, {}]},
        "ec2.DescribeAddresses": {"Addresses": [{}]},
        "ec2.DescribeNatGateways": {"NatGateways": [{}]},
        "cloudwatch.GetMetricStatistics": {"Datapoints": [{"Maximum": 2.0}, {"Maximum": 4.0}]},
        "rds.DescribeDBInstances": {"DBInstances": [{}]},
        "elastic-load-balancing-v2.DescribeLoadBalancers": {"LoadBalancers": [{}]},
        "s3.ListObjectsV2": {},
        "s3.HeadBucket": "404",
        "ecr.DescribeImages": {"imageDetails": [{}]},
        "secrets-manager.DescribeSecret": {"VersionIdsToStages": {"v1": ["AWSCURRENT"]}},
        "iam.ListRoles": {
            "Roles": [{"Path": f"/aws-service-role/{one}/"} for one in SERVICE_LINKED]
        },
        "sns.GetSMSSandboxAccountStatus": {"IsInSandbox": False},
    }


def engine_at(folder: Path, script: str) -> Engine:
    """Return an engine that is a shell script."""
    pulumi = folder / "pulumi"
    pulumi.write_text(f"#!/bin/sh\n{script}\n")
    pulumi.chmod(0o755)
    return Engine(pulumi, folder, {})


def the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """Delegate the zone, and have the program's own plugin."""
    monkeypatch.setattr("triflow.preflight.dns.name_servers", lambda _domain: set(SERVERS))
    monkeypatch.setattr(
        "triflow.preflight.machine.importlib.metadata.version", lambda _name: VERSION
    )


def told(answers: Mapping[str, Told] | None = None, **look: Any) -> list[Line]:  # noqa: ANN401
    """Return the lines of all checks, where all is in order but for what is given."""
    local = look.pop("local", False)
    asked = AwsStandIn({**in_order(), **(answers or {})}, local=local).aws
    return of_all_checks(a_context(asked, **look))


def of_all_checks(looked_at: Context) -> list[Line]:
    """Return the lines of all checks, one after the other."""
    return [line for name, check in run.CHECKS for line in context.run(name, check, looked_at)]


def the(subject: str, found: list[Line]) -> Line:
    """Return the one line about a subject."""
    (line,) = [line for line in found if line.subject == subject]
    return line
