"""Cases of the ceiling on a month's cost."""

from policy import tokens as t
from tests.policy.cases import broken, fine
from tests.policy.stand import GONE, WAITS, add, at_update, both, change, nothing, world_is
from tests.policy.worlds import in_dev, in_foundation, in_staging

NEW_NAT = add("nat-2c", t.NAT_GATEWAY)
HIGHEST = change("database", instanceClass="db.t4g.large", multiAz=True)

R = "monthly-cost-within-ceiling"
broken(f"{R}(a)", "a database for four", HIGHEST)
broken(f"{R}(a)", "a larger database in staging", HIGHEST, in_staging)
broken(f"{R}(a)", "a gateway of dev's own", NEW_NAT, in_dev)
broken(f"{R}(a)", "secrets of nobody", add("more", t.SECRET, replicas=[{}] * 200))
broken(f"{R}(b)", "a kind without a price", add("lake", "aws:glue/job:Job"))
broken(f"{R}(b)", "a size without a price", change("database", instanceClass="db.r8g.large"))
broken(f"{R}(b)", "a log kept for ever", change("backend-logs", retentionInDays=GONE))
broken(f"{R}(b)", "no worst case is written down", change("restart", name=WAITS))
fine(R, "a second gateway in prod", both(NEW_NAT, at_update))
fine(R, "a larger disk", change("database", allocatedStorage=120))
fine(R, "the size waits, and its worst is not above", change("database", allocatedStorage=WAITS))
fine(R, "the foundation", nothing, in_foundation)
fine(R, "another project", both(HIGHEST, world_is(project="somebody-else")))
