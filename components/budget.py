"""What a stack may cost in a month, and who hears before it does (ADR F3).

Counted by the tag Environment, which AWS bills know only once it has been activated as a cost
allocation tag, once per account, in the console of Billing. Until then the budget stays at zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
from pulumi_aws import budgets

from components import tags

# Percent of the limit: of what was spent, and of what AWS expects by the end of the month.
NOTICES: Sequence[tuple[str, int]] = (
    ("ACTUAL", 50),
    ("ACTUAL", 80),
    ("ACTUAL", 100),
    ("FORECASTED", 100),
)


@dataclass(frozen=True, kw_only=True)
class BudgetArgs:
    """`monthly_usd` in US dollars, the currency of the bill."""

    prefix: str
    environment: str
    monthly_usd: int
    topic_arn: pulumi.Input[str]


class Budget(pulumi.ComponentResource):
    """One budget of the stack's own cost."""

    budget_name: pulumi.Output[str]

    def __init__(
        self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:cost:Budget", name, None, opts)
        label = f"{args.prefix}-monthly"
        self.budget_name = budgets.Budget(
            f"{name}-monthly",
            name=label,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(args.monthly_usd),
            limit_unit="USD",
            cost_filters=[
                {"name": "TagKeyValue", "values": [f"user:Environment${args.environment}"]}
            ],
            notifications=[
                {
                    "notification_type": kind,
                    "comparison_operator": "GREATER_THAN",
                    "threshold": percent,
                    "threshold_type": "PERCENTAGE",
                    "subscriber_sns_topic_arns": [args.topic_arn],
                }
                for kind, percent in NOTICES
            ],
            tags=tags.own("cost", label),
            opts=pulumi.ResourceOptions(parent=self),
        ).name
        self.register_outputs({"budget_name": self.budget_name})
