"""Single resources to price, as a program would register them."""

from datetime import date
from decimal import Decimal
from typing import Any

from cost.book import Book
from cost.estimate import estimate
from cost.lines import Estimate
from cost.resources import Resource

TODAY = date(2026, 11, 22)
TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"


def a(kind: str, name: str = "it", /, **inputs: Any) -> Resource:  # noqa: ANN401 - inputs
    """Return a resource of prod with these inputs."""
    return Resource(f"urn:pulumi:prod::triflow-ai::{kind}::{name}", kind, inputs)


def a_month(*resources: Resource, book: Book | None = None, day: date = TODAY) -> Estimate:
    """Return the estimate of these resources in prod."""
    return estimate("prod", resources, day, book)


def usd(*resources: Resource, book: Book | None = None, day: date = TODAY) -> Decimal:
    """Return the dollars of these resources in prod."""
    return a_month(*resources, book=book, day=day).usd


def a_database(**inputs: Any) -> Resource:  # noqa: ANN401 - inputs
    """Return prod's database, spoiled by what is given."""
    decided = {
        "engine": "postgres",
        "engineVersion": "14",
        "engineLifecycleSupport": "open-source-rds-extended-support-disabled",
        "instanceClass": "db.t4g.medium",
        "multiAz": True,
        "allocatedStorage": 100,
        "storageType": "gp3",
        "databaseInsightsMode": "standard",
        "identifier": "the-db",
    }
    return a("aws:rds/instance:Instance", "db", **(decided | inputs))


def a_service(
    cpu: int = 1024,
    memory: int = 2048,
    least: int = 2,
    most: int = 5,
    **task: Any,  # noqa: ANN401 - inputs
) -> tuple[Resource, ...]:
    """Return a service with its task definition and its limits of scaling."""
    size = a(TASK, "task", cpu=str(cpu), memory=str(memory), **task)
    service = Resource(
        "urn:pulumi:prod::triflow-ai::aws:ecs/service:Service::backend",
        SERVICE,
        {"name": "backend", "launchType": "FARGATE", "desiredCount": least},
        feeds={"taskDefinition": (size.urn,)},
    )
    target = a(
        "aws:appautoscaling/target:Target",
        "target",
        resourceId="service/cluster/backend",
        minCapacity=least,
        maxCapacity=most,
    )
    return size, service, target


def a_load_balancer(**inputs: Any) -> Resource:  # noqa: ANN401 - inputs
    """Return a public load balancer in two zones, spoiled by what is given."""
    decided = {"loadBalancerType": "application", "internal": False, "subnets": ["a", "c"]}
    return a("aws:lb/loadBalancer:LoadBalancer", "lb", **(decided | inputs))


def an_alarm(**inputs: Any) -> Resource:  # noqa: ANN401 - inputs
    """Return an alarm on one metric once a minute, spoiled by what is given."""
    return a("aws:cloudwatch/metricAlarm:MetricAlarm", "alarm", **({"period": 60} | inputs))
