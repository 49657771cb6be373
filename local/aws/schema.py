"""What Pulumi calls the properties of each token: the reader of the generated schema.json."""

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from local.aws.shapes import Objects


@dataclass(frozen=True)
class Type:
    """The inputs and outputs of a token; a `!` behind an input's type marks it as required."""

    inputs: dict[str, str]
    outputs: dict[str, str]
    secret: tuple[str, ...] = ()

    def computed(self, name: str) -> bool:
        """Return whether AWS chooses the input where the program does not."""
        given = self.inputs.get(name, "!")
        return not given.endswith("!") and self.outputs.get(name, "").endswith("!")


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """Return the whole of schema.json."""
    file = Path(__file__).with_name("schema.json")
    loaded: dict[str, Any] = json.loads(file.read_text())
    return loaded


def version() -> str:
    """Return the version of pulumi-aws from which the names were taken."""
    return str(document()["version"])


def objects() -> Objects:
    """Return the nested object types by name."""
    found: Objects = document()["objects"]
    return found


@cache
def resource(token: str) -> Type:
    """Return the properties of a resource."""
    found = document()["resources"][token]
    return Type(found["inputs"], found["outputs"], tuple(found["secret"]))


@cache
def invoke(token: str) -> Type:
    """Return the arguments and results of a function."""
    found = document()["invokes"][token]
    return Type(found["inputs"], found["outputs"])


@lru_cache(maxsize=1)
def provider() -> Type:
    """Return the configuration of the provider itself."""
    return Type(document()["provider"], {})
