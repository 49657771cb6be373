"""The figures of the architecture decision record that the rules compare with.

The program has its own copy of each: a guard must not read the plan it guards. Keys are
environments; "foundation" is the project for what the account has once.
"""

from typing import Final

REGION: Final = "ap-northeast-2"
ZONE_A: Final = "ap-northeast-2a"
ZONE_C: Final = "ap-northeast-2c"
ZONES: Final = (ZONE_A, ZONE_C)

# ADR N1, N5: the address plan.
VPC_CIDR: Final = {"prod": "10.0.0.0/16", "staging": "10.1.0.0/16"}
SUBNET_PLAN: Final[dict[str, dict[str, str]]] = {
    "prod": {
        "10.0.1.0/24": ZONE_A,
        "10.0.2.0/24": ZONE_C,
        "10.0.11.0/24": ZONE_A,
        "10.0.12.0/24": ZONE_C,
    },
    "staging": {
        "10.1.1.0/24": ZONE_A,
        "10.1.2.0/24": ZONE_C,
        "10.1.11.0/24": ZONE_A,
        "10.1.12.0/24": ZONE_C,
    },
    "dev": {
        "10.1.101.0/24": ZONE_A,
        "10.1.102.0/24": ZONE_C,
        "10.1.111.0/24": ZONE_A,
        "10.1.112.0/24": ZONE_C,
    },
}
PRIVATE_BLOCKS: Final = frozenset(
    {
        "10.0.11.0/24",
        "10.0.12.0/24",
        "10.1.11.0/24",
        "10.1.12.0/24",
        "10.1.111.0/24",
        "10.1.112.0/24",
    }
)

# ADR N2: how many NAT gateways. The record decides for one, in the first zone; the other number
# is the profile "per-az", which is a decision of its own and is taken by changing this line.
NAT_GATEWAYS: Final = {"prod": 1, "staging": 1, "dev": 0, "foundation": 0}

# ADR N3: the endpoint that keeps S3 traffic off the NAT gateway.
S3_SERVICE: Final = "com.amazonaws.ap-northeast-2.s3"
