"""What dev borrows from staging: the VPC with its ways out, and the bucket (ADR N5, S1)."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.network import BorrowedVpc
from program import other_stacks, stack_config
from program.sections.network import misplaced
from settings import PROJECT, Settings

LENT_OUTPUTS = (
    "vpc_id",
    "vpc_cidr",
    "subnet_cidrs",
    "internet_gateway_id",
    "nat_gateway_ids",
    "s3_endpoint_id",
    "bucket_name",
)


@dataclass(frozen=True)
class Loan:
    """What is borrowed; None each where the stack owns it."""

    vpc: BorrowedVpc | None
    bucket_name: pulumi.Output[str] | None


def borrow(config: Settings) -> Loan:
    """Return what the stack borrows, after checking that its subnets fit into the lender's VPC.

    Raises:
        pulumi.RunError: the lender is missing, or a subnet leaves its VPC or meets its subnets.
    """
    if config.lender is None:
        return Loan(vpc=None, bucket_name=None)
    lender = other_stacks.read(config.stack, PROJECT, config.lender, LENT_OUTPUTS)
    _refuse_collisions(config, lender.plain["vpc_cidr"], lender.plain["subnet_cidrs"])
    vpc = BorrowedVpc(
        vpc_id=lender.output("vpc_id"),
        internet_gateway_id=lender.output("internet_gateway_id"),
        nat_gateway_ids=lender.output("nat_gateway_ids"),
        s3_endpoint_id=lender.output("s3_endpoint_id"),
    )
    return Loan(vpc, lender.output("bucket_name"))


def _refuse_collisions(config: Settings, vpc_cidr: str, lent: Mapping[str, str]) -> None:
    others = {f"{config.lender}'s {name}": block for name, block in lent.items()}
    mistakes = list(misplaced(vpc_cidr, config.network.blocks, others))
    if mistakes:
        raise pulumi.RunError(stack_config.message(PROJECT, config.stack, mistakes))
