"""Check: fills in what the program left open and refuses what AWS would refuse, before any call.

Names, types, required inputs and enumerations come from schema.json and botocore's models; nothing
here knows a service.
"""

# ruff: noqa: ANN401 - a property is of any JSON kind

import difflib
import hashlib
from collections.abc import Mapping
from typing import Any

from local.aws import schema
from local.aws.catalogue import ROWS, file_for
from local.aws.requests import carried, refusals, request, taken, wanted
from local.aws.row import Name, Row
from local.aws.settings import Settings
from local.aws.shapes import Problems
from local.aws.values import (
    UNKNOWN,
    Asset,
    Secret,
    Unknown,
    is_empty,
    parse_json,
    plain,
    text,
)

RANDOM_DIGITS = 7


def check(
    token: str,
    name: str,
    news: Mapping[str, Any],
    *,
    olds: Mapping[str, Any],
    seed: bytes,
    settings: Settings,
) -> tuple[dict[str, Any], Problems]:
    """Return the inputs completed by defaults, and what is wrong with them."""
    problems = Problems()
    if token not in ROWS:
        problems.add("", no_row(token))
        return dict(news), problems
    row, kind = ROWS[token], schema.resource(token)
    inputs = {
        key: value for key, value in news.items() if value is not None and key != "__defaults"
    }
    _verify_members(inputs, kind.inputs, "", problems)
    defaults = _defaults(row, kind, inputs, settings)
    if row.name and row.name.property not in inputs:
        made = _name(row.name, name, inputs, olds, seed)
        defaults[row.name.property] = made
        _verify_length(row.name, made, problems)
    inputs |= defaults
    _merge_tags(row, kind, inputs, settings)
    if not problems.found:
        _verify_row(token, row, inputs, problems)
    inputs["__defaults"] = sorted(defaults)
    return _with_secrets(row, kind, inputs), problems


def no_row(token: str) -> str:
    """Return the sentence for a token that the catalogue does not know."""
    return (
        f"the local AWS has no row for {token}, so it cannot build it; "
        f"add one to {file_for(token)}, then run `python -m local.aws.generate`"
    )


def _defaults(
    row: Row, kind: schema.Type, inputs: Mapping[str, Any], settings: Settings
) -> dict[str, Any]:
    """Return what the program did not give: the row's defaults and the provider's region."""
    found = {key: value for key, value in row.defaults.items() if key not in inputs}
    if "region" in kind.inputs and "region" not in inputs:
        found["region"] = settings.region
    return found


def _name(
    name: Name, logical: str, inputs: Mapping[str, Any], olds: Mapping[str, Any], seed: bytes
) -> Any:
    """Return the automatic name of before, or a new one; UNKNOWN if its prefix is."""
    earlier = olds.get(name.property)
    if earlier and name.property in olds.get("__defaults", []):
        return earlier
    prefix = plain(inputs.get(f"{name.property}Prefix"))
    if isinstance(prefix, Unknown):
        return UNKNOWN
    start = prefix or f"{logical}-"
    digits = hashlib.sha256(seed).hexdigest()[:RANDOM_DIGITS]
    return f"{start.lower() if name.lower else start}{digits}{name.suffix}"


def _verify_length(name: Name, made: Any, problems: Problems) -> None:
    if isinstance(made, str) and len(made) > name.length:
        problems.add(
            name.property,
            f"the automatic name {made!r} has {len(made)} characters and AWS allows {name.length}; "
            f"give {name.property!r} or a shorter resource name",
        )


def _merge_tags(row: Row, kind: schema.Type, inputs: dict[str, Any], settings: Settings) -> None:
    """Merge the provider's default tags into `tags`, as the AWS provider itself does."""
    if not row.tags or "tags" not in kind.inputs or not settings.default_tags:
        return
    own = inputs.get("tags") or {}
    unknown = isinstance(own, Unknown) or isinstance(settings.default_tags, Unknown)
    if isinstance(own, Secret):
        inputs["tags"] = Secret(settings.default_tags | own.value)
    else:
        inputs["tags"] = UNKNOWN if unknown else {**settings.default_tags, **own}


def _with_secrets(row: Row, kind: schema.Type, inputs: dict[str, Any]) -> dict[str, Any]:
    """Return the inputs with what is always secret wrapped as such."""
    always = {*row.secret, *kind.secret}
    return {
        key: Secret(value) if key in always and not isinstance(value, Secret) else value
        for key, value in inputs.items()
    }


def _verify_members(
    given: Mapping[str, Any], fields: Mapping[str, str], path: str, problems: Problems
) -> None:
    legal = {name: kind for name, kind in fields.items() if not kind.endswith("~")}
    for name, value in given.items():
        inside = f"{path}.{name}" if path else name
        if name in legal:
            _verify(value, legal[name].rstrip("!"), inside, problems)
        else:
            problems.add(inside, f"unknown property {name!r}{_nearest(name, legal)}")
    for name, kind in legal.items():
        if kind.endswith("!") and given.get(name) is None:
            inside = f"{path}.{name}" if path else name
            problems.add(inside, f"missing required property {inside!r}")


def _nearest(name: str, legal: Mapping[str, str]) -> str:
    close = difflib.get_close_matches(name, legal, n=1)
    return f"; did you mean {close[0]!r}?" if close else f"; there are: {', '.join(sorted(legal))}"


def _verify(value: Any, kind: str, path: str, problems: Problems) -> None:
    """Note where a value is not of the Pulumi type; unknowns pass."""
    if isinstance(value, Secret):
        value = value.value
    if value is None or isinstance(value, Unknown) or kind == "any":
        return
    if kind.startswith("[") and isinstance(value, list):
        for index, item in enumerate(value):
            _verify(item, kind[1:-1], f"{path}[{index}]", problems)
    elif kind.startswith("{") and isinstance(value, Mapping):
        for key, item in value.items():
            _verify(item, kind[1:-1], f"{path}.{key}", problems)
    elif kind.startswith("#") and isinstance(value, Mapping):
        _verify_members(value, schema.objects()[kind[1:]], path, problems)
    elif not _is_of(value, kind):
        problems.add(path, f"expected {_words(kind)}, got {_words_for(value)}")


def _is_of(value: Any, kind: str) -> bool:
    """Return whether a scalar fits; "30" for a number and 30 for a string do, as in Terraform."""
    if kind == "asset":
        return isinstance(value, Asset)
    if isinstance(value, Mapping | list) or kind[0] in "[{#":
        return False
    if kind == "boolean":
        return isinstance(value, bool) or value in ("true", "false")
    if kind in ("integer", "number"):
        return not isinstance(value, bool) and _is_number(value)
    return True


def _is_number(value: Any) -> bool:
    try:
        float(value)
    except (TypeError, ValueError):
        return False
    return True


def _words(kind: str) -> str:
    return {"[": "a list", "{": "a map", "#": "an object"}.get(kind[0], f"a value of type {kind}")


def _words_for(value: Any) -> str:
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list) else repr(text(value))


def _verify_row(token: str, row: Row, inputs: Mapping[str, Any], problems: Problems) -> None:
    bare = plain(inputs)
    for name in inputs.keys() - taken(token):
        problems.add(
            name, f"no call of the row in {file_for(token)} carries {name!r}; add it there"
        )
    for name, legal in row.legal.items():
        value = bare.get(name)
        if not isinstance(value, Unknown) and value is not None and value not in legal:
            listed = ", ".join(map(text, legal))
            problems.add(name, f"{text(value)!r} is not one of [{listed}]")
    for name in row.documents:
        _verify_document(name, bare.get(name), problems)
    if row.check:
        problems.found.extend(row.check(bare).items())
    _verify_calls(token, row, bare, problems)


def _verify_document(name: str, value: Any, problems: Problems) -> None:
    if value is None or isinstance(value, Unknown):
        return
    parsed = parse_json(value)
    if not isinstance(parsed, dict) or "Statement" not in parsed:
        problems.add(name, "is not a JSON policy: an object with a Statement is needed")


def _verify_calls(token: str, row: Row, inputs: Mapping[str, Any], problems: Problems) -> None:
    """Make the requests of all calls and let botocore's models judge them."""
    scope = stand_in_scope(inputs)
    given = {name for name, value in inputs.items() if not is_empty(value)}
    for call in (row.create, *row.updates):
        first = call is row.create
        if not first and (not carried(token, call) & given or wanted(call, scope) is not True):
            continue
        found = Problems()
        built = request(token, call, scope, found)
        if call.needs and call.needs not in built:
            continue
        found.found += [("", line) for line in refusals(token, call, built)]
        known = {reason for _, reason in problems.found}
        problems.found += [(path, why) for path, why in found.found if why not in known]


def stand_in_scope(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the scope of a resource that does not exist yet."""
    own = {name: _content_stand_in(value) for name, value in inputs.items()}
    unknown = dict.fromkeys(("id", "account", "seed", "live"), UNKNOWN)
    return {"region": UNKNOWN, **own, **unknown, "old": {}, "tagKeysGone": []}


def _content_stand_in(value: Any) -> Any:
    return b"content" if isinstance(value, Asset) else value
