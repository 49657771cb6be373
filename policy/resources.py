"""A resource as the rules see it: token, name, properties, options, provider, environment."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from policy.values import Answer, answer, tree

MAIN_PROJECT: Final = "triflow-ai"
FOUNDATION_PROJECT: Final = "triflow-ai-foundation"
ENVIRONMENTS: Final = ("dev", "staging", "prod")
URN_PARTS: Final = 4


def place_of(urn: str) -> tuple[str, str]:
    """Return stack and project of a URN; two empty strings where it is none.

    The stack segment is the only trustworthy name of the environment: a tag is what somebody
    typed, and the library's own call answers "stack" when nothing has configured it.
    """
    parts = urn.removeprefix("urn:pulumi:").split("::")
    return (parts[0], parts[1]) if len(parts) >= URN_PARTS else ("", "")


def environment_of(urn: str) -> str:
    """Return dev, staging, prod or "foundation"; "" for a stack or project that is not ours."""
    stack, project = place_of(urn)
    if project == FOUNDATION_PROJECT:
        return "foundation"
    return stack if project == MAIN_PROJECT and stack in ENVIRONMENTS else ""


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of a resource that the engine shows to a policy pack.

    Replace-on-changes and import are not among them. Retain on delete (`retain`) stands in a
    recorded state only, and is None elsewhere.
    """

    protect: bool = False
    ignore_changes: tuple[str, ...] = ()
    parent: str = ""
    retain: bool | None = None


@dataclass(frozen=True, kw_only=True)
class Provider:
    """The provider that a resource is handed to."""

    urn: str
    name: str
    properties: Mapping[str, object]

    def __getitem__(self, key: str) -> Answer:
        """Read one property; the engine hands lists and objects of a provider over as JSON."""
        value = self.properties.get(key)
        if isinstance(value, str) and value[:1] in ("[", "{"):
            try:
                value = json.loads(value)
            except ValueError:
                value = None
        return answer(value, key)

    @property
    def is_default(self) -> bool:
        """Whether the engine made it up because the program gave none."""
        return self.name.startswith("default_") or self.name == "default"


def _nothing() -> Mapping[str, object]:
    return {}


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One resource: `inputs` is what the program asks for, `outputs` what the provider answers.

    Stack policies are handed outputs, where the provider has filled in whatever AWS reports:
    a bucket made with a separate versioning resource shows an inline versioning there. Rules
    therefore judge inputs, remembered from the moment before the resource was made.
    """

    urn: str
    token: str
    name: str
    inputs: Mapping[str, object]
    options: Options = Options()
    provider: Provider | None = None
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    read_outputs: Callable[[], Mapping[str, object]] = _nothing

    def __getitem__(self, key: str) -> Answer:
        """Read one input."""
        return answer(self.inputs.get(key), key)

    @cached_property
    def outputs(self) -> Mapping[str, object]:
        """The properties after the provider has answered; turned into plain values once."""
        return tree(self.read_outputs())

    def output(self, key: str) -> Answer:
        """Read one output."""
        return answer(self.outputs.get(key), key)

    @property
    def label(self) -> str:
        """Kind and name as a reader says them: "subnet triflow-ai-dev-private-2a"."""
        return f"{self.token.split(':')[-1]} {self.name}"
