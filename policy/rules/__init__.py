"""The rules, a module per layer. `load` registers them all."""

from importlib import import_module
from typing import Final

MODULES: Final = (
    "images",
    "storage",
    "lifecycle",
    "network",
    "security",
    "database",
    "database_parts",
    "schedule",
    "task",
    "service",
    "scaling",
    "load_balancing",
    "names_and_certificates",
    "tenancy",
    "secrets",
    "lambdas",
    "logs",
    "trail",
    "alarms",
    "alarm_forms",
    "monitoring",
    "cost",
    "sizes",
    "identity",
    "ownership",
    "everywhere",
    "forms",
    "guide_names",
    "inventory",
    "record",
)


def load() -> None:
    """Import every module of rules; a second call does nothing."""
    for module in MODULES:
        import_module(f"{__name__}.{module}")
