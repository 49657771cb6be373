"""Settings of the budget (ADR F3)."""

from pydantic import Field

from program.stack_config import Section


class Budget(Section):
    """The ADR counts in won, at 1,300 to the dollar; AWS bills and warns in dollars."""

    monthly_usd: int = Field(
        ge=1, le=10_000, description="US dollars a month, whole, 1 to 10000", examples=["289"]
    )
