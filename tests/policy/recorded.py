"""What the real programs register, as resources for the judge; from the program's recorder."""

from collections.abc import Mapping
from typing import Any

from policy.judge import Judge, Outcome
from policy.registry import REGISTRY
from policy.resources import Options, Provider, Resource
from policy.tokens import STACK_REFERENCE
from policy.values import UNKNOWN
from policy.waivers import load
from tests.policy.stand import TODAY
from tests.program import recorder
from tests.program.recorder import Recording


def resources(recording: Recording) -> list[Resource]:
    """Turn a recording into what the engine would show the pack: nothing that is only read."""
    by_urn = {one.urn: one for one in recording.resources if one.type != STACK_REFERENCE}
    return [_resource(one, by_urn) for one in by_urn.values()]


def judged(recording: Recording) -> Outcome:
    """Judge a recorded stack with the whole pack and its real waivers."""
    judge = Judge(REGISTRY, load(), TODAY, "preview" if recording.preview else "update")
    found = resources(recording)
    for resource in found:
        judge.resource(resource)
    return judge.everything(judge.stack(found))


def _resource(one: recorder.Resource, by_urn: Mapping[str, recorder.Resource]) -> Resource:
    inputs = _tree(dict(one.props))
    provider = by_urn.get(one.provider.rpartition("::")[0])
    return Resource(
        urn=one.urn,
        token=one.type,
        name=one.name,
        inputs=inputs,
        options=Options(
            protect=one.options.protect,
            ignore_changes=one.options.ignore_changes,
            parent=one.parent,
        ),
        provider=Provider(
            urn=provider.urn, name=provider.name, properties=_tree(dict(provider.props))
        )
        if provider
        else None,
        dependencies={
            key: tuple(urn for urn in urns if urn in by_urn)
            for key, urns in one.property_dependencies.items()
        },
        read_outputs=lambda: inputs,
    )


def _tree(value: Any) -> Any:  # noqa: ANN401  # any shape of property
    if value is recorder.UNKNOWN:
        return UNKNOWN
    if isinstance(value, dict):
        return {key: _tree(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_tree(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
