"""From what AWS answers to Pulumi's outputs and inputs: pure functions over a row."""

# ruff: noqa: ANN401 - a property is of any JSON kind

from collections.abc import Mapping
from typing import Any

from local.aws import schema
from local.aws.catalogue import ROWS
from local.aws.requests import OF_THE_ENGINE
from local.aws.row import Row
from local.aws.shapes import convert, match
from local.aws.templates import Absent, Made, Text, find, reads, render
from local.aws.values import Secret, is_empty, parse_json, plain, same, text

# What Terraform's provider leaves in an attribute that AWS did not answer.
ZEROES: dict[str, Any] = {"string": "", "boolean": False, "integer": 0, "number": 0}


def outputs(
    token: str, inputs: Mapping[str, Any], identity: str, live: Mapping[str, Any], account: str
) -> dict[str, Any]:
    """Return every output of the token; inputs count as they were given."""
    row, kind = ROWS[token], schema.resource(token)
    found = {name: value for name, value in inputs.items() if name != "__defaults"}
    scope = {**plain(inputs), **_here(identity, inputs, live, account)}
    for name, wanted in kind.outputs.items():
        if found.get(name) is not None:
            continue
        value = answer(row, name, wanted, scope)
        value = _zero(wanted) if value is None and wanted.endswith("!") else value
        if value is not None:
            found[name] = value
    if "tagsAll" in kind.outputs:
        found["tagsAll"] = inputs.get("tags") or {}
    secret = {*kind.secret, *row.secret}
    return {
        name: Secret(value) if name in secret and not isinstance(value, Secret) else value
        for name, value in found.items()
    }


def unanswered(token: str, found: Mapping[str, Any]) -> list[str]:
    """Return the outputs that are only a zero because AWS answered nothing; for tests and docs."""
    kind = schema.resource(token)
    return sorted(
        name
        for name, wanted in kind.outputs.items()
        if wanted.endswith("!") and found.get(name) == _zero(wanted)
    )


def _here(
    identity: str, inputs: Mapping[str, Any], live: Mapping[str, Any], account: str
) -> dict[str, Any]:
    region = plain(inputs.get("region")) or ""
    return {"id": identity, "region": region, "account": account, "live": live}


def _zero(wanted: str) -> Any:
    bare = wanted.rstrip("!")
    if bare.startswith("["):
        return []
    # An object that the SDK would convert from {} or "" ends the program: only null is safe.
    return {} if bare.startswith("{") else ZEROES.get(bare)


def answer(row: Row, name: str, wanted: str, scope: Mapping[str, Any]) -> Any:
    """Return what AWS says of one property; None if it says nothing of it."""
    rule = row.outputs.get(name)
    live = scope["live"]
    if isinstance(rule, Text | Made):
        found = render(rule, scope)
        found = None if isinstance(found, Absent) else found
    elif rule is not None:
        found = find(rule, live) if rule else None
    else:
        found = _by_name(row.rename.get(name, name), live)
    return convert(found, wanted, schema.objects())


def _by_name(name: str, live: Any) -> Any:
    for step in name.split("."):
        member = match(step, live) if isinstance(live, Mapping) else None
        if member is None:
            return None
        live = live[member]
    return live


def drifted(
    token: str, inputs: Mapping[str, Any], identity: str, live: Mapping[str, Any], account: str
) -> dict[str, Any]:
    """Return the inputs with the live value where AWS no longer holds what was asked for."""
    row, kind = ROWS[token], schema.resource(token)
    scope = {**plain(inputs), **_here(identity, inputs, live, account)}
    fixed = {*row.undrifting, *row.ignored, *OF_THE_ENGINE}
    found = dict(inputs)
    for name, old in inputs.items():
        if name in fixed or name not in kind.inputs or is_empty(old):
            continue
        now = answer(row, name, kind.inputs[name], scope)
        if now is not None and not agree(plain(old), now):
            found[name] = Secret(now) if isinstance(old, Secret) else now
    return found


def agree(old: Any, live: Any) -> bool:
    """Return whether AWS still holds an input; letter case and what it says besides is nothing."""
    if isinstance(old, Mapping) and isinstance(live, Mapping):
        return all(agree(value, live.get(name)) for name, value in old.items())
    if isinstance(old, list) and isinstance(live, list):
        return len(old) == len(live) and _agree_in_some_order(old, live)
    if is_empty(old) or old is False or old == "":
        return not live
    if live is None:
        return True  # AWS leaves out what it does not tell, a secret for one
    if isinstance(old, str) and isinstance(live, str) and old.casefold() == live.casefold():
        return True
    return same(old, live) or _agree_as_json(old, live)


def _agree_in_some_order(old: list[Any], live: list[Any]) -> bool:
    rest = list(live)
    for item in old:
        partner = next((other for other in rest if agree(item, other)), None)
        if partner is None:
            return False
        rest.remove(partner)
    return True


def _agree_as_json(old: Any, live: Any) -> bool:
    """Compare two JSON texts as AWS does, which adds members of its own and a list around one."""
    left, right = parse_json(old), parse_json(live)
    return left is not None and right is not None and agree(left, right)


def imported(
    token: str, identity: str, live: Mapping[str, Any], region: str, account: str
) -> dict[str, Any]:
    """Return inputs that describe a resource which the stack did not make."""
    row, kind = ROWS[token], schema.resource(token)
    found: dict[str, Any] = dict(from_identity(row, identity))
    if "region" in kind.inputs:
        found["region"] = region
    scope = {**found, **_here(identity, found, live, account)}
    for name, wanted in kind.inputs.items():
        if name in found or name in row.ignored or name in OF_THE_ENGINE:
            continue
        value = answer(row, name, wanted, scope)
        # A zero is what AWS says where nothing was asked for, unless it chooses the value itself.
        if value or (kind.computed(name) and value not in (None, "", [], {})):
            found[name] = value
    tags = found.get("tags")
    if isinstance(tags, Mapping):
        found["tags"] = {k: v for k, v in tags.items() if not k.startswith("aws:")}
    missing = {name: value for name, value in row.defaults.items() if name not in found}
    return {**found, **missing, "__defaults": sorted(missing)}


def from_identity(row: Row, identity: str) -> dict[str, str]:
    """Return the inputs which an id made of inputs tells: {bucket}, {role}:{name}."""
    if not isinstance(row.id, Text):
        return {}
    names = list(reads(row.id))
    first, rest = row.id.template, identity
    found: dict[str, str] = {}
    for index, part in enumerate(_parts(first)):
        if index % 2 == 0:
            if not rest.startswith(part):
                return {}
            rest = rest[len(part) :]
            continue
        name = part.split(" ")[0]  # {a || b}: an id tells the first of them
        following = _parts(first)[index + 1]
        end = rest.find(following) if following else len(rest)
        found[name] = rest[:end] if end >= 0 else rest
        rest = rest[len(found[name]) :]
    return {name: value for name, value in found.items() if name in names}


def _parts(template: str) -> list[str]:
    """Return fixed text and placeholder in turn."""
    return [text(part) for part in template.replace("}", "{").split("{")]
