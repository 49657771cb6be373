"""Reads the inputs of one resource: known, missing or unknown, and never a silent nothing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from cost.errors import CostError
from cost.resources import UNKNOWN, Resource

REQUIRED: Final = object()


@dataclass(frozen=True)
class Inputs:
    """The inputs of a resource; `worst` is what its unknown ones are priced as.

    `assumed` collects a sentence for every value that had to be assumed.
    """

    resource: Resource
    worst: Mapping[str, Any]
    assumed: list[str] = field(default_factory=list)

    def value(self, name: str, absent: Any = REQUIRED) -> Any:  # noqa: ANN401 - JSON
        """Return an input; `absent` where it is not given.

        CostError if it is needed and not given, or is unknown and has no documented worst case.
        """
        found = self.resource.inputs.get(name)
        if found is UNKNOWN:
            return self._worst(name)
        if found is not None:
            return found
        if absent is REQUIRED:
            raise CostError(
                f"{self.resource.urn}: {name} is not given.",
                "Its cost depends on that, so no total can be told.",
                f"set {name} in the program",
            )
        return absent

    def number(self, name: str, absent: Any = REQUIRED) -> Decimal:  # noqa: ANN401 - JSON
        """Return an input as a figure. CostError if it is none."""
        found = self.value(name, absent)
        try:
            return Decimal(str(found))
        except InvalidOperation as damage:
            raise CostError(
                f"{self.resource.urn}: {name} is {found!r}, which is no figure.",
                "Its cost depends on that, so no total can be told.",
                f"set {name} to a figure in the program",
            ) from damage

    def count(self, name: str, absent: int = 0) -> Decimal:
        """Return the length of a list; the worst case of an unknown one is a length."""
        found = self.value(name, ())
        return Decimal(found if isinstance(found, int) else len(found) or absent)

    def _worst(self, name: str) -> Any:  # noqa: ANN401 - JSON
        if name not in self.worst:
            raise CostError(
                f"{self.resource.urn}: {name} is not known before the update.",
                "There is no worst case for it, so no total can be told.",
                f"write {self.resource.type} {name} under `worst` in cost/usage.yaml",
            )
        said = f"{self.resource.name}: {name} is not known yet, priced as {self.worst[name]}"
        if said not in self.assumed:
            self.assumed.append(said)
        return self.worst[name]
