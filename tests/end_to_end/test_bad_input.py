"""Mistakes of a reader of the manual: each is a sentence with the way out, before any change."""

import re
import subprocess

import pytest

from local.engine import locate
from tests.end_to_end.clone import Clone

pytestmark = pytest.mark.end_to_end


@pytest.fixture
def clone(prod: Clone) -> Clone:
    """Give the platform with foundation and prod up, staging and dev not."""
    return prod


def told(clone: Clone, *arguments: str, code: int = 1) -> str:
    """Run a command that must fail without a traceback; return its screen in one line."""
    done = clone.triflow(*arguments)
    assert done.returncode == code, done.stdout
    assert "Traceback" not in done.stdout
    return " ".join(done.stdout.split())


def test_dev_without_staging_is_told(clone: Clone) -> None:
    """The sentence names the missing stack and the command that makes it."""
    screen = told(clone, "preview", "dev")

    assert "dev builds on the stack staging, which is not up." in screen
    assert "Fix: make up STACK=staging" in screen


def test_a_missing_foundation_is_told(clone: Clone) -> None:
    """Likewise for what the account has once."""
    states = clone.workspace.states / ".pulumi/stacks"
    (states / "triflow-ai-foundation").rename(states / "aside")
    try:
        screen = told(clone, "preview", "prod")
    finally:
        (states / "aside").rename(states / "triflow-ai-foundation")

    assert "prod builds on the stack foundation, which is not up." in screen
    assert "Fix: make up STACK=foundation" in screen


def test_all_mistakes_of_a_stack_file_are_told_at_once(clone: Clone) -> None:
    """A misspelt key, a wrong type, a block outside the VPC: each with the line that mends it."""
    before = clone.read("Pulumi.prod.yaml")
    broken = before.replace("costCenter:", "costCentre:").replace("10.0.12.0/24", "10.9.12.0/24")
    broken = re.sub(r"(multiAz: ).*", r"\1perhaps", broken)
    clone.write("Pulumi.prod.yaml", broken)
    try:
        screen = told(clone, "preview", "prod")
    finally:
        clone.write("Pulumi.prod.yaml", before)

    assert "costCentre" in screen
    assert "10.9.12.0/24" in screen
    assert screen.count("pulumi config") >= 2


def test_a_block_that_overlaps_is_told(clone: Clone) -> None:
    """Two subnets cannot share addresses; both are named."""
    with clone.edited("Pulumi.prod.yaml", "10.0.12.0/24", "10.0.11.128/25"):
        screen = told(clone, "preview", "prod")

    assert "privateSubnets.ap-northeast-2c is 10.0.11.128/25, which overlaps" in screen
    assert "privateSubnets.ap-northeast-2a" in screen


@pytest.mark.clause("F1", "F3")
def test_a_stack_above_its_ceiling_is_stopped_in_preview(clone: Clone) -> None:
    """A larger database: the sum, the ceiling and the three largest lines, before any change."""
    with clone.edited("Pulumi.prod.yaml", "db.t4g.medium", "db.t4g.large"):
        screen = told(clone, "preview", "prod", code=3)

    assert "a month of prod would cost USD 530.84 (KRW 690,086), its ceiling is USD 440" in screen
    assert "database-instance, instance db.t4g.large, multi-AZ: USD 296.38; compute-" in screen
    assert "A month of prod: USD 530.84" in screen


def test_a_stack_file_that_is_no_yaml_is_told(clone: Clone) -> None:
    """File and line, before the engine starts."""
    with clone.edited("Pulumi.prod.yaml", "config:", "config: ["):
        screen = told(clone, "preview", "prod")

    assert "Pulumi.prod.yaml is not valid YAML" in screen


def test_an_update_of_prod_past_the_pack_is_refused_by_the_program(clone: Clone) -> None:
    """Whoever starts the engine without the pack is stopped by the program itself."""
    engine = locate.ensure(print)
    before = clone.resources("prod", "aws:")

    with clone.edited("Pulumi.prod.yaml", "costCenter: triflow-platform", "costCenter: another"):
        environment = clone.workspace.environment(engine, clone.server, clone.root, "prod")
        refused = subprocess.run(  # noqa: S603 - the engine
            [engine.pulumi, "up", "--yes", "--skip-preview", "--non-interactive"],
            cwd=clone.root,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    assert refused.returncode != 0
    assert "prod: PULUMI_OPTION_POLICY_PACK names no policy pack." in refused.stdout
    assert clone.resources("prod", "aws:") == before
