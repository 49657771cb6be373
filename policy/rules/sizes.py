"""Rules of sizes across environments (ADR E1): dev is at most staging, staging at most production.

Other rules hold each figure to its own environment's. This one holds when those are changed: a
decision to let staging grow past production is caught, although staging keeps to it.
"""

from collections.abc import Iterator
from typing import Final

from policy import service_figures, tables
from policy.findings import Finding, Judgement
from policy.registry import check, rule
from policy.relations import StackView
from policy.resources import Resource
from policy.rules.task import units
from policy.tokens import DB_INSTANCE, NAT_GATEWAY, SCALING_TARGET, TASK_DEFINITION

NEXT_LARGER: Final = {"dev": "staging", "staging": "prod"}
CLASSES: Final = ("micro", "small", "medium", "large", "xlarge", "2xlarge", "4xlarge")

NEVER_LARGER: Final = rule(
    id="nonprod-never-larger",
    clause=("E1",),
    kind="stack",
    tokens=(DB_INSTANCE, TASK_DEFINITION, SCALING_TARGET, NAT_GATEWAY),
    levels="M/M/-",
    severity="high",
    aim="No size in dev is above staging's, and none in staging above production's.",
    otherwise="The month would be paid for an environment that nobody's customers use.",
    fix="lower the value, or decide first that the larger environment grows.",
)


def ceilings(environment: str) -> dict[str, dict[str, int]]:
    """Return the greatest figures that the record gives an environment, by kind and property."""
    cpu, memory = service_figures.TASK_SIZES[environment][-1]
    leasts, mosts = service_figures.TASK_LIMITS[environment]
    storage, grown = tables.DB_STORAGE_GB[environment]
    return {
        DB_INSTANCE: {
            "allocatedStorage": storage,
            "maxAllocatedStorage": grown,
            "backupRetentionPeriod": tables.BACKUP_DAYS[environment][1],
        },
        TASK_DEFINITION: {"cpu": cpu, "memory": memory},
        SCALING_TARGET: {"minCapacity": max(leasts), "maxCapacity": max(mosts)},
    }


@check(NEVER_LARGER, "a", each=(DB_INSTANCE, TASK_DEFINITION, SCALING_TARGET))
def figures_stay_below(resource: Resource, stack: StackView) -> Iterator[Judgement]:
    """Storage, days of backups, CPU, memory, tasks; what is not set is not larger."""
    larger = NEXT_LARGER[stack.environment]
    for key, most in ceilings(larger)[resource.token].items():
        found = units(resource[key], "vCPU|GB")
        if found is not None and found > most:
            yield Finding(f"{key} is {found}, {larger} has at most {most}")


@check(NEVER_LARGER, "b", each=(DB_INSTANCE,))
def databases_stay_below(instance: Resource, stack: StackView) -> Iterator[Judgement]:
    """By the rank of the class within its family; in two zones only where the larger one is."""
    larger = NEXT_LARGER[stack.environment]
    most = tables.DB_CLASS[larger]
    found = instance["instanceClass"].text()
    if not _is_at_most(found, most):
        yield Finding(f"instanceClass is {found or 'not set'}, {larger} has {most}")
    if larger != "prod" and instance["multiAz"].is_true():
        yield Finding(f"multiAz is true, {larger} has one zone")


def _is_at_most(found: str, most: str) -> bool:
    """A class of another family, or one that nobody ranked, is not known to be smaller."""
    family, _, size = found.rpartition(".")
    most_family, _, most_size = most.rpartition(".")
    ranked = family == most_family and size in CLASSES
    return ranked and CLASSES.index(size) <= CLASSES.index(most_size)


@check(NEVER_LARGER, "c")
def gateways_stay_below(stack: StackView) -> Iterator[Judgement]:
    """A NAT gateway per zone comes to production first."""
    larger = NEXT_LARGER[stack.environment]
    found = len(stack.of(NAT_GATEWAY))
    if found > tables.NAT_GATEWAYS[larger]:
        yield Finding(f"NAT gateways: {found}; {larger} has {tables.NAT_GATEWAYS[larger]}")
