"""`triflow doctor list`: every finding, and how many there are of each kind."""

from collections import Counter

from rich.console import Console

from triflow.doctor import checks, machine
from triflow.doctor.finding import SEVERITIES
from triflow.doctor.reads import READS
from triflow.errors import Exit

MOST_CALLS = 40  # whatever the stack has; tests count them


def show(console: Console) -> Exit:
    """Write a line for each finding, by problem, and the counts in one sentence."""
    rows = sorted(checks.load().values(), key=lambda one: (one.problem, one.id))
    for one in rows:
        line = f"{one.problem}  {one.severity:<8}  {one.id:<34}  {one.says}"
        console.print(line, highlight=False, soft_wrap=True)
    console.print(counts(), highlight=False, soft_wrap=True)
    return Exit.DONE


def counts() -> str:
    """Return how many findings, problems and calls of AWS there are."""
    rows = checks.load().values()
    kinds = Counter(one.severity for one in rows)
    told = ", ".join(f"{kinds[word]} {word}" for word in SEVERITIES)
    problems = len({one.problem for one in rows})
    calls = [one for one in READS.values() if one.service != machine.SERVICE]
    return (
        f"{len(rows)} findings ({told}) of {problems} problems, from {len(calls)} calls of AWS,"
        f" at most {MOST_CALLS} of them while all is well and no problem is named."
    )
