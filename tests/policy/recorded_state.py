"""A recorded stack in the form in which the engine's state files keep it."""

from typing import Any

from tests.program.recorder import UNKNOWN, record


def a_state(stack: str) -> list[dict[str, Any]]:
    """Return the resources of a stack as after its update: inputs, relations, options."""
    return [
        {
            "urn": one.urn,
            "type": one.type,
            "inputs": _known(dict(one.props)),
            "outputs": _known(dict(one.props)),
            "parent": one.parent,
            "ignoreChanges": list(one.options.ignore_changes),
            "protect": one.options.protect,
            "retainOnDelete": one.options.retain_on_delete,
            "provider": one.provider,
            "propertyDependencies": {k: list(v) for k, v in one.property_dependencies.items()},
        }
        for one in record(stack).resources
    ]


def the(records: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """Return the inputs of the one AWS resource of that name, to be spoilt."""
    (found,) = [
        one
        for one in records
        if one["urn"].endswith(f"::{name}") and one["type"].startswith("aws:")
    ]
    inputs: dict[str, Any] = found["inputs"]
    return inputs


def _known(value: Any) -> Any:  # noqa: ANN401 - any shape of property
    """After an update nothing is unknown; what only AWS knows is some text."""
    if value is UNKNOWN:
        return "known-now"
    if isinstance(value, dict):
        return {key: _known(inner) for key, inner in value.items()}
    return [_known(inner) for inner in value] if isinstance(value, list) else value
