"""Cases of the ceiling on a month's cost."""

from policy import tokens as t
from policy.monitoring_figures import CEILING_USD
from tests.policy.cases import broken, fine, open_question
from tests.policy.stand import (
    GONE,
    WAITS,
    Spoil,
    Thing,
    World,
    add,
    at_update,
    both,
    change,
    limited,
    nothing,
    world_is,
)
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
open_question(R, "a part of a stack", both(limited, HIGHEST), "the cost of a month")
open_question(R, "a part of a stack, with something that has no price", both(limited, add("lake", "aws:glue/job:Job")), "the cost of a month")  # noqa: E501  # fmt: skip
fine(R, "every run tells what it would cost", nothing, in_dev, tells="A month of dev: USD ")


def at_a_dime_each(metrics: int) -> Spoil:
    """Nothing but an alarm, which costs ten cents for each metric that it computes with."""

    def spoil(world: World) -> None:
        world.things = {
            "alarm": Thing(
                t.METRIC_ALARM, {"metricQueries": [{"metric": {"period": 60}}] * metrics}
            )
        }

    return spoil


fine(R, "exactly the ceiling", at_a_dime_each(10 * CEILING_USD["dev"]), in_dev)
broken(f"{R}(a)", "a dime more", at_a_dime_each(10 * CEILING_USD["dev"] + 1), in_dev)
