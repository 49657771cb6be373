"""The bytes of assets and archives, as the engine describes them; archives become zip files."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from local.aws.errors import InputError
from local.aws.values import ARCHIVE, SIGNATURE, Asset

# One moment for all members: the same files give the same zip, hence the same code hash.
MOMENT = (1980, 1, 1, 0, 0, 0)

# What an asset can be made of. The state keeps none of it, only a hash: who deletes or reads a
# resource has no content to send.
SOURCES = frozenset({"path", "uri", "text", "assets"})


def content(asset: Asset) -> bytes:
    """Return the bytes of an asset, an archive as a zip, nothing for one that the state kept.

    Raises InputError if a file cannot be read.
    """
    if not SOURCES.intersection(asset.parts):
        return b""
    try:
        if asset.parts.get(SIGNATURE) == ARCHIVE:
            return _zip(asset.parts)
        return _bytes(asset.parts)
    except OSError as error:
        raise InputError(
            [("", f"the file {error.filename} cannot be read: {error.strerror}")]
        ) from error


def _bytes(parts: Mapping[str, Any]) -> bytes:
    if parts.get("path"):
        return Path(parts["path"]).read_bytes()
    if parts.get("uri"):
        return Path(_local(parts["uri"])).read_bytes()
    return str(parts.get("text", "")).encode()


def _local(uri: str) -> str:
    address = urlsplit(uri)
    if not uri:
        raise InputError([("", "the state holds only the hash of this archive, not its content")])
    if address.scheme != "file":
        raise InputError([("", f"the local AWS reads files, not {uri}; download it first")])
    return unquote(address.path)


def _zip(parts: Mapping[str, Any]) -> bytes:
    where = (
        Path(parts.get("path") or _local(parts.get("uri", ""))) if not parts.get("assets") else None
    )
    if where and where.is_file():
        return where.read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(_members(parts, where)):
            info = zipfile.ZipInfo(name, MOMENT)
            info.external_attr = 0o644 << 16
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _members(parts: Mapping[str, Any], where: Path | None) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of every file in a folder, or in a map of assets and archives."""
    for file in sorted(where.rglob("*")) if where else []:
        if file.is_file() and "__pycache__" not in file.parts:
            yield str(file.relative_to(where or file)), file.read_bytes()
    for name, item in (parts.get("assets") or {}).items():
        described = item.parts if isinstance(item, Asset) else item
        if described.get(SIGNATURE) != ARCHIVE:
            yield name, _bytes(described)
            continue
        folder = Path(described["path"]) if described.get("path") else None
        for inner, data in _members(described, folder):
            yield f"{name}/{inner}" if name not in (".", "") else inner, data
