"""The runbook from the guide's data: an index that the alarms link to, a page per problem."""

import re
from collections.abc import Iterator, Sequence

from triflow.doctor import checks
from triflow.doctor.finding import SEVERITIES, Check
from triflow.doctor.problems import ESCALATION, PREFIXES, Problem, Step, filled, guide, in_stack
from triflow.doctor.reads import READS

SHOWN = "prod"
PLACE = re.compile(r"\{(\w+)\}")  # what only the finding knows, such as a resource's name


def pages(head: str) -> dict[str, str]:
    """Return the text of each page by its place below docs; `head` is their first line."""
    problems = [in_stack(problem, SHOWN) for problem in guide()]
    texts = {f"runbook/{problem.id.lower()}.md": _page(problem, head) for problem in problems}
    return {"runbook.md": _index(problems, head)} | texts


def _index(problems: Sequence[Problem], head: str) -> str:
    lines = [
        head,
        "# Runbook / 런북",
        "",
        "The troubleshooting guide's 23 problems on today's platform, and three that it leaves",
        "out. Paste an error, and `triflow doctor explain` names the page; with `-` it reads the",
        f"keyboard or a pipe. Names and lines are those of {SHOWN} (`{PREFIXES[SHOWN]}`); with",
        "`--stack staging` or `--stack dev` the command gives those of the others.",
        "",
        "| | problem | 문제 | severity | first | alarms |",
        "|---|---|---|---|---|---|",
    ]
    for one in problems:
        # Alarms link to runbook.md#p10; a row has no heading of its own to be linked to.
        anchor = f'<a id="{one.id.lower()}"></a>'
        title = f"[{one.title}](runbook/{one.id.lower()}.md)"
        alarms = ", ".join(one.alarms) or "-"
        cells = (f"{anchor}{one.id}", title, one.korean, one.severity, one.level, alarms)
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "## Who is called / 에스컬레이션", ""]
    lines += [f"- {level}: {who}" for level, who in ESCALATION.items()]
    return "\n".join([*lines, ""])


def _page(problem: Problem, head: str) -> str:
    lines = [head, f"# {problem.id} {problem.title}", "", f"**{problem.korean}**", ""]
    lines += [f"Severity: {problem.severity}. Call {problem.called}", ""]
    lines += ["## Causes / 원인", "", *(f"- {cause}" for cause in problem.causes)]
    lines += ["", "## Look / 진단", *_steps(problem.look)]
    lines += ["", "## What to do / 해결", *_steps(problem.remedies)]
    if problem.note:
        lines += ["", f"Note: {problem.note}"]
    lines += _findings(problem.id)
    lines += [
        "",
        "## Recognised by / 증상",
        "",
        "`triflow doctor explain` knows these words, where",
    ]
    lines += ["`…` is anything between and `*` the rest of a word:", ""]
    lines += [f"- `{sign}`" for sign in problem.signs]
    lines += [f"- `{sign}`, as a hint" for sign in problem.maybe]
    clauses = ", ".join(problem.clauses)
    lines += ["", f"Decisions: {clauses} in [adr.md](../adr.md)."]
    if problem.alarms:
        lines += ["", f"Alarms that link here: {', '.join(problem.alarms)}."]
    return "\n".join([*lines, "", "[All problems](../runbook.md)", ""])


def _findings(problem: str) -> Iterator[str]:
    """Yield a table of what the doctor looks for, from the registry of checks."""
    own = [one for one in checks.load().values() if one.problem == problem]
    if own:
        ordered = sorted(own, key=lambda one: (SEVERITIES.index(one.severity), one.id))
        yield from ("", "## What the doctor looks for / 자동 진단", "")
        yield from (
            f"`triflow doctor --problem {problem} --stack {SHOWN}` tells these, if it is so:",
            "",
        )
        yield from (
            "| finding | severity | says | looks at | what to type |",
            "|---|---|---|---|---|",
        )
        yield from (_row(one) for one in ordered)


def _row(one: Check) -> str:
    actions = dict.fromkeys(READS[read].action for read in one.reads)
    seen = ", ".join(f"`{action}`" for action in actions) or "the state"
    return f"| `{one.id}` | {one.severity} | {one.says} | {seen} | {_typed(one.remedy)} |"


def _typed(remedy: str) -> str:
    if remedy == "{remedy}":
        return "what the doctor prints, since it depends on what was found"
    return f"`{PLACE.sub(lambda place: place[1].upper(), filled(remedy, SHOWN))}`"


def _steps(steps: Sequence[Step]) -> Iterator[str]:
    for step in steps:
        yield from ("", f"{step.says}:" if step.type else f"{step.says}.")
        if step.type:
            yield from ("", "```sh", step.type, "```")
