"""Pasted errors and the problems they are of; `symptoms.yaml` holds the texts."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from triflow.doctor import problems, signs
from triflow.doctor.recognise import recognise

SYMPTOMS = yaml.safe_load((Path(__file__).parent / "symptoms.yaml").read_text(encoding="utf-8"))
UNRELATED = SYMPTOMS.pop("unrelated")
PASTED = [(problem, text) for problem, texts in SYMPTOMS.items() for text in texts]
# A line of a log as it stands around an error, known to tell of nothing itself.
NOISE = "2026-11-22T01:02:03Z INFO request handled in 12 ms\n"

ASSUMED_BY_A_PERSON = (
    "An error occurred (AccessDenied) when calling the AssumeRole operation: User: "
    "arn:aws:iam::1:user/deploy is not authorized to perform: sts:AssumeRole on resource: "
    "arn:aws:iam::1:role/triflow-deploy"
)

HINTS = (
    *("AccessDenied", "nxdomain", "API 응답 느림", "Essential container exited"),
    "waiting for EC2 NAT Gateway (nat-0a): timeout while waiting for state to become 'available'",
    "An error occurred (ThrottlingException) when calling the ListTasks operation: Rate exceeded",
    "deleting EC2 Subnet (subnet-0a): The subnet has dependencies and cannot be deleted.",
    "error: rpc error: code = Unavailable desc = error reading from server: EOF",
    *("exec /app/start.sh: permission denied", "httpx.ReadTimeout: The read operation timed out"),
)


def named(text: str) -> list[str]:
    """Return the ids of the problems recognised, the likeliest first."""
    return [one.problem.id for one in recognise(text)]


def test_every_problem_has_symptoms() -> None:
    """Those of the guide, and the same in today's words."""
    assert list(SYMPTOMS) == [problem.id for problem in problems.guide()]
    assert min(map(len, SYMPTOMS.values())) >= 4
    assert len(PASTED) >= 270


@pytest.mark.parametrize(("problem", "text"), PASTED)
def test_a_symptom_names_its_problem_and_no_other(problem: str, text: str) -> None:
    """The line with the evidence is one that was pasted."""
    found = recognise(text)

    assert [one.problem.id for one in found] == [problem]
    assert found[0].line in text


@pytest.mark.parametrize("text", UNRELATED)
def test_a_text_about_something_else_names_nothing(text: str) -> None:
    """A wrong cause at three in the morning costs more than none."""
    assert named(text) == []


@pytest.mark.parametrize(("problem", "text"), PASTED)
def test_a_symptom_is_found_in_a_log_in_capitals_and_in_colour(problem: str, text: str) -> None:
    """What stands around it, and how a terminal showed it, makes no difference."""
    coloured = "\n".join(f"\x1b[1;31m{line}\x1b[0m" for line in text.upper().splitlines())

    assert named(f"{NOISE * 3}{coloured}\n{NOISE * 3}") == [problem]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        # The operation decides what was denied, unless a person was.
        ("AccessDenied", ["P07"]),
        ("An error occurred (AccessDenied) when calling the CreateBucket operation", ["P07"]),
        ("An error occurred (AccessDenied) when calling the AssumeRole operation", ["P18"]),
        (ASSUMED_BY_A_PERSON, ["P07"]),
        # A container that ended: its code says why, without one its log does.
        ("Essential container in task exited", ["P12"]),
        ("Essential container in task exited\nexitCode 137", ["P14"]),
        # What could not be initialised
        ("ResourceInitializationError: unable to pull secrets", ["P13"]),
        ("ResourceInitializationError: failed to validate logger args", ["P20"]),
        # What was waited for
        ("timeout while waiting for state to become 'available'", ["P04"]),
        ("connection to server at 10.0.11.20, port 5432 failed: timeout expired", ["P09"]),
        ("504 Gateway Timeout", ["P16"]),
        ("timeout", []),
        # Two faults in two lines are two problems; in one line that says both, likewise.
        ("no basic auth credentials\nHTTP/1.1 502 Bad Gateway", ["P06", "P15"]),
        ("HTTP 502, then HTTP 504", ["P15", "P16"]),
    ],
)
def test_words_that_several_problems_share_are_told_apart(text: str, wanted: list[str]) -> None:
    """By what stands beside them."""
    assert named(text) == wanted


@pytest.mark.parametrize("text", HINTS)
def test_a_hint_is_told_as_one(text: str) -> None:
    """It names a problem only where nothing else in the text does."""
    assert [one.sign.sure for one in recognise(text)] == [False]
    assert all(one.sign.sure for one in recognise(f"{text}\nno basic auth credentials"))


def test_a_message_that_a_terminal_broke_is_one_message() -> None:
    """It is joined again when no line of its own says anything."""
    broken = "psql: error: connection to server\nat 10.0.11.20, port 5432 fai\nled or so"

    assert named(broken.replace("fai\nled", "failed")) == ["P09"]
    assert named("User: arn:aws:iam::1:user/a is not\nauthorized to perform: x:Y") == ["P07"]


def test_the_evidence_is_the_line_that_says_it() -> None:
    """Lines count from 1, as in an editor."""
    found = recognise(f"{NOISE * 4}no basic auth credentials\n{NOISE}")

    assert [(one.number, one.line) for one in found] == [(5, "no basic auth credentials")]


def test_no_sign_is_written_twice() -> None:
    """One sign under two problems would always tell both."""
    every = [sign.needles for sign in signs.signs()]

    assert len(every) == len(set(every))
    assert all(needle.strip() for needles in every for needle in needles)


@pytest.mark.parametrize("problem", problems.guide(), ids=lambda problem: problem.id)
def test_each_sign_by_itself_names_its_problem(problem: problems.Problem) -> None:
    """Also where another problem's sign is part of it."""
    for sign in (*problem.signs, *problem.maybe):
        assert problem.id in named(sign.replace("…", "and").replace("*", "x")), sign


class Counted(str):
    """A page that notes from where to where it is searched."""

    __slots__ = ("searched",)
    searched: list[tuple[int, int]]

    def find(self, *asked: Any) -> int:  # noqa: ANN401 - the arguments of str.find
        """As str.find does."""
        found = super().find(*asked)
        start, end = (*asked[1:], 0, len(self))[:2] if len(asked) < 3 else asked[1:3]
        self.searched.append((start, end if found < 0 else found))
        return found


@pytest.mark.parametrize("near_miss", ["user arn aws ", "cycle " * 50, "5432 5432 is not"])
def test_a_sign_reads_no_place_of_a_page_more_than_a_few_times(near_miss: str) -> None:
    """So a megabyte takes a moment, whatever is in it: counted, since clocks differ."""
    page = Counted("\n".join([f" {near_miss} "] * 1_000))
    for sign in signs.signs():
        page.searched = []

        list(signs.lines_with(sign, page))

        read = sum(max(end - start, 0) for start, end in page.searched)
        assert read <= len(page) * (1 + len(sign.needles))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "text",
    [
        NOISE * 20_000,
        "is not authorized to perform " * 36_000,
        "user arn aws " * 80_000,
        "\n" * 1_000_000,
        "\x1b[" * 500_000,
        "." * 1_000_000,
        "\x00" * 1_000_000,
    ],
    ids=["log", "one line", "half a sign", "empty lines", "half a colour", "dots", "zeros"],
)
def test_a_megabyte_of_anything_is_read(text: str) -> None:
    """And the one line that matters is found behind it."""
    assert named(f"{text}\nno basic auth credentials")[-1] == "P06"


@given(st.text(max_size=2_000))
@example("\ud800")
@example("İ\u2028ß\x85")
def test_any_text_gives_an_answer(text: str) -> None:
    """Each answer points to a line that is there."""
    found = recognise(text)

    lines = signs.without_colours(text).splitlines()
    assert all(1 <= one.number <= len(lines) for one in found)
    assert len({one.problem.id for one in found}) == len(found)


@given(st.sampled_from(PASTED), st.text(max_size=200), st.text(max_size=200))
def test_a_symptom_is_found_among_any_other_lines(
    pasted: tuple[str, str], before: str, after: str
) -> None:
    """Unless these tell of something themselves; then it is still among the answers."""
    problem, text = pasted
    found = named(f"{before}\n{text}\n{after}")

    assert problem in found
