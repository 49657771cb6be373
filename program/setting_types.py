"""Types of settings that both programs use: each carries its rule, its words and an example."""

from typing import Annotated

from pydantic import AfterValidator, Field

from components import address_plan

SMALLEST_PREFIX, LARGEST_PREFIX = 16, 28  # bits; what AWS takes for a VPC or a subnet


def _private_block(cidr: str) -> str:
    block = address_plan.readable(cidr)
    legal = block and block.is_private and SMALLEST_PREFIX <= block.prefixlen <= LARGEST_PREFIX
    if not legal:
        raise ValueError("not a private IPv4 block")
    return cidr


AccountId = Annotated[
    str,
    Field(
        pattern=r"^\d{12}$",
        description="the 12 digits of the AWS account, in quotes",
        examples=["123456789012"],
    ),
]
CostCenter = Annotated[
    str,
    Field(
        pattern=r"^[a-z][a-z0-9-]{2,62}$",
        description="3 to 63 lower-case letters, digits and hyphens",
        examples=["triflow-platform"],
    ),
]
Cidr = Annotated[
    str,
    AfterValidator(_private_block),
    Field(
        description="a private IPv4 block from /16 to /28, host bits zero, such as 10.0.1.0/24",
        examples=["10.0.1.0/24"],
    ),
]
