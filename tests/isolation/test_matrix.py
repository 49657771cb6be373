"""No tenant reaches another's files (ADR S8), by the policies that the real programs register.

The wanted answers stand in matrix.yaml; the evaluator's docstring says what its answers leave open.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.isolation import cases, stage
from tests.isolation.cases import Case, Row
from tests.isolation.evaluator import Answer, Document, Request, evaluate

Statement = Mapping[str, Any]
PAGE = Path(__file__).parents[2] / "docs" / "storage-client.md"


@pytest.mark.clause("S8", "S7", "S1")
@pytest.mark.parametrize("row", cases.rows(), ids=str)
def test_everyone_reaches_what_is_theirs_and_nothing_else(row: Row) -> None:
    """Each question of the row has the answer that the row wants."""
    asked = row.cases()

    assert {case.question: case.answer for case in asked} == {
        case.question: case.may for case in asked
    }


@pytest.mark.clause("S8")
def test_the_matrix_is_as_large_as_its_rows_say() -> None:
    """A row that lost its callers or keys would ask nothing, and so find nothing."""
    asked = [row.cases() for row in cases.rows()]

    assert all(asked)
    assert all(len(some) == len({case.question for case in some}) for some in asked)
    assert sum(map(len, asked)) == 2463
    assert sum(case.may for some in asked for case in some) == 176
    assert "2,463 questions" in PAGE.read_text(encoding="utf-8")
    assert f"{len(WEAKENINGS)} weaker policies" in PAGE.read_text(encoding="utf-8")


@pytest.mark.clause("S8")
@pytest.mark.parametrize("stack", ["foundation", *cases.ENVIRONMENTS])
def test_of_all_roles_only_the_tenants_own_opens_a_file(stack: str) -> None:
    """Not by the roles that the matrix names: by all that a program makes, whatever they are."""
    environment = "prod" if stack == "foundation" else stack
    bucket = stage.bucket(environment)
    key = f"{bucket.arn}/{stage.FOLDER_OF[environment]}tenants/tenant-{cases.A}/uploads/report.csv"
    context = {
        "aws:SecureTransport": "true",
        "s3:TlsVersion": "1.3",
        "aws:PrincipalTag/tenant_id": cases.A,
    }

    opened = {
        name
        for name, role in stage.roles(stack).items()
        for action in ("s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "s3:DeleteObject")
        if evaluate(Request(role.called(), action, key, context), role.policies, bucket.policy)
        is Answer.ALLOWED
    }

    assert opened == (set() if stack == "foundation" else {"tenants-tenant-role"})


def _with(element: str, old: str, new: str) -> Callable[[Statement], Statement]:
    """Another text in one element of every statement that has it."""

    def changed(value: Any) -> Any:  # noqa: ANN401 - JSON
        if isinstance(value, list):
            return [changed(each) for each in value]
        if isinstance(value, Mapping):
            return {key: changed(each) for key, each in value.items()}
        return str(value).replace(old, new)

    return lambda statement: {
        name: changed(value) if name == element else value for name, value in statement.items()
    }


def _without(*conditions: str) -> Callable[[Statement], Statement]:
    """No condition on these keys, wherever they stand."""

    def left(keys: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in keys.items() if key not in conditions}

    return lambda statement: {
        **statement,
        "Condition": {
            operator: left(keys) for operator, keys in statement.get("Condition", {}).items()
        },
    }


def _without_refusal(sid: str) -> Callable[[Statement], Statement]:
    """A refusal that refuses no action any more."""
    return lambda statement: (
        {**statement, "Action": []} if statement.get("Sid") == sid else statement
    )


TASK_ROLE = "arn:aws:iam::123456789012:role/triflow-ai-staging-ecs-task-role"
TAG = "${aws:PrincipalTag/tenant_id}"
WEAKENINGS: dict[str, Callable[[Statement], Statement]] = {
    "any tenant's files": _with("Resource", TAG, "*"),
    "any tenant's lists": _with("Condition", TAG, "*"),
    "a folder without its slash": _with("Resource", f"{TAG}/*", f"{TAG}*"),
    "a list without the folder's slash": _with("Condition", f"{TAG}/*", f"{TAG}*"),
    "lists of any prefix": _without("s3:prefix"),
    "every environment's folder": _with("Resource", "/staging/tenants", "/*tenants"),
    "every bucket of the account": _with(
        "Resource", "s3:::triflow-ai-nonprod", "s3:::triflow-ai-*"
    ),
    "every action on files": _with("Action", "s3:PutObject", "s3:*"),
    "a right to remove versions": _with("Action", "s3:DeleteObject", "s3:DeleteObject*"),
    "sessions without a tenant": _without("aws:RequestTag/tenant_id"),
    "sessions with other tags": _without("aws:TagKeys"),
    "a number of any length": _with("Condition", "????????-????", "*"),
    "anyone as a tenant": _with("Principal", TASK_ROLE, "*"),
    "tasks for other accounts": _without("aws:SourceAccount"),
    "tasks that read all": _with("Resource", "shared/*", "*"),
    "plain HTTP": _without_refusal("RefusePlainHttp"),
    "old TLS": _without_refusal("RefuseTlsBelow12"),
    "CI that reads content": _without_refusal("ConfigurationNotContent"),
}


@pytest.mark.clause("S8")
@pytest.mark.parametrize("weakening", WEAKENINGS.values(), ids=WEAKENINGS)
def test_a_weaker_policy_would_be_noticed(weakening: Callable[[Statement], Statement]) -> None:
    """Each slip that opens a door has a question in the matrix that finds the door open."""
    asked = (
        _weakened(case, weakening)
        for row in cases.rows()
        if row.environment == "staging"
        for case in row.cases()
        if not case.may
    )

    assert any(case.answer for case in asked)


def _weakened(case: Case, weakening: Callable[[Statement], Statement]) -> Case:
    def weaker(document: Document) -> Document:
        return {**document, "Statement": [weakening(each) for each in document["Statement"]]}

    return replace(case, own=tuple(map(weaker, case.own)), other=weaker(case.other))
