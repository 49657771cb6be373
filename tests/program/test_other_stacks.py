"""A stack that builds on a missing one says so in one sentence, before anything is planned."""

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest

from tests.program.recorder import NAMES, Monitor, Recording, record

REFERENCE = "pulumi:pulumi:StackReference"


def outputs(stack: str) -> dict[str, Any]:
    """Return what a stack puts out, to be spoilt by a test."""
    return dict(record(stack).outputs)


def refusal(stack: str, others: Mapping[str, Mapping[str, Any]]) -> str:
    """Return what the user reads when only these other stacks exist."""
    with pytest.raises(pulumi.RunError) as refused:
        record(stack, others=others)
    return str(refused.value)


@pytest.mark.parametrize("stack", ["dev", "staging", "prod"])
def test_nothing_comes_before_the_foundation(stack: str) -> None:
    """Local command and AWS command are both given."""
    assert refusal(stack, {}) == (
        f"{stack} builds on the stack foundation, which is not up. Nothing was planned.\n"
        "Fix: make up STACK=foundation   (in an account: "
        "PULUMI_OPTION_POLICY_PACK=$PWD/policy pulumi up -C foundation -s foundation)"
    )


@pytest.mark.clause("N5")
def test_dev_does_not_come_before_staging() -> None:
    """Its VPC and its bucket are staging's."""
    assert refusal("dev", {NAMES["foundation"]: outputs("foundation")}) == (
        "dev builds on the stack staging, which is not up. Nothing was planned.\n"
        "Fix: make up STACK=staging   (in an account: "
        "PULUMI_OPTION_POLICY_PACK=$PWD/policy pulumi up -s staging)"
    )


@pytest.mark.clause("N5")
def test_a_staging_that_was_destroyed_counts_as_missing() -> None:
    """Its state is still there then, with no outputs in it."""
    others = {NAMES["foundation"]: outputs("foundation"), NAMES["staging"]: {}}

    assert refusal("dev", others).startswith("dev builds on the stack staging, which is not up.")


@pytest.mark.clause("N5")
def test_a_staging_older_than_dev_is_told_what_it_lacks() -> None:
    """Without the check the value would be None, and AWS would complain about it much later."""
    older = outputs("staging")
    del older["s3_endpoint_id"]
    del older["nat_gateway_ids"]

    others = {NAMES["foundation"]: outputs("foundation"), NAMES["staging"]: older}
    assert refusal("dev", others) == (
        "dev builds on the stack staging, which has no output nat_gateway_ids, s3_endpoint_id. "
        "Nothing was planned.\n"
        "Fix: make up STACK=staging   (in an account: "
        "PULUMI_OPTION_POLICY_PACK=$PWD/policy pulumi up -s staging)"
    )


@pytest.mark.parametrize(
    ("stack", "read"),
    [
        ("foundation", []),
        ("staging", ["foundation"]),
        ("prod", ["foundation"]),
        ("dev", ["foundation", "staging"]),
    ],
)
def test_a_stack_reads_only_those_it_may(stack: str, read: list[str], mode: str) -> None:
    """Production and the rest never depend on each other."""
    recording = record(stack, preview=mode == "preview")

    assert [each.name for each in recording.of(REFERENCE)] == read
    assert recording.calls == ["pulumi:pulumi:readStackOutputs"] * len(read)


def test_another_failure_of_the_backend_is_not_taken_for_a_missing_stack(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A backend that does not answer must not end in the advice to bring up what is up."""

    def unanswered(_monitor: Monitor, _name: str) -> None:
        raise TimeoutError("backend does not answer")

    monkeypatch.setattr(Monitor, "_outputs_of", unanswered)

    with pytest.raises(TimeoutError, match="backend does not answer"):
        record("prod", others={})


@pytest.mark.clause("C6")
def test_every_environment_knows_where_its_images_are(prod: Recording, dev: Recording) -> None:
    """One repository for all of them, owned by the foundation."""
    url = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/triflow-ai-backend"

    assert [each.outputs["ecr_repository_url"] for each in (prod, dev)] == [url, url]
