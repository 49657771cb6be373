"""The checks, a module per subject. `load` fills the registry."""

from collections.abc import Mapping
from importlib import import_module

from triflow.doctor.finding import REGISTRY, Check

MODULES = (
    "plugins",
    "credentials",
    "session",
    "security_groups",
    "group_drift",
    "database_making",
    "bucket",
    "registry",
    "deployer",
    "database_engine",
    "database_load",
    "database",
    "upkeep",
    "load_balancer",
    "tenant_files",
    "refused_files",
    "service",
    "stopped_tasks",
    "targets",
    "starting",
    "strain",
    "nat_gateway",
    "private_ways",
    "task_logs",
    "kept_files",
    "money",
    "idle_money",
    "billed",
    "domain",
    "safety",
    "snapshots",
    "night",
    "alarms",
    "topics",
)


def load() -> Mapping[str, Check]:
    """Return all checks by id."""
    for module in MODULES:
        import_module(f"triflow.doctor.checks.{module}")
    return REGISTRY
