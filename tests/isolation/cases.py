"""Turns each row of matrix.yaml into requests, as AWS would find them before it, and asks them.

Every request carries the condition keys that AWS documents for its action: whether it travels by
TLS and by which, the session's tag, the prefix of a list.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import yaml

from tests.isolation import stage
from tests.isolation.evaluator import Answer, Document, Request, evaluate
from tests.program.recorder import ACCOUNT

ENVIRONMENTS = ("prod", "staging", "dev")
A = "7f3c2f6e-7b0a-4a52-9f0e-0d7f7f1c9a11"
B = "7f3c2f6e-7b0a-4a52-9f0e-0d7f7f1c9a12"  # the last digit differs
ROLES = {
    "tenant": "tenants-tenant-role",
    "task": "tenants-task-role",
    "tagger": "tenants-tagger-role",
    "execution": "compute-execution-role",
    "restart": "compute-restart-function-role",
    "relay": "alerts-relay-function-role",
    "archive writer": "monitoring-archive-stream-role",
    "archive sender": "monitoring-archive-sender",
    "ci preview": "ci-preview",
    "ci deploy": "ci-deploy",
}
NEWEST_TLS = "1.3"


@dataclass(frozen=True)
class Case:
    """One question with the answer that is wanted, and all that the answer follows from."""

    question: str
    may: bool
    request: Request
    own: tuple[Document, ...]
    other: Document

    @property
    def answer(self) -> bool:
        """What AWS would answer; a role is taken only if its own trust allows it."""
        if not self.request.action.startswith("sts:"):
            return evaluate(self.request, self.own, self.other) is Answer.ALLOWED
        trusted = evaluate(self.request, [], self.other) is Answer.ALLOWED
        return trusted and evaluate(self.request, self.own) is not Answer.REFUSED


@dataclass(frozen=True)
class Row:
    """One row of the matrix in one environment; its cases are made when they are asked for."""

    environment: str
    kind: str
    content: Mapping[str, Any]

    def __str__(self) -> str:
        """Return the words by which a test is called."""
        return f"{self.environment}: {self.content['title']}"

    def cases(self) -> list[Case]:
        """Every caller with every action on every key or list, or into every role."""
        ask = {"rows": _calls, "sessions": _sessions}[self.kind]
        return list(ask(self.content, self.environment))


def rows() -> list[Row]:
    """Every row of the matrix in every environment that it is about."""
    matrix = yaml.safe_load((Path(__file__).parent / "matrix.yaml").read_text(encoding="utf-8"))
    return [
        Row(environment, kind, row)
        for kind, content in matrix.items()
        for row in content
        for environment in row.get("only", ENVIRONMENTS)
    ]


def _calls(row: Mapping[str, Any], environment: str) -> Iterator[Case]:
    places = [(key, None) for key in _filled(row.get("keys", []), environment)] + [
        (None, prefix) for prefix in _filled(row.get("lists", []), environment)
    ]
    bucket = stage.bucket(_other_bucket(environment) if "bucket" in row else environment)
    ways = row.get("transport", [NEWEST_TLS])
    for caller, action, (key, prefix), way in product(row["callers"], row["actions"], places, ways):
        who, own, context = _caller(caller, environment)
        context |= _transport(way) | ({} if prefix is None else {"s3:prefix": prefix})
        yield Case(
            f"{caller} {action} {key or repr(prefix)} {way}",
            row["may"],
            Request(who, f"s3:{action}", bucket.arn + (f"/{key}" if key else ""), context),
            own,
            bucket.policy,
        )


def _sessions(row: Mapping[str, Any], environment: str) -> Iterator[Case]:
    accounts = row.get("on_behalf_of", [None])
    for caller, wanted, tags, account in product(
        row["callers"], _filled(row["roles"], environment, _names), row["tags"], accounts
    ):
        who, own, context = _caller(caller, environment)
        home, _, name = wanted.partition(" ")
        role = _role(name, home)
        context |= {"aws:SourceAccount": account} if account else {}
        context |= {f"aws:RequestTag/{key}": _number(value) for key, value in tags.items()}
        context |= {"aws:TagKeys": list(tags)} if tags else {}
        # With tags AWS asks for both, so it is enough to refuse a session that one is not allowed.
        actions = ["sts:AssumeRole", *(["sts:TagSession"] if tags else [])]
        for action in actions if row["may"] else actions[:1]:
            yield Case(
                f"{caller} {action} {wanted} {tags} {account}",
                row["may"],
                Request(who, action, role.arn, context),
                own,
                role.trust,
            )


def _caller(
    words: str, environment: str
) -> tuple[frozenset[str], tuple[Document, ...], dict[str, str | Sequence[str]]]:
    """The caller's names, policies and what AWS knows of the caller in each request."""
    if words == "nobody":
        return frozenset(), (), {}
    name, tagged, tenant = words.partition(" ")
    if name == "service":
        return frozenset({f"{tenant}.amazonaws.com"}), (), {}
    if name != "tenant":
        name, tagged = words, ""
    role = _role(name, environment)
    about = {"aws:PrincipalArn": role.arn, "aws:PrincipalAccount": ACCOUNT}
    tag = {"aws:PrincipalTag/tenant_id": _number(tenant)} if tagged else {}
    return role.called(), role.policies, {**about, **tag}


def _role(name: str, environment: str) -> stage.Role:
    stack = "foundation" if name.startswith("ci ") else environment
    return stage.roles(stack)[ROLES[name]]


def _transport(way: str) -> dict[str, str | Sequence[str]]:
    if way == "http":
        return {"aws:SecureTransport": "false"}
    return {"aws:SecureTransport": "true", "s3:TlsVersion": way}


def _filled(
    texts: Sequence[str | None], environment: str, spell: Mapping[str, str] | None = None
) -> list[Any]:
    """The texts with their places taken; one with {there} becomes one for each other place."""
    names = spell or stage.FOLDER_OF
    others = [names[each] for each in ENVIRONMENTS if each != environment]
    filled = [
        text and _number(text, here=names[environment], there=there, env=environment)
        for text in texts
        for there in others
    ]
    return list(dict.fromkeys(filled))


_names = {each: each for each in ENVIRONMENTS}


def _number(text: str, **places: str) -> str:
    return text.format(A=A, B=B, upper=A.upper(), **places)


def _other_bucket(environment: str) -> str:
    return "staging" if environment == "prod" else "prod"
