"""The evaluator against the examples of AWS's own pages, each named where it is used."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.isolation.evaluator import Answer, Context, Request, Unjudged, evaluate

ALLOWED, REFUSED, NOT_ALLOWED = Answer.ALLOWED, Answer.REFUSED, Answer.NOT_ALLOWED
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def document(*statements: Mapping[str, Any], version: str = "2012-10-17") -> dict[str, Any]:
    """A policy of these statements."""
    return {"Version": version, "Statement": list(statements)}


def asked(action: str, resource: str, **context: str | list[str]) -> Request:
    """A request of Ann's; in the names of `context` __ stands for a colon."""
    names = {key.replace("__", ":"): value for key, value in context.items()}
    return Request(frozenset({"arn:aws:iam::111122223333:user/ann"}), action, resource, names)


# "IAM JSON policy elements: Condition operators", under string operators.
JOB = document(
    {
        "Effect": "Allow",
        "Action": "iam:*AccessKey*",
        "Resource": "arn:aws:iam::111122223333:user/*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/job-category": "iamuser-admin"}},
    }
)


@pytest.mark.parametrize(
    ("action", "tag", "answer"),
    [
        ("iam:CreateAccessKey", "iamuser-admin", ALLOWED),
        ("iam:deleteaccesskey", "iamuser-admin", ALLOWED),
        ("iam:DeleteUser", "iamuser-admin", NOT_ALLOWED),
        ("iam:CreateAccessKey", "IAMUser-Admin", NOT_ALLOWED),
        ("iam:CreateAccessKey", "dev-ops", NOT_ALLOWED),
        ("iam:CreateAccessKey", None, NOT_ALLOWED),
    ],
)
def test_a_tag_of_the_caller_decides(action: str, tag: str | None, answer: Answer) -> None:
    """Present and equal allows; a caller without the tag matches nothing."""
    context: Context = {"aws:PrincipalTag/job-category": tag} if tag else {}
    caller = frozenset({"arn:aws:iam::111122223333:user/ann"})

    assert answer == evaluate(
        Request(caller, action, "arn:aws:iam::111122223333:user/bob", context), [JOB]
    )


# The same page: an IAM user's home directory, by StringLike with a policy variable.
HOME = document(
    {
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": "arn:aws:s3:::BUCKET-NAME",
        "Condition": {"StringLike": {"s3:prefix": ["", "home/", "home/${aws:username}/"]}},
    },
    {
        "Effect": "Allow",
        "Action": "s3:*",
        "Resource": [
            "arn:aws:s3:::BUCKET-NAME/home/${aws:username}",
            "arn:aws:s3:::BUCKET-NAME/home/${aws:username}/*",
        ],
    },
)


@pytest.mark.parametrize(
    ("prefix", "answer"),
    [
        ("", ALLOWED),
        ("home/", ALLOWED),
        ("home/ann/", ALLOWED),
        ("home/ann/x", NOT_ALLOWED),
        ("home/bob/", NOT_ALLOWED),
        (None, NOT_ALLOWED),
    ],
)
def test_a_list_is_bound_to_a_prefix_with_the_callers_name(
    prefix: str | None, answer: Answer
) -> None:
    """A request without a prefix has no key to compare, and so matches none."""
    context: Context = {"aws:username": "ann"} | ({} if prefix is None else {"s3:prefix": prefix})
    request = Request(frozenset(), "s3:ListBucket", "arn:aws:s3:::BUCKET-NAME", context)

    assert answer == evaluate(request, [HOME])


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("home/ann/x", ALLOWED),
        ("home/ann", ALLOWED),
        ("home/anna/x", NOT_ALLOWED),
        ("home/bob/x", NOT_ALLOWED),
        ("home/${aws:username}/x", NOT_ALLOWED),
    ],
)
def test_a_variable_in_a_resource_is_the_callers_own_value(key: str, answer: Answer) -> None:
    """Page "IAM policy elements: Variables and tags": the value takes the variable's place."""
    request = asked("s3:PutObject", f"arn:aws:s3:::BUCKET-NAME/{key}", aws__username="ann")

    assert answer == evaluate(request, [HOME])


@pytest.mark.parametrize(("name", "answer"), [("*", NOT_ALLOWED), ("???", NOT_ALLOWED)])
def test_a_wildcard_in_a_value_is_a_plain_sign(name: str, answer: Answer) -> None:
    """Only what the policy's author wrote is a wildcard."""
    request = asked("s3:GetObject", "arn:aws:s3:::BUCKET-NAME/home/bob/x", aws__username=name)

    assert answer == evaluate(request, [HOME])


def test_a_variable_without_a_value_makes_its_statement_void() -> None:
    """The same page: a statement with a variable that AWS cannot resolve applies to nothing."""
    refuse = document(
        EVERYTHING,
        {"Effect": "Deny", "Action": "*", "NotResource": "arn:aws:s3:::b/${aws:username}/*"},
    )

    assert evaluate(asked("s3:GetObject", "arn:aws:s3:::b/x"), [HOME]) == NOT_ALLOWED
    assert evaluate(asked("s3:GetObject", "arn:aws:s3:::b/x"), [refuse]) == ALLOWED


def test_a_default_stands_where_a_value_is_missing() -> None:
    """The same page, "Specifying default values": ${aws:PrincipalTag/team, 'company-wide'}."""
    team = document(
        {
            "Effect": "Allow",
            "Action": "s3:ListBucket",
            "Resource": "arn:aws:s3:::b-${aws:PrincipalTag/team, 'company-wide'}",
        }
    )
    tagged: Context = {"aws:PrincipalTag/team": "yellow"}

    def answer(bucket: str, context: Context) -> Answer:
        arn = f"arn:aws:s3:::{bucket}"
        return evaluate(Request(frozenset(), "s3:ListBucket", arn, context), [team])

    assert answer("b-yellow", tagged) == ALLOWED
    assert answer("b-company-wide", tagged) == NOT_ALLOWED
    assert answer("b-company-wide", {}) == ALLOWED


def test_the_older_version_of_the_language_knows_no_variables() -> None:
    """The same page: before 2012-10-17 the sign ${...} is plain text."""
    old = document(*HOME["Statement"], version="2008-10-17")

    request = asked("s3:GetObject", "arn:aws:s3:::BUCKET-NAME/home/ann/x", aws__username="ann")

    assert evaluate(request, [old]) == NOT_ALLOWED


@pytest.mark.parametrize(
    ("condition", "context", "answer"),
    [
        # "Condition operators": numeric, s3:max-keys.
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "9"}, ALLOWED),
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "10"}, ALLOWED),
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {"s3:max-keys": "11"}, NOT_ALLOWED),
        ({"NumericLessThanEquals": {"s3:max-keys": "10"}}, {}, NOT_ALLOWED),
        # Under Null: aws:TokenIssueTime tells temporary credentials from others.
        ({"Null": {"aws:TokenIssueTime": "true"}}, {}, ALLOWED),
        ({"Null": {"aws:TokenIssueTime": "true"}}, {"aws:TokenIssueTime": "2026"}, NOT_ALLOWED),
        ({"Null": {"aws:TokenIssueTime": "false"}}, {"aws:TokenIssueTime": "2026"}, ALLOWED),
        # Under IfExists: a key that is there must match, one that is not does no harm.
        ({"StringLikeIfExists": {"ec2:InstanceType": ["t1.*"]}}, {}, ALLOWED),
        (
            {"StringLikeIfExists": {"ec2:InstanceType": ["t1.*", "t2.*"]}},
            {"ec2:InstanceType": "t2.micro"},
            ALLOWED,
        ),
        (
            {"StringLikeIfExists": {"ec2:InstanceType": ["t1.*"]}},
            {"ec2:InstanceType": "m2.big"},
            NOT_ALLOWED,
        ),
        # "If the key is not present": false, and true for an operator with Not.
        ({"StringNotLike": {"ec2:InstanceType": "t1.*"}}, {}, ALLOWED),
        ({"StringNotEquals": {"a:b": ["x", "y"]}}, {"a:b": "y"}, NOT_ALLOWED),
        ({"StringNotEquals": {"a:b": ["x", "y"]}}, {"A:B": "z"}, ALLOWED),
        ({"Bool": {"aws:SecureTransport": "true"}}, {"aws:SecureTransport": "true"}, ALLOWED),
        ({"ArnLike": {"aws:SourceArn": "arn:aws:s3:::b*"}}, {"aws:SourceArn": "x"}, NOT_ALLOWED),
        # Several keys are joined by AND, several values of one key by OR.
        (
            {"StringEquals": {"a:b": ["x", "y"], "a:c": "z"}},
            {"a:b": "y", "a:c": "z"},
            ALLOWED,
        ),
        ({"StringEquals": {"a:b": ["x", "y"], "a:c": "z"}}, {"a:b": "y"}, NOT_ALLOWED),
    ],
)
def test_conditions_hold_as_the_page_says(
    condition: dict[str, Any], context: Context, answer: Answer
) -> None:
    """An Allow with the condition, for a request with the keys."""
    conditional = document({**EVERYTHING, "Condition": condition})

    assert answer == evaluate(Request(frozenset(), "a:B", "*", context), [conditional])


# "Multivalued context key examples": the tables below the two policies that refuse by tag keys.
@pytest.mark.parametrize(
    ("operator", "wanted", "keys", "refused"),
    [
        ("ForAllValues:StringNotLike", "key1*", ["key1:legal"], False),
        ("ForAllValues:StringNotLike", "key1*", ["key1:hr", "key1:personnel"], False),
        ("ForAllValues:StringNotLike", "key1*", ["key2:audit"], True),
        ("ForAllValues:StringNotLike", "key1*", None, True),
        ("ForAnyValue:StringEquals", "webserver", ["environment", "webserver"], True),
        ("ForAnyValue:StringEquals", "webserver", ["environment"], False),
        ("ForAnyValue:StringEquals", "webserver", None, False),
        # "Creating a condition with multiple keys or values": PostDateTime and UserName.
        ("ForAllValues:StringLike", ["PostDateTime", "Message"], ["PostDateTime"], True),
        ("ForAllValues:StringLike", ["PostDateTime"], ["PostDateTime", "UserName"], False),
        ("ForAnyValue:StringLike", ["ID", "PostDateTime"], ["UserName", "PostDateTime"], True),
        ("ForAnyValue:StringLike", ["ID", "PostDateTime"], ["UserName"], False),
    ],
)
def test_sets_of_values_are_compared_as_the_tables_say(
    operator: str, wanted: str | list[str], keys: list[str] | None, *, refused: bool
) -> None:
    """A match of a Deny statement refuses."""
    deny = {**EVERYTHING, "Effect": "Deny", "Condition": {operator: {"aws:TagKeys": wanted}}}
    context: Context = {} if keys is None else {"aws:TagKeys": keys}

    answer = evaluate(Request(frozenset(), "iam:TagUser", "*", context), [document(deny)])

    assert answer == (REFUSED if refused else NOT_ALLOWED)


# "Policy evaluation logic", within one account.
ROLE = "arn:aws:iam::111122223333:role/examplerole"
GET = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}
HTTPS = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": ["arn:aws:s3:::b", "arn:aws:s3:::b/*"],
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}


@pytest.mark.parametrize(
    ("own", "other", "secure", "answer"),
    [
        ([], None, "true", NOT_ALLOWED),
        ([GET], None, "true", ALLOWED),
        ([], {**GET, "Principal": {"AWS": ROLE}}, "true", ALLOWED),
        ([], {**GET, "Principal": {"AWS": f"{ROLE}2"}}, "true", NOT_ALLOWED),
        ([], {**GET, "Principal": {"Service": "s3.amazonaws.com"}}, "true", NOT_ALLOWED),
        ([GET], HTTPS, "true", ALLOWED),
        ([GET], HTTPS, "false", REFUSED),
        ([GET, {**GET, "Effect": "Deny"}], {**GET, "Principal": "*"}, "true", REFUSED),
    ],
)
def test_either_policy_allows_and_either_refuses(
    own: list[dict[str, Any]], other: dict[str, Any] | None, secure: str, answer: Answer
) -> None:
    """What nobody allows is not allowed; one refusal outweighs every permission."""
    caller = frozenset({ROLE})
    request = Request(caller, "s3:GetObject", "arn:aws:s3:::b/x", {"aws:SecureTransport": secure})

    assert answer == evaluate(request, [document(*own)], document(other) if other else None)


@pytest.mark.parametrize(
    ("element", "answer"),
    [
        ({"NotAction": "s3:*"}, NOT_ALLOWED),
        ({"NotAction": "iam:*"}, ALLOWED),
        ({"Action": "s3:*", "NotResource": "arn:aws:s3:::b/*"}, NOT_ALLOWED),
        ({"Action": "s3:*", "NotResource": "arn:aws:s3:::c/*"}, ALLOWED),
    ],
)
def test_not_means_everything_else(element: dict[str, str], answer: Answer) -> None:
    """Pages "IAM JSON policy elements: NotAction" and "NotResource"."""
    resource = {} if "NotResource" in element else {"Resource": "*"}

    assert answer == evaluate(
        asked("s3:GetObject", "arn:aws:s3:::b/x"),
        [document({"Effect": "Allow", **resource, **element})],
    )


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ({**EVERYTHING, "NotPrincipal": "*"}, "NotPrincipal"),
        ({**EVERYTHING, "Principal": {"AWS": "arn:aws:iam::111122223333:root"}}, "whole account"),
        ({**EVERYTHING, "Principal": {"CanonicalUser": "x"}}, "CanonicalUser"),
        ({**EVERYTHING, "Condition": {"DateLessThan": {"a:b": "2026"}}}, "DateLessThan"),
        ({**EVERYTHING, "Condition": {"StringLike": {"aws:TagKeys": "a"}}}, "2 values"),
    ],
)
def test_what_is_not_understood_is_not_passed_over(statement: dict[str, Any], words: str) -> None:
    """An unknown word ends the evaluation, whatever the rest would have answered."""
    request = asked("s3:GetObject", "*", aws__TagKeys=["a", "b"], a__b="2025")

    with pytest.raises(Unjudged, match=words):
        evaluate(request, [], document(statement))
