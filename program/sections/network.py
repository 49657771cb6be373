"""Settings of the network: the address plan and the ways out of the VPC (ADR N1, N2, N5, N6)."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field

from components import address_plan
from program.setting_types import CIDR_EXAMPLE, CIDR_WORDS, Cidr
from program.stack_config import Mistake, Section

TIERS = ("publicSubnets", "privateSubnets")

# What staging owns and dev borrows: in dev these keys would have no effect (ADR N5).
LENT_KEYS = ("vpcCidr", "natGateways", "flowLogs")


class Subnets(Section):
    """One block for each zone (ADR N1)."""

    zone_a: Cidr = Field(alias="ap-northeast-2a")
    zone_c: Cidr = Field(alias="ap-northeast-2c")

    @property
    def by_zone(self) -> dict[str, str]:
        """The blocks by name of their availability zone."""
        return self.model_dump(by_alias=True)


class Network(Section):
    """One VPC; in dev `vpc_cidr` is None, since the VPC is staging's."""

    vpc_cidr: Cidr | None = Field(default=None, description=CIDR_WORDS, examples=["10.0.0.0/16"])
    public_subnets: Subnets
    private_subnets: Subnets
    nat_gateways: Literal["single", "per-az"] = Field(
        default="single", description="single or per-az", examples=["single"]
    )
    flow_logs: bool = Field(default=False, description="true or false", examples=["false"])

    @property
    def blocks(self) -> dict[str, str]:
        """Every subnet's block by its key in the stack file."""
        return {
            f"network.{tier}.{zone}": block
            for tier, subnets in zip(
                TIERS, (self.public_subnets, self.private_subnets), strict=True
            )
            for zone, block in subnets.by_zone.items()
        }


def mistakes(stack: str, raw: Mapping[str, Any]) -> Iterable[Mistake]:
    """Name what the stack cannot set, and every block that has no legal place of its own."""
    yield from _lent(raw) if stack == "dev" else _own(stack, raw)
    yield from misplaced(raw.get("vpcCidr"), _blocks(raw), {})


def misplaced(
    vpc_cidr: object, own: Mapping[str, object], others: Mapping[str, str]
) -> Iterable[Mistake]:
    """Name each own block that is none, leaves the VPC or meets another, with a free one instead.

    `own` goes by settings key, None where it is missing; `others` are another stack's, by words.
    """
    before, wrong = dict[str, object](others), dict[str, str]()
    for key, cidr in own.items():
        if fact := _fact(vpc_cidr, cidr, before):
            wrong[key] = fact
        before[key] = cidr
    taken = [cidr for key, cidr in before.items() if key not in wrong]
    for key, fact in wrong.items():
        taken.append(address_plan.free_block(vpc_cidr, taken) or CIDR_EXAMPLE)
        yield Mistake(key, fact, {key: str(taken[-1])})


def _fact(vpc_cidr: object, cidr: object, before: Mapping[str, object]) -> str | None:
    if cidr is None:
        return f"is missing; allowed: {CIDR_WORDS}"
    if not address_plan.legal(cidr):
        return f"is {cidr!r}; allowed: {CIDR_WORDS}"
    if address_plan.is_outside(vpc_cidr, cidr):
        return f"is {cidr}, outside the VPC {vpc_cidr}"
    overlapped = address_plan.overlapped(cidr, before)
    return f"is {cidr}, which overlaps {overlapped}" if overlapped else None


def _lent(raw: Mapping[str, Any]) -> Iterable[Mistake]:
    fact = "has no effect in dev, whose VPC is staging's (ADR N5)"
    return (
        Mistake(f"network.{key}", fact, {f"network.{key}": None}) for key in LENT_KEYS if key in raw
    )


def _own(stack: str, raw: Mapping[str, Any]) -> Iterable[Mistake]:
    if "vpcCidr" not in raw:
        proposal = "10.0.0.0/16" if stack == "prod" else "10.1.0.0/16"
        fact = f"is missing; allowed: {CIDR_WORDS}"
        yield Mistake("network.vpcCidr", fact, {"network.vpcCidr": proposal})


def _blocks(raw: Mapping[str, Any]) -> dict[str, object]:
    """Every place of the plan, None where the file leaves it out or holds no map at all."""
    tiers = {tier: raw.get(tier) for tier in TIERS}
    return {
        f"network.{tier}.{zone}": blocks.get(zone)
        for tier, blocks in tiers.items()
        if isinstance(blocks, Mapping)
        for zone in address_plan.ZONES
    }
