"""Staging and prod are never updated without the policy pack."""

import re
from pathlib import Path

import pulumi
import pytest

from tests.program.recorder import ROOT, record

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
        f"(in an account: PULUMI_OPTION_POLICY_PACK=$PWD/policy pulumi up -s {stack})"
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


def update_lines(file: Path) -> list[str]:
    """Return the lines of a file that tell somebody to update a stack of an account."""
    text = file.read_text(encoding="utf-8")
    if "export PULUMI_OPTION_POLICY_PACK=$PWD/policy" in text:  # in the shell that is to type them
        return []
    return re.findall(r".*pulumi up\{?.*-s.*", text)


def test_a_line_to_paste_brings_the_pack_along() -> None:
    """Pasted without it, an update of staging or prod is refused by the program."""
    told = [
        line
        for folder in (
            "components",
            "docs",
            "foundation",
            "functions",
            "policy",
            "program",
            "triflow",
        )
        for file in (ROOT / folder).rglob("*.*")
        if file.suffix in {".py", ".md", ".yaml"}
        for line in update_lines(file)
    ]

    assert [line for line in told if "PULUMI_OPTION_POLICY_PACK=$PWD/policy" not in line] == []
