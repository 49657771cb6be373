"""Every row keeps the same contract with the engine, from its creation to its second deletion."""

# ruff: noqa: ANN401 - inputs are of any JSON kind

from collections.abc import Iterator
from typing import Any

import pytest

from local.aws import answers, schema
from local.aws.catalogue import ROWS
from local.aws.shapes import convert
from local.aws.values import is_empty, plain
from tests.local.aws.driver import Engine
from tests.local.aws.sample import Sample
from tests.local.aws.samples import SAMPLES


def _names_in(value: Any) -> Iterator[str]:
    """Yield the samples that a value refers to."""
    if isinstance(value, str) and value.startswith("@"):
        yield value[1:].split(".")[0]
    for item in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _names_in(item)


def _resolved(engine: Engine, value: Any) -> Any:
    if isinstance(value, str) and value.startswith("@"):
        name, output = value[1:].split(".")
        state = engine.state[name]
        return state.identity if output == "id" else plain(state.outputs[output])
    if isinstance(value, dict):
        return {key: _resolved(engine, item) for key, item in value.items()}
    return [_resolved(engine, item) for item in value] if isinstance(value, list) else value


def build(engine: Engine, name: str) -> None:
    """Make a sample and, before it, what it needs."""
    sample = SAMPLES[name]
    for needed in (
        *_names_in(sample.inputs),
        *sample.also,
        *_names_in([c for c, _ in sample.changes]),
    ):
        if needed not in engine.state:
            build(engine, needed)
    if name not in engine.state:
        assert engine.up(sample.token, name, _resolved(engine, sample.inputs)) == "create"


def _changed(engine: Engine, sample: Sample, change: dict[str, Any]) -> dict[str, Any]:
    wanted: dict[str, Any] = _resolved(engine, {**sample.inputs, **change})
    return wanted


@pytest.mark.parametrize("name", SAMPLES)
def test_a_resource_is_made_and_unmade_and_seen_truly_in_between(engine: Engine, name: str) -> None:
    """Made, it has all outputs and shows neither change nor drift; deleted twice, it is gone."""
    sample = SAMPLES[name]

    build(engine, name)
    state = engine.state[name]
    seen = engine.read(sample.token, name)
    again = engine.up(sample.token, name, _resolved(engine, sample.inputs))
    engine.delete(sample.token, name)
    engine.state[name] = state

    _assert_typed(sample.token, state.outputs, sample)
    assert seen is not None
    assert seen.inputs == state.inputs
    assert again == "same"
    assert ROWS[sample.token].indelible or engine.read(sample.token, name) is None
    engine.delete(sample.token, name)


def _assert_typed(token: str, outputs: dict[str, Any], sample: Sample) -> None:
    kind = schema.resource(token)
    for output, wanted in kind.outputs.items():
        value = plain(outputs.get(output))
        if wanted.endswith("!") and not wanted.startswith("#"):
            assert value is not None, output
        assert (
            is_empty(value)
            or "asset" in wanted
            or convert(value, wanted, schema.objects()) == value
        ), output
    silent = {
        name
        for name in answers.unanswered(token, outputs)
        if name.lower().endswith(NEVER_EMPTY) and "ipv6" not in name.lower()
    }
    assert sorted(silent - set(sample.unanswered)) == []


NEVER_EMPTY = ("arn", "id", "url", "name", "endpoint", "address")


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        pytest.param(name, change, expected, id=f"{name}-{'-'.join(change)}-{index}")
        for name, sample in SAMPLES.items()
        for index, (change, expected) in enumerate(sample.changes)
    ],
)
def test_a_change_updates_or_replaces_and_then_rests(
    engine: Engine, name: str, change: dict[str, Any], expected: str
) -> None:
    """A changed input is updated in place or replaces, shows no drift, and no change again."""
    sample = SAMPLES[name]
    build(engine, name)
    wanted = _changed(engine, sample, change)

    done = engine.up(sample.token, name, wanted)
    seen = engine.read(sample.token, name)
    again = engine.up(sample.token, name, wanted)

    assert done == expected
    assert seen is not None
    assert seen.inputs == engine.state[name].inputs
    assert again == "same"


@pytest.mark.parametrize("name", [name for name, sample in SAMPLES.items() if sample.importable])
def test_an_existing_resource_is_imported_without_a_replacement(engine: Engine, name: str) -> None:
    """Read with an id alone returns inputs that the program's own do not replace."""
    sample = SAMPLES[name]
    build(engine, name)
    identity = engine.state[name].identity

    found = engine.read(sample.token, name, identity)

    assert found is not None
    engine.state[name] = found
    given = {k: v for k, v in _resolved(engine, sample.inputs).items() if v is not None}
    naming = ROWS[sample.token].name
    if naming:  # whoever imports a resource writes its name into the program
        given[naming.property] = found.inputs[naming.property]
    inputs, problems = engine.check(sample.token, name, given, found.inputs)
    assert problems == []
    assert list(engine.diff(sample.token, name, inputs).replaces) == []
