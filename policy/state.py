"""What a stack has recorded, judged without the engine: nothing in it is unknown any more.

The engine's own `policy analyze` says the same and takes two seconds to start; a test holds the two
together. Secrets are judged by their presence: they stay encrypted.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from policy import rules, waivers
from policy.judge import Judge, Outcome
from policy.registry import REGISTRY
from policy.resources import Options, Provider, Resource

# How the engine marks a value that is not plain: a secret, an asset, an archive.
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the mark of one, not a secret
HIDDEN: Final = "[secret]"

Record = Mapping[str, Any]


def judged(records: Sequence[Record], today: dt.date | None = None) -> Outcome:
    """Judge the resources of an exported state by every rule and the real waivers."""
    rules.load()
    day = today or dt.datetime.now(tz=dt.UTC).date()
    judge = Judge(REGISTRY, waivers.load(), day, "state")
    found = resources(records)
    for resource in found:
        judge.resource(resource)
    return judge.everything(judge.stack(found))


def resources(records: Iterable[Record]) -> list[Resource]:
    """Return the recorded resources as the rules see them; what waits for deletion is left out."""
    alive = [record for record in records if not record.get("delete")]
    by_urn = {str(record["urn"]): record for record in alive}
    return [_resource(record, by_urn) for record in alive]


def _resource(record: Record, by_urn: Mapping[str, Record]) -> Resource:
    urn = str(record["urn"])
    outputs = record.get("outputs") or {}
    return Resource(
        urn=urn,
        token=str(record["type"]),
        name=_name(urn),
        inputs=_plain(record.get("inputs") or {}),
        options=Options(
            protect=bool(record.get("protect")),
            ignore_changes=tuple(record.get("ignoreChanges") or ()),
            parent=str(record.get("parent") or ""),
            retain=bool(record.get("retainOnDelete")),
        ),
        provider=_provider(str(record.get("provider") or ""), by_urn),
        dependencies={
            key: tuple(urns or ())
            for key, urns in (record.get("propertyDependencies") or {}).items()
        },
        read_outputs=lambda: {**_plain(outputs), "id": record.get("id")},
    )


def _provider(reference: str, by_urn: Mapping[str, Record]) -> Provider | None:
    """Return the provider that a resource names by its URN, two colons and an id."""
    urn = reference.rpartition("::")[0]
    if urn not in by_urn:
        return None
    return Provider(urn=urn, name=_name(urn), properties=_plain(by_urn[urn].get("inputs") or {}))


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def _plain(value: Any) -> Any:  # noqa: ANN401 - any shape of property
    """Leave nulls out and hide secrets; every whole number is an int, as the rules read them."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET:
            return HIDDEN
        return {key: _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
