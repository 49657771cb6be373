"""Where a subnet's traffic leaves: its route table, its default routes, what they lead to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from policy.relations import StackView
from policy.resources import Resource
from policy.tokens import INTERNET_GATEWAY, ROUTE, ROUTE_TABLE, ROUTE_TABLE_ASSOCIATION
from policy.values import Answer, NotYetError

EVERYWHERE: Final = "0.0.0.0/0"
ELSEWHERE: Final = "elsewhere"
# What a gatewayId may be besides an internet gateway; a public route has none of these.
NO_INTERNET: Final = (ELSEWHERE, "local", "vgw-", "cagw-", "vpce-")


@dataclass(frozen=True)
class Route:
    """One route, whether it is a resource of its own or written inside its table.

    key: the property of `holder` whose dependencies say where a gateway id comes from.
    """

    holder: Resource
    gateway: Answer
    nat: Answer
    key: str


def table_of(stack: StackView, subnet: Resource) -> Resource | None:
    """Return the subnet's route table; None where it has none or it is not of this stack."""
    for tie in stack.referring(ROUTE_TABLE_ASSOCIATION, "subnetId", subnet):
        for table in stack.joined(tie, "routeTableId", ROUTE_TABLE):
            return table
    return None


def default_routes(stack: StackView, table: Resource) -> Iterator[Route]:
    """Yield the routes of a table for everything, resources first, then those inside it."""
    for route in stack.referring(ROUTE, "routeTableId", table):
        if route["destinationCidrBlock"].known() == EVERYWHERE:
            yield Route(route, route["gatewayId"], route["natGatewayId"], "gatewayId")
    for entry in table["routes"].items():
        if entry["cidrBlock"].known() == EVERYWHERE:
            yield Route(table, entry["gatewayId"], entry["natGatewayId"], "routes")


def leads_out(stack: StackView, route: Route) -> str:
    """Say where a route leads: "nat", "internet", the id of another gateway, or ELSEWHERE."""
    if not route.nat.is_missing:
        return "nat"
    if stack.dependencies(route.holder, route.key, INTERNET_GATEWAY):
        return "internet"
    gateway = route.gateway.text(ELSEWHERE)
    return gateway if gateway.startswith(NO_INTERNET) else "internet"


def is_public(stack: StackView, subnet: Resource) -> bool:
    """Whether a subnet's table leads to an internet gateway; one without a table is not.

    NotYetError where a run limited to targets leaves out the table or its routes.
    """
    table = table_of(stack, subnet)
    ways = [leads_out(stack, route) for route in default_routes(stack, table)] if table else []
    if stack.limited and not ways:
        raise NotYetError(f"{subnet.label}.routes")
    return "internet" in ways
