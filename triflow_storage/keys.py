"""Keys: where each kind of file lies in the bucket (ADR S1). Pure text, no AWS.

One row of `_SHAPES` both builds and parses a kind of key. A `Key` that exists has passed every
check, so nothing after this module looks at a path again.

Left alone: which role may touch a key. The tenant role's policy decides that (ADR S8).
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Self
from uuid import UUID

from triflow_storage.errors import InvalidKeyError, Refusal

MAX_KEY_BYTES = 1024  # of UTF-8; S3 refuses longer keys


class Environment(StrEnum):
    """The deployment whose files these are; dev and staging share one bucket."""

    PROD = "prod"
    STAGING = "staging"
    DEV = "dev"

    @property
    def folder(self) -> str:
        """What stands in front of every key: nothing in prod, else `staging/` or `dev/`."""
        return "" if self is Environment.PROD else f"{self}/"


class DataClass(StrEnum):
    """The value of the object tag `data-class`, by which the lifecycle rules choose (ADR S2)."""

    WORKFLOW = "workflow"
    UPLOAD = "upload"
    EXPORT = "export"
    LOG = "log"


class Shelf(StrEnum):
    """A folder of what all tenants read."""

    TEMPLATES = "templates"
    PROFILES = "industry-profiles"


@dataclass(frozen=True, slots=True)
class Execution:
    """The result of a workflow run that began at `at` (with a time zone)."""

    workflow_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Output:
    """The table that a workflow run at `at` (with a time zone) put out."""

    workflow_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """A file a user sent; `ext` is 1 to 16 ASCII letters and digits, without the dot."""

    file_id: str
    ext: str


@dataclass(frozen=True, slots=True)
class Export:
    """A spreadsheet exported at `at` (with a time zone)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Log:
    """A compressed application log of one day."""

    day: date
    name: str = "app.log.gz"


@dataclass(frozen=True, slots=True)
class Template:
    """A workflow template all tenants read."""

    name: str


@dataclass(frozen=True, slots=True)
class Profile:
    """An industry profile all tenants read."""

    name: str


TenantItem = Execution | Output | Upload | Export | Log
SharedItem = Template | Profile


@dataclass(frozen=True, slots=True)
class Tenant:
    """One tenant's folder."""

    environment: Environment
    tenant_id: UUID

    @property
    def folder(self) -> str:
        """The folder's key prefix, with its slash; no other tenant's prefix begins with it."""
        return f"{self.environment.folder}tenants/tenant-{self.tenant_id}/"


@dataclass(frozen=True, slots=True)
class Shared:
    """The folder that every tenant reads."""

    environment: Environment

    @property
    def folder(self) -> str:
        """The folder's key prefix, with its slash."""
        return f"{self.environment.folder}shared/"


def tenant_id(text: str) -> UUID:
    """The tenant's UUID from text in its one canonical form (lower case, with hyphens).

    UUID() also reads upper case, braces and `urn:uuid:`; two spellings of one tenant would
    become two session tags, and IAM compares those letter by letter.
    """
    try:
        found = UUID(text)
    except ValueError:
        found = None
    if found is None or str(found) != text:
        raise InvalidKeyError(
            Refusal.TENANT_ID,
            f"{text!r} is not a tenant id.",
            "Give the tenant's UUID as 8-4-4-4-12 lower-case digits.",
        )
    return found


def part(text: str) -> str:
    """The text, if it can stand alone between two slashes; else InvalidKeyError."""
    if not text:
        raise InvalidKeyError(
            Refusal.EMPTY_PART, "a part of the key is empty.", "Give every part a name."
        )
    if "/" in text or "\\" in text or not text.strip("."):
        raise InvalidKeyError(
            Refusal.PATH_TRICK,
            f"{text!r} is a way through folders, not a name.",
            "Give one name, without slashes, that is more than dots.",
        )
    if unicodedata.normalize("NFKC", text) != text:
        raise InvalidKeyError(
            Refusal.UNICODE_FORM,
            f"{text!a} has a second spelling that looks the same.",
            "Normalise the name first: unicodedata.normalize('NFKC', name).",
        )
    if strange := next(filter(_is_strange, text), None):
        raise InvalidKeyError(
            Refusal.CHARACTER,
            f"{text!a} holds {strange!a}.",
            "Use letters, digits, dot, underscore and hyphen.",
        )
    return text


def _is_strange(sign: str) -> bool:
    # The two Hangul fillers are letters to Unicode, and nothing to the eye.
    return not (sign.isalnum() or sign in "._-") or sign in "\u115f\u1160"


def _extension(text: str) -> str:
    if not re.fullmatch("[A-Za-z0-9]{1,16}", part(text)):
        raise InvalidKeyError(
            Refusal.CHARACTER,
            f"{text!a} is not a file extension.",
            "Give 1 to 16 ASCII letters and digits, without the dot.",
        )
    return text


def _moment(at: datetime) -> str:
    try:
        if at.utcoffset() is not None:
            # Sorts as text in the order of time, and needs no escaping in a URL.
            utc = at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds")
            return utc.replace("-", "").replace(":", "") + "Z"
    except OverflowError:  # the year 0 or 10000 in UTC
        pass
    raise InvalidKeyError(
        Refusal.TIME,
        f"{at.isoformat()} does not name one moment.",
        "Give a time with its zone, for example datetime.now(UTC).",
    )


def _day(day: date) -> str:
    if isinstance(day, datetime):
        raise InvalidKeyError(
            Refusal.TIME, f"{day.isoformat()} is a time of day.", "Give a date: moment.date()."
        )
    return day.isoformat()


@dataclass(frozen=True)
class _Field:
    pattern: str
    write: Callable[..., str]
    read: Callable[[str], object]


_NAME = _Field(r"[^/]+", part, part)
_FIELDS = {
    "workflow_id": _NAME,
    "file_id": _NAME,
    "name": _NAME,
    "ext": _Field(r"[^/.]+", _extension, _extension),
    "at": _Field(r"[0-9]{8}T[0-9]{6}\.[0-9]{6}Z", _moment, datetime.fromisoformat),
    "day": _Field(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", _day, date.fromisoformat),
}


@dataclass(frozen=True)
class Shape:
    """One kind of key: its path below the owner's folder, its tag and its content type."""

    kind: type
    path: str
    data_class: DataClass | None
    content_type: str

    def write(self, item: TenantItem | SharedItem) -> str:
        """The item's path below its owner's folder; InvalidKeyError names what is wrong."""
        values = {f.name: _FIELDS[f.name].write(getattr(item, f.name)) for f in fields(item)}
        return self.path.format(**values)

    def read(self, path: str) -> TenantItem | SharedItem | None:
        """The item whose path this is, or None."""
        if not (match := _reader(self.path).fullmatch(path)):
            return None
        try:
            found = {name: _FIELDS[name].read(text) for name, text in match.groupdict().items()}
        except ValueError:  # the 30th of February
            return None
        item: TenantItem | SharedItem = self.kind(**found)
        return item


@cache
def _reader(path: str) -> re.Pattern[str]:
    # "logs/{day}/{name}" splits into text, field, text, field, text: the text is matched as it
    # stands, and each field becomes a group of the field's own name.
    pieces = re.split(r"\{(\w+)\}", path)
    pieces[::2] = map(re.escape, pieces[::2])
    pieces[1::2] = [f"(?P<{name}>{_FIELDS[name].pattern})" for name in pieces[1::2]]
    return re.compile("".join(pieces))


_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTES = "application/octet-stream"
_SHAPES = (
    Shape(
        Execution,
        "workflows/{workflow_id}/execution_{at}.json",
        DataClass.WORKFLOW,
        "application/json",
    ),
    Shape(Output, "workflows/{workflow_id}/output_{at}.csv", DataClass.WORKFLOW, "text/csv"),
    Shape(Upload, "uploads/{file_id}.{ext}", DataClass.UPLOAD, _BYTES),
    Shape(Export, "exports/export_{at}.xlsx", DataClass.EXPORT, _SHEET),
    Shape(Log, "logs/{day}/{name}", DataClass.LOG, "application/gzip"),
    Shape(Template, "templates/{name}", None, _BYTES),
    Shape(Profile, "industry-profiles/{name}", None, _BYTES),
)
_SHAPE_OF = {shape.kind: shape for shape in _SHAPES}


@dataclass(frozen=True, slots=True)
class Key:
    """The place of one item of one owner; `text` is at most 1,024 bytes and inside the folder."""

    owner: Tenant | Shared
    item: TenantItem | SharedItem
    text: str = field(init=False)

    def __post_init__(self) -> None:
        """Refuse, by InvalidKeyError, what is not a plain name inside the owner's folder."""
        if isinstance(self.owner, Shared) != (self.shape.data_class is None):
            raise _foreign(type(self.item).__name__)
        text = self.owner.folder + self.shape.write(self.item)
        if (size := len(text.encode())) > MAX_KEY_BYTES:
            raise InvalidKeyError(
                Refusal.TOO_LONG,
                f"the key would have {size:,} bytes; S3 allows {MAX_KEY_BYTES:,}.",
                "Shorten the names in it.",
            )
        object.__setattr__(self, "text", text)

    @property
    def shape(self) -> Shape:
        """The kind's row: path, data class, content type."""
        return _SHAPE_OF[type(self.item)]

    @classmethod
    def parse(cls, environment: Environment, text: str) -> Self:
        """The key whose text this is; anything no `Key` of the environment has is refused."""
        tenants = re.escape(environment.folder) + r"tenants/tenant-([0-9a-f-]{36})/"
        if match := re.match(tenants, text):
            return cls.within(Tenant(environment, tenant_id(match[1])), text)
        return cls.within(Shared(environment), text)

    @classmethod
    def within(cls, owner: Tenant | Shared, text: str) -> Self:
        """The key with this text in this owner's folder; anything else is refused."""
        path = text.removeprefix(owner.folder)
        found = (shape.read(path) for shape in _SHAPES)
        item = next((item for item in found if item is not None), None)
        if item is None or (key := cls(owner, item)).text != text:
            raise _foreign(text)
        return key


def area(owner: Tenant | Shared, of: DataClass | Shelf, inside: str | None = None) -> str:
    """The prefix under which one kind of file lies, with its slash; `inside` is one folder more."""
    name = of if isinstance(of, Shelf) else f"{of}s"
    return f"{owner.folder}{name}/" + (f"{part(inside)}/" if inside is not None else "")


def _foreign(what: str) -> InvalidKeyError:
    return InvalidKeyError(
        Refusal.FOREIGN,
        f"{what!a} is not a key of this folder.",
        "Use the kinds of triflow_storage.keys; the ADR's tree has no other place.",
    )
