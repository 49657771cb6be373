"""Cases at the bounds: each part of a condition has one that turns out otherwise without it."""

import json
from typing import Any

from policy import tokens as t
from tests.policy.cases import broken, fine
from tests.policy.stand import GONE, add, both, change, change_options, of
from tests.policy.worlds import images_policy, in_dev, in_foundation, in_staging

R = "alarm-legal-in-units-with-runbook"
MORE_TIMES = {"evaluationPeriods": 5, "datapointsToAlarm": 5}
fine(R, "five of five", change("rds-cpu-high", **MORE_TIMES))
broken(f"{R}(a)", "no number of periods", change("rds-cpu-high", evaluationPeriods=GONE))
broken(f"{R}(a)", "one of none", change("alb-5xx-rate", evaluationPeriods=GONE, datapointsToAlarm=1))  # noqa: E501  # fmt: skip
broken(f"{R}(a)", "no period", change("rds-cpu-high", period=GONE))
broken(f"{R}(a)", "a period of none", change("rds-cpu-high", period=0))
broken(f"{R}(a)", "an odd period of one's own", change("function-0-errors", namespace="TriFlow", period=40))  # noqa: E501  # fmt: skip
fine(R, "one percent", change("rds-cpu-high", threshold=1))
fine(R, "a hundred percent", change("rds-cpu-high", threshold=100))
broken(f"{R}(b)", "more than all", change("rds-cpu-high", threshold=101))
fine(R, "a name of 255", change("rds-cpu-high", name="triflow-ai-" + "x" * 244))
broken(f"{R}(c)", "a name of 256", change("rds-cpu-high", name="triflow-ai-" + "x" * 245))
fine(R, "a share of nothing", change("alb-5xx-rate", treatMissingData="missing"))
fine(R, "dev sleeps at night", change("alb-healthy-hosts", treatMissingData="notBreaching"), in_dev)

R = "ecr-repository-complete"


def images(at: int, **changed: Any) -> str:  # noqa: ANN401  # any field of a selection
    """The images' policy with one selection changed; GONE takes a field away."""
    told = json.loads(images_policy())
    chosen = told["rules"][at]["selection"] | changed
    told["rules"][at]["selection"] = {k: v for k, v in chosen.items() if v is not GONE}
    return json.dumps(told)


def actions(kind: str) -> str:
    """The images' policy with another action."""
    told = json.loads(images_policy())
    told["rules"][1]["action"]["type"] = kind
    return json.dumps(told)


for says, text in {
    "untagged images go at once": images(0, countNumber=0),
    "untagged images go before": images(0, countNumber=-1),
    "nobody says when": images(0, countNumber=GONE),
    "untagged ones are counted": images(0, countType="imageCountMoreThan"),
    "tagged images go by their age": images(1, countType="sinceImagePushed"),
    "nobody says how many": images(1, countNumber=GONE),
    "tagged ones alone": images(0, tagStatus="tagged", countType="sinceImagePushed"),
    "images are moved": actions("transition"),
}.items():
    broken(f"{R}(b)", says, change("images-lifecycle", policy=text), in_foundation)
broken(f"{R}(a)", "nothing is immutable", change("images", imageTagMutabilityExclusionFilters=[{"filter": "*"}]), in_foundation)  # noqa: E501  # fmt: skip
fine(R, "one tag moves", change("images", imageTagMutabilityExclusionFilters=[{"filter": "latest"}]), in_foundation)  # noqa: E501  # fmt: skip


def images_in_dev(mutability: str) -> Any:  # noqa: ANN401  # a spoil
    """A repository of dev's own."""
    return both(
        add(
            "images",
            t.ECR_REPOSITORY,
            name="x",
            imageTagMutability=mutability,
            imageScanningConfiguration={"scanOnPush": True},
        ),
        add("images-lifecycle", t.ECR_LIFECYCLE, repository=of("images"), policy=images_policy()),
    )


fine(R, "dev's latest may move", images_in_dev("IMMUTABLE_WITH_EXCLUSION"), in_dev)
fine(R, "dev's need not", images_in_dev("IMMUTABLE"), in_dev)
broken(f"{R}(a)", "all of dev's move", images_in_dev("MUTABLE"), in_dev)
broken(f"{R}(a)", "staging's move", images_in_dev("IMMUTABLE_WITH_EXCLUSION"), in_staging)

R = "vpc-plan"
broken(f"{R}(a)", "an address of the new kind by AWS", change("vpc", assignGeneratedIpv6CidrBlock=True))  # noqa: E501  # fmt: skip
broken(f"{R}(a)", "an address of the new kind", change("vpc", ipv6CidrBlock="2001:db8::/56"))
fine(R, "AWS gives none", change("vpc", assignGeneratedIpv6CidrBlock=False))
R = "nat-single-zonal"
broken(R, "a private gateway", change("nat", connectivityType="private"))
fine(R, "a public gateway", change("nat", connectivityType="public"))
broken(R, "it stands nowhere", change("nat", subnetId=GONE))
broken(R, "it has no address", change("nat", allocationId=GONE))
R = "private-routes-via-nat"
broken(R, "a part of the internet", change("public-out", destinationCidrBlock="8.8.8.0/24"))
broken(R, "a second way", add("more", t.ROUTE, routeTableId=of("public-rt"), destinationCidrBlock="8.8.8.0/24", gatewayId=of("igw")))  # noqa: E501  # fmt: skip

R = "resource-type-covered"
CACHE: dict[str, Any] = {"atRestEncryptionEnabled": True, "transitEncryptionEnabled": True, "nodeType": "cache.t4g.small"}  # noqa: E501  # fmt: skip
broken(f"{R}(c)", "a cache that nobody decided", add("cache", t.CACHE, **CACHE))

R = "secret-stores-safe"
KEY: dict[str, Any] = {"description": "x", "enableKeyRotation": True, "deletionWindowInDays": 30}
KEYS: dict[str, dict[str, Any]] = {
    "it is off": {"isEnabled": False},
    "nobody could mend its policy": {"bypassPolicyLockoutSafetyCheck": True},
    "it is gone after 29 days": {"deletionWindowInDays": 29},
    "it is called nothing": {"description": ""},
}
for says, changed in KEYS.items():
    broken(f"{R}(c)", says, add("key", t.KMS_KEY, **KEY | changed))
fine(R, "a key that is on", add("key", t.KMS_KEY, **KEY, isEnabled=True, bypassPolicyLockoutSafetyCheck=False))  # noqa: E501  # fmt: skip
fine(R, "as long as AWS keeps a key", add("key", t.KMS_KEY, description="x", enableKeyRotation=True))  # noqa: E501  # fmt: skip
for world in (in_dev, in_staging):
    fine(R, f"seven days, {world.__name__}", add("key", t.KMS_KEY, **KEY | {"deletionWindowInDays": 7}), world)  # noqa: E501  # fmt: skip
    broken(f"{R}(c)", f"six days, {world.__name__}", add("key", t.KMS_KEY, **KEY | {"deletionWindowInDays": 6}), world)  # noqa: E501  # fmt: skip
PARAMETER = "aws:ssm/parameter:Parameter"
SAFE = {"name": "/triflow/db_password", "type": "SecureString", "valueWo": "x"}
fine(R, "a parameter that is encrypted", add("parameter", PARAMETER, **SAFE))
broken(f"{R}(b)", "it is plain", add("parameter", PARAMETER, **SAFE | {"type": "String"}))
broken(f"{R}(b)", "it stands in the state", add("parameter", PARAMETER, **SAFE, value="x"))
fine(R, "no secret by its name", add("parameter", PARAMETER, name="/triflow/size", type="String", value="x"))  # noqa: E501  # fmt: skip
broken(f"{R}(a)", "bytes", change("api-key", secretBinary="eA=="))
fine(R, "a new value is sent", change("api-key", secretStringWo="x", secretStringWoVersion=1))

R = "ecs-fargate-only"
broken(f"{R}(c)", "it shares the host's memory", change("task", ipcMode="host"))
fine(R, "a memory of its own", change("task", ipcMode="task"))

R = "lambda-scoped"
S3_CALLS = {"principal": "s3.amazonaws.com"}
broken(f"{R}(a)", "anybody's bucket", change("restart-permission", **S3_CALLS))
fine(R, "this account's bucket", change("restart-permission", **S3_CALLS, sourceAccount="123456789012"))  # noqa: E501  # fmt: skip
fine(R, "three seconds, as Lambda has it", change("restart", timeout=GONE))
broken(f"{R}(b)", "none of it may run", change("restart", reservedConcurrentExecutions=0))

R = "stateful-survives-removal"
fine(R, "dev's may go", change_options("database", retain=False), in_dev)
