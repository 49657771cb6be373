"""What the network costs: gateways, addresses, endpoints."""

from collections.abc import Iterator

from cost.inputs import Inputs
from cost.lines import Line
from cost.registry import prices
from cost.stack import Stack, several

GATEWAYS = {"Gateway", "GatewayLoadBalancer"}


@prices("aws:ec2/natGateway:NatGateway")
def nat_gateway(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Hours each; data once for all of them, since each GB crosses one."""
    yield stack.line(inputs, "NAT gateway", "nat_hour", stack.month)
    if stack.is_first(inputs.resource):
        yield stack.line(inputs, "data through NAT", "nat_gb", stack.use("nat_gb"))


@prices("aws:ec2/eip:Eip")
def address(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """Public IPv4 addresses cost the same whether they are used or not, since February 2024."""
    yield stack.line(inputs, "public IPv4", "public_ipv4", stack.month)


@prices("aws:ec2/vpcEndpoint:VpcEndpoint")
def endpoint(inputs: Inputs, stack: Stack) -> Iterator[Line]:
    """A gateway endpoint, which is what AWS makes if nothing is said, is free."""
    if inputs.value("vpcEndpointType", "Gateway") in GATEWAYS:
        return
    zones = several(inputs.count("subnetIds"), "zone")
    yield stack.line(inputs, "interface endpoint", "endpoint_hour", stack.month, zones)
    yield stack.line(inputs, "data through endpoint", "endpoint_gb", stack.use("endpoint_gb"))
