"""What went wrong in a run, in the words of whoever knew: the program, AWS or the engine."""

import re
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
    lines = re.split(r"^error: ", words, flags=re.MULTILINE)[1:]
    return [Problem("", _in_our_words(line.strip())) for line in lines if line.strip()]


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
    words = [line for line in trace.strip().splitlines() if line and not line.startswith(" ")]
    frames = [frame for frame in FRAME.finditer(trace) if "site-packages" not in frame["file"]]
    place = f" ({frames[-1]['file']}, line {frames[-1]['line']})" if frames else ""
    cause = words[-1] if words else before.strip()
    return f"The program stopped at an error it does not handle: {cause}{place}"


def _in_our_words(text: str) -> str:
    locked = LOCKED.search(text)
    if locked:
        return (
            f"Another update of this stack is running (pid {locked['pid']}). "
            "Two at once would overwrite each other's state.\n"
            "Fix: wait until it has ended, then run this again"
        )
    return text
