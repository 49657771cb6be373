"""P06: the repository, and this computer's way into it."""

from collections.abc import Iterator

from triflow.doctor import images, task_definition
from triflow.doctor.answers import Facts, NotApplicable, Seen, Unknown
from triflow.doctor.finding import MEND, Found, Severity, check

ECR = ".dkr.ecr."
SCANNED = ("COMPLETE", "ACTIVE")  # once, by basic scanning; always again, by enhanced


@check(
    "ecr-repository-missing",
    "P06",
    "critical",
    reads=("repository",),
    says="The image repository does not exist.",
    remedy="{up} --refresh -C foundation -s foundation",
)
def repository_missing(facts: Facts) -> Iterator[Found]:
    """The stack foundation owns it."""
    if facts.gone("repository"):
        yield Found(facts.deployed.output("ecr_repository_url"), "AWS knows no such repository")
    else:
        _ = facts["repository"]


@check(
    "ecr-registry-mismatch",
    "P06",
    "warning",
    reads=("repository",),
    says="The tasks pull from another registry than the one that images are pushed to.",
    remedy=MEND,
)
def registry_mismatch(facts: Facts) -> Iterator[Found]:
    """Another account's, or another region's."""
    pushed = facts["repository"]["repositories"].first()["repositoryUri"].text
    for one in task_definition.containers(facts):
        host = str(one["image"]).partition("/")[0]
        if one["name"] == "backend" and ECR in host and host != pushed.partition("/")[0]:
            yield Found(host, f"images are pushed to {pushed}")


@check(
    "ecr-scan-critical",
    "PX",
    "warning",
    reads=("image_scan",),
    says="The image that the tasks run has known weaknesses.",
    remedy="aws ecr describe-image-scan-findings --repository-name {resource}"
    " --image-id imageTag={tag}",
)
def weaknesses(facts: Facts) -> Iterator[Found]:
    """Each push is scanned; a newer base image mends most. Asked for with --problem PX only."""
    if facts.gone("image_scan", "ScanNotFoundException"):
        raise Unknown("the image was never scanned")
    if facts.gone("image_scan"):
        raise NotApplicable("there is no such image")
    scan = facts["image_scan"]
    status = scan["imageScanStatus"]["status"].text
    if status not in SCANNED:
        raise Unknown(f"the scan of the image is {status}")
    counts = {key: one.number for key, one in _counts(scan["imageScanFindings"]).items()}
    found = [f"{counts[word]:.0f} {word}" for word in ("CRITICAL", "HIGH") if counts.get(word)]
    if found:
        image = images.parsed(task_definition.containers(facts)[0]["image"])
        severity: Severity = "warning" if counts.get("CRITICAL") else "info"
        yield Found(image.repository, ", ".join(found), severity, {"tag": image.tag})


def _counts(findings: Seen) -> dict[str, Seen]:
    return dict(findings["findingSeverityCounts"].items())


@check(
    "docker-not-logged-in",
    "P06",
    "info",
    reads=("docker_logins",),
    says="Docker on this computer has no login for the registry; one lasts twelve hours.",
    remedy="aws ecr get-login-password --region ap-northeast-2"
    " | docker login --username AWS --password-stdin {resource}",
)
def not_logged_in(facts: Facts) -> Iterator[Found]:
    """Only told: most who look at a stack push nothing."""
    if facts.deployed.endpoint:
        raise NotApplicable("the local AWS takes no images")
    host = facts.deployed.output("ecr_repository_url").partition("/")[0]
    logins = facts["docker_logins"]
    known = {one.text for key in ("registries", "helpers") for one in logins[key].each()}
    if not logins["docker"].flag:
        raise NotApplicable("there is no docker on this computer")
    if host not in {one.removeprefix("https://") for one in known}:
        yield Found(host, "docker's config.json does not name it")
