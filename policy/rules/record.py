"""Rules about the judging itself: waivers, tables, and what could not be judged yet."""

from collections.abc import Iterator
from typing import Final

from policy import tables
from policy.findings import Finding, Judgement, Lack
from policy.judge import Run
from policy.registry import check, rule
from policy.relations import StackView
from policy.tokens import STACK
from policy.waivers import WARNING_DAYS, Waiver

MOST_LINES: Final = 8

WAIVERS_CURRENT = rule(
    id="waivers-and-tables-current",
    clause=("all",),
    kind="run",
    tokens=(STACK,),
    levels="A/M/M",
    severity="medium",
    aim="Every deviation has a reason, an owner and an end; every table has been looked at lately.",
    otherwise="An exception made for a month would hold for years.",
    fix="renew the row in policy/waivers.yaml by decision, or remove it and its cause.",
)


@check(WAIVERS_CURRENT, "a")
def the_file_can_be_read(stack: StackView, run: Run) -> Iterator[Judgement]:
    """Each row has all its keys and names a rule that exists."""
    del stack
    for problem in run.waivers.problems:
        yield Finding(f"waivers.yaml: {problem}")
    checks = {c.id for c in run.registry.checks} | set(run.registry.rules)
    for waiver in run.waivers.findings:
        if waiver.rule not in checks:
            yield Finding(f"waiver {waiver.id} names the rule {waiver.rule}, which does not exist")
    for waiver in run.waivers.baselines:
        for compensation in waiver.compensated_by:
            if compensation not in checks:
                yield Finding(f"waiver {waiver.id} leans on {compensation}, which does not exist")


@check(WAIVERS_CURRENT, "b")
def no_waiver_has_expired(stack: StackView, run: Run) -> Iterator[Judgement]:
    """The last day counts; from 30 days before it a notice says so."""
    for waiver in _here(stack, run.waivers.findings) + _here(stack, run.waivers.baselines):
        left = (waiver.expires - run.today).days
        if left < 0:
            yield Finding(f"waiver {waiver.id} of {waiver.owner} ended on {waiver.expires}")
        elif left < WARNING_DAYS:
            yield Finding(
                f"waiver {waiver.id} of {waiver.owner} ends in {left} days, on {waiver.expires}",
                level="advisory",
                otherwise="From that day on its rule holds again.",
            )


@check(WAIVERS_CURRENT, "c")
def every_waiver_is_needed(stack: StackView, run: Run) -> Iterator[Judgement]:
    """A waiver that silenced nothing in a full run is a hole waiting to be used."""
    for waiver in _here(stack, run.waivers.findings):
        if waiver.id not in run.waivers.used:
            yield Lack(f"waiver {waiver.id} for {waiver.rule} silences nothing")


@check(WAIVERS_CURRENT, "d")
def nothing_critical_is_waived_in_prod(stack: StackView, run: Run) -> Iterator[Judgement]:
    """In production a critical rule has no exceptions."""
    del stack
    for waiver in run.waivers.findings:
        waived = run.registry.rules.get(waiver.rule.partition("(")[0])
        if waived and waived.severity == "critical" and "prod" in waiver.environments:
            yield Finding(f"waiver {waiver.id} silences the critical rule {waived.id} in prod")


@check(WAIVERS_CURRENT, "e")
def tables_are_looked_at(stack: StackView, run: Run) -> Iterator[Judgement]:
    """A table that follows AWS: after half a year a notice, after a year a finding."""
    del stack
    for table, day in tables.CHECKED_ON.items():
        age = (run.today - day).days
        if age > tables.TABLE_GROWS_OLD_DAYS:
            yield Finding(
                f"the table {table} was last checked on {day}",
                level=None if age > tables.TABLE_IS_TOO_OLD_DAYS else "advisory",
                otherwise="AWS may have changed what it says.",
                fix="compare it with AWS's documentation and change CHECKED_ON.",
            )


def _here(stack: StackView, waivers: tuple[Waiver, ...]) -> list[Waiver]:
    return [waiver for waiver in waivers if stack.environment in waiver.environments]


NOT_JUDGED = rule(
    id="not-judged-is-named",
    clause=("all",),
    kind="run",
    tokens=(STACK,),
    levels="A/A/A",
    severity="low",
    aim="What a preview cannot judge is named, counted, and judged by the update.",
    otherwise="The update judges it before the resource is made, or right after.",
    fix="nothing now; a value written plainly is judged in the preview already.",
)


@check(NOT_JUDGED)
def open_questions_are_named(stack: StackView, run: Run) -> Iterator[Judgement]:
    """At preview a notice; in an exported state nothing may be open any more."""
    del stack
    if not run.so_far.open:
        return
    lines = [f"{check_id} at {where}" for check_id, where in sorted(set(run.so_far.open))]
    rest = lines[MOST_LINES:]
    fact = (
        f"{len(lines)} to judge after the update: {'; '.join(lines[:MOST_LINES])}"
        f"{f'; and {len(rest)} more' if rest else ''}"
    )
    if run.phase == "state":
        yield Finding(
            f"the state has {fact}",
            level="mandatory",
            otherwise="A deployed value cannot be unknown: the state is damaged.",
            fix="pulumi refresh",
        )
    else:
        yield Finding(fact, level="advisory")
