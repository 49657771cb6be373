"""The list of stacks: complete, in an order that works, with a sentence for a wrong name."""

from pathlib import Path

import pytest

from triflow import stacks
from triflow.errors import TriflowError


def test_all_stacks_come_up_in_an_order_in_which_each_finds_what_it_reads() -> None:
    """No stack stands before one whose outputs it reads."""
    names = [stack.name for stack in stacks.chosen(None)]

    assert names == ["foundation", "staging", "prod", "dev"]
    for stack in stacks.STACKS:
        assert all(names.index(other) < names.index(stack.name) for other in stack.after)


def test_an_unknown_stack_is_one_sentence_with_the_names() -> None:
    """A misspelt name changes nothing and is answered with the right ones."""
    with pytest.raises(TriflowError) as failure:
        stacks.chosen("production")

    assert str(failure.value) == (
        "There is no stack called production. Nothing was changed.\n"
        "Fix: name one of foundation, staging, prod, dev"
    )


def test_dev_lives_in_staging() -> None:
    """Whoever takes staging down is told of dev."""
    staging = stacks.chosen("staging")[0]

    assert [stack.name for stack in stacks.built_on(staging)] == ["dev"]


@pytest.mark.parametrize("name", stacks.NAMES)
def test_the_state_of_an_account_is_found_by_a_line_to_paste(name: str) -> None:
    """Every stack of an account keeps it in the one bucket that the foundation makes."""
    assert stacks.login(name) == (
        "pulumi login 's3://triflow-ai-state-123456789012?region=ap-northeast-2'"
        "   (the foundation makes that bucket)"
    )


def test_without_an_account_in_the_stack_file_the_bucket_is_left_open(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The line still says what kind of address it takes."""
    monkeypatch.setattr(stacks, "ROOT", tmp_path)

    assert "'s3://BUCKET?region=ap-northeast-2'" in stacks.login("prod")


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("prod", "PULUMI_OPTION_POLICY_PACK=$PWD/policy pulumi up -s prod"),
        (
            "foundation",
            "PULUMI_OPTION_POLICY_PACK=$PWD/policy pulumi up -C foundation -s foundation",
        ),
    ],
)
def test_an_account_is_updated_by_a_line_that_names_folder_and_pack(name: str, line: str) -> None:
    """Without the folder the stack is not found; without the pack the update is refused."""
    assert stacks.in_account(name) == line
    assert stacks.up(name) == f"make up STACK={name}   (in an account: {line})"
