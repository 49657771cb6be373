"""Whether the image that is to be deployed is in ECR (ADR C6)."""

from triflow import aws as asking
from triflow.aws import Aws, Refusal
from triflow.errors import TriflowError


def require(aws: Aws, repository_url: str, image: str) -> None:
    """Return if the repository has the tag or digest. TriflowError if not, or if ECR is mute."""
    registry, _, repository = repository_url.partition("/")
    wish = {"imageDigest" if image.startswith("sha256:") else "imageTag": image}
    answer = asking.together(
        {
            "image": lambda: aws.client("ecr").describe_images(
                registryId=registry.split(".")[0], repositoryName=repository, imageIds=[wish]
            )
        }
    )["image"]
    if not isinstance(answer, Refusal):
        return
    if answer.kind == "not found":
        raise TriflowError(
            f"The repository {repository} has no image {image}.",
            "Its tasks could not start (guide, problem 13), so nothing was changed.",
            f"aws ecr get-login-password --region {asking.REGION} | docker login --username AWS "
            f"--password-stdin {registry} && docker push {repository_url}:{image}",
        )
    raise TriflowError(answer.fact, "Nothing was changed.", answer.fix)
