"""Writes schema.json: what pulumi_aws calls the properties of each token of the catalogue.

Run `python -m local.aws.generate` after adding a row or raising pulumi-aws. The provider itself
never imports pulumi_aws, which would cost it seconds at each start.

A type is written as `string`, `integer`, `number`, `boolean`, `asset`, `any`, `[T]`, `{T}` or
`#service/Object`; a `!` behind it says that the property is always there, a `~` that it is only
ever answered, never given.
"""

import collections.abc
import importlib
import inspect
import json
import re
import types
import typing
from pathlib import Path

import pulumi
import pulumi_aws
from pulumi import _types

from local.aws.catalogue import ROWS
from local.aws.lookups import LOOKUPS

SCHEMA = Path(__file__).with_name("schema.json")
SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}
ASSETS = (pulumi.Asset, pulumi.Archive)


def main() -> None:
    """Write schema.json anew."""
    SCHEMA.write_text(render())


def render() -> str:
    """Return the text of schema.json for the catalogue and the pulumi_aws that are there now."""
    objects: dict[str, dict[str, str]] = {}
    classes = _resource_classes()
    document = {
        "generator": "python -m local.aws.generate",
        "version": _plugin_version(),
        "provider": _inputs(pulumi_aws.ProviderArgs, objects),
        "resources": {token: _resource(classes[token], objects) for token in sorted(ROWS)},
        "invokes": {token: _invoke(token, objects) for token in sorted(LOOKUPS)},
        "objects": dict(sorted(objects.items())),
    }
    return json.dumps(document, indent=1) + "\n"


def _plugin_version() -> str:
    file = Path(pulumi_aws.__file__).with_name("pulumi-plugin.json")
    return str(json.loads(file.read_text())["version"])


def _resource_classes() -> dict[str, type]:
    """Return the class of every token, as pulumi_aws registers them for the engine."""
    source = Path(pulumi_aws.__file__).read_text()
    registered = re.search(r'resource_modules="""(.*?)"""', source, re.DOTALL)
    modules = json.loads(registered.group(1)) if registered else []
    named = {token: (m["fqn"], name) for m in modules for token, name in m["classes"].items()}
    return {
        token: getattr(importlib.import_module(named[token][0]), named[token][1])
        for token in sorted(ROWS)
    }


def _resource(cls: type, objects: dict[str, dict[str, str]]) -> dict[str, object]:
    module = importlib.import_module(cls.__module__)
    source = inspect.getsource(module)
    secret = re.search(r"additional_secret_outputs=\[([^\]]*)\]", source)
    return {
        "inputs": _inputs(_args_class(module, cls.__name__), objects),
        "outputs": _outputs(cls, objects),
        "secret": re.findall(r'"(\w+)"', secret.group(1)) if secret else [],
    }


def _args_class(module: types.ModuleType, name: str) -> type:
    """Return the class of a resource's inputs; InitArgs where a nested type has the plain name."""
    found: type = getattr(module, f"{name}InitArgs", None) or getattr(module, f"{name}Args")
    return found


def _invoke(token: str, objects: dict[str, dict[str, str]]) -> dict[str, object]:
    service, _, rest = token.removeprefix("aws:").partition("/")
    function = rest.partition(":")[2]
    python = re.sub(r"([A-Z])", lambda match: f"_{match.group(1).lower()}", function)
    home = "pulumi_aws" if service == "index" else f"pulumi_aws.{service}"
    found = importlib.import_module(f"{home}.{python}")
    result = getattr(found, f"{function[0].upper()}{function[1:]}Result")
    names = inspect.signature(getattr(found, python)).parameters
    return {
        "inputs": {_camel(name): "any" for name in names if name != "opts"},
        "outputs": _outputs(result, objects),
    }


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _inputs(cls: type, objects: dict[str, dict[str, str]]) -> dict[str, str]:
    names = _types.input_type_py_to_pulumi_names(cls)
    required = {
        names[name]
        for name, parameter in inspect.signature(cls).parameters.items()
        if name in names and parameter.default is inspect.Parameter.empty
    }
    return {
        name: _spell(kind, objects) + ("!" if name in required else "")
        for name, kind in sorted(_types.input_type_types(cls).items())
    }


def _outputs(cls: type, objects: dict[str, dict[str, str]]) -> dict[str, str]:
    kinds = _types.resource_types(cls) if issubclass(cls, pulumi.Resource) else _answered(cls)
    names = _types.resource_py_to_pulumi_names(cls)
    optional = {
        pulumi_name
        for name, pulumi_name in names.items()
        if "Optional" in str(_annotation(cls, name)) or "NoneType" in str(_annotation(cls, name))
    }
    return {
        name: _spell(kind, objects) + ("" if name in optional else "!")
        for name, kind in sorted(kinds.items())
    }


def _answered(cls: type) -> dict[str, type]:
    return dict(_types.output_type_types(cls))


def _annotation(cls: type, name: str) -> object:
    getter = inspect.getattr_static(cls, name)
    return getter.fget.__annotations__["return"] if isinstance(getter, property) else None


def _spell(kind: typing.Any, objects: dict[str, dict[str, str]]) -> str:  # noqa: ANN401 - any type
    """Return the type as schema.json writes it, having noted the objects that it names."""
    kind = _bare(kind)
    if kind in SCALARS:
        return SCALARS[kind]
    if inspect.isclass(kind) and issubclass(kind, ASSETS):
        return "asset"
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (list, collections.abc.Sequence):
        return f"[{_spell(arguments[0], objects)}]"
    if origin in (dict, collections.abc.Mapping):
        return f"{{{_spell(arguments[1], objects)}}}"
    if inspect.isclass(kind) and kind.__module__.startswith("pulumi_aws."):
        return _note(kind, objects)
    return "any"


def _note(kind: type, objects: dict[str, dict[str, str]]) -> str:
    if issubclass(kind, str):
        return "string"
    service = kind.__module__.split(".")[1]
    name = f"{service}/{kind.__name__.removesuffix('Args')}"
    given = hasattr(kind, "_pulumi_input_type") or kind.__name__.endswith("Args")
    marker = ("given", name) if given else ("answered", name)
    noted = objects.setdefault(name, {})
    if marker in _noted:
        return f"#{name}"
    _noted.add(marker)
    if given:
        noted |= _inputs(kind, objects)
    else:
        for field, spelled in _types.output_type_types(kind).items():
            noted.setdefault(field, _spell(spelled, objects) + "~")
    return f"#{name}"


_noted: set[tuple[str, str]] = set()


def _bare(kind: typing.Any) -> typing.Any:  # noqa: ANN401 - any type
    """Return the type without Input, Output, Optional and Awaitable around it."""
    origin = typing.get_origin(kind)
    if origin is pulumi.Output:
        return _bare(typing.get_args(kind)[0])
    if origin in (typing.Union, types.UnionType):
        wrappers = (type(None),)
        members = [a for a in typing.get_args(kind) if a not in wrappers]
        plain = [
            m
            for m in members
            if typing.get_origin(m) not in (pulumi.Output, collections.abc.Awaitable)
        ]
        objects = [m for m in plain if not str(m).endswith("Dict'>")]
        return _bare((objects or plain or members)[0])
    return kind


if __name__ == "__main__":
    main()
