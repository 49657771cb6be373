"""The journal: creations of which the engine may not know, so that none is left behind.

A line is written before a create call and completed by the id after it. The engine shows that it
knows the resource by naming that id in any later request. A create for a URN whose line was never
confirmed finds what an interrupted run left.
"""

from dataclasses import dataclass
from pathlib import Path

from local.aws.files import EpochFile


@dataclass(frozen=True)
class Left:
    """What an interrupted create left: its id, or None if not even that was learnt."""

    identity: str | None


class Journal:
    """The creations of one local AWS since its start."""

    def __init__(self, home: Path, epoch: str) -> None:
        self._file = EpochFile(home / "journal.json", epoch)
        entries = self._file.read()
        # Asked on every request: the file is read again only for what is open here.
        self._open = {urn for urn, entry in entries.items() if not entry.get("confirmed")}

    def intend(self, urn: str, token: str) -> None:
        """Note that a create call is about to be made."""
        self._open.add(urn)
        with self._file.changing() as entries:
            entries[urn] = {"token": token}

    def created(self, urn: str, identity: str) -> None:
        """Note the id that the create call returned."""
        with self._file.changing() as entries:
            entries[urn] = {**entries.get(urn, {}), "id": identity}

    def confirm(self, urn: str, identity: str) -> None:
        """Note that the engine knows this id."""
        if urn not in self._open:
            return
        with self._file.changing() as entries:
            if entries.get(urn, {}).get("id") == identity:
                entries[urn]["confirmed"] = True
                self._open.discard(urn)

    def forget(self, urn: str) -> None:
        """Note that nothing was made for the URN, or that it has been deleted."""
        self._open.discard(urn)
        with self._file.changing() as entries:
            entries.pop(urn, None)

    def left(self, urn: str) -> Left | None:
        """Return what an interrupted run left for a URN; None if nothing is open."""
        entry = self._file.read().get(urn) if urn in self._open else None
        return Left(entry.get("id")) if entry is not None else None

    def known(self) -> set[str]:
        """Return every id that a create call returned to this provider since the server started."""
        return {entry["id"] for entry in self._file.read().values() if "id" in entry}
