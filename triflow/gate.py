"""The gate behind an update: what is recorded is judged once more, when nothing is unknown."""

from policy import state
from triflow import violations
from triflow.runner import Runner
from triflow.stacks import Stack
from triflow.tally import Tally
from triflow.violations import Counts


def passes(running: Runner, stack: Stack, tally: Tally) -> bool:
    """Judge what the stack has recorded and add it to the tally; False if it does not hold.

    The rules that see the whole stack were asked by the preview with unknowns and by the update
    after its steps: only now is each of them answered for all that is there.
    """
    known = running.state(stack)
    if not known:
        return True
    tally.phase = "judging"
    outcome = state.judged(known.resources)
    for verdict in outcome.verdicts:
        if verdict.waiver is None:
            name = verdict.resource.name if verdict.resource else ""
            level = verdict.finding.level or verdict.level
            tally.violations[violations.parse(verdict.message, level, name)] = None
    if tally.counts:
        waived = sum(verdict.waiver is not None for verdict in outcome.verdicts)
        tally.counts = Counts(
            rules=tally.counts.rules,
            judged=len(outcome.asked),
            violations=sum(verdict.is_violation for verdict in outcome.verdicts),
            waived=waived,
            unknown=len(outcome.open),
        )
    return not tally.stopped_by_policy
