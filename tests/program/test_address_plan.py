"""The arithmetic of the address plan, over generated blocks."""

from ipaddress import IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components import address_plan

VPC = "10.0.0.0/16"


def blocks() -> st.SearchStrategy[str]:
    """Generate blocks of 10.0.0.0/14, so that some leave the VPC and many overlap."""
    return st.builds(
        lambda bits, prefix: str(IPv4Network((0x0A000000 | bits, prefix), strict=False)),
        st.integers(0, 2**18 - 1),
        st.integers(16, 28),
    )


@pytest.mark.clause("N1")
@given(taken=st.lists(blocks(), max_size=12))
def test_a_proposed_block_is_free_legal_and_inside(taken: list[str]) -> None:
    """Whatever is taken, the proposal can be set as it stands."""
    free = address_plan.free_block(VPC, taken)

    if free is not None:
        assert address_plan.legal(free)
        assert not address_plan.is_outside(VPC, free)
        assert (
            address_plan.overlapped(free, {str(i): block for i, block in enumerate(taken)}) is None
        )


def test_a_full_vpc_has_no_free_block() -> None:
    """None is the answer, not a block outside."""
    assert address_plan.free_block(VPC, [VPC]) is None


def test_without_a_vpc_the_plan_stays_near_its_other_blocks() -> None:
    """Dev does not know its VPC until staging is read; its own blocks show where it is."""
    assert address_plan.free_block(None, ["10.1.102.0/24", "nonsense"]) == "10.1.1.0/24"


@given(one=blocks(), other=blocks())
def test_overlap_does_not_depend_on_the_order(one: str, other: str) -> None:
    """Which line comes first in the file must not matter."""
    forth = address_plan.overlapped(one, {"other": other}) is not None
    back = address_plan.overlapped(other, {"one": one}) is not None

    assert forth == back


@pytest.mark.parametrize(
    "text", ["", "10.0.0.0", "10.0.0.1/24", "fd00::/64", None, 24, ["10.0.0.0/16"]]
)
def test_what_is_no_block_is_neither_outside_nor_overlapping(text: object) -> None:
    """It is told as unreadable, once, and not as three mistakes."""
    assert address_plan.readable(text) is None
    assert not address_plan.legal(text)
    assert not address_plan.is_outside(VPC, text)
    assert address_plan.overlapped(text, {"other": VPC}) is None
