"""How a text is compared with the signs of a problem: plain words, found one after the other.

There are no regular expressions: whatever is pasted, each sign is looked for once in each line, so
that no text takes long. Both sides are made plain first: small letters, without quotes, brackets,
colons and commas, one blank between words. In a sign

    …   stands for anything between two phrases of one line
    *   at either end of a phrase stands for the rest of a word

and everything else is found in whole words only, so that `exit code 137` is not in 1370.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from triflow.doctor.problems import Problem, guide

ANYTHING = "…"
REST = "*"
# What stands between words: "ExitCode: 137", "exitCode=137", and the quotes of an editor.
QUOTES = "\u2018\u2019\u201c\u201d"
PLAIN = str.maketrans(dict.fromkeys(f"\"'`{QUOTES},:;()[]{{}}<>=|│!?\\", " "))
# Colours of a terminal: ESC [, some numbers, a letter. The count is bounded, so this is linear.
COLOUR = re.compile(r"\x1b\[[0-9;]{0,16}[A-Za-z]")


@dataclass(frozen=True)
class Sign:
    """Phrases that tell of a problem; `sure` if they name it without more words around."""

    problem: Problem
    needles: tuple[str, ...]
    sure: bool

    @property
    def weight(self) -> int:
        """How many letters agree: the longer of two signs in a line says more."""
        return sum(len(needle.strip()) for needle in self.needles)

    @property
    def word(self) -> str:
        """The longest word of the first phrase, which stands in the line as it was written."""
        return max(self.needles[0].split(), key=len)


def plain(line: str) -> str:
    """Return a line's words between blanks, one at either end; "" if there is none."""
    words = (word.rstrip(".") for word in line.lower().translate(PLAIN).split())
    joined = " ".join(filter(None, words))
    return joined and f" {joined} "


def without_colours(text: str) -> str:
    """Return the text as it would be without a terminal."""
    return COLOUR.sub("", text)


@cache
def signs() -> tuple[Sign, ...]:
    """Return the signs of all problems."""
    return tuple(
        Sign(problem, tuple(_needle(phrase) for phrase in words.split(ANYTHING)), sure)
        for problem in guide()
        for all_words, sure in ((problem.signs, True), (problem.maybe, False))
        for words in all_words
    )


def _needle(phrase: str) -> str:
    """Return what to look for: a blank at either end unless the rest of a word may follow."""
    needle = plain(phrase)
    if needle.startswith(f" {REST}"):
        needle = needle[2:]
    return needle[:-2] if needle.endswith(f"{REST} ") else needle


def lines_with(sign: Sign, page: str) -> Iterator[int]:
    """Yield the numbers, from 0, of the lines of a page of plain lines that have the sign."""
    number = place = 0
    while (found := page.find(sign.needles[0], place)) >= 0:
        number += page.count("\n", place, found)
        end = page.find("\n", found)
        end = len(page) if end < 0 else end
        if _follow(sign.needles, page, found, end):
            yield number
        number, place = number + 1, end + 1


def _follow(needles: tuple[str, ...], page: str, start: int, end: int) -> bool:
    """Tell whether the phrases stand one behind the other; two may share the blank between."""
    place = start
    for needle in needles:
        found = page.find(needle, place, end)
        if found < 0:
            return False
        place = found + max(len(needle) - 1, 1)
    return True
