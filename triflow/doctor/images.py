"""An image's name, taken apart: registry, repository, tag and digest each have their own place."""

from typing import Final, NamedTuple

ECR: Final = ".dkr.ecr."


class Image(NamedTuple):
    """`account` is None where the registry is not ECR; of tag and digest one may be empty."""

    account: str | None
    repository: str
    tag: str
    digest: str


def parsed(name: str) -> Image:
    """Return the parts of HOST/PATH:TAG@DIGEST; without tag and digest, the tag is latest.

    A host may have a port, and so a colon of its own: the tag is looked for in the last word only.
    """
    named, _, digest = name.partition("@")
    path, slash, last = named.rpartition("/")
    word, _, tag = last.partition(":")
    host, _, repository = f"{path}{slash}{word}".partition("/")
    if ECR in host:
        return Image(host.partition(".")[0], repository, tag or "latest" * (not digest), digest)
    return Image(None, f"{path}{slash}{word}", tag or "latest" * (not digest), digest)
