"""Settings of the load balancer (ADR L5, L8)."""

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from pydantic import Field

from program.stack_config import Mistake, Section


class LoadBalancer(Section):
    """Whom visitors stick to, and whether their requests are logged."""

    stickiness: Literal["lb_cookie", "app_cookie"] = Field(
        default="lb_cookie", description="lb_cookie or app_cookie", examples=["lb_cookie"]
    )
    access_logs: bool = Field(default=False, description="true or false", examples=["false"])


def mistakes(stack: str, raw: Mapping[str, Any]) -> Iterable[Mistake]:
    """Name logs in dev: its bucket is staging's, which lets no other load balancer write."""
    if stack == "dev" and raw.get("accessLogs"):
        fact = "has no place in dev, whose bucket is staging's (ADR L8, S1)"
        yield Mistake("loadBalancer.accessLogs", fact, {"loadBalancer.accessLogs": None})
