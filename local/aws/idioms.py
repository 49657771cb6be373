"""How AWS's services do the same thing differently: tags, in the form that a row names."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from local.aws.row import Call, Read, Tags
from local.aws.templates import Given, Made, find


def ec2_specification(kind: str) -> dict[str, Any]:
    """Return the argument by which an EC2 create call takes tags."""
    return {"TagSpecifications": Given("tags", [{"ResourceType": kind, "Tags": "{tags}"}])}


def keys_alone(scope: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the tags to remove, for services that want each key in an object of its own."""
    return [{"Key": key} for key in scope["tagKeysGone"]]


def each_described(listing: Read, service: str, read: Read) -> Read:
    """Return the list of a kind whose service lists no more than ids: each is asked for."""
    (argument,) = read.args

    def described(answer: object, scope: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = []
        for identity in find(str(listing.path), answer):
            told = scope["ask"](service, read.operation, {argument: identity})
            found.append({argument: identity, **told, **find(str(read.path), told)})
        return found

    return replace(listing, pick=described)


EC2_TAGS = Tags(
    add=Call("create_tags", {"Resources": ["{id}"], "Tags": "{tags}"}),
    remove=Call("delete_tags", {"Resources": ["{id}"], "Tags": Made(keys_alone)}),
)


def tags_by(
    owner: dict[str, str],
    add: str,
    remove: str,
    read: str = "",
    *,
    tags: str = "Tags",
    keys: str = "TagKeys",
    path: str = "",
) -> Tags:
    """Return the tag calls of a service which names the resource by `owner` in all three."""
    return Tags(
        add=Call(add, {**owner, tags: "{tags}"}),
        remove=Call(remove, {**owner, keys: "{tagKeysGone}"}),
        read=Read(read, owner, path or tags) if read else None,
    )
