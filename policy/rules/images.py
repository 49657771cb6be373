"""Rules of the image repository (ADR 1): what was deployed can be deployed again."""

from collections.abc import Iterator
from typing import Final

from policy import tables
from policy.documents import document
from policy.findings import Finding, Judgement, Lack, must_be, must_be_off, must_be_on
from policy.registry import check, rule
from policy.relations import StackView, names
from policy.resources import Resource
from policy.tokens import ECR_LIFECYCLE, ECR_REPOSITORY
from policy.values import Answer

WITH_EXCLUSION: Final = "IMMUTABLE_WITH_EXCLUSION"

ECR_COMPLETE = rule(
    id="ecr-repository-complete",
    clause=("C6",),
    kind="stack",
    tokens=(ECR_REPOSITORY, ECR_LIFECYCLE),
    levels="M/M/M",
    severity="high",
    external=(
        *("CKV_AWS_51", "CKV_AWS_163", "ECR.1", "ECR.2", "ECR.3"),
        "compliance-policies aws-ecr-repository-disallow-mutable-image",
    ),
    aim="A tag always means the same image; images are scanned, and old ones go.",
    otherwise="A rollback could find another image, or the bill would grow by every build.",
    fix="make tags immutable, scan on push, and expire untagged images within 14 days.",
)


@check(ECR_COMPLETE, "a", each=(ECR_REPOSITORY,))
def tags_do_not_move(repository: Resource, stack: StackView) -> Iterator[Judgement]:
    """Immutable, scanned, and not deleted together with its images."""
    allowed = ("IMMUTABLE", WITH_EXCLUSION) if stack.environment == "dev" else ("IMMUTABLE",)
    yield from must_be(repository["imageTagMutability"], *allowed)
    for exclusion in repository["imageTagMutabilityExclusionFilters"].items():
        if exclusion["filter"].known() == "*":
            yield Finding(f"{exclusion.path} excludes every tag")
    yield from must_be_on(repository["imageScanningConfiguration"]["scanOnPush"])
    yield from must_be_off(repository["forceDelete"])


@check(ECR_COMPLETE, "b", each=(ECR_REPOSITORY,))
def old_images_go(repository: Resource, stack: StackView) -> Iterator[Judgement]:
    """Untagged images expire within 14 days; at least ten tagged ones stay."""
    policies = stack.referring(ECR_LIFECYCLE, "repository", repository, name="name")
    if len(policies) != 1:
        yield Lack(f"lifecycle policies: {names(policies)}; there must be one")
    for policy in policies:
        entries = document(policy["policy"])["rules"].items()
        if not any(_expires_untagged(entry["selection"]) for entry in entries):
            yield Finding("no rule expires untagged images within 14 days", policy)
        for entry in entries:
            yield from must_be(entry["action"]["type"], "expire", about=policy)
            yield from _keeps_tagged(entry["selection"], policy)


def _expires_untagged(selection: Answer) -> bool:
    """Whether a rule is of the decided age; one of other images is found by `_keeps_tagged`."""
    days = selection["countNumber"].count()
    return (
        selection["countType"].known() == "sinceImagePushed"
        and 0 < days <= tables.UNTAGGED_IMAGE_DAYS
    )


def _keeps_tagged(selection: Answer, policy: Resource) -> Iterator[Judgement]:
    if selection["tagStatus"].known() == "untagged":
        return
    kept = selection["countNumber"].count()
    counts = selection["countType"].known() == "imageCountMoreThan"
    if not counts or kept < tables.TAGGED_IMAGES_KEPT:
        yield Finding(
            f"{selection.path} keeps {kept if counts else 'no fixed number of'} tagged images, "
            f"there must be at least {tables.TAGGED_IMAGES_KEPT}",
            policy,
        )
