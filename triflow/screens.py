"""What a command leaves on the screen at its end: verdicts, causes, table, where to go on."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from triflow.problems import Problem
from triflow.tally import Tally
from triflow.violations import Violation

# What a reader of the outputs looks for first; the rest is in `triflow local pulumi stack output`.
WORTH_KNOWING = ("url", "db_endpoint", "bucket_name", "vpc_id", "ecr_repository_url")
MOST_LISTED = 20  # as many lines leave room for the policies on one screen
SIGNS = {
    "create": ("+", "green"),
    "update": ("~", "yellow"),
    "replace": ("+-", "magenta"),
    "delete": ("-", "red"),
}
MARKS = {True: ("✗", "bold red"), False: ("!", "yellow")}


@dataclass(frozen=True)
class _Indented:
    """Text below its heading, wrapped without blanks at the ends of lines.

    A line that tells what to type is left whole, so that it can be copied.
    """

    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for paragraph in self.text.split("\n", allow_blank=True):
            whole = paragraph.plain.lstrip().startswith("Fix:")
            lines = [paragraph] if whole else paragraph.wrap(console, options.max_width - 2)
            for line in lines:
                line.rstrip()
                yield Text("  ", no_wrap=True, overflow="ignore") + line


def table(tallies: Iterable[Tally], *, planned: bool = False) -> Table:
    """Return one line a stack: what it has, what changed, and what the policies said of it.

    With `planned` the changes are told as a preview's, not as done.
    """
    lines = Table(box=None, pad_edge=False, padding=(0, 1), header_style="bold")
    lines.add_column("stack", no_wrap=True)
    lines.add_column("resources", justify="right", no_wrap=True)
    lines.add_column("would change" if planned else "changed")
    for heading in ("judged", "violations", "waived", "later", "seconds"):
        lines.add_column(heading, justify="right", no_wrap=True)
    for tally in tallies:
        counts = tally.counts
        lines.add_row(
            tally.stack,
            str(tally.resources) if tally.phase == "done" else "-",
            tally.planned if planned else tally.changed,
            str(counts.judged) if counts else "-",
            str(len(tally.violations)),
            str(counts.waived) if counts else "-",
            str(counts.unknown) if counts else "-",
            f"{tally.seconds:.1f}",
        )
    return lines


def show_months(console: Console, tallies: Iterable[Tally]) -> None:
    """Print what a month of each stack costs, and how much more or less than before this run.

    Of a stack that is new, or holds what has no price, only the first is known.
    """
    for tally in tallies:
        if tally.month:
            line = f"{tally.month.text}{_apart(tally.month.usd, tally.deployed_usd)}"
            console.print(line, markup=False, highlight=False)


def _apart(usd: Decimal, before: Decimal | None) -> str:
    if before is None:
        return ""
    apart = round(usd - before, 2)
    if not apart:
        return " As deployed."
    return f" {abs(apart):,.2f} {'more' if apart > 0 else 'less'} than deployed before."


def steps(tally: Tally) -> Iterator[Text]:
    """Yield the planned changes, one a line; many that create or delete are counted by kind."""
    counted = Counter((step.change, step.kind) for step in tally.steps if not step.properties)
    many = sum(counted.values()) > MOST_LISTED
    for step in tally.steps:
        if step.properties or not many:
            sign, style = SIGNS[step.change]
            causes = f"  [{', '.join(step.properties)}]" if step.properties else ""
            yield Text.assemble((f"{sign:>2} {step.kind}", style), f"  {step.name}{causes}")
    for (change, kind), number in counted.items() if many else ():
        sign, style = SIGNS[change]
        yield Text.assemble((f"{sign:>2} {kind}", style), f"  x {number}")


def verdict(violation: Violation, stack: str) -> RenderableType:
    """Return a violation as clause, rule, resource, what is so, and what to do."""
    mark, style = MARKS[violation.stops]
    clause = f"ADR {violation.clauses}" if violation.clauses else "policy"
    head = Text.assemble((f"{mark} {clause}", style), f"  {violation.rule}", (f"  {stack}", "dim"))
    level = ", ".join(word for word in (violation.severity, violation.level) if word)
    head.append(f"  ({level})", style="dim")
    body = Text(" ".join(violation.text.split()))
    if violation.fix:
        body.append("\nFix: ", style="bold")
        body.append(" ".join(violation.fix.split()))
    return Group(head, _Indented(body))


def cause(problem: Problem, stack: str) -> RenderableType:
    """Return a cause of failure with the resource that it is about."""
    head = Text.assemble(("✗ ", "bold red"), (stack, "bold"))
    if problem.resource:
        head.append(f"  {problem.resource}")
    return Group(head, _Indented(Text(problem.text)))


def show_findings(console: Console, tallies: Iterable[Tally]) -> None:
    """Print the causes of failure, then the violations, the ones that stop a stack first.

    What is so in several stacks in the same words is told once.
    """
    told_of: defaultdict[Violation, list[str]] = defaultdict(list)
    for tally in tallies:
        for problem in tally.problems:
            console.print(cause(problem, tally.stack), crop=False)
        for violation in tally.violations:
            told_of[violation].append(tally.stack)
    for violation in sorted(told_of, key=lambda one: not one.stops):
        console.print(verdict(violation, ", ".join(told_of[violation])), crop=False)


def show_outputs(console: Console, values: Mapping[str, Mapping[str, object]]) -> None:
    """Print the outputs worth knowing, each where it comes from: not again where it is borrowed.

    What is secret or not plain is left out; a long value is not cut, so that it can be copied.
    """
    shown: set[str] = set()
    for stack, known in values.items():
        for name in WORTH_KNOWING:
            value = known.get(name)
            if isinstance(value, str) and value not in shown:
                shown.add(value)
                line = Text(f"{stack:<12}{name:<20}{value}")
                console.print(line, soft_wrap=True)


def show_next(console: Console, commands: Sequence[tuple[str, str]]) -> None:
    """Print where to look next: a command and what it shows."""
    width = max(len(command) for command, _ in commands)
    console.print("Where to look next:")
    for command, what in commands:
        console.print(Text.assemble((f"  {command:<{width}}", "cyan"), f"  {what}"), soft_wrap=True)
