"""The list of stacks: complete, in an order that works, with a sentence for a wrong name."""

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
