"""ECR: image repositories."""

from local.aws.idioms import tags_by
from local.aws.row import Call, Name, Read, Row
from local.aws.templates import Text

REPOSITORY = {"repositoryName": "{id}"}
ARN = {"resourceArn": "{live.repositoryArn}"}
OF = {"repositoryName": "{repository}"}

ROWS = {
    "aws:ecr/repository:Repository": Row(
        "ecr",
        create=Call("create_repository", {"repositoryName": "{name}"}, auto=True),
        id=Text("{name}"),
        read=Read("describe_repositories", {"repositoryNames": ["{id}"]}, "repositories[0]"),
        updates=(
            Call(
                "put_image_tag_mutability",
                {**REPOSITORY, "imageTagMutability": "{imageTagMutability}"},
                on_create=False,
            ),
            Call(
                "put_image_scanning_configuration",
                {**REPOSITORY, "imageScanningConfiguration": "{imageScanningConfiguration}"},
                on_create=False,
            ),
        ),
        delete=(Call("delete_repository", {**REPOSITORY, "force": "{forceDelete}"}),),
        tags=tags_by(
            ARN,
            "tag_resource",
            "untag_resource",
            "list_tags_for_resource",
            tags="tags",
            keys="tagKeys",
        ),
        name=Name("name", 256, lower=True),
        defaults={"imageTagMutability": "MUTABLE"},
        reset={"imageScanningConfiguration": {"scanOnPush": False}},
        ignored={"forceDelete": "decides what a deletion does, no call carries it"},
        outputs={
            "arn": "repositoryArn",
            "repositoryUrl": "repositoryUri",
            "name": "repositoryName",
            "encryptionConfigurations": "",
        },
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Row(
        "ecr",
        create=Call("put_lifecycle_policy", {**OF, "lifecyclePolicyText": "{policy}"}),
        id=Text("{repository}"),
        read=Read("get_lifecycle_policy", OF),
        delete=(Call("delete_lifecycle_policy", OF),),
        put=True,
        force=("repository",),
        outputs={"policy": "lifecyclePolicyText"},
    ),
}
