"""The stacks as the program registers them, and the moment at which they are looked at."""

from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from typing import Any

from tests.program import recorder
from triflow import deployed
from triflow.deployed import Deployed

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
VERSION = {"version": metadata.version("pulumi-aws")}
Json = dict[str, Any]


@cache
def a_stack(name: str = "prod") -> Deployed:
    """Return the stack as if it had just been deployed."""
    recording = recorder.record(name)
    root: Json = {"urn": "::stack", "type": "pulumi:pulumi:Stack", "outputs": recording.outputs}
    resources = [
        {
            "urn": one.urn,
            "type": one.type,
            "custom": one.custom,
            "id": f"{one.name}-id",
            # The engine writes the plugin's version into a provider.
            "inputs": {**one.props} | (VERSION if one.type == deployed.PROVIDER else {}),
            "outputs": {**recorder._computed(one), **one.props},
        }
        for one in recording.resources
        if one.type != "pulumi:pulumi:Stack"
    ]
    return deployed.from_state(name, {"resources": [root, *resources]})
