"""Types of settings that both programs use: each carries its rule, its words and an example."""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from components import address_plan

CIDR_WORDS: Final = "a private IPv4 block from /16 to /28, host bits zero, such as 10.0.1.0/24"
CIDR_EXAMPLE: Final = "10.0.1.0/24"


def _legal(cidr: str) -> str:
    if not address_plan.legal(cidr):
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
    str, AfterValidator(_legal), Field(description=CIDR_WORDS, examples=[CIDR_EXAMPLE])
]
