"""What a month of a stack costs before a run, so that the run can tell the difference."""

from datetime import UTC, datetime
from decimal import Decimal

from cost.errors import CostError
from cost.estimate import estimate
from cost.resources import from_state
from local.state import State


def usd(stack: str, known: State | None) -> Decimal | None:
    """Return the dollars of a recorded stack; None if it is not up or has no price."""
    if not known or not known.has_resources():
        return None
    today = datetime.now(tz=UTC).date()
    try:
        return estimate(stack, from_state(known.resources), today).usd
    except CostError:
        return None  # the policies name what has no price
