"""Nothing is unpriced: every type that a stack registers has a rule or a reason."""

from datetime import date

import pytest

from cost import registry, rules
from cost.errors import CostError
from cost.estimate import estimate
from cost.resources import Resource
from tests.cost.recorded import a_stack
from tests.program import recorder

TODAY = date(2026, 11, 22)
VARIANTS = [*((stack, False) for stack in recorder.STACKS), ("staging", True), ("prod", True)]


def types_of_all_stacks() -> set[str]:
    """Return the types of everything that any stack makes in AWS, or could by its settings."""
    return {
        each.type
        for stack, options in VARIANTS
        for each in a_stack(stack, options=options)
        if each.custom or each.type.startswith("pulumi:")
    }


def test_every_registered_type_is_priced_or_free_with_a_reason() -> None:
    """A type that is in no list would be a line of zero elsewhere; here it is an error."""
    rules.load()
    known = set(registry.RULES) | set(registry.unpriced())

    assert types_of_all_stacks() - known == set()


def test_no_type_is_both_priced_and_free() -> None:
    """Two truths about one type would differ some day."""
    rules.load()

    assert set(registry.RULES) & set(registry.unpriced()) == set()


def test_every_free_type_has_a_reason() -> None:
    """Free is a claim, so it says why."""
    assert all(len(reason) > 10 for reason in registry.unpriced().values())


def test_a_type_that_nothing_prices_stops_the_estimate_and_is_named() -> None:
    """Other estimators show it as $0; ours tells the type, the resource and the file."""
    urn = "urn:pulumi:prod::triflow-ai::aws:redshift/cluster:Cluster::warehouse"
    unheard = Resource(urn, "aws:redshift/cluster:Cluster", {})

    with pytest.raises(CostError) as told:
        estimate("prod", [*a_stack("prod"), unheard], TODAY)

    assert str(told.value) == (
        f"{urn}: nothing says what aws:redshift/cluster:Cluster costs. "
        "It would count as nothing, so no total is told.\n"
        "Fix: write a rule for aws:redshift/cluster:Cluster in cost/rules, "
        "or the reason why it is free in cost/free.yaml"
    )


@pytest.mark.parametrize(("stack", "options"), VARIANTS)
@pytest.mark.parametrize("preview", [True, False], ids=["preview", "update"])
def test_every_stack_has_an_estimate(stack: str, *, options: bool, preview: bool) -> None:
    """Before the first update too, when much is known to AWS only."""
    told = estimate(stack, a_stack(stack, preview=preview, options=options), TODAY)

    assert told.usd > 1
    assert all("not known yet" in sentence for sentence in told.assumed)
    assert bool(told.assumed) == (preview and stack != "foundation")
