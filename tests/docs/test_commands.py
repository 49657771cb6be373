"""What the hand-written pages tell a reader to type exists, and what they link to is there."""

import importlib.util
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from triflow.__main__ import app

ROOT = Path(__file__).parents[2]
GENERATED = "<!-- Written by docs/generate.py"
PAGES = sorted(
    page
    for page in (
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *ROOT.glob("triflow_storage/*.md"),
    )
    if not page.read_text(encoding="utf-8").startswith(GENERATED)
)
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
FENCED = re.compile(r"^```(?:sh)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\((?!https?://|#)([^)#\s]+)")
TYPED = re.compile(r"(?:\.venv/bin/|\.ci/with-engine )*(triflow|make|pytest|python -m) (.*)")
VERBS = typer.main.get_command(app)


def typed(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each command of a page: who is called, and with what words."""
    text = page.read_text(encoding="utf-8")
    lines = [line for block in FENCED.findall(text) for line in block.splitlines()]
    for code in (*lines, *INLINE.findall(FENCED.sub("", text))):
        found = TYPED.match(code)
        if found:
            # What a page leaves to the reader stands in brackets, and may be of several words.
            plain = re.sub(r"[\[\]…]", " ", found[2].partition(" #")[0])
            yield found[1], shlex.split(plain)


def refusal(words: list[str]) -> str:
    """Return why `triflow` would not understand these words; nothing if it would."""
    verb, rest = VERBS, list(words)
    while rest and isinstance(verb, TyperGroup) and not rest[0].startswith("-"):
        if rest[0] not in verb.commands:
            return f"no verb {rest[0]}"
        verb = verb.commands[rest.pop(0)]
    if verb.context_settings.get("ignore_unknown_options"):
        return ""
    known = {option for one in verb.params for option in (*one.opts, *one.secondary_opts)}
    unknown = [word for word in rest if word.startswith("--") and word.split("=")[0] not in known]
    return f"no option {', '.join(unknown)}" if unknown else ""


@EVERY_PAGE
def test_every_verb_and_option_that_a_page_names_exists(page: Path) -> None:
    """Pasted from an old page, a line would end in a usage error at three in the morning."""
    told = {" ".join(words): refusal(words) for who, words in typed(page) if who == "triflow"}

    assert {line: why for line, why in told.items() if why} == {}


@EVERY_PAGE
def test_every_target_test_and_module_that_a_page_names_exists(page: Path) -> None:
    """Of make, of pytest, and of `python -m`."""
    targets = set(re.findall(r"^([\w./-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    absent = []
    for who, words in typed(page):
        if who == "make":
            absent += [
                w for w in words if "=" not in w and w not in {*targets, ".venv/bin/triflow"}
            ]
        elif who == "pytest":
            absent += [w for w in words if w.startswith("tests") and not (ROOT / w).exists()]
        elif who == "python -m" and importlib.util.find_spec(words[0]) is None:
            absent.append(words[0])

    assert absent == []


@EVERY_PAGE
def test_every_link_inside_the_project_leads_somewhere(page: Path) -> None:
    """A renamed file takes its links along."""
    links = LINK.findall(page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_verb_is_named_on_some_page() -> None:
    """But for those that make types; a verb that no page names is found by nobody."""
    named = {words[0] for page in PAGES for who, words in typed(page) if who == "triflow" and words}

    assert isinstance(VERBS, TyperGroup)
    assert set(VERBS.commands) - named <= {"up", "preview", "destroy"}
