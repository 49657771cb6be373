"""The figures of the README are those that the commands beside them print today."""

from collections.abc import Callable
from pathlib import Path

import pytest

from policy.registry import REGISTRY
from tests.cost.recorded import a_month_of
from tests.policy import cases
from tests.policy.break_rules import all_breakages
from tests.policy.cases import CASES
from tests.policy.guarded import scores
from triflow.doctor import listing

pytestmark = pytest.mark.thorough

ROOT = Path(__file__).parents[2]


def of_the_cases() -> str:
    """Count the rules and their cases."""
    broken, near, waits = cases.counted()
    return (
        f"{len(REGISTRY.rules)} rules; {len(CASES):,} cases: {broken:,} that must be reported, "
        f"{near} near misses, {waits} unknown values"
    )


def of_the_mutants() -> str:
    """Add up the score of all stacks; the proof holds guarded.txt to it."""
    total, reported = map(sum, zip(*scores().values(), strict=True))
    return f"{total:,} mutants, {reported:,} reported, {total - reported:,} with a reason"


def of_the_conditions() -> str:
    """Count what the proof breaks; it fails if one goes unnoticed."""
    return f"every condition of every rule is broken, in {len([*all_breakages()]):,} ways: each"


def of_the_record() -> str:
    """Read the closing line of the record's page."""
    last = (ROOT / "docs" / "adr.md").read_text(encoding="utf-8").splitlines()[-1]
    assert last.endswith("; 0 with a gap.")
    return last.removesuffix("; 0 with a gap.").replace("; ", ": ", 1)


def of_the_bill() -> str:
    """Estimate the three stacks as `triflow cost` does."""
    prod, staging, dev = (a_month_of(stack).usd for stack in ("prod", "staging", "dev"))
    return f"prod USD {prod:.0f}, staging {staging:.0f}, dev {dev:.0f} a month"


@pytest.mark.parametrize(
    "figures",
    [of_the_cases, of_the_mutants, of_the_conditions, of_the_record, listing.counts, of_the_bill],
)
def test_a_figure_of_the_readme_is_of_today(figures: Callable[[], str]) -> None:
    """Each sentence of its table begins with what is counted here."""
    assert f"| {figures().removesuffix('.')}" in (ROOT / "README.md").read_text(encoding="utf-8")
