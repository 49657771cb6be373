"""P17: what makes the NAT gateway dear, or too small: files that go through it, above all."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from triflow.doctor import metrics
from triflow.doctor.answers import Facts, NotApplicable, Seen, Unknown
from triflow.doctor.finding import MEND, Found, Severity, check

GIB: Final = 2**30
MUCH_GIB, TOO_MUCH_GIB = 1, 10  # in a day; files go by the endpoint, so little should be left
AN_HOUR: Final = timedelta(hours=1)


@check(
    "nat-bytes-high",
    "P17",
    "warning",
    reads=("metrics",),
    says="Much data goes through the NAT gateway, which is paid by the gigabyte.",
    remedy="aws ec2 create-flow-logs --resource-type NetworkInterface --resource-ids ENI"
    " --traffic-type ALL --log-destination-type s3 --log-destination BUCKET_ARN",
)
def much_data(facts: Facts) -> Iterator[Found]:
    """Both directions are paid; a gateway counts zeros while it is idle."""
    for number, name in enumerate(metrics.gateways(facts.deployed)):
        ways = [_points(facts, f"nat_{number}_{way}", name) for way in ("sent", "received")]
        gib = sum(sum(way) for way in ways) / GIB
        if gib > MUCH_GIB:
            severity: Severity = "critical" if gib > TOO_MUCH_GIB else "warning"
            yield Found(name, f"{gib:.1f} GiB in 24 h", severity)


def _points(facts: Facts, key: str, gateway: str) -> list[float]:
    found = metrics.points(facts, key, metrics.WINDOW)
    if not found:
        raise Unknown(f"CloudWatch has no point of {gateway} in the last 24 h")
    return found


@check(
    "nat-ports-exhausted",
    "P17",
    "critical",
    reads=("metrics",),
    says="The NAT gateway ran out of ports for one destination, so calls to it fail.",
    remedy="aws logs tail /aws/ecs/{prefix}-backend --since 1h --filter-pattern timeout",
)
def no_ports(facts: Facts) -> Iterator[Found]:
    """It has 55,000 for each destination; a client that keeps its connections needs a few."""
    for number, name in enumerate(metrics.gateways(facts.deployed)):
        _points(facts, f"nat_{number}_sent", name)  # without one nobody counted failures either
        failed = metrics.counted(facts, f"nat_{number}_ports", AN_HOUR)
        if failed:
            yield Found(name, f"{failed:.0f} connections found no port in 60 min")


def endpoint(facts: Facts) -> Seen | None:
    """Return the endpoint as AWS describes it; None if there is none that works."""
    if facts.gone("vpc_endpoints"):
        return None
    for one in facts["vpc_endpoints"]["VpcEndpoints"].each():
        if one["State"].text.lower() == "available":
            return one
    return None


@check(
    "s3-endpoint-missing",
    "P17",
    "warning",
    reads=("vpc_endpoints",),
    says="The endpoint for S3 does not exist, so files go through the NAT gateway.",
    remedy=MEND,
)
def noendpoint(facts: Facts) -> Iterator[Found]:
    """A gateway endpoint costs nothing."""
    if endpoint(facts) is None:
        yield Found(facts.deployed.output("s3_endpoint_id"), "AWS has none that is available")


@check(
    "s3-endpoint-not-routed",
    "P17",
    "warning",
    reads=("vpc_endpoints",),
    says="A private subnet does not use the endpoint for S3, though it exists.",
    remedy=MEND,
)
def not_routed(facts: Facts) -> Iterator[Found]:
    """AWS itself writes the routes into the tables that the endpoint names."""
    found = endpoint(facts)
    joined = {one.text for one in found["RouteTableIds"].each()} if found else None
    kind = "aws:ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation"
    names = [*facts.deployed.named(kind)]
    if not names:
        raise NotApplicable(f"{facts.deployed.stack} uses the network of another stack")
    for name in names:
        table = facts.declared(name)["routeTableId"].text
        if joined is not None and table not in joined:
            yield Found(table, "the endpoint does not name it")
