"""Staging and prod are never updated without the policy pack."""

from pathlib import Path

import pulumi
import pytest

from tests.program.recorder import record

NO_PACK = {"PULUMI_OPTION_POLICY_PACK": ""}


@pytest.mark.parametrize("stack", ["staging", "prod"])
def test_an_update_without_the_pack_is_refused(stack: str) -> None:
    """Nothing would have judged it, and nothing is changed."""
    with pytest.raises(pulumi.RunError) as refused:
        record(stack, environment=NO_PACK)

    assert str(refused.value) == (
        f"{stack}: PULUMI_OPTION_POLICY_PACK names no policy pack. "
        "The update would change AWS without being judged, so nothing was changed.\n"
        f"Fix: make up STACK={stack}   "
        f"(on AWS: PULUMI_OPTION_POLICY_PACK=policy pulumi up -s {stack})"
    )


def test_a_folder_without_a_pack_does_not_count(tmp_path: Path) -> None:
    """A leftover variable that points nowhere would otherwise switch the guard off."""
    with pytest.raises(pulumi.RunError):
        record("prod", environment={"PULUMI_OPTION_POLICY_PACK": str(tmp_path)})


def test_the_pack_may_be_one_of_several(tmp_path: Path) -> None:
    """The option takes a list, and an organization may have a pack of its own."""
    (tmp_path / "PulumiPolicy.yaml").touch()
    named = {"PULUMI_OPTION_POLICY_PACK": f"elsewhere,{tmp_path}"}

    assert record("prod", environment=named).resources


def test_a_preview_needs_no_pack() -> None:
    """It changes nothing, and shows what is wrong with a pack that does not load."""
    assert record("prod", preview=True, environment=NO_PACK).resources


def test_dev_is_free_to_try_without_the_pack() -> None:
    """Dev is disposable."""
    assert record("dev", environment=NO_PACK).resources
