"""One rule, in the form of the real pack."""

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


def judge(args: ResourceValidationArgs, report: ReportViolation) -> None:
    """The network is the one that was decided."""
    block = args.props.get("cidrBlock") if args.resource_type == "aws:ec2/vpc:Vpc" else None
    if block not in {None, "10.0.0.0/16"}:
        report(
            f"[vpc-plan] ADR N1 (high): cidrBlock is {block}. They overlap.\nFix: take 10.0", None
        )


PolicyPack(
    name="small",
    enforcement_level=EnforcementLevel.MANDATORY,
    policies=[
        ResourceValidationPolicy(
            name="resource-mandatory", description="What must hold.", validate=judge
        )
    ],
)
