"""The form that status, preflight and alarms share."""

import json

import pytest

from local.aws.server import Server
from tests.triflow.aws_stand_in import LOCAL
from tests.triflow.stage import a_screen, text_of
from triflow import report
from triflow.aws import Refusal
from triflow.report import Line, State


def test_each_line_has_its_mark_and_its_fix_below() -> None:
    """Subjects stand in one column; what could not be checked looks like neither end."""
    screen = a_screen()

    report.show(
        screen,
        [
            Line("ok", "service", "2 of 2 tasks run"),
            Line("failed", "db", "stopped", "start it"),
            report.unanswered("cost", Refusal("denied", "DescribeBudget was denied.", "ask")),
        ],
    )

    assert text_of(screen) == (
        "  ✓ service  2 of 2 tasks run\n"
        "  ✗ db       stopped\n"
        "             Fix: start it\n"
        "  ? cost     could not be checked: DescribeBudget was denied.\n"
        "             Fix: ask\n"
    )


@pytest.mark.parametrize(
    ("states", "code"),
    [((), 0), (("ok",), 0), (("ok", "unknown"), 3), (("unknown", "failed", "ok"), 1)],
)
def test_what_failed_outweighs_what_is_unknown(states: tuple[State, ...], code: int) -> None:
    """0 all well, 3 something could not be checked, 1 something failed."""
    assert report.exit_code([Line(state, "it", "is so") for state in states]) == code


def test_scripts_get_the_same_lines() -> None:
    """Nothing is on the screen that is not in the JSON."""
    told = json.loads(report.as_json("prod", [Line("failed", "db", "stopped", "start it")]))

    line = {"state": "failed", "subject": "db", "fact": "stopped", "fix": "start it"}
    assert told == {"stack": "prod", "lines": [line]}


def test_of_many_things_three_are_named() -> None:
    """The rest is counted."""
    assert report.some(["a", "b", "c"]) == ["a", "b", "c"]
    assert report.some(["a", "b", "c", "d", "e"]) == ["a", "b", "c", "and 2 more"]


def test_a_line_of_the_aws_command_line_is_not_pasted_into_an_account_unawares() -> None:
    """What the local AWS lacks would otherwise be made, or changed, in the shell's own account."""
    screen = a_screen()

    report.show_where(screen, LOCAL, ["make up", "aws iam list-roles"])

    assert text_of(screen) == (
        "A line that begins with aws asks an account. To ask the local AWS, in its own shell:\n"
        "  export AWS_ENDPOINT_URL=http://127.0.0.1:5999 AWS_ACCESS_KEY_ID=local "
        "AWS_SECRET_ACCESS_KEY=local AWS_REGION=ap-northeast-2\n"
    )


@pytest.mark.parametrize(
    ("server", "fix"), [(None, "aws iam list-roles"), (LOCAL, "make up"), (LOCAL, "")]
)
def test_nothing_is_said_where_no_line_goes_astray(server: Server | None, fix: str) -> None:
    """In an account such a line is right as it stands, and others find the local AWS themselves."""
    screen = a_screen()

    report.show_where(screen, server, [fix])

    assert text_of(screen) == ""


def test_what_the_local_aws_always_lacks_alarms_nobody() -> None:
    """A first look at a platform that came up well finds no task; an account has some."""
    local, account = a_screen(), a_screen()

    report.show_limits(local, LOCAL)
    report.show_limits(account, None)

    assert text_of(local) == (
        "The local AWS starts no tasks and holds no image (docs/local-aws.md): what needs one is "
        "rightly missed.\n"
    )
    assert text_of(account) == ""
