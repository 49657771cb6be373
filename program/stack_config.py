"""Reads a stack's configuration into a model and tells every mistake in it at once.

Knows no setting: a setting's type says what is legal, its description what is allowed, and its
first example is the value that a fix proposes.
"""

import json
import shlex
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeVar

import pulumi
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.alias_generators import to_camel
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails


class Section(BaseModel):
    """A group of settings: frozen, keys in camelCase, unknown keys and wrong types refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, alias_generator=to_camel)


@dataclass(frozen=True)
class Mistake:
    """One mistake: the key below the namespace, the fact, and what to set (None: to remove)."""

    key: str
    fact: str
    mend: Mapping[str, str | None]


Raw = Mapping[str, Any]
Rule = Callable[[Raw], Iterable[Mistake]]
Model = TypeVar("Model", bound=Section)


def read(
    model: type[Model],
    project: str,
    stack: str,
    *,
    derived: Raw,
    rules: Iterable[Rule] = (),
) -> Model:
    """Return the stack's settings, judged by their types and by the rules that join several.

    `derived` are fields that no key can set. A rule reads the configuration as written; what it
    says of a key takes the place of what the key's type says.

    Raises:
        pulumi.RunError: one message with every mistake and the command that mends each.
    """
    given = pulumi.runtime.get_config_env()
    raw = filled(model, _own(given, project)) | dict(derived)
    ruled = [mistake for rule in rules for mistake in rule(raw)]
    keys = {mistake.key for mistake in ruled}
    typed = [mistake for mistake in _misfits(model, raw) if mistake.key not in keys]
    mistakes = [*_foreign(given), *typed, *ruled]
    if mistakes:
        raise pulumi.RunError(message(project, stack, mistakes))
    return model.model_validate(raw)


def message(project: str, stack: str, mistakes: Iterable[Mistake]) -> str:
    """Return all mistakes of a stack file as one text, each with the line that mends it."""
    told = [_told(project, stack, mistake) for mistake in mistakes]
    count = "1 mistake" if len(told) == 1 else f"{len(told)} mistakes"
    return f"Pulumi.{stack}.yaml has {count}, so nothing was planned.\n" + "\n".join(told)


def _told(project: str, stack: str, mistake: Mistake) -> str:
    full = _full(project, mistake.key)
    secret = _full(project, mistake.key.split(".")[0]) in _secret_keys()
    fact = "is not legal (a secret, not shown)" if secret else mistake.fact
    commands = [
        _command(_path(project, key), value, secret=secret) + f" -s {stack}"
        for key, value in mistake.mend.items()
    ]
    return f"{full} {fact}.\n  Fix: {' && '.join(commands)}"


def _command(path: str, value: str | None, *, secret: bool) -> str:
    """Without a value on the line, the engine asks for it and shows no character of it."""
    if value is None:
        return f"pulumi config rm --path {path}"
    if secret:
        return f"pulumi config set --secret --path {path}"
    return f"pulumi config set --path {path} {shlex.quote(value)}"


def _path(project: str, key: str) -> str:
    return f"'{_full(project, key)}'"


def _full(project: str, key: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _secret_keys() -> list[str]:
    return pulumi.runtime.get_config_secret_keys_env()


def _own(given: Mapping[str, str], project: str) -> dict[str, Any]:
    prefix = f"{project}:"
    return {key.removeprefix(prefix): text for key, text in given.items() if key.startswith(prefix)}


def filled(model: type[Section], raw: Raw) -> dict[str, Any]:
    """Return `raw` with an empty section for an absent one: then each missing key is named."""
    sections = {
        alias(field): below for field in model.model_fields.values() if (below := section(field))
    }
    given = {key: _parsed(raw[key]) if key in raw else {} for key in sections}
    return dict(raw) | {
        key: filled(sections[key], value) if isinstance(value, dict) else value
        for key, value in given.items()
    }


def _parsed(value: Any) -> Any:  # noqa: ANN401 - JSON
    """The engine hands a map over as JSON text, and a plain value as it stands."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except json.JSONDecodeError:
        return value


def _foreign(given: Mapping[str, str]) -> list[Mistake]:
    """Keys of the default AWS provider would do nothing, silently: the program makes its own."""
    fact = "is not read; the program's own provider decides region and account"
    return [Mistake(key, fact, {key: None}) for key in given if key.startswith("aws:")]


def _misfits(model: type[Section], raw: Raw) -> list[Mistake]:
    try:
        model.model_validate(raw)
    except ValidationError as refusal:
        return [_misfit(model, error) for error in refusal.errors()]
    return []


def _misfit(model: type[Section], error: ErrorDetails) -> Mistake:
    *path, last = [str(part) for part in error["loc"]]
    owner, key, value = _descend(model, path), ".".join([*path, last]), error["input"]
    if error["type"] == "extra_forbidden":
        return _unknown(owner, path, last, value)
    field = _field(owner, last)
    if below := section(field):
        return Mistake(key, f"is {value!r}; allowed: a map of {_keys(below)}", {key: None})
    fact = "is missing" if error["type"] == "missing" else f"is {value!r}"
    [example] = field.examples or [""]
    return Mistake(key, f"{fact}; allowed: {field.description}", {key: str(example)})


def _unknown(owner: type[Section], path: list[str], key: str, value: object) -> Mistake:
    """A key that is close to a known one keeps its value under the right name."""
    close = get_close_matches(key, [alias(field) for field in owner.model_fields.values()], n=1)
    full = ".".join([*path, key])
    mend: dict[str, str | None] = {full: None}
    if close and isinstance(value, str | int):
        mend[".".join([*path, close[0]])] = str(value)
    return Mistake(full, f"is unknown; allowed: {_keys(owner)}", mend)


def _descend(model: type[Section], path: list[str]) -> type[Section]:
    for key in path:
        model = section(_field(model, key)) or model
    return model


def _field(owner: type[Section], key: str) -> FieldInfo:
    return next(field for field in owner.model_fields.values() if alias(field) == key)


def _keys(owner: type[Section]) -> str:
    return ", ".join(
        key for field in owner.model_fields.values() if (key := alias(field))[0] != "("
    )


def section(field: FieldInfo) -> type[Section] | None:
    """Return the model of a field that is a section; None for a plain setting."""
    annotation = field.annotation
    if isinstance(annotation, type) and issubclass(annotation, Section):
        return annotation
    return None


def alias(field: FieldInfo) -> str:
    """Return the key by which the stack file names the field."""
    return str(field.alias)
