"""The engine's values as Python's: secrets, unknowns, assets and numbers, to and fro.

On the wire a secret, an asset and an archive are objects that carry a signature, and a value that
is not known before the update is one fixed string, at any depth.
"""

# ruff: noqa: ANN401 - a property is of any JSON kind

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import struct_pb2

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - the protocol's mark, not a secret
ASSET = "c44067f5952c0a294b673a41bacd8c17"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e"
# What the engine sends in a preview for a string, bool, number, list, map, asset, archive.
UNKNOWN_STRINGS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
        "030794c1-ac77-496b-92df-f27374a8bd58",
        "e48ece36-62e2-4504-bad9-02848725956a",
    }
)
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


@dataclass(frozen=True)
class Unknown:
    """A value that exists only after the update."""

    def __repr__(self) -> str:
        """Return what a message shows in its place."""
        return "<unknown>"


UNKNOWN = Unknown()


@dataclass(frozen=True)
class Secret:
    """A value that is stored encrypted; its text form never shows it."""

    value: Any

    def __repr__(self) -> str:
        """Return what a message shows in its place."""
        return "[secret]"


@dataclass(frozen=True)
class Asset:
    """A file or an archive as the engine describes it; `parts` is that description."""

    parts: Mapping[str, Any]

    @property
    def digest(self) -> str:
        """Return the hash that the engine took of the content."""
        return str(self.parts.get("hash", ""))

    def __eq__(self, other: object) -> bool:
        """Compare by content where the engine hashed both."""
        if not isinstance(other, Asset):
            return NotImplemented
        return self.digest == other.digest if self.digest else self.parts == other.parts

    def __hash__(self) -> int:
        """Return the hash of what equality compares."""
        return hash(self.digest)


def decode(struct: struct_pb2.Struct) -> dict[str, Any]:
    """Return the properties of a message, with Secret, UNKNOWN and Asset at their places."""
    return {name: _decode(value) for name, value in struct.fields.items()}


def _decode(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _decode_object(value.struct_value)
    if kind == "list_value":
        return [_decode(item) for item in value.list_value.values]
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in UNKNOWN_STRINGS else text
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return value.bool_value if kind == "bool_value" else None


def _decode_object(struct: struct_pb2.Struct) -> Any:
    mark = struct.fields[SIGNATURE].string_value if SIGNATURE in struct.fields else None
    if mark is None:
        return decode(struct)
    rest = {name: _decode(value) for name, value in struct.fields.items() if name != SIGNATURE}
    if mark == SECRET:
        return Secret(rest.get("value"))
    if mark in (ASSET, ARCHIVE):
        return Asset({SIGNATURE: mark} | rest)
    if mark == OUTPUT:
        known = rest.get("value", UNKNOWN)
        return Secret(known) if rest.get("secret") else known
    if mark == RESOURCE:
        return rest.get("id") or rest.get("urn")
    return {SIGNATURE: mark} | rest


def encode(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return the message for properties; the inverse of `decode`."""
    return struct_pb2.Struct(fields={name: _encode(value) for name, value in properties.items()})


def _encode(value: Any) -> struct_pb2.Value:
    if value is None:
        return struct_pb2.Value(null_value=struct_pb2.NULL_VALUE)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=value)
    if isinstance(value, Mapping):
        return struct_pb2.Value(struct_value=encode(value))
    if isinstance(value, list | tuple):
        items = [_encode(item) for item in value]
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=items))
    return _encode_special(value)


def _encode_special(value: Any) -> struct_pb2.Value:
    if isinstance(value, Secret):
        return _encode({SIGNATURE: SECRET, "value": value.value})
    if isinstance(value, Asset):
        return _encode(value.parts)
    if isinstance(value, Unknown):
        return struct_pb2.Value(string_value=UNKNOWN_STRING)
    if isinstance(value, bytes):
        return struct_pb2.Value(string_value=base64.b64encode(value).decode())
    return struct_pb2.Value(string_value=str(value))


def plain(value: Any) -> Any:
    """Return the value with every secret bare: for calls to AWS and for comparing only."""
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def contains(value: Any, wanted: type[Secret | Unknown]) -> bool:
    """Return whether a Secret or an Unknown is anywhere in the value."""
    return any(isinstance(part, wanted) for part in walk(value))


def walk(value: Any) -> Iterator[Any]:
    """Yield the value and everything in it, secrets included."""
    yield value
    if isinstance(value, Secret):
        yield from walk(value.value)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from walk(item)
    elif isinstance(value, list):
        for item in value:
            yield from walk(item)


def secret_texts(value: Any) -> set[str]:
    """Return every text inside a secret, so that it can be kept out of messages."""
    inside = (part for found in walk(value) if isinstance(found, Secret) for part in walk(found))
    return {str(part) for part in inside if isinstance(part, str) and part}


def is_empty(value: Any) -> bool:
    """Return whether the value says nothing: absent, null, [] and {} are one to Terraform."""
    return value is None or (isinstance(value, list | dict) and not value)


def same(old: Any, new: Any) -> bool:
    """Return whether two input values mean the same to AWS.

    Secrets count as what they hide, JSON texts by what they say, "30" as 30, and lists of plain
    values as sets. An unknown is the same as nothing.
    """
    old, new = plain(old), plain(new)
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return False
    if is_empty(old) or is_empty(new):
        return is_empty(old) and is_empty(new)
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        return all(same(old.get(name), new.get(name)) for name in old.keys() | new.keys())
    if isinstance(old, list) and isinstance(new, list):
        return _same_lists(old, new, same)
    return _same_scalars(old, new)


def _same_lists(old: list[Any], new: list[Any], equal: Callable[[Any, Any], bool]) -> bool:
    if len(old) != len(new):
        return False
    if all(isinstance(item, str | int | float) for item in old + new):
        old, new = sorted(old, key=str), sorted(new, key=str)
    return all(map(equal, old, new))


def _same_scalars(old: Any, new: Any) -> bool:
    if type(old) is type(new) and not isinstance(old, str):
        return bool(old == new)
    if isinstance(old, Asset) or isinstance(new, Asset):
        return False
    return text(old) == text(new) or _same_json(old, new)


def text(value: Any) -> str:
    """Return a scalar as AWS writes it in a string: true, 30, 0.5."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def _same_json(old: Any, new: Any) -> bool:
    parsed = [parse_json(item) for item in (old, new)]
    return None not in parsed and bool(parsed[0] == parsed[1])


def parse_json(value: Any) -> Any | None:
    """Return what a text holding a JSON object or list says; None if it holds neither."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
        return None
    try:
        return json.loads(value)
    except ValueError:
        return None
