"""The checks of quotas: what the plan would add to what is there, against what AWS allows."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from triflow.aws import Aws
from triflow.preflight.context import Context
from triflow.preflight.engine import Plan
from triflow.report import Line

ROLLING = 2  # an update doubles the tasks for a moment (ADR C5)
UNITS_PER_VCPU = 1024


@dataclass(frozen=True)
class Quota:
    """A quota of Service Quotas: `planned` is what the plan adds, `used` what is there."""

    subject: str
    service: str
    code: str
    planned: Callable[[Plan], float]
    used: Callable[[Aws, dict[str, Any]], float]


def _adds(kind: str) -> Callable[[Plan], float]:
    return lambda plan: len(plan.to_make(kind))


def _lists(
    service: str, operation: str, key: str, **wish: object
) -> Callable[[Aws, dict[str, Any]], float]:
    def count(asked: Aws, _quota: dict[str, Any]) -> float:
        client = asked.client(service)
        if not client.can_paginate(operation):
            return len(getattr(client, operation)(**wish).get(key) or ())
        pages = client.get_paginator(operation).paginate(**wish)
        return sum(len(page.get(key) or ()) for page in pages)

    return count


def _vcpus(plan: Plan) -> float:
    """Return the vCPUs of all tasks that scaling allows, twice for a rolling update."""
    if not plan.to_make("aws:ecs/service:Service"):
        return 0
    definitions = plan.all_of("aws:ecs/taskDefinition:TaskDefinition")
    cpu = max((int(one.get("cpu") or 0) for one in definitions), default=0) / UNITS_PER_VCPU
    targets = plan.all_of("aws:appautoscaling/target:Target")
    return ROLLING * cpu * max((int(one.get("maxCapacity") or 0) for one in targets), default=1)


def _measured(asked: Aws, quota: dict[str, Any]) -> float:
    """Return the most that CloudWatch has counted in a day for a quota that has a metric."""
    metric = quota.get("UsageMetric") or {}
    if not metric.get("MetricName"):
        return 0
    now = datetime.now(tz=UTC)
    told = asked.client("cloudwatch").get_metric_statistics(
        Namespace=metric["MetricNamespace"],
        MetricName=metric["MetricName"],
        Dimensions=[{"Name": k, "Value": v} for k, v in metric["MetricDimensions"].items()],
        StartTime=now - timedelta(days=1),
        EndTime=now,
        Period=3600,
        Statistics=["Maximum"],
    )
    return max((point.get("Maximum", 0) for point in told.get("Datapoints") or ()), default=0)


# A deleted gateway is listed for an hour, and no longer counts.
COUNTED = {"Name": "state", "Values": ["pending", "available", "deleting"]}
# NAT gateways are counted for each zone; all of them together in one is the worst case.
QUOTAS = (
    Quota("VPCs", "vpc", "L-F678F1CE", _adds("aws:ec2/vpc:Vpc"),
          _lists("ec2", "describe_vpcs", "Vpcs")),
    Quota("elastic IPs", "ec2", "L-0263D0A3", _adds("aws:ec2/eip:Eip"),
          _lists("ec2", "describe_addresses", "Addresses")),
    Quota("NAT gateways", "vpc", "L-FE5A380F", _adds("aws:ec2/natGateway:NatGateway"),
          _lists("ec2", "describe_nat_gateways", "NatGateways", Filters=[COUNTED])),
    Quota("Fargate vCPUs", "fargate", "L-3032A538", _vcpus, _measured),
    Quota("DB instances", "rds", "L-7B6409FD", _adds("aws:rds/instance:Instance"),
          _lists("rds", "describe_db_instances", "DBInstances")),
    Quota("load balancers", "elasticloadbalancing", "L-53DA6B97",
          _adds("aws:lb/loadBalancer:LoadBalancer"),
          _lists("elbv2", "describe_load_balancers", "LoadBalancers")),
)  # fmt: skip


def check(quota: Quota) -> Callable[[Context], Iterator[Line]]:
    """Return the check of one quota."""

    def look(context: Context) -> Iterator[Line]:
        if context.plan.refusal:
            yield Line("unknown", quota.subject, "could not be checked: there is no plan")
            return
        planned = quota.planned(context.plan)
        applied = _applied(context.asked, quota)
        limit = applied.get("Value")
        if limit is None:
            yield Line("unknown", quota.subject, "could not be checked: AWS tells no limit")
            return
        used = quota.used(context.asked, applied)
        yield _line(quota, planned, used, float(limit))

    return look


def _applied(asked: Aws, quota: Quota) -> dict[str, Any]:
    """Return the quota as applied to the account; AWS's default where none was ever raised."""
    client = asked.client("service-quotas")
    wish = {"ServiceCode": quota.service, "QuotaCode": quota.code}
    try:
        return dict(client.get_service_quota(**wish).get("Quota") or {})
    except client.exceptions.NoSuchResourceException:
        return dict(client.get_aws_default_service_quota(**wish).get("Quota") or {})


def _line(quota: Quota, planned: float, used: float, limit: float) -> Line:
    fact = f"{used:g} of {limit:g} in use, {planned:g} more wanted"
    needed = math.ceil(used + planned)
    # What is there already is no obstacle, even above a quota that was lowered since.
    if not planned or needed <= limit:
        return Line("ok", quota.subject, fact)
    return Line(
        "failed",
        quota.subject,
        f"{fact}: too few by {needed - limit:g}",
        "aws service-quotas request-service-quota-increase "
        f"--service-code {quota.service} --quota-code {quota.code} --desired-value {needed}",
    )
