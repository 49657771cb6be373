"""The gate behind an update: what is recorded is judged once more, when nothing is unknown."""

from collections.abc import Mapping, Sequence
from typing import Any

from policy import state
from triflow import violations
from triflow.tally import Tally
from triflow.violations import Counts


def passes(resources: Sequence[Mapping[str, Any]], tally: Tally) -> bool:
    """Judge a stack's recorded resources and add it to the tally; False if they do not hold.

    The rules that see the whole stack were asked by the preview with unknowns and by the update
    after its steps: only now is each of them answered for all that is there.
    """
    if not resources:
        return True
    tally.phase = "judging"
    outcome = state.judged(resources)
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
