"""What is changed in prod: priced before it is decided, stopped by the policies, mended by refresh.

The platform stands as deployed again after each.
"""

import re

import pytest

from tests.end_to_end.clone import Clone

pytestmark = pytest.mark.end_to_end

VPC = "aws:ec2/vpc:Vpc"


@pytest.mark.clause("F1")
def test_a_wish_is_priced_by_the_program_and_changes_nothing(prod: Clone) -> None:
    """The engine previews other settings on a copy; stack file and state stay as they are."""
    file, state = prod.read("Pulumi.prod.yaml"), prod.state("prod")

    screen = prod.ok("cost", "--nat", "per-az")

    assert "+43.07  network: NAT gateway" in screen
    assert "+3.65  network: public IPv4" in screen
    assert prod.read("Pulumi.prod.yaml") == file
    assert prod.state("prod") == state


@pytest.mark.clause("D8", "L3", "S7")
def test_three_broken_decisions_are_told_with_their_remedies_on_one_screen(prod: Clone) -> None:
    """A public database, an old TLS policy, a bucket half open: clause, fact, what to type."""
    with (
        prod.edited(
            "components/database.py", "publicly_accessible=False", "publicly_accessible=True"
        ),
        prod.edited("components/load_balancer.py", "-TLS13-1-2-2021-06", "-2016-08"),
        prod.edited(
            "components/private_bucket.py", "block_public_acls=True", "block_public_acls=False"
        ),
    ):
        stopped = prod.triflow("preview", "prod")

    screen = [line for line in stopped.stdout.splitlines() if not re.match(r"\[ *\d+ s\]", line)]
    broken = [line for line in screen if line.startswith("✗ ")]
    assert stopped.returncode == 3, stopped.stdout
    assert [re.sub(r"\(.*|\s+$", "", line) for line in broken] == [
        "✗ ADR D8  rds-not-public  prod  ",
        "✗ ADR L3  alb-https-tls13  prod  ",
        "✗ ADR S7  s3-public-access-blocked",
    ]
    assert sum(line.startswith("  Fix: ") for line in screen) >= 3
    assert len(screen) <= 40, stopped.stdout


def test_drift_made_behind_its_back_is_shown_and_mended(prod: Clone) -> None:
    """Somebody switches DNS names off by hand: a refreshed preview names it, an update mends it."""
    (vpc,) = (each["id"] for each in prod.resources("prod", VPC))
    ec2 = prod.aws("ec2")
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})

    shown = prod.triflow("local", "pulumi", "preview", "--refresh", "--diff", "-s", "prod")
    again = ("--refresh", "--yes", "--skip-preview", "-s", "prod")
    mended = prod.triflow("local", "pulumi", "up", *again)

    assert "enableDnsHostnames" in shown.stdout
    assert mended.returncode == 0, mended.stdout
    asked = ec2.describe_vpc_attribute(VpcId=vpc, Attribute="enableDnsHostnames")
    assert asked["EnableDnsHostnames"] == {"Value": True}
