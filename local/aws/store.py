"""What moto lacks, held by the provider itself: one file beside the server's address.

It lives as long as the server does: a restarted server makes it empty, as everything else.
"""

from pathlib import Path
from typing import Any

from local.aws.files import EpochFile


class Store:
    """Resources by token and id, as the create call described them."""

    def __init__(self, home: Path, epoch: str) -> None:
        self._file = EpochFile(home / "held.json", epoch)

    def put(self, token: str, identity: str, described: dict[str, Any]) -> None:
        """Hold a resource, in place of what was held under its id."""
        with self._file.changing() as entries:
            entries.setdefault(token, {})[identity] = described

    def get(self, token: str, identity: str) -> dict[str, Any] | None:
        """Return what is held under an id; None if nothing is."""
        found = self._file.read().get(token, {}).get(identity)
        return None if found is None else {**found, "heldId": identity}

    def drop(self, token: str, identity: str) -> None:
        """Hold it no longer; nothing happens if it is not held."""
        with self._file.changing() as entries:
            entries.get(token, {}).pop(identity, None)
