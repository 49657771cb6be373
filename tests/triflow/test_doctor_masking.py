"""What is shown of a pasted line: short, printable, without its secrets."""

import re
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triflow.doctor import masking

# Keys of nobody, in the shapes that real ones have.
KEY_ID = "AKIA" + "IOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYEXAMPLEKEY"
LETTERS = st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        (f"aws_access_key_id = {KEY_ID}", "aws_access_key_id = ***"),
        (f"user {KEY_ID} is unknown", "user AKIA*** is unknown"),
        (f"export AWS_SECRET_ACCESS_KEY={SECRET}", "export AWS_SECRET_ACCESS_KEY=***"),
        (f"got {SECRET} there", "got *** there"),
        (f'"SecretAccessKey": "{SECRET}",', '"SecretAccessKey": ***,'),
        ("postgresql://triflow:p@ss/w0rd@db:5432/x", "postgresql://triflow:***@db:5432/x"),
        ("redis://:hunter2@cache:6379", "redis://:***@cache:6379"),
        ("PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"),
        ("password: 'two words' given", "password: *** given"),
        ("비밀번호: hunter2", "비밀번호: ***"),
        ("https://hooks.slack.com/services/T0/B0/abc failed", "https://hooks.slack.com/*** failed"),
        ("https://x.org/webhook/abc", "https://x.org/webhook/***"),
        ("Authorization: Bearer abcdef.ghijkl", "Authorization: Bearer ***"),
        ("sent Bearer abcdef.ghijkl", "sent Bearer ***"),
        ("docker login -u AWS -p eyJhbGciOi.x", "docker login -u AWS -p ***"),
        ("docker login --password hunter2", "docker login --password ***"),
        ("xoxb-123456789-abc", "xoxb-***"),
        ("pul-0123456789abcdef0123456789abcdef01234567", "pul-***"),
        ("?X-Amz-Signature=0a1b2c&X-Amz-Date=2026", "?X-Amz-Signature=***&X-Amz-Date=2026"),
    ],
)
def test_a_secret_is_not_shown(line: str, wanted: str) -> None:
    """The words around it are, so that the line can be found again."""
    assert masking.shown(line) == wanted


@pytest.mark.parametrize(
    "line",
    [
        'FATAL: password authentication failed for user "triflow"',
        'could not open "/usr/share/postgresql/14/extension/vector.control"',
        "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:triflow-ai-staging-key is gone",
        "arn:aws:ecs:ap-northeast-2:1:service/triflow-ai-production-cluster/triflow-ai-production",
        "User: arn:aws:sts::1:assumed-role/triflow-ai-production-ecs-task-execution-role/i-0a1b2c",
        "is not authorized to perform: secretsmanager:GetSecretValue",
        "image sha256:" + "0a" * 32,
    ],
)
def test_what_is_no_secret_is_shown_whole(line: str) -> None:
    """Names and paths are what an operator looks for."""
    assert masking.shown(line) == line


@given(st.text(LETTERS, min_size=16, max_size=16), st.text(max_size=60), st.text(max_size=60))
def test_no_key_gets_through_whatever_stands_around(key: str, before: str, after: str) -> None:
    """As long as it stands apart from other letters."""
    whole = f"AKIA{key.upper()}"

    assert whole not in masking.shown(f"{before} {whole} {after}")


def test_a_long_value_is_masked_to_its_end() -> None:
    """A session's token has a thousand letters, and the last ones are as secret as the first."""
    assert masking.shown("token=" + "a7/" * 1_000) == "token=***"
    assert masking.shown("FwoGZXIvYXdzE" + "a7B/" * 900) == "***"


@given(st.text(max_size=9_000), st.text(max_size=20))
def test_a_shown_line_is_short_and_printable(line: str, around: str) -> None:
    """No escape sequence of a paste reaches the terminal."""
    shown = masking.shown(line, around)

    assert len(shown) <= masking.MOST_LETTERS + 2
    assert shown.isprintable()


def test_the_part_that_counts_is_shown_of_a_long_line() -> None:
    """A minified file is one line; the end of it is not of interest."""
    line = "word " * 50_000 + "BucketAlreadyExists here" + " word" * 50_000

    assert "BucketAlreadyExists here" in masking.shown(line, "bucketalreadyexists")


def test_a_cut_goes_through_no_secret() -> None:
    """Half a password without its name before it would no longer be known as one."""
    line = f"{'x' * 10} sign password={'q7' * 200} {'word ' * 2_000}"

    assert "q7" not in masking.shown(line, "sign")


def repeats(parsed: Any, outer: int = 1) -> list[int]:  # noqa: ANN401 - Python's own tree of a pattern
    """Return how often each part of a pattern may repeat, parts within parts multiplied."""
    found = []
    for code, value in parsed:
        inner = outer
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT):
            inner = outer * int(value[1])
            found.append(inner)
        for part in value if isinstance(value, tuple | list) else ():
            if isinstance(part, parser.SubPattern):
                found += repeats(part, inner)
            if isinstance(part, list):
                found += [each for one in part for each in repeats(one, inner)]
    return found


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in masking.SECRETS])
def test_no_pattern_can_run_away(pattern: "re.Pattern[str]") -> None:
    """Every repetition is bounded, also one inside another, and looks at one window at most."""
    found = repeats(parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE))

    assert found
    assert max(found) <= masking.WINDOW
