"""Settings of monitoring: who reads alarms by e-mail (ADR M7)."""

from collections.abc import Iterable, Mapping
from re import fullmatch
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field

from program.stack_config import Mistake, Section

EXAMPLE: Final = "tech-lead@triflow-ai.com"
# Addresses of documentation: they belong to others, or to nobody.
PLACEHOLDERS: Final = ("example.com", "example.org", "company.com")


def _email(text: str) -> str:
    name, _, domain = text.partition("@")
    legal = fullmatch(r"[A-Za-z0-9._+-]+", name) and fullmatch(r"([a-z0-9-]+\.)+[a-z]{2,}", domain)
    if not legal or domain in PLACEHOLDERS:
        raise ValueError("no address of a person")
    return text


class Monitoring(Section):
    """One address for both topics; a list behind it is the mail system's matter."""

    email: Annotated[str, AfterValidator(_email)] | None = Field(
        default=None,
        description=f"an e-mail address that somebody reads, such as {EXAMPLE}",
        examples=[EXAMPLE],
    )


def mistakes(stack: str, raw: Mapping[str, Any]) -> Iterable[Mistake]:
    """Name a production whose alarms, when the relay itself is broken, would reach nobody."""
    if stack == "prod" and "email" not in raw:
        fact = "is missing; without it nobody hears that the relay to Slack is broken (ADR M7)"
        yield Mistake("monitoring.email", fact, {"monitoring.email": EXAMPLE})
