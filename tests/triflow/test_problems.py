"""Causes of failure, without the engine's echoes and without tracebacks."""

import pytest

from tests.triflow.stage import an_error
from triflow import problems
from triflow.problems import Problem

TRACE = """Program failed with an unhandled exception:
Traceback (most recent call last):
  File "/clone/__main__.py", line 10, in <module>
    main()
  File "/clone/.venv/lib/python3.11/site-packages/pulumi/output.py", line 3, in apply
    raise ValueError("oops")
ValueError: oops
"""


def test_a_sentence_of_the_program_arrives_as_it_was_written() -> None:
    """The program's own error is not dressed up."""
    text = "prod: the CIDR overlaps. Nothing was planned.\nFix: pulumi config set ..."

    assert problems.read(an_error(text)["diagnosticEvent"]) == Problem("", text)


@pytest.mark.parametrize(
    "echo", ["preview failed\n", "update failed", "an unhandled error occurred: x"]
)
def test_an_echo_is_no_cause(echo: str) -> None:
    """The engine repeats that something failed after the cause was told."""
    assert problems.read(an_error(echo)["diagnosticEvent"]) is None


def test_a_warning_is_no_cause() -> None:
    """Only errors explain a failure."""
    event = an_error("careful")["diagnosticEvent"] | {"severity": "warning"}

    assert problems.read(event) is None


def test_a_traceback_becomes_one_sentence_with_the_place_in_the_project() -> None:
    """The last line is the cause; the last frame outside of libraries is the place."""
    assert problems.read(an_error(TRACE)["diagnosticEvent"]) == Problem(
        "",
        "The program stopped at an error it does not handle: "
        "ValueError: oops (/clone/__main__.py, line 10)",
    )


def test_an_aws_error_names_its_resource() -> None:
    """The provider's words stay, beside the resource's name."""
    event = an_error("creating aws:ec2/subnet:Subnet: InvalidSubnet.Conflict", "aws:x", "subnet-a")

    assert problems.read(event["diagnosticEvent"]) == Problem(
        "subnet-a", "creating aws:ec2/subnet:Subnet: InvalidSubnet.Conflict"
    )


def test_a_refused_input_is_told_without_its_value() -> None:
    """The property and the provider's reason are what a reader needs."""
    text = (
        "aws:s3/bucket:Bucket resource 'logs': property acl value {map[a:{b}]} has a problem: "
        "unknown property 'acl'; there are: bucket"
    )

    assert problems.read(an_error(text, "aws:s3/bucket:Bucket", "logs")["diagnosticEvent"]) == (
        Problem("logs", "aws:s3/bucket:Bucket: acl: unknown property 'acl'; there are: bucket")
    )


def test_what_the_engine_prints_before_any_event_is_found_in_its_log() -> None:
    """A missing pack or a wrong passphrase ends the engine before it streams events."""
    log = "warning: x\nerror: failed to load Pulumi policy project located at /p: no such file\n"

    assert problems.in_log(log) == [
        Problem("", "failed to load Pulumi policy project located at /p: no such file")
    ]


def test_a_pack_that_does_not_start_is_told_with_its_own_cause() -> None:
    """The engine hears only that a pipe closed; the pack's trace stands before it in the log."""
    log = """Diagnostics:
    error: Program failed with an unhandled exception:
    Traceback (most recent call last):
      File "<frozen runpy>", line 304, in run_path
      File "/clone/policy/__main__.py", line 19
        PolicyPack((
    SyntaxError: '(' was never closed

error: policy pack not started: could not read policy pack port: closed pipe
"""

    assert problems.in_log(log) == [
        Problem(
            "",
            "policy pack not started: "
            "SyntaxError: '(' was never closed (/clone/policy/__main__.py, line 19)",
        )
    ]


def test_a_lock_is_told_in_our_words() -> None:
    """Two updates at once: the second says who runs, not which file to delete."""
    log = (
        "error: the stack is currently locked by 1 lock(s). Either wait ... `pulumi cancel`.\n"
        "  file:///x.json: created by root@host (pid 4711) at 2026-11-22T16:32:04Z\n"
    )

    assert problems.in_log(log) == [
        Problem(
            "",
            "Another update of this stack is running (pid 4711). "
            "Two at once would overwrite each other's state.\n"
            "Fix: wait until it has ended, then run this again",
        )
    ]
