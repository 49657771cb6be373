"""Says what AWS would answer to a request, from the JSON of the policies alone.

It follows AWS's pages "Policy evaluation logic", "IAM JSON policy elements: Condition operators",
"IAM policy elements: Variables and tags" and "Multivalued context keys", within one account.
test_evaluator holds it to the examples of those pages; second_opinion asks a maintained evaluator
the same questions. None is at hand for Python: moto's knows no policy variable and no condition
on S3, the others ask AWS itself.

What its answers do not prove:
- that AWS holds these documents, and that nobody has changed them since;
- that AWS puts into a request what is put in here: its keys are those that AWS documents for the
  action;
- what someone can do who may write policies, or who has credentials of another session;
- what else could only take rights away: policies of the organization, boundaries, session policies
  and the policies of VPC endpoints are not looked at. Callers of other accounts are not either.

A word that it does not know ends the evaluation with Unjudged: nothing passes by being overlooked.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any

Document = Mapping[str, Any]
Context = Mapping[str, str | Sequence[str]]
VARIABLES_SINCE = "2012-10-17"
KNOWN = {
    "Sid",
    "Effect",
    "Principal",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}


class Answer(StrEnum):
    """What AWS answers, and whether a statement says so."""

    ALLOWED = "allowed"
    REFUSED = "refused by a statement"
    NOT_ALLOWED = "allowed by no statement"


class Unjudged(Exception):  # noqa: N818 - not an error of the caller's
    """The document says something that this evaluator cannot judge."""


class _Unresolved(Exception):  # noqa: N818 - likewise
    """A variable has no value in this request: AWS then takes the statement for invalid."""


@dataclass(frozen=True)
class Request:
    """Who asks for what; `caller` has every name that a policy may call the caller by."""

    caller: frozenset[str]
    action: str
    resource: str
    context: Context = field(default_factory=dict)

    def values(self, key: str) -> list[str] | None:
        """The values of a condition key, whose name AWS reads without regard to case."""
        for name, value in self.context.items():
            if name.lower() == key.lower():
                return [value] if isinstance(value, str) else list(value)
        return None


def evaluate(request: Request, own: Sequence[Document], other: Document | None = None) -> Answer:
    """The answer of the caller's own policies and the policy of the resource, in one account."""
    found = {statement["Effect"] for statement in _applying(request, own, other)}
    if "Deny" in found:
        return Answer.REFUSED
    return Answer.ALLOWED if "Allow" in found else Answer.NOT_ALLOWED


def _applying(
    request: Request, own: Sequence[Document], other: Document | None
) -> Iterator[Mapping[str, Any]]:
    for document in [*own, *([other] if other else [])]:
        for statement in _list(document["Statement"]):
            if unknown := set(statement) - KNOWN:
                raise Unjudged(f"{unknown} in a statement")
            if _applies(statement, request, variables=document.get("Version") == VARIABLES_SINCE):
                yield statement


def _applies(statement: Mapping[str, Any], request: Request, *, variables: bool) -> bool:
    values = request.values if variables else None
    try:
        return (
            _names(statement.get("Principal", "*"), request.caller)
            and _covers(statement, "Action", lambda wanted: _action(wanted, request.action))
            and _covers(statement, "Resource", lambda arn: _arn(arn, request.resource, values))
            and all(
                _holds(operator, key, _list(wanted), request, values)
                for operator, keys in statement.get("Condition", {}).items()
                for key, wanted in keys.items()
            )
        )
    except _Unresolved:
        return False


def _names(principal: str | Mapping[str, Any], caller: frozenset[str]) -> bool:
    if principal == "*":
        return True
    if isinstance(principal, str) or set(principal) - {"AWS", "Service", "Federated"}:
        raise Unjudged(f"principal {principal}")
    names = {name for group in principal.values() for name in _list(group)}
    if any(name.endswith(":root") or name.isdigit() for name in names):
        raise Unjudged("a whole account as principal")
    return "*" in names or bool(names & caller)


def _covers(statement: Mapping[str, Any], element: str, matches: Callable[[str], bool]) -> bool:
    if f"Not{element}" in statement:
        return not any(map(matches, _list(statement[f"Not{element}"])))
    if element not in statement and "Principal" in statement:
        return True  # a trust policy names no resource: it is the role's own
    return any(map(matches, _list(statement[element])))


def _action(wanted: str, action: str) -> bool:
    return _like(wanted.lower(), action.lower(), None)


Values = Callable[[str], list[str] | None] | None


def _arn(wanted: str, arn: str, values: Values) -> bool:
    """By its parts, since no wildcard reaches over a colon, except in the last part."""
    if wanted == "*":
        return True
    pieces, parts = wanted.split(":", 5), arn.split(":", 5)
    return len(pieces) == len(parts) and all(
        _like(piece, part, values) for piece, part in zip(pieces, parts, strict=True)
    )


def _holds(operator: str, key: str, wanted: list[str], request: Request, values: Values) -> bool:
    found = request.values(key)
    if operator == "Null":
        return [str(found is None).lower()] == [each.lower() for each in wanted]
    quantity, _, plain = operator.rpartition(":")
    plain, if_exists = plain.removesuffix("IfExists"), plain.endswith("IfExists")
    negated = plain.replace("Not", "", 1) if "Not" in plain else None
    matches = _operator(negated or plain)
    texts = [_filled(each, plain, values) for each in wanted]
    if found is None:
        return {"ForAllValues": True, "ForAnyValue": False}.get(
            quantity, if_exists or negated is not None
        )

    def one(value: str) -> bool:
        return any(matches(text, value) for text in texts) == (negated is None)

    if quantity == "ForAllValues":
        return all(map(one, found))
    if quantity != "ForAnyValue" and len(found) != 1:
        raise Unjudged(f"{operator} on {len(found)} values of {key}")
    return any(map(one, found))


def _operator(name: str) -> Callable[[str, str], bool]:
    if name not in _OPERATORS:
        raise Unjudged(f"operator {name}")
    return _OPERATORS[name]


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda wanted, value: _plain(wanted) == value,
    "StringEqualsIgnoreCase": lambda wanted, value: _plain(wanted).lower() == value.lower(),
    "StringLike": lambda wanted, value: _like(wanted, value, None),
    "ArnEquals": lambda wanted, value: _arn(wanted, value, None),
    "ArnLike": lambda wanted, value: _arn(wanted, value, None),
    "Bool": lambda wanted, value: wanted.lower() == value.lower(),
    "NumericEquals": lambda wanted, value: float(value) == float(wanted),
    "NumericLessThan": lambda wanted, value: float(value) < float(wanted),
    "NumericLessThanEquals": lambda wanted, value: float(value) <= float(wanted),
    "NumericGreaterThan": lambda wanted, value: float(value) > float(wanted),
    "NumericGreaterThanEquals": lambda wanted, value: float(value) >= float(wanted),
}

# ${name}, ${name, 'default'}, and ${*}, ${?}, ${$} for the signs themselves.
_VARIABLE = re.compile(r"\$\{(?P<name>[^},]+)(?:,\s*'(?P<default>[^']*)')?\}")


def _filled(text: str, operator: str, values: Values) -> str:
    """The text with its variables replaced by what they stand for, which holds no wildcard."""
    if values is None or not operator.startswith(("String", "Arn")):
        return text

    def replaced(match: re.Match[str]) -> str:
        name, default = match["name"].strip(), match["default"]
        if name in "*?$":
            return match[0]
        found = values(name) or ([default] if default is not None else [])
        if len(found) != 1:
            raise _Unresolved
        return re.sub(r"[*?$]", r"${\g<0>}", found[0])

    return _VARIABLE.sub(replaced, text)


def _plain(text: str) -> str:
    return re.sub(r"\$\{([*?$])\}", r"\1", text)


def _like(wanted: str, value: str, values: Values) -> bool:
    """Whether the value has this form, in which * is any text and ? any one sign."""
    return _form(_filled(wanted, "String", values)).fullmatch(value) is not None


@cache
def _form(text: str) -> re.Pattern[str]:
    # "a${*}b*" splits into "a", "${*}", "b", "*", "": every second piece is a sign of its own.
    signs = {"*": ".*", "?": "."}
    pieces = re.split(r"(\$\{[*?$]\}|[*?])", text)
    form = "".join(signs.get(piece) or re.escape(_plain(piece)) for piece in pieces)
    return re.compile(form, re.DOTALL)


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else [value]
