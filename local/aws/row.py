"""What a row of the catalogue says: which calls make, read, change and delete one token.

A row is data. `local/aws/rows/` holds one file a service; what no data can say is a small function
in `local/aws/hooks.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.aws.templates import Made, Text


@dataclass(frozen=True)
class Call:
    """One AWS operation, in boto3's spelling, and what goes into it.

    `auto` fills members from inputs of a like name, under the member `at` first; `carries` names
    inputs which the call takes besides those that `args` reads. `when` (JMESPath over the scope)
    says whether it is made, `needs` names a member without which it is not made. `on_create=False`
    keeps it for updates, `always` makes it at each create whatever the inputs. `whole` sends every
    input and not only the changed ones, for calls that replace all. `held` is the reason why the
    call is not made: moto has no such operation, and the value lives in the stack's state only.
    `answered` looks at the answer, for services that refuse without an error.
    """

    operation: str
    args: Mapping[str, Any] = field(default_factory=dict)
    auto: bool = False
    at: str = ""
    carries: tuple[str, ...] = ()
    when: str = ""
    needs: str = ""
    always: bool = False
    whole: bool = False
    on_create: bool = True
    service: str = ""
    held: str = ""
    answered: Callable[[Mapping[str, Any]], None] | None = None


@dataclass(frozen=True)
class Read:
    """How to look at a resource: `path` (JMESPath) finds nothing in the answer when it is gone."""

    operation: str
    args: Mapping[str, Any] = field(default_factory=dict)
    path: str | Text = "@"
    also: Mapping[str, "Read"] = field(default_factory=dict)
    service: str = ""
    pick: Callable[[Any, Mapping[str, Any]], Any] | None = None  # in place of a path


@dataclass(frozen=True)
class Name:
    """An automatic name: the logical name, a dash and seven hexadecimal digits."""

    property: str
    length: int = 255
    lower: bool = False
    suffix: str = ""


@dataclass(frozen=True)
class Tags:
    """The calls that set, remove and read tags after creation; `read` finds them in its answer."""

    add: Call
    remove: Call | None = None
    read: Read | None = None


@dataclass(frozen=True)
class Row:
    """One token. Texts in `outputs` are JMESPath over the live answer, Text is a template."""

    service: str
    create: Call
    id: str | Text
    read: Read | None = None
    listing: Read | None = None  # all of the kind, where `read` without an id cannot list them
    delete: tuple[Call, ...] = ()
    updates: tuple[Call, ...] = ()
    put: bool = False  # the create call may be repeated to change what it carries
    tags: Tags | None = None
    name: Name | None = None
    defaults: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, str | Text | Made] = field(default_factory=dict)
    rename: Mapping[str, str] = field(default_factory=dict)
    force: tuple[str, ...] = ()  # replaced although an update call could carry it
    identity: tuple[str, ...] = ()  # two resources cannot share these: delete before replacing
    ignored: Mapping[str, str] = field(default_factory=dict)  # input -> why no call carries it
    documents: tuple[str, ...] = ()  # inputs that hold a JSON policy
    legal: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    secret: tuple[str, ...] = ()
    open_enums: tuple[str, ...] = ()  # members whose enumeration in botocore lags behind AWS
    undrifting: Mapping[str, str] = field(default_factory=dict)  # input -> why it is not compared
    reset: Mapping[str, Any] = field(default_factory=dict)  # what an input becomes when removed
    gone: tuple[str, ...] = ()  # error codes that mean gone besides the usual ones
    held: str = ""  # why the provider's own store holds it: moto has no such resource
    indelible: str = ""  # why it can still be read once deleted
    check: Callable[[Mapping[str, Any]], Mapping[str, str]] | None = None

    def changing_calls(self) -> tuple[Call, ...]:
        """Return the calls which can change the resource in place, tags aside."""
        return (self.create, *self.updates) if self.put else self.updates
