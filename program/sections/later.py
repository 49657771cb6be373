"""Settings of what the decision record puts off to April: cache and firewall (ADR X1, X2)."""

from pydantic import Field

from program.stack_config import Section


class Cache(Section):
    """Redis for the backend; off until decided."""

    enabled: bool = Field(default=False, description="true or false", examples=["false"])


class Waf(Section):
    """A web application firewall before the load balancer; off until decided."""

    enabled: bool = Field(default=False, description="true or false", examples=["false"])
