"""The settings of the main program: the only place that reads its configuration.

A stack file holds what differs between the environments and the values that have no default; all
other figures stand here, once. What follows from the stack's name alone (names, who owns the
VPC, what is protected) is derived and cannot be set.
"""

from collections.abc import Mapping
from typing import Any, Final, Literal, get_args

import pulumi
from pydantic import Field

from components.address_plan import NAT_ZONE
from program import stack_config
from program.sections import compute, database, load_balancer, monitoring, network, schedule
from program.sections.backup import Backup
from program.sections.budget import Budget
from program.sections.compute import Compute
from program.sections.database import Database
from program.sections.later import Cache, Waf
from program.sections.load_balancer import LoadBalancer
from program.sections.monitoring import Monitoring
from program.sections.network import Network
from program.sections.schedule import Schedule
from program.setting_types import AccountId, CostCenter
from program.stack_config import Section

PROJECT: Final = "triflow-ai"
REGION: Final = "ap-northeast-2"
StackName = Literal["dev", "staging", "prod"]


class Settings(Section):
    """Everything the program branches on, plain and known before any resource exists."""

    stack: StackName = Field(alias="(stack)")  # no config key can be called this
    account_id: AccountId
    cost_center: CostCenter
    network: Network
    database: Database
    backup: Backup
    schedule: Schedule
    load_balancer: LoadBalancer
    compute: Compute
    monitoring: Monitoring
    budget: Budget
    cache: Cache
    waf: Waf

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
    def tagged_prefixes(self) -> tuple[str, ...]:
        """Whose objects the tagger of this stack's own bucket tags; none where it has no bucket."""
        return {"prod": ("",), "staging": ("dev/", "staging/"), "dev": ()}[self.stack]

    @property
    def exec_log_group(self) -> str:
        """Where the sessions of ECS Exec are logged (ADR C8)."""
        return f"/triflow/exec/{self.prefix}"

    @property
    def own_nat_zones(self) -> tuple[str, ...]:
        """The zones with a NAT gateway of this stack's own (ADR N2); dev uses staging's."""
        if self.lender:
            return ()
        every = tuple(self.network.public_subnets.by_zone)
        return (NAT_ZONE,) if self.network.nat_gateways == "single" else every

    def domain_in(self, zone: str) -> str:
        """Return the environment's own name: the zone's in prod, one below it elsewhere (E3)."""
        return zone if self.stack == "prod" else f"{self.stack}.{zone}"

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
            lambda raw: network.mistakes(stack, _map(raw["network"])),
            lambda raw: database.mistakes(_map(raw["database"])),
            lambda raw: load_balancer.mistakes(stack, _map(raw["loadBalancer"])),
            lambda raw: compute.mistakes(_map(raw["compute"])),
            lambda raw: monitoring.mistakes(stack, _map(raw["monitoring"])),
            lambda raw: schedule.mistakes(stack, _map(raw["schedule"]), _map(raw["database"])),
        ),
    )


def _map(value: object) -> Mapping[str, Any]:
    """A section of the wrong type is told by its type; the rules see an empty one."""
    return value if isinstance(value, Mapping) else {}
