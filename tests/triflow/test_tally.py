"""The tally of a run: what counts, and what a later phase replaces."""

from tests.triflow.stage import a_count, a_judgement, a_step, a_summary, an_error
from triflow.tally import Step, Tally
from triflow.violations import Counts

VIOLATION = a_judgement("[r] ADR N1 (low): x.\nFix: y")


def a_tally(*events: dict[str, object]) -> Tally:
    """Return a tally of prod that has been fed these events while previewing."""
    tally = Tally("prod")
    tally.begin("previewing")
    for event in events:
        tally.feed(event)
    return tally


def test_the_update_is_measured_by_its_preview() -> None:
    """Eight planned resources are the whole of which the update tells its part."""
    tally = a_tally(a_summary(create=6, same=2))

    tally.begin("updating")
    for event in a_step("create", "aws:ec2/vpc:Vpc", "vpc"):
        tally.feed(event)

    assert (tally.done, tally.total) == (1, 8)


def test_the_update_judges_anew() -> None:
    """What the preview could not judge or found does not count twice."""
    tally = a_tally(VIOLATION, VIOLATION, a_count(unknown=4))
    assert len(tally.violations) == 1

    tally.begin("updating")
    tally.feed(a_count(unknown=0))

    assert not tally.violations
    assert tally.counts == Counts(40, 30, 0, 1, 0)


def test_a_run_stopped_in_its_preview_changed_nothing() -> None:
    """The planned changes are not told as done."""
    tally = a_tally(VIOLATION, a_summary(create=6))

    tally.end(well=False)

    assert tally.stopped_by_policy
    assert tally.changed == "nothing"


def test_changes_are_told_in_words() -> None:
    """What stayed the same is not listed, and a deleted resource is no longer there."""
    tally = a_tally(a_summary(create=2, replace=1, delete=3, same=5))

    assert tally.changed == "2 created, 1 replaced, 3 deleted"
    assert tally.resources == 8


def test_a_step_keeps_the_inputs_that_cause_it() -> None:
    """A resource that stays as it is makes no step."""
    events = a_step("update", "aws:ec2/vpc:Vpc", "vpc", "tags", "cidrBlock")

    tally = a_tally(*events, *a_step("same", "aws:ec2/vpc:Vpc", "other"))

    assert list(tally.steps) == [Step("update", "aws:ec2/vpc:Vpc", "vpc", ("cidrBlock", "tags"))]


def test_the_same_cause_is_told_once() -> None:
    """Preview and update of one command may both name it."""
    tally = a_tally(an_error("no"), an_error("no"))

    assert [problem.text for problem in tally.problems] == ["no"]
