"""`triflow doctor explain`: from a pasted error to the problem, its cause and what to type."""

# ruff: noqa: PLC0415 - an explanation without a look at AWS would take three times as long
import json
import sys
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING, BinaryIO

from rich.console import Console
from rich.text import Text

from triflow.doctor import masking
from triflow.doctor.problems import PREFIXES, Problem, Step, in_stack
from triflow.doctor.recognise import Recognised, recognise
from triflow.errors import Exit, TriflowError

if TYPE_CHECKING:
    from triflow.doctor.report import Look

MOST_READ = 2**22  # bytes; of a longer log the end is read, since it broke there
CHUNK = 2**16
SECONDS_TO_ANSWER = 5  # of the stack's backend, for a look that nobody asked for
MOST_TOLD = 3  # problems in full; further ones are named
SEVERITY_STYLES = {"critical": "bold red", "warning": "yellow"}


def explain(
    words: Sequence[str], stack: str, console: Console, *, as_json: bool, live: bool | None = False
) -> Exit:
    """Tell which problems the words, or what stands behind `-`, speak of; `live` looks for them.

    With None it looks if the stack answers soon, and says so if it does not.

    TriflowError if there are no words or no such stack; FAILED if nothing is recognised.
    """
    if stack not in PREFIXES:
        raise TriflowError(
            f"There is no environment called {stack}.",
            "The names in its lines are not known.",
            f"name one of {', '.join(PREFIXES)}",
        )
    text = _ending(sys.stdin.buffer) if list(words) == ["-"] else " ".join(words)
    if not text.strip():
        raise TriflowError(
            "There is no text to explain.",
            "Nothing was looked at.",
            'triflow doctor explain "THE ERROR"   (or - and the error on standard input)',
        )
    found = recognise(text)
    problems = [in_stack(one.problem, stack) for one in found]
    if as_json:
        console.out(_as_json(found, problems, _looked(stack, problems, live=live)), highlight=False)
    elif found:
        _tell(console, found, problems)
        _tell_live(console, stack, _looked(stack, problems, live=live))
    else:
        _tell_unknown(console)
    return Exit.DONE if found else Exit.FAILED


def _ending(stream: BinaryIO) -> str:
    """Return the last 4 MiB of a stream; what is no text in it becomes a replacement mark."""
    chunks = deque(iter(lambda: stream.read(CHUNK), b""), maxlen=MOST_READ // CHUNK)
    return b"".join(chunks).decode("utf-8", errors="replace")


def _looked(
    stack: str, problems: Sequence[Problem], *, live: bool | None
) -> "Look | TriflowError | None":
    """Return what the checks of these problems say, or why a look that may fail did.

    The AWS SDK is imported only for that.
    """
    if live is False or not problems:
        return None
    from triflow.doctor import look

    chosen = {one.id for one in problems[:MOST_TOLD]}
    if live:
        return look.at_problems(stack, chosen)
    try:
        return look.at_problems(stack, chosen, SECONDS_TO_ANSWER)
    except TriflowError as lack:
        return lack


def _tell_live(console: Console, stack: str, seen: "Look | TriflowError | None") -> None:
    if isinstance(seen, TriflowError):
        _say(console, f"{stack} was not looked at: {seen.fact}")
    elif seen:
        from triflow.doctor import report

        report.tell(console, seen)


def evidence(one: Recognised) -> str:
    """Return the line that tells of the problem, without secrets."""
    return masking.shown(one.line, one.sign.word)


def _tell(console: Console, found: Sequence[Recognised], problems: Sequence[Problem]) -> None:
    for one, problem in zip(found[:MOST_TOLD], problems, strict=False):
        _tell_problem(console, one, problem)
    for one, problem in zip(found[MOST_TOLD:], problems[MOST_TOLD:], strict=True):
        _say(console, f"Also {problem.id}, {problem.title}, in line {one.number}: {problem.page}")


def _tell_problem(console: Console, one: Recognised, problem: Problem) -> None:
    head = Text.assemble((problem.id, SEVERITY_STYLES[problem.severity]), f"  {problem.title}")
    console.print(head.append(f"  {problem.korean}", style="dim"), soft_wrap=True)
    hint = "" if one.sign.sure else ", a hint only"
    _say(console, f"Seen in line {one.number}{hint}: {evidence(one)}", 2)
    _say(console, "Causes:", 2)
    for cause in problem.causes:
        _say(console, f"- {cause}", 4)
    for heading, steps in (("Look:", problem.look), ("What to do:", problem.remedies)):
        _say(console, heading, 2)
        _tell_steps(console, steps)
    if problem.note:
        _say(console, f"Note: {problem.note}", 2)
    _say(console, f"Severity: {problem.severity}. Call {problem.called}", 2)
    _say(console, f"Runbook: {problem.page}", 2)
    console.print()


def _tell_steps(console: Console, steps: Sequence[Step]) -> None:
    for step in steps:
        _say(console, f"{step.says}:" if step.type else f"{step.says}.", 4)
        if step.type:
            # Left whole, so that it can be copied.
            console.print(Text(f"      {step.type}", style="cyan"), soft_wrap=True)


def _say(console: Console, sentence: str, indent: int = 0) -> None:
    for line in Text(sentence).wrap(console, console.width - indent):
        line.rstrip()
        console.print(Text(" " * indent) + line, soft_wrap=True)


def _tell_unknown(console: Console) -> None:
    _say(console, "Nothing in this text is known from the guide, so no cause can be named.")
    _say(console, "Fix: paste the lines above and below too, or look through docs/runbook.md")


def _as_json(
    found: Sequence[Recognised],
    problems: Sequence[Problem],
    seen: "Look | TriflowError | None",
) -> str:
    rows = [
        {
            "id": problem.id,
            "title": problem.title,
            "title_ko": problem.korean,
            "sure": one.sign.sure,
            "evidence": {"line": one.number, "text": evidence(one)},
            "severity": problem.severity,
            "escalation": problem.called,
            "causes": problem.causes,
            "look": [vars(step) for step in problem.look],
            "remedies": [vars(step) for step in problem.remedies],
            "note": problem.note,
            "clauses": problem.clauses,
            "alarms": problem.alarms,
            "runbook": problem.page,
        }
        for one, problem in zip(found, problems, strict=True)
    ]
    told: dict[str, object] = {"recognised": bool(rows), "problems": rows}
    if isinstance(seen, TriflowError):
        told["not_looked_at"] = seen.fact
    elif seen:
        from triflow.doctor import report

        told["live"] = report.rows(seen)
    return json.dumps(told, ensure_ascii=False, indent=2)
