"""The image repository of the backend (ADR C6)."""

import json
from dataclasses import dataclass

import pulumi
from pulumi_aws import ecr

from components import tags

UNTAGGED_DAYS = 14
KEPT_IMAGES = 30  # what the three environments run, and enough before it to go back


@dataclass(frozen=True, kw_only=True)
class ImageRepositoryArgs:
    """`repository` is the name in the registry of the account."""

    repository: str


class ImageRepository(pulumi.ComponentResource):
    """One repository whose tags never move, scanned on push, with a bound on what it stores."""

    repository_url: pulumi.Output[str]

    def __init__(
        self, name: str, args: ImageRepositoryArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("triflow:foundation:ImageRepository", name, None, opts)
        repository = ecr.Repository(
            name,
            name=args.repository,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            force_delete=False,
            tags=tags.own("foundation", args.repository),
            opts=pulumi.ResourceOptions(parent=self, protect=True, retain_on_delete=True),
        )
        ecr.LifecyclePolicy(
            f"{name}-lifecycle",
            repository=repository.name,
            policy=lifecycle_policy(),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.repository_url = repository.repository_url
        self.register_outputs({"repository_url": self.repository_url})


def lifecycle_policy() -> str:
    """Return the rules as JSON: untagged images go after 14 days, the 30 newest tagged stay."""
    untagged = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": UNTAGGED_DAYS,
    }
    tagged = {
        "tagStatus": "tagged",
        "tagPatternList": ["*"],
        "countType": "imageCountMoreThan",
        "countNumber": KEPT_IMAGES,
    }
    expire = {"type": "expire"}
    rules = [
        {"rulePriority": 1, "description": "untagged", "selection": untagged, "action": expire},
        {"rulePriority": 2, "description": "tagged", "selection": tagged, "action": expire},
    ]
    return json.dumps({"rules": rules})
