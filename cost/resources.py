"""Resources as the estimate needs them: type, inputs and relations, from whatever lists them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

# How the engine writes what is not known yet, and how it marks a secret.
ENGINE_UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
ENGINE_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"


class Unknown:
    """A value that only AWS can know, or that is encrypted."""

    def __repr__(self) -> str:
        """Show the word under which messages name it."""
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Resource:
    """One resource: inputs in the engine's spelling, relations as URNs.

    `feeds` gives for an input the resources that its value comes from.
    """

    urn: str
    type: str
    inputs: Mapping[str, Any]
    parent: str = ""
    custom: bool = True
    feeds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the logical name."""
        return self.urn.rpartition("::")[2]


def from_state(listed: Iterable[Mapping[str, Any]]) -> tuple[Resource, ...]:
    """Return the resources of an exported state; what is only waiting to be deleted is left out."""
    return tuple(
        Resource(
            urn=each["urn"],
            type=each["type"],
            inputs=opened(each.get("inputs") or {}),
            parent=each.get("parent", ""),
            custom=bool(each.get("custom")),
            feeds={
                key: tuple(urns or ())
                for key, urns in (each.get("propertyDependencies") or {}).items()
            },
        )
        for each in listed
        if not each.get("delete")
    )


def opened(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Return JSON of the engine with UNKNOWN in place of what cannot be read."""
    if value == ENGINE_UNKNOWN:
        return UNKNOWN
    if isinstance(value, list):
        return [opened(each) for each in value]
    if isinstance(value, Mapping):
        if ENGINE_SIGNATURE in value:
            return UNKNOWN
        return {key: opened(each) for key, each in value.items()}
    return value
