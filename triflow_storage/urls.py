"""Presigned URLs: one object, one method, for at most an hour (ADR S9).

Left alone: taking a URL back. Only its end, or a change of the tenant role's policy, does that.
"""

from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import quote

from triflow_storage.errors import LimitError
from triflow_storage.keys import Key
from triflow_storage.objects import Objects, described

LONGEST = timedelta(hours=1)
PUT_BYTES = 5 * 1024**3  # S3 takes no more in one PUT
SHA256_BYTES = 32


@dataclass(frozen=True, slots=True)
class Presigned:
    """A URL that holds until `expires_at`, for one method and with exactly these headers."""

    method: str
    url: str = field(repr=False)  # whoever reads it in a log could use it
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs URLs with one session; `expires_at` is the end of the URL or of the session."""

    objects: Objects
    lifetime: timedelta
    expires_at: datetime

    def get(self, key: Key, file_name: str) -> Presigned:
        """A URL that saves the object as `file_name`: a browser never shows it as a page."""
        # RFC 6266: percent-encoded UTF-8, so neither quotes nor line breaks get through.
        saved = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
        return self._sign("GET", key, {"ResponseContentDisposition": saved}, {})

    def put(self, key: Key, size: int, content_type: str | None, sha256: bytes | None) -> Presigned:
        """A URL for exactly `size` bytes of this type; with `sha256` for exactly these bytes.

        The length is a signed header: any other one spoils the signature, and S3 refuses it.
        """
        _check(size, sha256)
        request: dict[str, str | int] = {**described(key, content_type), "ContentLength": size}
        if sha256:
            request["ChecksumSHA256"] = b64encode(sha256).decode()
        headers = {_HEADERS[name]: str(value) for name, value in request.items()}
        return self._sign("PUT", key, request, headers)

    def _sign(
        self, method: str, key: Key, request: Mapping[str, str | int], headers: Mapping[str, str]
    ) -> Presigned:
        url = self.objects.client.generate_presigned_url(
            ClientMethod=f"{method.lower()}_object",
            Params={**self.objects.at(key), **request},
            ExpiresIn=int(self.lifetime.total_seconds()),
        )
        return Presigned(method, url, headers, self.expires_at)


# What the holder of the URL sends; a browser writes the length itself.
_HEADERS = {
    "ContentLength": "Content-Length",
    "ContentType": "Content-Type",
    "Tagging": "x-amz-tagging",
    "ChecksumSHA256": "x-amz-checksum-sha256",
}


def check_lifetime(lifetime: timedelta) -> None:
    """Refuse, by LimitError, a lifetime that is not 1 second to 1 hour."""
    if not timedelta(seconds=1) <= lifetime <= LONGEST:
        raise LimitError(
            f"A URL cannot hold for {lifetime}; 1 second to 1 hour is allowed.",
            "Give a shorter lifetime, and a new URL when it ends.",
        )


def _check(size: int, sha256: bytes | None) -> None:
    if not 0 < size <= PUT_BYTES:
        raise LimitError(
            f"{size:,} bytes cannot be put by a URL; S3 takes 1 to {PUT_BYTES:,}.",
            "Let the backend upload larger files: put() sends them in parts.",
        )
    if sha256 is not None and len(sha256) != SHA256_BYTES:
        raise LimitError(
            f"A SHA-256 has {SHA256_BYTES} bytes; this one has {len(sha256)}.",
            "Give hashlib.sha256(content).digest().",
        )
