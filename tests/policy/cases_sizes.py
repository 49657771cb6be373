"""Cases of the rule that no environment is larger than the next one."""

from typing import Any

from policy import tokens as t
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import WAITS, Spoil, add, both, change
from tests.policy.worlds import in_dev, in_prod, in_staging

R = "nonprod-never-larger"


def db(**properties: Any) -> Spoil:  # noqa: ANN401  # any property
    """Change the database."""
    return change("database", **properties)


broken(f"{R}(a)", "staging's disk is above production's", db(allocatedStorage=101), in_staging)
broken(f"{R}(a)", "staging's disk may grow above", db(maxAllocatedStorage=201), in_staging)
broken(f"{R}(a)", "dev's disk is above staging's", db(allocatedStorage=21), in_dev)
broken(f"{R}(a)", "dev's disk may grow above", db(maxAllocatedStorage=51), in_dev)
broken(f"{R}(a)", "dev keeps backups for longer", db(backupRetentionPeriod=8), in_dev)
broken(f"{R}(a)", "staging's tasks have more CPU", change("task", cpu="2048"), in_staging)
broken(f"{R}(a)", "the same in words", change("task", cpu="2 vCPU"), in_staging)
broken(f"{R}(a)", "dev's tasks have more memory", change("task", memory="3072"), in_dev)
broken(f"{R}(a)", "staging has more tasks", change("scaling", maxCapacity=6), in_staging)
broken(f"{R}(a)", "dev has more tasks", change("scaling", maxCapacity=3), in_dev)
broken(f"{R}(a)", "staging never goes below three", change("scaling", minCapacity=3), in_staging)
broken(f"{R}(b)", "staging's class is above", db(instanceClass="db.t4g.large"), in_staging)
broken(f"{R}(b)", "dev's class is above", db(instanceClass="db.t4g.medium"), in_dev)
broken(f"{R}(b)", "a family that nobody ranked", db(instanceClass="db.r8g.micro"), in_staging)
broken(f"{R}(b)", "a size that nobody ranked", db(instanceClass="db.t4g.metal"), in_staging)
broken(f"{R}(b)", "no class at all", db(instanceClass=None), in_staging)
broken(f"{R}(b)", "dev is in two zones", db(multiAz=True), in_dev)
broken(f"{R}(c)", "staging has a gateway per zone", add("second", t.NAT_GATEWAY), in_staging)
broken(
    f"{R}(c)",
    "dev has two of its own",
    both(add("first", t.NAT_GATEWAY), add("second", t.NAT_GATEWAY)),
    in_dev,
)
fine(
    R,
    "staging is as large as production",
    db(allocatedStorage=100, maxAllocatedStorage=200),
    in_staging,
)
fine(R, "staging's class is production's", db(instanceClass="db.t4g.medium"), in_staging)
fine(R, "staging is in two zones", db(multiAz=True), in_staging)
fine(R, "staging has production's tasks", change("scaling", maxCapacity=5), in_staging)
fine(R, "staging's tasks have production's memory", change("task", memory="4096"), in_staging)
fine(R, "dev has as many tasks as staging", change("scaling", maxCapacity=2), in_dev)
fine(R, "dev's memory in words", change("task", memory="2 GB"), in_dev)
fine(R, "the disk does not grow", db(maxAllocatedStorage=None), in_staging)
fine(R, "dev's class is staging's", db(instanceClass="db.t4g.small"), in_dev)
fine(R, "dev has one gateway, as staging does", add("own", t.NAT_GATEWAY), in_dev)
fine(R, "production grows", db(instanceClass="db.t4g.large", allocatedStorage=400), in_prod)
open_question(R, "the class is not known yet", db(instanceClass=WAITS), "instanceClass", in_staging)
open_question(R, "the memory is not known yet", change("task", memory=WAITS), "memory", in_dev)
