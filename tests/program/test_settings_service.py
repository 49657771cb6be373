"""Mistakes in the settings of service and load balancer, each told before AWS would refuse it."""

import pytest

from tests.program.test_settings import refusal


def told(stack: str, fact: str, key: str, mend: str) -> str:
    """Return the whole message of one mistake that is mended by setting one value."""
    return (
        f"Pulumi.{stack}.yaml has 1 mistake, so nothing was planned.\n"
        f"triflow-ai:{key} {fact}.\n"
        f"  Fix: pulumi config set --path 'triflow-ai:{key}' {mend} -s {stack}"
    )


@pytest.mark.clause("C2")
@pytest.mark.parametrize(("memory", "next_legal"), [(1024, 2048), (2560, 3072), (9216, 8192)])
def test_a_size_that_fargate_does_not_sell_is_told_with_one_it_does(
    memory: int, next_legal: int
) -> None:
    """ECS would refuse the pair only after everything before it was made."""
    assert refusal("prod", {"compute": {"memory": memory}}) == told(
        "prod",
        f"is {memory}, which Fargate does not sell with cpu 1024",
        "compute.memory",
        str(next_legal),
    )


@pytest.mark.clause("C2")
def test_a_cpu_that_fargate_does_not_have_is_told_with_those_it_has() -> None:
    """The table is the whole answer."""
    assert refusal("prod", {"compute": {"cpu": 1000}}) == told(
        "prod",
        "is 1000; Fargate has 256, 512, 1024, 2048, 4096, 8192, 16384",
        "compute.cpu",
        "1024",
    )


@pytest.mark.clause("C3")
def test_the_most_tasks_are_not_fewer_than_the_least() -> None:
    """Application Auto Scaling would refuse the target."""
    assert refusal("prod", {"compute": {"minTasks": 6}}) == told(
        "prod", "is 5, less than minTasks 6 (ADR C3)", "compute.maxTasks", "6"
    )


@pytest.mark.clause("C6")
@pytest.mark.parametrize("image", ["latest", "sha256:abc", "repository:1.0.0", "-1", ""])
def test_an_image_is_a_tag_or_a_digest(image: str) -> None:
    """`latest` says nothing about what runs, and the repository is the foundation's."""
    assert refusal("prod", {"compute": {"image": image}}) == told(
        "prod",
        f"is {image!r}; allowed: a tag (not latest) or a digest sha256:... of the repository, "
        "in quotes",
        "compute.image",
        "1.0.0",
    )


@pytest.mark.clause("C6")
def test_an_image_has_no_default() -> None:
    """A default would deploy something that nobody has chosen."""
    assert "triflow-ai:compute.image is missing" in refusal("prod", {"compute": {"image": None}})


@pytest.mark.clause("C10")
@pytest.mark.parametrize("address", ["http://m.example.com/write", "m.example.com", "https://"])
def test_metrics_leave_by_https_only(address: str) -> None:
    """A token travels with them."""
    assert "allowed: the https address" in refusal("prod", {"compute": {"remoteWriteUrl": address}})


@pytest.mark.clause("L9")
def test_visitors_are_not_sent_to_a_canary_that_is_not_there() -> None:
    """They would get 503: a weight sends to an empty group as well."""
    assert refusal("prod", {"compute": {"canaryPercent": 10}}) == told(
        "prod",
        "sends visitors to a canary, but compute.canaryImage is missing (ADR L9)",
        "compute.canaryPercent",
        "0",
    )


@pytest.mark.clause("L9")
@pytest.mark.parametrize("percent", [-1, 51])
def test_a_canary_gets_half_of_the_visitors_at_most(percent: int) -> None:
    """It is one task, whatever its weight."""
    assert "allowed: a whole number from 0 to 50" in refusal(
        "prod", {"compute": {"canaryImage": "1.1.0", "canaryPercent": percent}}
    )


@pytest.mark.clause("L5")
def test_visitors_stick_by_one_of_two_cookies() -> None:
    """A target group of the load balancer knows no third."""
    assert "allowed: lb_cookie or app_cookie" in refusal(
        "prod", {"loadBalancer": {"stickiness": "source_ip"}}
    )


@pytest.mark.clause("L8", "S1")
def test_dev_has_no_bucket_to_log_requests_to() -> None:
    """Staging's lets nobody else's load balancer write."""
    assert refusal("dev", {"loadBalancer": {"accessLogs": True}}) == (
        "Pulumi.dev.yaml has 1 mistake, so nothing was planned.\n"
        "triflow-ai:loadBalancer.accessLogs has no place in dev, whose bucket is staging's "
        "(ADR L8, S1).\n"
        "  Fix: pulumi config rm --path 'triflow-ai:loadBalancer.accessLogs' -s dev"
    )
