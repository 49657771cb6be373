"""Every row keeps the same contract with the engine, from its creation to its second deletion."""

# ruff: noqa: ANN401 - inputs are of any JSON kind

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local.aws import answers, diff, epoch, schema
from local.aws.catalogue import ROWS
from local.aws.shapes import convert
from local.aws.values import is_empty, plain
from tests.local.aws.driver import Engine, configured
from tests.local.aws.sample import Sample
from tests.local.aws.samples import SAMPLES

pytestmark = pytest.mark.thorough


def _names_in(value: Any) -> Iterator[str]:
    """Yield the samples that a value refers to."""
    if isinstance(value, str) and value.startswith("@"):
        yield value[1:].split(".")[0]
    for item in (
        value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    ):
        yield from _names_in(item)


def _resolved(engine: Engine, value: Any) -> Any:
    """Return inputs with outputs in place of references, and with names of this stack."""
    if isinstance(value, str) and value.startswith("@"):
        name, output = value[1:].split(".")
        state = engine.state[name]
        return state.identity if output == "id" else plain(state.outputs[output])
    if isinstance(value, dict):
        return {key: _resolved(engine, item) for key, item in value.items()}
    if isinstance(value, str):
        return value.replace("sample", engine.stack)
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


NEVER_EMPTY = ("arn", "id", "url", "name", "endpoint", "address")


@pytest.fixture(scope="session")
def furnished(moto: str, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """One stack for all tests that leave a resource as they found it; built as needed."""
    home = tmp_path_factory.mktemp("furnished")
    (home / "server.json").write_text(json.dumps({"epoch": epoch.write(moto)}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCAL_AWS_HOME", str(home))
        return Engine(configured(moto), stack="furnished")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_resource_is_made_and_seen_truly(furnished: Engine, name: str) -> None:
    """Made, it has all outputs of their types; looked at again it shows no change and no drift."""
    sample = SAMPLES[name]

    build(furnished, name)
    state = furnished.state[name]
    seen = furnished.read(sample.token, name)
    again = furnished.up(sample.token, name, _resolved(furnished, sample.inputs))

    _assert_typed(sample.token, state.outputs, sample)
    assert seen is not None
    assert seen.inputs == state.inputs
    assert again == "same"


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


@pytest.mark.parametrize(
    ("name", "change"),
    [
        pytest.param(name, change, id=f"{name}-{'-'.join(change)}-{index}")
        for name, sample in SAMPLES.items()
        for index, (change, expected) in enumerate(sample.changes)
        if expected == "update"
    ],
)
def test_a_change_updates_in_place_and_then_rests(
    furnished: Engine, name: str, change: dict[str, Any]
) -> None:
    """A changed input is updated, shows no drift, no change again, and can be changed back."""
    sample = SAMPLES[name]
    build(furnished, name)
    wanted = _changed(furnished, sample, change)

    done = furnished.up(sample.token, name, wanted)
    seen = furnished.read(sample.token, name)
    expected = furnished.state[name].inputs
    again = furnished.up(sample.token, name, wanted)
    back = furnished.up(sample.token, name, _resolved(furnished, sample.inputs))

    assert (done, again, back) == ("update", "same", _way_back(sample, change))
    assert seen is not None
    assert seen.inputs == expected


def _way_back(sample: Sample, change: dict[str, Any]) -> str:
    """Return what leaving out a change does: nothing, where AWS chooses what is not given."""
    kind, defaults = schema.resource(sample.token), ROWS[sample.token].defaults
    given = {*sample.inputs, *defaults}
    left_to_aws = all(name not in given and kind.computed(name) for name in change)
    return "same" if left_to_aws else "update"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_resource_is_replaced_and_deleted_twice(engine: Engine, name: str) -> None:
    """Each change that must replace does, and rests; deleted it is gone, deleted again as well."""
    sample = SAMPLES[name]
    build(engine, name)
    replacing = [change for change, expected in sample.changes if expected == "replace"]

    for change in replacing:
        wanted = _changed(engine, sample, change)
        assert engine.up(sample.token, name, wanted) == "replace"
        assert engine.up(sample.token, name, wanted) == "same"
        assert engine.up(sample.token, name, _resolved(engine, sample.inputs)) == "replace"
    state = engine.state[name]
    engine.delete(sample.token, name)
    engine.state[name] = state

    assert ROWS[sample.token].indelible or engine.read(sample.token, name) is None
    engine.delete(sample.token, name)


@pytest.mark.parametrize("name", [name for name, sample in SAMPLES.items() if sample.importable])
def test_an_existing_resource_is_imported_without_a_replacement(
    furnished: Engine, name: str
) -> None:
    """Read with an id alone returns inputs that the program's own do not replace."""
    sample = SAMPLES[name]
    build(furnished, name)
    identity = furnished.state[name].identity

    found = furnished.read(sample.token, name, identity)

    assert found is not None
    given = {k: v for k, v in _resolved(furnished, sample.inputs).items() if v is not None}
    naming = ROWS[sample.token].name
    if naming:  # whoever imports a resource writes its name into the program
        given[naming.property] = found.inputs[naming.property]
    inputs, problems = furnished.check(sample.token, name, given, found.inputs)
    difference = diff.diff(sample.token, found.inputs, inputs)
    assert problems == []
    assert [change for change in difference.changes if change.replaces] == []
