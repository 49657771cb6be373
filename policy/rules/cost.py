"""Rules of cost (ADR F1, F3): no month above its ceiling, and a notice before it is spent."""

from collections.abc import Iterator
from contextlib import suppress
from re import fullmatch
from typing import Final

from cost.errors import CostError
from policy import estimates
from policy import monitoring_figures as figures
from policy.findings import Finding, Judgement, Lack, Note, NotJudged, must_be
from policy.judge import Run
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.tokens import ANY_AWS, BUDGET, TOPIC

CEILING = rule(
    id="monthly-cost-within-ceiling",
    clause=("F1", "F3"),
    kind="run",
    tokens=(ANY_AWS,),
    levels="M/M/M",
    severity="medium",
    aim="What a stack would cost in a month is known before it is made, and not above its ceiling.",
    otherwise="The money would be spent before somebody has decided to.",
    fix=(
        "make one of these smaller or leave it out; "
        "or let the owner decide on a higher CEILING_USD in policy/monitoring_figures.py."
    ),
)


@check(CEILING, "a")
def the_estimate_fits(stack: StackView, run: Run) -> Iterator[Judgement]:
    """Equality passes. A value that is not known yet is priced at its worst, and named."""
    most = estimates.ceiling(stack.environment)
    if most is None:
        return
    if stack.limited:
        yield NotJudged("the cost of a month")
        return
    with suppress(CostError):  # which (b) reports
        told = estimates.of(stack, run.today)
        yield Note(estimates.sentence(told, most))
        if told.usd > most:
            yield Finding(
                f"a month of {told.stack} would cost {estimates.dollars(told, told.usd)}, "
                f"its ceiling is USD {most}; the largest lines: {estimates.largest(told)}"
            )


@check(CEILING, "b")
def everything_has_a_price(stack: StackView, run: Run) -> Iterator[Judgement]:
    """What nothing prices would count as nothing, and hide behind a sum."""
    if estimates.ceiling(stack.environment) is None:
        return
    try:
        estimates.of(stack, run.today)
    except CostError as error:
        yield Lack(estimates.fact(error), otherwise=error.consequence, fix=f"{error.fix}.")


BUDGET_ALERT = rule(
    id="budget-with-alert",
    clause=("F3",),
    kind="stack",
    tokens=(BUDGET,),
    levels="A/M/M",
    severity="medium",
    aim="Each environment has a monthly budget, and somebody hears before it is spent.",
    otherwise="A forgotten resource would be noticed on the bill (guide, problem 22).",
    fix="use the budget component with the limit of the environment.",
)

NO_LIMIT: Final = float("inf")


@check(BUDGET_ALERT, "a")
def each_environment_has_one(stack: StackView) -> Iterator[Judgement]:
    """The foundation costs next to nothing and has none."""
    found = stack.of(BUDGET)
    if stack.environment in figures.BUDGET_USD and len(found) != 1:
        yield Lack(f"budgets: {names(found)}; there must be one")


@check(BUDGET_ALERT, "b", each=(BUDGET,))
def its_limit_is_the_records(budget: Resource, stack: StackView) -> Iterator[Judgement]:
    """Monthly, in dollars, not above the record's won."""
    yield from must_be(budget["budgetType"], "COST")
    yield from must_be(budget["timeUnit"], "MONTHLY")
    yield from must_be(budget["limitUnit"], "USD")
    limit, most = budget["limitAmount"].text(), figures.BUDGET_USD.get(stack.environment, NO_LIMIT)
    if not fullmatch(r"\d+(\.\d+)?", limit) or float(limit) > most:
        yield Finding(f'limitAmount is "{limit}", it must be {most} dollars or less')


@check(BUDGET_ALERT, "c", each=(BUDGET,))
def somebody_hears_in_time(budget: Resource, stack: StackView) -> Iterator[Judgement]:
    """At 50, 80 and 100 percent, and when 100 is to be expected; each tells somebody."""
    notices = budget["notifications"].items()
    told = {(each["notificationType"].known(), each["threshold"].known()) for each in notices}
    for each in notices:
        yield from must_be(each["comparisonOperator"], "GREATER_THAN")
        yield from must_be(each["thresholdType"], "PERCENTAGE")
    for kind, percent in sorted(figures.BUDGET_NOTICES - told):
        yield Finding(f"notifications have none for {kind} {percent} %")
    topics = stack.dependencies(budget, "notifications", TOPIC)
    for each in notices:
        to_topic = topics and not each["subscriberSnsTopicArns"].is_missing
        if not to_topic and not each["subscriberEmailAddresses"].items():
            yield Lack(f"{each.path} tells nobody")
