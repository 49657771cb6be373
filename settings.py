"""The settings of the main program: the only place that reads its configuration.

A stack file holds what differs between the environments and the values that have no default; all
other figures stand here, once. What follows from the stack's name alone (names, who owns the
VPC, what is protected) is derived and cannot be set.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, get_args

import pulumi
from pydantic import Field

from components import address_plan
from program import stack_config
from program.sections import database, schedule
from program.sections.backup import Backup
from program.sections.database import Database
from program.sections.schedule import Schedule
from program.setting_types import AccountId, Cidr, CostCenter
from program.stack_config import Mistake, Raw, Section

PROJECT: Final = "triflow-ai"
REGION: Final = "ap-northeast-2"
StackName = Literal["dev", "staging", "prod"]

# What staging owns and dev borrows: in dev these keys would have no effect (ADR N5).
LENT_NETWORK_KEYS = ("vpcCidr", "natGateways", "flowLogs")
SUBNET_TIERS = ("publicSubnets", "privateSubnets")


class Subnets(Section):
    """One block for each zone (ADR N1)."""

    zone_a: Cidr = Field(alias="ap-northeast-2a")
    zone_c: Cidr = Field(alias="ap-northeast-2c")

    @property
    def by_zone(self) -> dict[str, str]:
        """The blocks by name of their availability zone."""
        return self.model_dump(by_alias=True)


class Network(Section):
    """Address plan and ways out of the VPC (ADR N1, N2, N5, N6)."""

    vpc_cidr: Cidr | None = Field(
        default=None,
        description="a private IPv4 block of /16, such as 10.0.0.0/16",
        examples=["10.0.0.0/16"],
    )
    public_subnets: Subnets
    private_subnets: Subnets
    nat_gateways: Literal["single", "per-az"] = Field(
        default="single", description="single or per-az", examples=["single"]
    )
    flow_logs: bool = Field(default=False, description="true or false", examples=["false"])

    @property
    def blocks(self) -> dict[str, str]:
        """Every subnet's block by its key in the stack file."""
        tiers = {"publicSubnets": self.public_subnets, "privateSubnets": self.private_subnets}
        return {
            f"network.{tier}.{zone}": block
            for tier, subnets in tiers.items()
            for zone, block in subnets.by_zone.items()
        }


class Settings(Section):
    """Everything the program branches on, plain and known before any resource exists."""

    stack: StackName = Field(alias="(stack)")  # no config key can be called this
    account_id: AccountId
    cost_center: CostCenter
    network: Network
    database: Database
    backup: Backup
    schedule: Schedule

    @property
    def prefix(self) -> str:
        """What names begin with; `development` would push target groups past 32 characters."""
        return f"{PROJECT}-production" if self.stack == "prod" else f"{PROJECT}-{self.stack}"

    @property
    def realm(self) -> Literal["prod", "nonprod"]:
        """Whose VPC and bucket the stack lives in: prod's own, or the one of staging and dev."""
        return "prod" if self.stack == "prod" else "nonprod"

    @property
    def vpc_name(self) -> str:
        """The VPC's name in consoles (ADR N1)."""
        return f"triflow-{self.realm}-vpc"

    @property
    def bucket_name(self) -> str:
        """The data bucket's name, unique in the world by the account's number (ADR S1)."""
        return f"{PROJECT}-{self.realm}-{self.account_id}"

    @property
    def lender(self) -> Literal["staging"] | None:
        """The stack whose VPC and bucket this one uses; None where it owns them (ADR N5, S1)."""
        return "staging" if self.stack == "dev" else None

    @property
    def key_prefix(self) -> str:
        """What object keys begin with: non-production shares one bucket (ADR S1)."""
        return "" if self.stack == "prod" else f"{self.stack}/"

    @property
    def protect(self) -> bool:
        """Whether Pulumi refuses to delete what holds data: not in dev, which is disposable."""
        return self.stack != "dev"

    @property
    def retain(self) -> bool:
        """Whether data stays in AWS even when it leaves the program (ADR D7)."""
        return self.stack == "prod"


def load() -> Settings:
    """Return the settings of the selected stack.

    Raises:
        pulumi.RunError: the stack has no such name, or its file has mistakes; all are told.
    """
    stack = pulumi.get_stack()
    if stack not in get_args(StackName):
        raise pulumi.RunError(
            f"Stack {stack} is not one of dev, staging, prod. "
            "Its names, addresses and policy levels are undecided, so nothing was planned.\n"
            "Fix: pulumi stack select prod"
        )
    return stack_config.read(
        Settings,
        PROJECT,
        stack,
        derived={"(stack)": stack},
        rules=(
            lambda raw: _ownership(stack, raw),
            _plan,
            lambda raw: database.mistakes(_map(raw["database"])),
            lambda raw: schedule.mistakes(stack, _map(raw["schedule"]), _map(raw["database"])),
        ),
        propose=_proposal,
    )


def _ownership(stack: str, raw: Raw) -> Iterable[Mistake]:
    """Dev borrows the VPC, so it cannot size it; the others own one, so they must."""
    network = _map(raw["network"])
    if stack == "dev":
        for key in LENT_NETWORK_KEYS:
            if key in network:
                fact = "has no effect in dev, whose VPC is staging's (ADR N5)"
                yield Mistake(f"network.{key}", fact, {f"network.{key}": None})
    elif "vpcCidr" not in network:
        proposal = "10.0.0.0/16" if stack == "prod" else "10.1.0.0/16"
        fact = "is missing; allowed: a private IPv4 block of /16, such as 10.0.0.0/16"
        yield Mistake("network.vpcCidr", fact, {"network.vpcCidr": proposal})


def _plan(raw: Raw) -> Iterable[Mistake]:
    """Every subnet lies within the VPC and shares no address with another (ADR N1)."""
    network = _map(raw["network"])
    return plan_mistakes(network.get("vpcCidr"), _blocks(network), {})


def plan_mistakes(
    vpc_cidr: object, own: Mapping[str, object], others: Mapping[str, object]
) -> Iterable[Mistake]:
    """Name each own block that leaves the VPC or meets another, with a free one to set instead.

    `own` goes by settings key, `others` by words; unreadable blocks are left to their type.
    """
    free = address_plan.free_block(vpc_cidr, [*own.values(), *others.values()])
    for key in address_plan.outside(vpc_cidr, own):
        yield Mistake(key, f"is {own[key]}, outside the VPC {vpc_cidr}", {key: free})
    for one, other in address_plan.overlaps({**others, **own}):
        if other in own:
            yield Mistake(other, f"is {own[other]}, which overlaps {one}", {other: free})


def _proposal(key: str, raw: Raw) -> str | None:
    """A subnet's block is mended with one that is free in this VPC."""
    network = _map(raw["network"])
    if key.startswith(tuple(f"network.{tier}." for tier in SUBNET_TIERS)):
        return address_plan.free_block(network.get("vpcCidr"), _blocks(network).values())
    return None


def _blocks(network: Mapping[str, Any]) -> dict[str, object]:
    return {
        f"network.{tier}.{zone}": block
        for tier in SUBNET_TIERS
        for zone, block in _map(network.get(tier)).items()
    }


def _map(value: object) -> Mapping[str, Any]:
    """A section of the wrong type is told by its type; the rules see an empty one."""
    return value if isinstance(value, Mapping) else {}
