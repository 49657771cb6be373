"""What went wrong in a run, in the words of whoever knew: the program, AWS or the engine."""

import re
import textwrap
from dataclasses import dataclass
from typing import Any

# Said by the engine after the cause has been said.
ECHOES = (
    "preview failed",
    "update failed",
    "an unhandled error occurred: ",
    "resource registration failed",
)
TRACEBACK = "Traceback (most recent call last):"
PACK_NOT_STARTED = "policy pack not started"
FRAME = re.compile(r'^\s*File "(?P<file>[^"]+)", line (?P<line>\d+)', re.MULTILINE)
# aws:s3/bucket:Bucket resource 'name': property acl value {...} has a problem: unknown property
REFUSED = re.compile(
    r"^(?P<kind>\S+) resource '.*?'(?:: property (?P<property>\S+) value \{.*?\})? has a problem: ",
    re.DOTALL,
)
LOCKED = re.compile(r"the stack is currently locked by .*?\(pid (?P<pid>\d+)\)", re.DOTALL)


@dataclass(frozen=True)
class Problem:
    """One cause: `resource` is its name, empty if the whole run is meant."""

    resource: str
    text: str


def read(event: dict[str, Any]) -> Problem | None:
    """Return the cause that a diagnostic event names; None if it only repeats that there is one."""
    text = event["message"].strip()
    if event.get("severity") != "error" or not text or text.startswith(ECHOES):
        return None
    urn = event.get("urn", "")
    name = "" if "pulumi:pulumi:Stack::" in urn else urn.rpartition("::")[2]
    return Problem(name, _refusal(_without_traceback(text)))


def in_log(words: str) -> list[Problem]:
    """Return the causes in what the engine printed, for what it says before any event."""
    causes = re.split(r"^error: ", words, flags=re.MULTILINE)[1:]
    trace = TRACEBACK in words and textwrap.dedent(words.rpartition(TRACEBACK)[2].split("\n\n")[0])
    return [
        Problem("", _in_our_words(cause.strip(), trace or "")) for cause in causes if cause.strip()
    ]


def _refusal(text: str) -> str:
    """Shorten the engine's words around an input that the provider refuses; its value is long."""
    words = REFUSED.match(text)
    if not words:
        return text
    named = f"{words['kind']}: {words['property']}: " if words["property"] else f"{words['kind']}: "
    return named + text[words.end() :]


def _without_traceback(text: str) -> str:
    """Reduce a Python traceback to its last line and the place in the project it came from."""
    before, found, trace = text.partition(TRACEBACK)
    if not found:
        return text
    return f"The program stopped at an error it does not handle: {_end_of(trace) or before}"


def _end_of(trace: str) -> str:
    """Return the last line of a traceback, with the last place that is not in a library."""
    causes = [line for line in trace.strip().splitlines() if line and not line.startswith(" ")]
    frames = [f for f in FRAME.finditer(trace) if not re.search("site-packages|<", f["file"])]
    place = f" ({frames[-1]['file']}, line {frames[-1]['line']})" if frames else ""
    return f"{causes[-1]}{place}" if causes else ""


def _in_our_words(text: str, trace: str) -> str:
    """Return the sentence that says more; a pack that does not start tells why in its trace."""
    locked = LOCKED.search(text)
    if locked:
        return (
            f"Another update of this stack is running (pid {locked['pid']}). "
            "Two at once would overwrite each other's state.\n"
            "Fix: wait until it has ended, then run this again"
        )
    if text.startswith(PACK_NOT_STARTED) and trace:
        return f"{PACK_NOT_STARTED}: {_end_of(trace)}"
    return text
