"""A rule for every type of resource that costs something, by what it is."""

from importlib import import_module
from typing import Final

MODULES: Final = ("compute", "database", "edge", "messages", "monitoring", "network", "storage")


def load() -> None:
    """Register all rules; doing so twice changes nothing."""
    for module in MODULES:
        import_module(f"cost.rules.{module}")
