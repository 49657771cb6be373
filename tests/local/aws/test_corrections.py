"""Where moto would mislead, the server of the local AWS does as AWS does."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.local.aws.driver import Engine


@pytest.mark.thorough
def test_the_address_of_a_nat_gateway_deleted_by_hand_is_free_for_the_next(
    engine: Engine, aws: Callable[[str], Any]
) -> None:
    """AWS frees it with the gateway, so the update that mends it must go through here as well."""
    engine.up("aws:ec2/vpc:Vpc", "vpc", {"cidrBlock": "10.8.0.0/16"})
    vpc = engine.state["vpc"].identity
    engine.up("aws:ec2/subnet:Subnet", "subnet", {"vpcId": vpc, "cidrBlock": "10.8.0.0/24"})
    engine.up("aws:ec2/eip:Eip", "address", {"domain": "vpc"})
    wish = {
        "subnetId": engine.state["subnet"].identity,
        "allocationId": engine.state["address"].identity,
    }
    engine.up("aws:ec2/natGateway:NatGateway", "nat", wish)
    deleted = engine.state.pop("nat").identity

    aws("ec2").delete_nat_gateway(NatGatewayId=deleted)
    engine.up("aws:ec2/natGateway:NatGateway", "nat", wish)

    assert engine.state["nat"].identity != deleted
