"""What AWS answered, and how a check reads it: what is not there is unknown, never an exception."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal

from triflow.deployed import Deployed

# Why a read was not asked that costs money, or tells nothing of what is wrong right now.
ON_REQUEST: Final = "it is looked at only where its problem is named, and not while watching"


class Unknown(Exception):  # noqa: N818 - a result of a check, not a mistake
    """Why something could not be checked, as the end of a sentence: `... because REASON`."""


class NotApplicable(Exception):  # noqa: N818 - likewise
    """Why a check says nothing of this stack, as a sentence."""


@dataclass(frozen=True)
class Seen:
    """A part of an answer; `place` tells where it stands. What is missing raises Unknown."""

    value: Any
    place: str

    def __getitem__(self, key: str) -> "Seen":
        """Return what stands under the key."""
        found = self.maybe(key)
        if found is None:
            raise Unknown(f"{self.place} has no {key}")
        return found

    def maybe(self, key: str) -> "Seen | None":
        """Return what stands under a key that AWS leaves out where there is nothing to say."""
        if not isinstance(self.value, Mapping):
            raise Unknown(f"{self.place} is no map")
        found = self.value.get(key)
        return None if found is None else Seen(found, f"{self.place}.{key}")

    def each(self) -> list["Seen"]:
        """Return the entries of a list."""
        if not isinstance(self.value, list | tuple):
            raise Unknown(f"{self.place} is no list")
        return [Seen(one, f"{self.place}[{number}]") for number, one in enumerate(self.value)]

    def items(self) -> Iterator[tuple[str, "Seen"]]:
        """Yield the keys and values of a map."""
        if not isinstance(self.value, Mapping):
            raise Unknown(f"{self.place} is no map")
        yield from ((key, self[key]) for key in self.value)

    def first(self) -> "Seen":
        """Return the first entry of a list, for calls that were asked about one thing."""
        entries = self.each()
        if not entries:
            raise Unknown(f"{self.place} is empty")
        return entries[0]

    @property
    def text(self) -> str:
        """Return a text."""
        return str(self._of(str))

    @property
    def number(self) -> float:
        """Return a number; a text that is one, too, since some services write them so."""
        if isinstance(self.value, str) and self.value.replace(".", "", 1).isdigit():
            return float(self.value)
        found = self._of(int, float)
        if isinstance(found, bool):
            raise Unknown(f"{self.place} is no number")
        return float(found)

    @property
    def flag(self) -> bool:
        """Return true or false."""
        return bool(self._of(bool))

    @property
    def time(self) -> datetime:
        """Return a moment, in UTC."""
        found: datetime = self._of(datetime)
        return found.astimezone(UTC)

    def _of(self, *kinds: type) -> Any:  # noqa: ANN401 - as asked
        if not isinstance(self.value, kinds):
            raise Unknown(f"{self.place} is no {kinds[-1].__name__}")
        return self.value


@dataclass(frozen=True)
class Answer:
    """How one read ended: known, gone (AWS says there is none), or not known for a reason.

    Not needed is what nothing gave cause to ask: the checks that rest on it do not apply.
    """

    kind: Literal["known", "gone", "denied", "failed", "not asked", "not needed"]
    value: Any = None
    reason: str = ""


@dataclass(frozen=True)
class Facts:
    """All that checks may look at: answers by the read's name, the stack's state, the moment.

    `requested` if somebody named the problems that are looked at.
    """

    answers: Mapping[str, Answer]
    deployed: Deployed
    now: datetime
    environment: Mapping[str, str]
    requested: bool = False

    def __getitem__(self, read: str) -> Seen:
        """Return what a read answered. Unknown or NotApplicable with the reason if it did not."""
        answer = self.answers[read]
        if answer.kind == "not needed":
            raise NotApplicable(answer.reason)
        if answer.kind != "known":
            raise Unknown(answer.reason)
        return Seen(answer.value, f"the answer to {read}")

    def gone(self, read: str, code: str = "") -> bool:
        """Return whether AWS says, by this code if one is given, that there is no such thing.

        Unknown if it was not asked.
        """
        if self.answers[read].kind == "gone":
            return self.answers[read].reason.endswith(code)
        _ = self[read]
        return False

    def declared(self, name: str, kind: str = "") -> Seen:
        """Return what the program asked for, by logical name, and by type where several have it.

        NotDeployed if that is not there.
        """
        return Seen(self.deployed.inputs(name, kind), f"the state of {name}")

    def only(self, reads: tuple[str, ...]) -> "Facts":
        """Return the facts without the answers to other reads."""
        return replace(self, answers={read: self.answers[read] for read in reads})
